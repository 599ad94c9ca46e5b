"""The Alarms screen: what is wrong, what it does to parts, why, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from inspector_console.bridge import Bridge
from inspector_console.presenter import AlarmLine, AlarmsView, Lens, present_alarms
from inspector_console.screens._alarm_history import AlarmHistory
from inspector_console.screens._shelve_sheet import ShelveSheet
from inspector_console.theme import Role
from inspector_console.widgets import RIGHT, SEMIBOLD, AlarmCard, Canvas, Style, Tile, TouchButton
from inspector_console.words import Say, Words


class AlarmPages(QStackedWidget):
    """The alarms of now, and a touch away those of the past."""

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__()
        self._lens: Lens | None = None
        self.now, self.history = AlarmsScreen(look, bridge), AlarmHistory(look)
        for page in (self.now, self.history):
            self.addWidget(page)
        self.now.history.clicked.connect(self._on_history)
        self.history.left.connect(self._on_left)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now, on the page that is open."""
        self._lens = lens
        page = self.history if self.currentWidget() is self.history else self.now
        page.show_facts(lens)

    @Slot()
    def _on_history(self) -> None:
        self._open(self.history)

    @Slot()
    def _on_left(self) -> None:
        self._open(self.now)

    def _open(self, page: AlarmsScreen | AlarmHistory) -> None:
        self.setCurrentWidget(page)
        if self._lens is not None:
            page.show_facts(self._lens)


class AlarmsScreen(Tile):
    """A list in pages: nothing to drag, and every alarm has its own button."""

    view: AlarmsView | None

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge = bridge
        self._words = Words()
        self._first = 0
        self.cards: list[AlarmCard] = []
        self.up, self.down = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.history = TouchButton(look, parent=self)
        self.sheet = ShelveSheet(look, self)
        self.sheet.answered.connect(bridge.shelve)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        view = present_alarms(lens)
        if view != self.view:
            if view.sheet != self.sheet.view:
                self.sheet.hide()  # it asks in another language
            self._words = lens.words
            self.history.rename(view.history)
            self.show_view(view)
            self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make as many cards as there is room for (Qt calls this)."""
        sizes, head = self.look.sizes, self._head()
        height, gap = AlarmCard.card_height(self.look), sizes.gap // 2
        count = max(1, (self.height() - head + gap) // (height + gap))
        while len(self.cards) < count:
            card = AlarmCard(self.look, self)
            card.acknowledged.connect(self._bridge.acknowledge)
            card.unshelved.connect(self._bridge.unshelve)
            card.shelve_wanted.connect(self._on_shelve_wanted)
            self.cards.append(card)
        while len(self.cards) > count:
            self.cards.pop().deleteLater()
        half = (self.height() - head - sizes.gap) // 2
        left = self.width() - self._side()
        self.history.setGeometry(left, 0, self._side(), sizes.touch)
        self.up.setGeometry(left, head, self._side(), half)
        self.down.setGeometry(left, head + half + sizes.gap, self._side(), half)
        self.sheet.setGeometry(0, 0, self.width(), self.height())
        self._fill()

    def _place_cards(self, *, has_pages: bool) -> None:
        """Give the cards the whole width where nobody turns pages."""
        sizes, height = self.look.sizes, AlarmCard.card_height(self.look)
        width = self.width() - (self._side() + sizes.gap if has_pages else 0)
        for at, card in enumerate(self.cards):
            card.setGeometry(0, self._head() + at * (height + sizes.gap // 2), width, height)

    def _head(self) -> int:
        return self.look.sizes.touch + self.look.sizes.gap

    def _side(self) -> int:
        return max(self.look.sizes.frequent_touch, int(self.look.sizes.body * 6.4))

    def _fill(self) -> None:
        """Show one page; a page that is empty by now makes room for the last one that is not."""
        lines = self.view.lines if self.view else ()
        page = max(1, len(self.cards))
        while self._first and self._first >= len(lines):
            self._first = max(0, self._first - page)
        for card, at in zip(self.cards, range(self._first, self._first + page), strict=False):
            card.setVisible(at < len(lines))
            if self.view is not None and at < len(lines):
                aside = self.view.unshelve if lines[at].can_unshelve else self.view.shelve
                card.show_line(lines[at], self.view.acknowledge, aside)
        has_pages = len(lines) > page
        self._place_cards(has_pages=has_pages)
        for button, can, name in (
            (self.up, self._first > 0, self.view.up if self.view else ""),
            (self.down, self._first + page < len(lines), self.view.down if self.view else ""),
        ):
            button.rename(name)
            button.setVisible(has_pages)
            button.setEnabled(can)
        self.update()

    @Slot(object)
    def _on_shelve_wanted(self, line: AlarmLine) -> None:
        if self.view is not None:
            self.sheet.ask(self.view.sheet, line)

    @Slot()
    def _on_up(self) -> None:
        self._first = max(0, self._first - len(self.cards))
        self._fill()

    @Slot()
    def _on_down(self) -> None:
        self._first += len(self.cards)
        self._fill()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, and which page this is."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), self.history.x() - sizes.body, sizes.touch)
        canvas.text(row, view.title, sizes.large, weight=SEMIBOLD)
        if not view.lines:
            canvas.text(row.translated(0, self._head()), view.quiet, sizes.body, role=Role.QUIET)
            return
        last = min(len(view.lines), self._first + len(self.cards))
        page = self._words(Say.PAGE, first=self._first + 1, last=last, count=len(view.lines))
        canvas.text(row, page, sizes.body, role=Role.QUIET, align=RIGHT)
