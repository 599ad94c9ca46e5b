"""A page that was led to, with its way back at the top left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal

from inspector_console.sizes import Sizes
from inspector_console.theme import Role
from inspector_console.widgets import RIGHT, SEMIBOLD, Canvas, ListedRows, Style, Tile, TouchButton
from inspector_console.words import Say, Words


def rows_shown(listed: ListedRows, words: Words) -> str:
    """Return which rows of how many are to be seen; empty = there are none."""
    if not listed.count:
        return ""
    last = listed.first + len(listed.rows)
    return words(Say.PAGE, first=listed.first + 1, last=last, count=listed.count)


def note_height(sizes: Sizes) -> int:
    """Return how high the line is that stands directly above a list."""
    return int(sizes.body * 1.8)


def paint_rows_shown(canvas: Canvas, row: QRectF, text: str) -> QRectF:
    """Say at the right end of the line above a list which of its rows these are; return what is left of the line."""
    told = canvas.text(row, text, canvas.sizes.small, role=Role.QUIET, align=RIGHT)
    return row.adjusted(0, 0, -told.width() - canvas.sizes.body if text else 0, 0)


class Page(Tile):
    """A page with a way back."""

    left = Signal()
    """Somebody wants back to the overview."""

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.back = TouchButton(look, parent=self)
        self.back.clicked.connect(self.left)

    def head(self) -> int:
        """Return how high the head is, its gap included."""
        return self.look.sizes.touch + self.look.sizes.gap

    def place_back(self) -> int:
        """Place the way back; return where the head's room begins."""
        width = max(self.look.sizes.touch * 2, int(self.look.sizes.body * 6))
        self.back.setGeometry(0, 0, width, self.look.sizes.touch)
        return width + self.look.sizes.gap

    def paint_title(self, canvas: Canvas, title: str) -> None:
        """Write the page's name beside the way back."""
        left = self.back.width() + self.look.sizes.gap * 2
        row = QRectF(left, 0, self.width() - left, self.look.sizes.touch)
        canvas.text(row, title, canvas.sizes.large, weight=SEMIBOLD)
