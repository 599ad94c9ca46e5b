"""One account, to be touched."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import UserLine
from inspector_console.theme import Role
from inspector_console.widgets import MEDIUM, RIGHT, SEMIBOLD, Canvas, Style, TouchButton, warning_sign


class UserRow(TouchButton):
    """Shows a `UserLine`; whoever is locked out is marked."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        self.line: UserLine | None = None

    def show_line(self, line: UserLine | None) -> None:
        """Show an account, or nothing."""
        self.setVisible(line is not None)
        if line is not None and line != self.line:
            self.line = line
            self.rename(f"{line.name} {line.role_text}")
            self.update()

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write who it is, and what to know of the account."""
        if (line := self.line) is None:
            return
        sizes = canvas.sizes
        inside = area.adjusted(sizes.body, 0, -sizes.body, 0)
        upper = QRectF(
            inside.left(), inside.top() + inside.height() * 0.1, inside.width(), inside.height() * 0.45
        )
        lower = QRectF(upper.left(), upper.bottom(), upper.width(), inside.height() * 0.35)
        place = upper if line.locked else inside
        role = canvas.text(place, line.role_text, sizes.body, weight=MEDIUM, align=RIGHT)
        room = upper.adjusted(0, 0, -role.width() - sizes.body, 0)
        canvas.text(room, line.name, sizes.body, weight=SEMIBOLD, may_cut=True)
        detail = canvas.text(lower, line.detail, sizes.small, role=Role.QUIET)
        if line.locked:
            locked = canvas.text(lower, line.locked, sizes.small, weight=MEDIUM, align=RIGHT)
            side = sizes.small
            sign = QRectF(locked.left() - side * 1.5, lower.center().y() - side / 2, side, side)
            if sign.left() > detail.right():
                warning_sign(canvas, sign)
