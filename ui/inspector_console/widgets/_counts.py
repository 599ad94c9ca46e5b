"""How many parts went which way."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF

from inspector_console.presenter import CountsView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._style import SEMIBOLD

_FAR_M: Final = 2.5
_ROW: Final = 1.4
_FIGURE: Final = 0.76
"""Height that a large figure takes, in em: its capitals, and a little air."""
_LEAST_FOR_PAIR: Final = 4.2
"""Height that the two large figures want, in small text's sizes."""


class CountsTile(Tile):
    """Shows a `CountsView`: two large figures side by side, the others in rows."""

    view: CountsView | None

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint it."""
        if (view := self.view) is None:
            return
        small = canvas.sizes.small
        canvas.box(area, Role.PANEL, radius=4)
        if view.old:
            canvas.veil(area.adjusted(1, 1, -1, -1))
        inside = area.adjusted(small * 0.8, small * 0.4, -small * 0.8, -small * 0.4)
        rows = self._rows(view, inside.height(), small)
        first = inside.bottom() - len(rows) * small * _ROW
        for at, (label, value) in enumerate(rows):
            row = QRectF(inside.left(), first + at * small * _ROW, inside.width(), small * _ROW)
            self._paint_row(canvas, row, label, value, is_old=bool(view.old))
        upper = QRectF(inside.left(), inside.top(), inside.width(), first - inside.top() - small * 0.2)
        if view.old:
            head = QRectF(upper.left(), upper.top(), upper.width(), small * _ROW)
            canvas.text(head, view.old, small, weight=SEMIBOLD, align=RIGHT)
            upper = upper.adjusted(0, small * _ROW, 0, 0)
        self._paint_pair(canvas, upper, view)

    @staticmethod
    def _rows(view: CountsView, height: float, small: int) -> tuple[tuple[str, str], ...]:
        """Return the lesser counts; where there is little room, or a row says how old they are, without zeros."""
        rows = view.figures[2:]
        is_tight = height - len(rows) * small * _ROW < small * _LEAST_FOR_PAIR
        return tuple(row for row in rows if row[1] != "0") if is_tight or view.old else rows

    @staticmethod
    def _paint_row(canvas: Canvas, row: QRectF, label: str, value: str, *, is_old: bool) -> None:
        small, ink = canvas.sizes.small, Role.OLD if is_old else Role.TEXT
        right = canvas.text(row, value, small, role=ink, weight=SEMIBOLD, align=RIGHT)
        room = row.adjusted(0, 0, -right.width() - small * 0.5, 0)
        canvas.text(room, label, small, role=Role.OLD if is_old else Role.QUIET)

    @staticmethod
    def _paint_pair(canvas: Canvas, area: QRectF, view: CountsView) -> None:
        small, ink = canvas.sizes.small, Role.OLD if view.old else Role.TEXT
        # The good ones are many: they get the wider half.
        split = area.left() + area.width() * 0.56
        halves = (
            area.adjusted(0, 0, split - area.right() - small, 0),
            area.adjusted(split - area.left(), 0, 0, 0),
        )
        canvas.line(
            QPointF(split - small * 0.5, area.top() + small * 0.2),
            QPointF(split - small * 0.5, area.bottom() - small * 0.2),
            Role.EDGE,
        )
        room = min((area.height() - small * _ROW) / _FIGURE, canvas.sizes.text_from_afar(_FAR_M))
        px = max(canvas.sizes.body, int(room))
        for half, (label, value) in zip(halves, view.figures[:2], strict=False):
            head = QRectF(half.left(), half.top(), half.width(), small * _ROW)
            canvas.text(head, label, small, role=Role.OLD if view.old else Role.QUIET)
            body = QRectF(half.left(), head.bottom(), half.width(), half.bottom() - head.bottom())
            canvas.text(body, value, px, role=ink, weight=SEMIBOLD, smallest=0.4)
