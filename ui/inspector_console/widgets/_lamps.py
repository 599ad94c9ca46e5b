"""Six devices in a row."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from inspector_console.presenter import LampKind, LampView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._signs import lamp_sign
from inspector_console.widgets._style import SEMIBOLD


class LampsTile(Tile):
    """Shows lamps; each stands out only when something is to be done."""

    view: tuple[LampView, ...] | None

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint them side by side."""
        lamps = self.view or ()
        gap = canvas.sizes.gap * 0.75
        width = (area.width() - gap * (len(lamps) - 1)) / max(1, len(lamps))
        for at, lamp in enumerate(lamps):
            self._paint_lamp(
                canvas, QRectF(area.left() + at * (width + gap), area.top(), width, area.height()), lamp
            )

    @staticmethod
    def _paint_lamp(canvas: Canvas, box: QRectF, lamp: LampView) -> None:
        small = canvas.sizes.small
        is_abnormal = lamp.kind > LampKind.GOOD
        canvas.box(box, Role.RAISED if is_abnormal else Role.FIELD, edge=Role.EDGE)
        side = small * 1.55
        sign = QRectF(box.left() + small * 0.5, box.center().y() - side / 2, side, side)
        lamp_sign(canvas, sign, lamp.kind)
        text = QRectF(
            sign.right() + small * 0.5, box.top(), box.right() - sign.right() - small * 0.8, box.height()
        )
        half = small * 1.3
        name = QRectF(text.left(), text.center().y() - half, text.width(), half)
        canvas.text(name, lamp.name, small, weight=SEMIBOLD)
        value = name.translated(0, half)
        canvas.text(
            value, lamp.value, int(small * 0.95), role=Role.TEXT if is_abnormal else Role.QUIET, smallest=0.7
        )
