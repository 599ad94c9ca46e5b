"""The foot of every screen: where to go, and the line. Shows only screens that there are."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inspector_console.presenter import HoldAct, HoldView
from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._icons import has_icon, screen_icon
from inspector_console.widgets._press import LongPress
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_WIDE: Final = 7.2
"""From so many heights of the name on, icon and name stand side by side."""


class NavButton(TouchButton):
    """Leads to a screen; the one that is shown is marked."""

    def __init__(self, look: Style, name: str, *, is_frequent: bool = True) -> None:
        super().__init__(look, is_frequent=is_frequent)
        self.name = name
        self.setCheckable(True)

    def paint_face(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the face."""
        if not self.isChecked():
            super().paint_face(canvas, area)
            return
        canvas.box(area, Role.ACCENT, edge=Role.TEXT if self.is_focus_shown() else None, width=2)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the screen's name."""
        ink = Role.ON_ACCENT if self.isChecked() else Role.TEXT
        size = canvas.sizes.large
        inside = area.adjusted(canvas.sizes.small * 0.6, 0, -canvas.sizes.small * 0.6, 0)
        if has_icon(self.name):
            inside = self._paint_icon(canvas, inside, size * 1.1, ink)
        canvas.text(inside, self.text(), size, role=ink, weight=SEMIBOLD, align=CENTRE)

    def _paint_icon(self, canvas: Canvas, area: QRectF, side: float, ink: Role) -> QRectF:
        """Paint the icon before the name, or above it where the button is narrow; return the name's room."""
        size = canvas.sizes.large
        if area.width() < size * _WIDE:
            top = area.center().y() - (side + size * 1.3) / 2
            screen_icon(canvas, QRectF(area.center().x() - side / 2, top, side, side), self.name, ink)
            return QRectF(area.left(), top + side + size * 0.1, area.width(), size * 1.3)
        gap = size * 0.5
        width = side + gap + canvas.width_of(self.text(), size, SEMIBOLD)
        left = max(area.left(), area.center().x() - width / 2)
        screen_icon(canvas, QRectF(left, area.center().y() - side / 2, side, side), self.name, ink)
        start = left + side + gap
        return QRectF(start, area.top(), min(left + width, area.right()) - start + 1, area.height())


class HoldButton(LongPress):
    """Holds the line at one touch; releases it when kept pressed."""

    hold_wanted = Signal()
    release_wanted = Signal(object)
    """Version of the hold that was seen."""

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self._view = HoldView(act=HoldAct.NONE, label="")
        self.clicked.connect(self._on_clicked)
        self.confirmed.connect(self._on_confirmed)

    @property
    def needs_long(self) -> bool:
        """Only letting the line go takes long."""
        return self._view.act is HoldAct.RELEASE

    def show_view(self, view: HoldView) -> None:
        """Show what the button does now."""
        if view != self._view:
            self._view = view
            self.let_go()
            self.rename(view.label)
            self.setEnabled(view.act is not HoldAct.NONE)
            self.update()

    @Slot()
    def _on_confirmed(self) -> None:
        self.release_wanted.emit(self._view.version)

    @Slot()
    def _on_clicked(self) -> None:
        # The finger that has let the line go may still be there when the button already holds it again.
        if self._view.act is HoldAct.HOLD and not self.was_confirmed:
            self.hold_wanted.emit()

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write what it does, and how."""
        sizes = canvas.sizes
        ink = Role.TEXT if self.isEnabled() else Role.QUIET
        inside = area.adjusted(sizes.small, 0, -sizes.small, 0)
        shift = sizes.body * 0.55 if self._view.hint else 0
        canvas.text(
            inside.translated(0, -shift), self.text(), sizes.large, role=ink, weight=SEMIBOLD, align=CENTRE
        )
        row = QRectF(inside.left(), inside.center().y() + sizes.body * 0.3, inside.width(), sizes.small * 1.3)
        canvas.text(row, self._view.hint, sizes.small, role=Role.QUIET, weight=MEDIUM, align=CENTRE)


class NavBar(QWidget):
    """The row of buttons."""

    screen_wanted = Signal(str)

    def __init__(self, look: Style) -> None:
        super().__init__()
        self.look = look
        self.hold = HoldButton(look)
        self.buttons: dict[str, NavButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.sizes.gap)
        self._row.addStretch(2)
        self._row.addWidget(self.hold, 2)
        self.setFixedHeight(look.sizes.frequent_touch)

    def add(self, name: str) -> None:
        """Add a screen, to the right of those that there are."""
        button = NavButton(self.look, name)
        button.clicked.connect(self._on_clicked)
        self._row.insertWidget(len(self.buttons), button, 2)
        self.buttons[name] = button
        if len(self.buttons) == 1:
            button.setChecked(True)

    def choose(self, name: str) -> None:
        """Mark a screen as the one that is shown; none, if no button leads to it."""
        for button in self.buttons.values():
            button.setChecked(button.name == name)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, NavButton):
            self.choose(button.name)
            self.screen_wanted.emit(button.name)
