"""A button that says what is chosen of a few."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style


class FilterButton(TouchButton):
    """Says a name and what is chosen; marked while that is not the usual."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        self._title = ""
        self._is_set = False

    def describe(self, title: str, value: str, *, is_set: bool = False, may_cut: bool = False) -> None:
        """Take other words; `may_cut`: people have named the value."""
        if (title, value, is_set, may_cut) != (self._title, self.text(), self._is_set, self._may_cut):
            self._title, self._is_set, self._may_cut = title, is_set, may_cut
            self.rename(value)
            self.setAccessibleName(f"{title}: {value}")
            self.update()

    _may_cut = False

    def least_height(self) -> int:
        """Return how high it is at least, px: a finger, and room for both lines."""
        sizes = self.look.sizes
        return max(sizes.touch, int(sizes.body * 1.6 + sizes.small * 1.8))

    def paint_face(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the face."""
        super().paint_face(canvas, area)
        if self._is_set and not self.isDown():
            canvas.box(area, Role.CHOSEN, edge=Role.ACCENT, width=2)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the name small, and the value below it."""
        sizes = canvas.sizes
        inside = area.adjusted(sizes.body * 0.5, 0, -sizes.body * 0.5, 0)
        middle = area.center().y()
        upper = QRectF(inside.left(), middle - sizes.small * 1.5, inside.width(), sizes.small * 1.3)
        lower = QRectF(inside.left(), middle - sizes.small * 0.1, inside.width(), sizes.body * 1.4)
        canvas.text(upper, self._title, sizes.small, role=Role.TEXT if self._is_set else Role.QUIET)
        weight = SEMIBOLD if self._is_set else MEDIUM
        canvas.text(lower, self.text(), sizes.body, weight=weight, may_cut=self._may_cut)
