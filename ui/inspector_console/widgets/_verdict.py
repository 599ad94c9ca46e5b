"""The verdict tile: one word that reads from three metres, and the last forty parts."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF

from inspector.protocol import LAST_RESULTS
from inspector_console.presenter import VerdictKind, VerdictView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import verdict_sign
from inspector_console.widgets._style import BOLD, SEMIBOLD

_FAR_M: Final = 3.0
_TIGHT: Final = 14
"""Lower than so many times the small text, the tile has no room for words under the strip."""
_LARGEST: Final = 2.0
"""Times what three metres need: a large panel need not shout."""


_DETAIL: Final = 2.0
"""Size of the class against a heading: it is read from where people glance, too."""
_DETAIL_SHARE: Final = 0.26
"""Of the height above the strip, at the most."""


class VerdictTile(Tile):
    """Shows a `VerdictView`."""

    view: VerdictView | None

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the verdict above, the strip below."""
        view = self.view or VerdictView()
        small = canvas.sizes.small
        is_tight = area.height() < small * _TIGHT
        has_caption = view.is_old or not is_tight
        strip_height = small * (2.4 if is_tight else 4.2)
        upper = QRectF(area.left(), area.top(), area.width(), area.height() - strip_height)
        is_ng = view.kind is VerdictKind.NG
        canvas.box(area, Role.PANEL, edge=Role.EDGE, width=2)
        if is_ng:
            canvas.box(upper, Role.NG)
        if view.is_old:
            canvas.veil(area.adjusted(2, 2, -2, -2))
        self._paint_verdict(canvas, upper, view, Role.ON_NG if is_ng else Role.TEXT)
        lower = QRectF(area.left(), upper.bottom(), area.width(), strip_height)
        inside = lower.adjusted(small, small * 0.5, -small, -small * 0.4)
        self._paint_strip(canvas, inside, view, has_caption=has_caption)

    def _paint_verdict(self, canvas: Canvas, area: QRectF, view: VerdictView, ink: Role) -> None:
        sizes = canvas.sizes
        inside = area.adjusted(sizes.small, sizes.small * 0.6, -sizes.small, -sizes.small * 0.5)
        px = self._detail_px(canvas, inside, view.detail)
        line = px * 1.2
        row = QRectF(inside.left(), inside.bottom() - line, inside.width(), line)
        word = QRectF(inside.left(), inside.top(), inside.width(), row.top() - inside.top())
        self._paint_word(canvas, word, view, ink)
        canvas.text(row, view.detail, px, role=ink, weight=SEMIBOLD, may_cut=True)

    @staticmethod
    def _detail_px(canvas: Canvas, area: QRectF, detail: str) -> int:
        """Return how large the class can be: twice a heading where that leaves the verdict its room."""
        largest = min(canvas.sizes.large * _DETAIL, area.height() * _DETAIL_SHARE)
        width = canvas.width_of(detail, int(largest), SEMIBOLD)
        return max(canvas.sizes.large, int(largest * min(1.0, area.width() / width)) if width else 0)

    def _paint_word(self, canvas: Canvas, area: QRectF, view: VerdictView, ink: Role) -> None:
        has_sign = view.kind is not VerdictKind.NONE
        px = int(min(area.height() * 0.95, canvas.sizes.text_for(_FAR_M) * _LARGEST))
        width = canvas.width_of(view.word, px, BOLD) + (px * 1.0 if has_sign else 0)
        px = int(px * min(1.0, area.width() / width)) if width else px
        if has_sign:
            side = px * 0.74
            sign = QRectF(area.left(), area.center().y() - side / 2, side, side)
            verdict_sign(canvas, sign, view.kind, ink)
            area = area.adjusted(px * 0.98, 0, 0, 0)
        canvas.text(area.adjusted(0, 0, 2, 0), view.word, px, role=ink, weight=BOLD)

    @staticmethod
    def _paint_strip(canvas: Canvas, area: QRectF, view: VerdictView, *, has_caption: bool) -> None:
        small = canvas.sizes.small
        bars = QRectF(area)
        if has_caption:
            row = QRectF(area.left(), area.bottom() - small * 1.3, area.width(), small * 1.3)
            number = canvas.text(row, view.number, small, role=Role.QUIET, align=RIGHT)
            room = row.adjusted(0, 0, -number.width() - small if view.number else 0, 0)
            canvas.text(room, view.caption, small, role=Role.QUIET)
            bars.setBottom(row.top() - small * 0.1)
        step = bars.width() / LAST_RESULTS
        for at, kind in enumerate(view.strip, LAST_RESULTS - len(view.strip)):
            left, width = bars.left() + at * step, step * 0.72
            paint_tick(canvas, QRectF(left, bars.top(), width, bars.height()), kind)


def paint_tick(canvas: Canvas, bar: QRectF, kind: VerdictKind) -> None:
    """Paint one part: low = OK; tall and coloured = NG; tall and hollow = rejected unjudged; flat = bypassed."""
    low = bar.adjusted(0, bar.height() * 0.68, 0, 0)
    match kind:
        case VerdictKind.OK:
            canvas.box(low, Role.MARK, radius=0)
        case VerdictKind.NG:
            canvas.box(bar, Role.NG_MARK, radius=0)
        case VerdictKind.BYPASSED:
            canvas.line(
                QPointF(bar.left(), bar.bottom() - 1), QPointF(bar.right(), bar.bottom() - 1), Role.TEXT, 2
            )
        case _:
            canvas.box(bar.adjusted(0, bar.height() * 0.3, 0, 0), None, edge=Role.TEXT, width=1.5, radius=0)
