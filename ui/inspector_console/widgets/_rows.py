"""A list in pages: rows of two lines, and buttons to turn pages. Nothing to drag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import RowView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import MEDIUM, Style

_LEAD: Final = 5.6
"""Width of the column at the left, in heights of ordinary text: room for a time and a date."""


class PagedRows(Tile):
    """Shows one page of rows. Whoever owns it says which page, and whether there are others.

    Parameters
    ----------
    lead
        Width of the column at the left, in heights of ordinary text.
    """

    up_wanted = Signal()
    down_wanted = Signal()
    rows: tuple[RowView, ...]

    def __init__(self, look: Style, parent: QWidget, lead: float = _LEAD) -> None:
        super().__init__(look, parent)
        self._lead, self.rows, self._quiet, self._has_pages = lead, (), "", False
        self.up, self.down = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.up.clicked.connect(self.up_wanted)
        self.down.clicked.connect(self.down_wanted)

    @property
    def page_size(self) -> int:
        """How many rows there is room for."""
        sizes = self.look.sizes
        return max(1, self.height() // int(sizes.body * 1.3 + sizes.small * 2))

    @property
    def row_height(self) -> int:
        """How high a row is, px: a full page fills its place."""
        return self.height() // self.page_size

    def rename(self, up: str, down: str) -> None:
        """Take the words for the two buttons."""
        self.up.rename(up)
        self.down.rename(down)

    def show_page(self, rows: Sequence[RowView], *, can_up: bool, can_down: bool, quiet: str = "") -> None:
        """Show these rows, or `quiet` where there are none."""
        self.rows, self._quiet = tuple(rows[: self.page_size]), quiet
        self._has_pages = can_up or can_down
        self.show_view((self.rows, quiet, self._has_pages))
        for button, can in ((self.up, can_up), (self.down, can_down)):
            button.setVisible(self._has_pages)
            button.setEnabled(can)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        gap, side = self.look.sizes.gap, self._side()
        half = (self.height() - gap) // 2
        self.up.setGeometry(self.width() - side, 0, side, half)
        self.down.setGeometry(self.width() - side, half + gap, side, half)

    def _side(self) -> int:
        return max(self.look.sizes.frequent_touch, int(self.look.sizes.body * 5))

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the rows, beside the buttons where there are any."""
        sizes = canvas.sizes
        inside = area.adjusted(0, 0, -self._side() - sizes.gap if self._has_pages else 0, 0)
        canvas.box(inside, Role.PANEL)
        inside = inside.adjusted(sizes.body * 0.6, 0, -sizes.body * 0.6, 0)
        if not self.rows:
            row = QRectF(inside.left(), sizes.small * 0.4, inside.width(), sizes.body * 1.6)
            canvas.text(row, self._quiet, sizes.body, role=Role.QUIET, may_cut=True)
        for at, row_view in enumerate(self.rows):
            top = at * self.row_height
            self._paint_row(canvas, QRectF(inside.left(), top, inside.width(), self.row_height), row_view)
            if at + 1 < len(self.rows):
                y = top + self.row_height - 0.5
                canvas.line(QPointF(inside.left(), y), QPointF(inside.right(), y), Role.EDGE)

    def _paint_row(self, canvas: Canvas, area: QRectF, view: RowView) -> None:
        sizes = canvas.sizes
        ink = Role.QUIET if view.is_quiet else Role.TEXT
        first = QRectF(
            area.left(), area.center().y() - sizes.body * 1.3, self._lead * sizes.body, sizes.body * 1.3
        )
        second = QRectF(area.left(), first.bottom(), first.width(), sizes.small * 1.3)
        canvas.text(first, view.lead, sizes.body, role=Role.QUIET)
        canvas.text(second, view.lead_more, sizes.small, role=Role.QUIET)
        left = first.right() + sizes.body * 0.5
        first.setLeft(left)
        first.setRight(area.right())
        second.setLeft(left)
        second.setRight(area.right())
        tail = canvas.text(first, view.tail, sizes.small, role=Role.QUIET, align=RIGHT)
        room = first.adjusted(0, 0, -tail.width() - sizes.body, 0) if view.tail else first
        if view.is_wrong:
            side = sizes.body * 0.9
            warning_sign(canvas, QRectF(left, first.center().y() - side / 2, side, side))
            room = room.adjusted(side * 1.4, 0, 0, 0)
        head, rest = (view.text, view.more) if view.more else _halves(view.text, canvas, room.width())
        canvas.text(room, head, sizes.body, role=ink, weight=MEDIUM, may_cut=True)
        canvas.text(second, rest, sizes.small, role=Role.QUIET if view.more else ink, may_cut=True)


class ListedRows(PagedRows):
    """Shows all of a list that is here, page by page."""

    turned = Signal()
    """Another page is shown."""

    def __init__(self, look: Style, parent: QWidget, lead: float = _LEAD) -> None:
        super().__init__(look, parent, lead)
        self.first, self._all, self._none = 0, (), ""
        self.up_wanted.connect(self._on_up)
        self.down_wanted.connect(self._on_down)

    _all: tuple[RowView, ...]

    @property
    def count(self) -> int:
        """How many rows there are on all pages."""
        return len(self._all)

    def show_rows(self, rows: tuple[RowView, ...], quiet: str = "") -> None:
        """Show a list, at the page that is open; one that is gone gives way to the last that is not."""
        self._all, self._none = rows, quiet
        page = self.page_size
        while self.first and self.first >= len(rows):
            self.first = max(0, self.first - page)
        shown = rows[self.first : self.first + page]
        self.show_page(shown, can_up=self.first > 0, can_down=self.first + page < len(rows), quiet=quiet)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for more or fewer rows (Qt calls this)."""
        super().resizeEvent(event)
        self.show_rows(self._all, self._none)

    @Slot()
    def _on_up(self) -> None:
        self._turn(-self.page_size)

    @Slot()
    def _on_down(self) -> None:
        self._turn(self.page_size)

    def _turn(self, by: int) -> None:
        self.first = max(0, self.first + by)
        self.show_rows(self._all, self._none)
        self.turned.emit()


def _halves(text: str, canvas: Canvas, room: float) -> tuple[str, str]:
    """Break a text at a space, so that its beginning fits."""
    px = canvas.sizes.body
    if canvas.width_of(text, px, MEDIUM) <= room:
        return text, ""
    words, head = text.split(), ""
    while words and canvas.width_of(f"{head} {words[0]}", px, MEDIUM) <= room:
        head = f"{head} {words.pop(0)}".lstrip()
    return (head, " ".join(words)) if head else (text, "")
