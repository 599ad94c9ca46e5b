"""A button for what must not happen by mistake: it acts when it has been kept pressed for a second."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_PRESS_MS: Final = 1000
_STEP_MS: Final = 50


class LongPress(TouchButton):
    """Shows how long it has been pressed; `confirmed` when that was long enough.

    Attributes
    ----------
    was_confirmed : bool
        The touch that lasts, or was the last, was long enough: its end means nothing more.
    """

    confirmed = Signal()

    def __init__(
        self, look: Style, *, ground: Role = Role.RAISED, ink: Role = Role.TEXT, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, is_frequent=True, ground=ground, ink=ink, parent=parent)
        self._pressed_ms = 0
        self.was_confirmed = False
        self._press = QTimer(self)
        self._press.setInterval(_STEP_MS)
        self._press.timeout.connect(self._on_step)
        self.pressed.connect(self._on_pressed)
        self.released.connect(self.let_go)

    @property
    def needs_long(self) -> bool:
        """Whether it acts by being kept pressed now."""
        return True

    @Slot()
    def _on_pressed(self) -> None:
        self.was_confirmed = False
        if self.needs_long:
            self._press.start()

    @Slot()
    def _on_step(self) -> None:
        self._pressed_ms += _STEP_MS
        self.update()
        if self._pressed_ms >= _PRESS_MS:
            self.let_go()
            self.was_confirmed = True
            self.confirmed.emit()

    @Slot()
    def let_go(self) -> None:
        """Forget how long it has been pressed."""
        self._press.stop()
        self._pressed_ms = 0
        self.update()

    def paint_face(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the face, and how long it has been pressed."""
        super().paint_face(canvas, area)
        if self._pressed_ms:
            share = min(1.0, self._pressed_ms / _PRESS_MS)
            canvas.box(QRectF(area.left(), area.bottom() - 8, area.width() * share, 8), Role.ACCENT, radius=0)


class PressButton(LongPress):
    """Says what it does, and how."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, ground=Role.ACTION, ink=Role.ON_ACTION, parent=parent)
        self.hint = ""

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write what it does, and how."""
        sizes = canvas.sizes
        ink = self.ink if self.isEnabled() and not self.isDown() else Role.TEXT
        inside = area.adjusted(sizes.small, 0, -sizes.small, 0)
        row = QRectF(
            inside.left(), inside.center().y() - sizes.large * 1.25, inside.width(), sizes.large * 1.4
        )
        canvas.text(row, self.text(), sizes.large, role=ink, weight=SEMIBOLD, align=CENTRE, may_cut=True)
        row = QRectF(
            inside.left(), inside.center().y() + sizes.small * 0.3, inside.width(), sizes.small * 1.3
        )
        canvas.text(row, self.hint, sizes.small, role=ink, weight=MEDIUM, align=CENTRE)
