"""Six devices in a row."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF

from inspector_console.presenter import LampKind, LampView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, broken_lines
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._signs import lamp_sign
from inspector_console.widgets._style import SEMIBOLD

_WIDE: Final = 66
"""From so many times the small text on, every lamp's words fit on one line."""


class LampsTile(Tile):
    """Shows lamps; each stands out only when something is to be done."""

    view: tuple[LampView, ...] | None

    def height_for(self, width: int) -> int:
        """Return how high the row must be: narrow lamps need another line."""
        small = self.look.sizes.small
        return int(small * (4.4 if width < small * _WIDE else 3.4))

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
        sign = QRectF(box.left() + small * 0.4, box.center().y() - side / 2, side, side)
        lamp_sign(canvas, sign, lamp.kind)
        text = QRectF(
            sign.right() + small * 0.4, box.top(), box.right() - sign.right() - small * 0.6, box.height()
        )
        line = small * 1.25
        most = max(1, int(box.height() / line) - 1)
        # 0.85: what is only a little too long is written a little smaller.
        lines = broken_lines(lamp.value, canvas, text.width() / 0.85, small, most)
        row = QRectF(text.left(), text.center().y() - line * (1 + len(lines)) / 2, text.width(), line)
        canvas.text(row, lamp.name, small, weight=SEMIBOLD)
        for words in lines:
            row.translate(0, line)
            canvas.text(row, words, small, role=Role.TEXT if is_abnormal else Role.QUIET)
