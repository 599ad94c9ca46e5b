"""The head of every screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent

from inspector_console.presenter import HeaderView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import run_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style


class Header(Tile):
    """Shows a `HeaderView` and the time of day."""

    language_wanted = Signal()
    view: HeaderView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.language = TouchButton(look, parent=self)
        self.language.clicked.connect(self._on_language)
        self._clock = ""
        self.setFixedHeight(look.sizes.touch)

    def show_view(self, view: object) -> None:
        """Show a view."""
        super().show_view(view)
        if self.view is not None:
            self.language.rename(self.view.language)

    def show_clock(self, clock: str) -> None:
        """Show the time of day."""
        if clock != self._clock:
            self._clock = clock
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the button (Qt calls this)."""
        side = self.look.sizes.touch
        self.language.setGeometry(self.width() - side, 0, side, side)

    @Slot()
    def _on_language(self) -> None:
        self.language_wanted.emit()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the left half (what), and the right one (how, who, when)."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        inside = area.adjusted(0, 0, -self.language.width() - sizes.gap * 2, 0)
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
        parts = [part for part in (view.rate, view.control, view.user) if part]
        below = canvas.text(lower, "  ·  ".join(parts), sizes.body, role=Role.QUIET, align=RIGHT)
        return area.right() - min(sign.left(), below.left())
