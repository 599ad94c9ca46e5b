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


class PressButton(TouchButton):
    """Says what it does, and how; shows how long it has been pressed."""

    confirmed = Signal()

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, is_frequent=True, ground=Role.ACTION, ink=Role.ON_ACTION, parent=parent)
        self.hint = ""
        self._pressed_ms = 0
        self._press = QTimer(self)
        self._press.setInterval(_STEP_MS)
        self._press.timeout.connect(self._on_step)
        self.pressed.connect(self._press.start)
        self.released.connect(self._stop)

    @Slot()
    def _on_step(self) -> None:
        self._pressed_ms += _STEP_MS
        self.update()
        if self._pressed_ms >= _PRESS_MS:
            self._stop()
            self.confirmed.emit()

    @Slot()
    def _stop(self) -> None:
        self._press.stop()
        self._pressed_ms = 0
        self.update()

    def paint_face(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the face, and how long it has been pressed."""
        super().paint_face(canvas, area)
        if self._pressed_ms:
            share = min(1.0, self._pressed_ms / _PRESS_MS)
            canvas.box(QRectF(area.left(), area.bottom() - 8, area.width() * share, 8), Role.ACCENT, radius=0)

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
