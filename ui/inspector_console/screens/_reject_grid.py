"""The list of rejects: filters above, cards in pages, the newest first."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import RejectListView
from inspector_console.screens._reject_pictures import RejectPictures
from inspector_console.theme import Role
from inspector_console.widgets import CENTRE, Canvas, FilterButton, RejectCard, Style, Tile, TouchButton
from inspector_console.words import SayRejects, Words

_FILTERS: Final = 5
_LEAST_CARD: Final = 11
"""Width of a card, in small text's sizes: its picture must show a scratch."""


class RejectGrid(Tile):
    """Shows a `RejectListView`, a page at a time. Nothing moves by itself under a finger."""

    filter_wanted = Signal(str)
    newest_wanted = Signal()
    opened = Signal(str)
    paged = Signal(int)
    """So many rejects are needed for the page that is shown, and the one after it."""
    view: RejectListView | None

    def __init__(self, look: Style, pictures: RejectPictures, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._pictures, self._words = pictures, Words()
        self._first, self._shown_page, self._has_pages = 0, "", False
        self.filters = [FilterButton(look, self) for _ in range(_FILTERS)]
        self.newest, self.up, self.down = (TouchButton(look, parent=self) for _ in range(3))
        self.cards: list[RejectCard] = []
        for button in self.filters:
            button.clicked.connect(self._on_filter)
        self.newest.clicked.connect(self.newest_wanted)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)

    def show_list(self, view: RejectListView, words: Words) -> None:
        """Show a list, on the page that was chosen."""
        if view != self.view:
            self._words = words
            self.show_view(view)
            self.fill()

    def to_first_page(self) -> None:
        """Begin above again."""
        self._first = 0
        self.fill()

    def to_page_of(self, part: str) -> None:
        """Turn to the page with a part."""
        parts = [card.part for card in self.view.cards] if self.view else []
        if part in parts:
            self._first = parts.index(part) // max(1, len(self.cards)) * max(1, len(self.cards))
            self.fill()

    def images(self) -> list[str]:
        """Return the pictures of the page that is shown, then those of the next one."""
        cards = self.view.cards if self.view else ()
        return [card.image for card in cards[self._first : self._first + 2 * len(self.cards)]]

    # -- touching

    @Slot()
    def _on_filter(self) -> None:
        for button, view in zip(self.filters, self.view.filters if self.view else (), strict=False):
            if button is self.sender():
                self.filter_wanted.emit(view.name)

    @Slot()
    def _on_card(self) -> None:
        card = self.sender()
        if isinstance(card, RejectCard) and card.view is not None:
            self.opened.emit(card.view.part)

    @Slot()
    def _on_up(self) -> None:
        self._first = max(0, self._first - len(self.cards))
        self.fill()

    @Slot()
    def _on_down(self) -> None:
        self._first += len(self.cards)
        self.fill()

    # -- looks

    def fill(self) -> None:
        """Show one page."""
        if (view := self.view) is None:
            return
        self._make_room(len(view.cards))
        page = max(1, len(self.cards))
        while self._first and self._first >= len(view.cards):
            self._first = max(0, self._first - page)
        for card, at in zip(self.cards, range(self._first, self._first + page), strict=False):
            card.setVisible(at < len(view.cards))
            if at < len(view.cards):
                card.show_card(view.cards[at], self._pictures.small(view.cards[at].image))
        for button, shown in zip(self.filters, view.filters, strict=True):
            button.describe(shown.title, shown.value, is_set=shown.is_set, may_cut=shown.name == "class_name")
        self.newest.ground = Role.ACTION if view.has_news else Role.RAISED
        self.newest.ink = Role.ON_ACTION if view.has_news else Role.TEXT
        self.newest.rename(view.newest)
        self._name_pager(view, page)
        self.paged.emit(self._first + 2 * page)
        if self._page_text() != self._shown_page:
            self._shown_page = self._page_text()
            self.update()

    def _page_text(self) -> str:
        if self.view is None or not self.view.cards:
            return ""
        last = min(len(self.view.cards), self._first + len(self.cards))
        say = SayRejects.PAGE if self.view.is_whole else SayRejects.PAGE_OPEN
        return self._words(say, first=self._first + 1, last=last, count=len(self.view.cards))

    def _name_pager(self, view: RejectListView, page: int) -> None:
        for button, can, name in (
            (self.up, self._first > 0, view.up),
            (self.down, self._first + page < len(view.cards), view.down),
        ):
            button.rename(name)
            button.setEnabled(can)
            button.setVisible(self._has_pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make as many cards as there is room for (Qt calls this)."""
        gap = self.look.sizes.gap
        head = self._head()
        buttons = [*self.filters, self.newest]
        width = (self.width() - gap * (len(buttons) - 1)) // len(buttons)
        for at, button in enumerate(buttons):
            button.setGeometry(at * (width + gap), 0, width, head)
        side = self._side()
        low = self.height() - head - gap - self._foot()
        half, left = (low - gap) // 2, self.width() - side
        self.up.setGeometry(left, head + gap, side, half)
        self.down.setGeometry(left, head + 2 * gap + half, side, half)
        self._place_cards()
        self.fill()

    def _head(self) -> int:
        return self.filters[0].least_height()

    def _foot(self) -> int:
        return int(self.look.sizes.small * 1.8)

    def _side(self) -> int:
        return max(self.look.sizes.frequent_touch, int(self.look.sizes.body * 6.4))

    def _make_room(self, count: int) -> None:
        """Give the cards the whole width where nobody turns pages."""
        columns, rows, *_ = self._layout(self.width())
        if (count > columns * rows) != self._has_pages:
            self._has_pages = not self._has_pages
            self._place_cards()

    def _layout(self, room: int) -> tuple[int, int, int, int]:
        """Return how many columns and rows of cards a width has room for, and how wide and high each is."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        height = self.height() - self._head() - gap - self._foot()
        least = max(sizes.small * _LEAST_CARD, sizes.frequent_touch)
        columns = max(1, (room + gap) // (least + gap))
        width = (room - gap * (columns - 1)) // columns
        rows = max(1, round((height + gap) / (width * 0.72 + RejectCard.words_height(self.look) + gap)))
        return columns, rows, width, (height - gap * (rows - 1)) // rows

    def _place_cards(self) -> None:
        gap, top = self.look.sizes.gap, self._head() + self.look.sizes.gap
        room = self.width() - (self._side() + gap if self._has_pages else 0)
        columns, rows, width, tall = self._layout(room)
        while len(self.cards) < rows * columns:
            card = RejectCard(self.look, self)
            card.clicked.connect(self._on_card)
            self.cards.append(card)
        while len(self.cards) > rows * columns:
            self.cards.pop().deleteLater()
        for at, card in enumerate(self.cards):
            row, column = divmod(at, columns)
            card.setGeometry(column * (width + gap), top + row * (tall + gap), width, tall)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint which page this is, or why there is none."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        if not view.cards:
            middle = QRectF(0, self._head(), area.width(), area.height() - self._head())
            inside = middle.adjusted(sizes.body, 0, -sizes.body, 0)
            canvas.text(inside, view.quiet, sizes.large, role=Role.QUIET, align=CENTRE, may_cut=True)
            return
        foot = QRectF(0, area.bottom() - self._foot(), area.width(), self._foot())
        page = canvas.text(foot, self._page_text(), sizes.small, role=Role.QUIET)
        rest = foot.adjusted(page.width() + sizes.body * 2, 0, 0, 0)
        canvas.text(rest, view.unjudged, sizes.small, role=Role.QUIET)
