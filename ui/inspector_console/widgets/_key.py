"""One key of the keyboard or of the PIN pad."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._style import MEDIUM, Style


class KeySign(Enum):
    """What is drawn on a key instead of a character."""

    NONE = auto()
    SHIFT = auto()
    BACKSPACE = auto()


class Key(TouchButton):
    """Types what stands on it. Takes no focus: that stays where the text is."""

    def __init__(
        self, look: Style, parent: QWidget, *, sign: KeySign = KeySign.NONE, is_frequent: bool = False
    ) -> None:
        super().__init__(look, is_frequent=is_frequent, parent=parent)
        self.sign = sign
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the character, or draw the sign."""
        ink = Role.TEXT if self.isEnabled() else Role.QUIET
        if self.sign is KeySign.NONE:
            size = px or round(canvas.sizes.large * (1.4 if self.is_frequent else 1.0))
            canvas.text(area, self.text(), size, role=ink, weight=MEDIUM, align=CENTRE)
            return
        side = min(area.width(), area.height()) * 0.36
        x, y = area.center().x(), area.center().y()
        points = _ARROW_UP if self.sign is KeySign.SHIFT else _ARROW_LEFT
        outline = [(x + dx * side, y + dy * side) for dx, dy in points]
        is_filled = self.isCheckable() and self.isChecked()
        canvas.shape(outline, ink if is_filled else None, edge=ink)
        if self.sign is KeySign.BACKSPACE:
            for rise in (0.22, -0.22):
                start, end = (x - 0.07 * side, y - rise * side), (x + 0.37 * side, y + rise * side)
                canvas.stroke([start, end], ink, 1.5)


_ARROW_UP = ((0, -0.5), (0.5, 0.05), (0.22, 0.05), (0.22, 0.5), (-0.22, 0.5), (-0.22, 0.05), (-0.5, 0.05))
_ARROW_LEFT = ((-0.65, 0), (-0.2, -0.45), (0.65, -0.45), (0.65, 0.45), (-0.2, 0.45))
