"""The head of every screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import HeaderView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import CENTRE, RIGHT, Canvas
from inspector_console.widgets._signs import run_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style


class UserButton(TouchButton):
    """Who sits here; leads to the login."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        self._role = ""

    def show_user(self, user: str, role: str) -> None:
        """Show somebody, and what he is."""
        if (user, role) != (self.text(), self._role):
            self.rename(user)
            self._role = role
            self.setAccessibleName(f"{user}, {role}")
            self.update()

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the name, and below it the role."""
        sizes = canvas.sizes
        inside = area.adjusted(sizes.small * 0.6, 0, -sizes.small * 0.6, 0)
        upper = QRectF(inside.left(), area.center().y() - sizes.body * 1.3, inside.width(), sizes.body * 1.3)
        lower = upper.translated(0, upper.height())
        canvas.text(upper, self.text(), sizes.body, weight=SEMIBOLD, align=CENTRE, may_cut=True)
        canvas.text(lower, self._role, sizes.small, role=Role.QUIET, weight=MEDIUM, align=CENTRE)


class Header(Tile):
    """Shows a `HeaderView` and the time of day."""

    language_wanted = Signal()
    login_wanted = Signal()
    view: HeaderView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.language = TouchButton(look, parent=self)
        self.language.clicked.connect(self._on_language)
        self.user = UserButton(look, self)
        self.user.clicked.connect(self.login_wanted)
        self._clock = ""
        self.setFixedHeight(look.sizes.touch)

    def show_view(self, view: object) -> None:
        """Show a view."""
        super().show_view(view)
        if self.view is not None:
            self.language.rename(self.view.language)
            self.user.show_user(self.view.user, self.view.role)

    def show_clock(self, clock: str) -> None:
        """Show the time of day."""
        if clock != self._clock:
            self._clock = clock
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        side, gap = self.look.sizes.touch, self.look.sizes.gap
        width = max(side, int(self.look.sizes.body * 9))
        self.language.setGeometry(self.width() - side, 0, side, side)
        self.user.setGeometry(self.width() - side - gap - width, 0, width, side)

    @Slot()
    def _on_language(self) -> None:
        self.language_wanted.emit()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the left half (what), and the right one (how, when, who is in control)."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        inside = area.adjusted(0, 0, self.user.x() - area.width() - sizes.gap, 0)
        right = self._paint_right(canvas, inside, view)
        self._paint_left(canvas, inside.adjusted(0, 0, -right - sizes.gap * 2, 0), view)

    @staticmethod
    def _paint_left(canvas: Canvas, area: QRectF, view: HeaderView) -> None:
        sizes = canvas.sizes
        upper = QRectF(area.left(), area.top(), area.width(), area.height() / 2)
        lower = upper.translated(0, upper.height())
        name = canvas.text(upper, view.station, sizes.large, weight=SEMIBOLD, may_cut=True)
        if view.is_simulated:
            width = canvas.width_of(view.is_simulated, sizes.small, MEDIUM) + sizes.small
            tag = QRectF(
                name.right() + sizes.body, upper.center().y() - sizes.small * 0.8, width, sizes.small * 1.6
            )
            if tag.right() <= area.right():
                canvas.box(tag, None, edge=Role.TEXT, width=1.5)
                canvas.text(
                    tag.adjusted(sizes.small / 2, 0, 0, 0), view.is_simulated, sizes.small, weight=MEDIUM
                )
        product = canvas.text(lower, view.product, sizes.body, weight=MEDIUM, may_cut=True)
        rest = lower.adjusted(product.width() + sizes.body, 0, 0, 0)
        if rest.width() > sizes.body * 2:
            canvas.text(rest, view.recipe, sizes.body, role=Role.QUIET, may_cut=True)

    def _paint_right(self, canvas: Canvas, area: QRectF, view: HeaderView) -> float:
        """Paint from the right; return how much room it takes."""
        sizes = canvas.sizes
        upper = QRectF(area.left(), area.top(), area.width(), area.height() / 2)
        lower = upper.translated(0, upper.height())
        clock = canvas.text(upper, self._clock, sizes.body, weight=MEDIUM, align=RIGHT)
        room = upper.adjusted(0, 0, -clock.width() - sizes.body, 0)
        state = canvas.text(room, view.state, sizes.large, weight=SEMIBOLD, align=RIGHT)
        side = sizes.body * 0.85
        sign = QRectF(state.left() - side * 1.5, state.center().y() - side / 2, side, side)
        run_sign(canvas, sign, view.sign, Role.TEXT)
        parts = [part for part in (view.rate, view.shift, view.control) if part]
        below = canvas.text(lower, "  ·  ".join(parts), sizes.body, role=Role.QUIET, align=RIGHT)
        left = min(sign.left(), below.left()) if parts else sign.left()
        return area.right() - left
