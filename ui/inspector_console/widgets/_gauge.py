"""A figure on an axis with what it should be: never a bare number."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from inspector_console.presenter import GaugeView
from inspector_console.sizes import CAP_HEIGHT
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import BOLD, MEDIUM, SEMIBOLD, Style

_ROW: Final = 1.35
_BAR: Final = 0.95
"""From the axis to what is under it, and how thick it is, in small text's sizes."""
_THICK: Final = 0.7
_FIGURE: Final = 0.76
"""Height that a figure takes, in em: its capitals, and a little air."""
_FIGURES_SHARE: Final = 0.45
"""Of the width, where the rest shows how the figure has gone."""
_LINES: Final = 4.3
"""Height of everything but the figure, where the ends of the axis stand beside it."""


class Gauge(Tile):
    """Shows a `GaugeView`.

    Parameters
    ----------
    far_m
        From how far its figure should be read on a large panel; it takes what room there is.
    """

    view: GaugeView | None

    def __init__(self, look: Style, far_m: float) -> None:
        super().__init__(look)
        self._far_m = far_m

    def least_height(self, *, has_foot: bool = False) -> int:
        """Return how high it must be, px, for its figure to be read from where it should be.

        With a foot, what belongs to the axis stands under it, otherwise beside it.
        """
        sizes = self.look.sizes
        lines = _LINES + (_BAR if has_foot else 0)
        return math.ceil(sizes.small * lines + sizes.text_from_afar(self._far_m) * CAP_HEIGHT)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint title, figure, axis, and what belongs under it."""
        if (view := self.view) is None:
            return
        small = canvas.sizes.small
        canvas.box(area, Role.PANEL, radius=4)
        inside = area.adjusted(small * 0.8, small * 0.4, -small * 0.8, -small * 0.3)
        if view.old:
            canvas.veil(area.adjusted(1, 1, -1, -1))
        if view.trend:
            self._paint_head(canvas, QRectF(inside.left(), inside.top(), inside.width(), small * _ROW), view)
            self._paint_trend(canvas, inside.adjusted(0, small * (_ROW + 0.2), 0, -small * 0.3), view)
            return
        has_foot = bool(view.second) or area.height() >= self.least_height(has_foot=True)
        if not (has_foot or view.note or view.old):
            view = replace(view, note=view.mark, mark="")  # beside the figure it would have no room
        head = QRectF(inside.left(), inside.top(), inside.width(), small * _ROW)
        self._paint_head(canvas, head, view)
        foot = QRectF(inside.left(), inside.bottom() - small * _ROW, inside.width(), small * _ROW)
        bar = self._paint_foot(canvas, foot, view) if has_foot else self._paint_ends(canvas, foot, view)
        middle = QRectF(inside.left(), head.bottom(), inside.width(), bar.top() - head.bottom() - small * 0.5)
        self._paint_value(canvas, middle, view, bar)
        self._paint_bar(canvas, bar, view)

    def _paint_trend(self, canvas: Canvas, area: QRectF, view: GaugeView) -> None:
        """Left the figure over its limit, right how it has gone, in the place of the axis."""
        small, ink = canvas.sizes.small, Role.OLD if view.old else Role.TEXT
        left = QRectF(area.left(), area.top(), area.width() * _FIGURES_SHARE, area.height() - small * 1.3)
        self._paint_value(canvas, left, replace(view, mark=""), left)
        foot = QRectF(area.left(), left.bottom(), area.width(), small * 1.3)
        graph = QRectF(left.right(), area.top(), area.width() - left.width(), left.height())
        quiet = Role.OLD if view.old else Role.QUIET
        canvas.text(
            QRectF(graph.left(), foot.top(), graph.width(), foot.height()), view.trend_from, small, role=quiet
        )
        canvas.box(graph, Role.RAISED, edge=Role.MARK, radius=0)
        graph.adjust(small * 0.3, 0, -small * 0.3, 0)
        # At its line where there is room above it, otherwise under the figure.
        label = foot.adjusted(0, 0, left.width() - area.width(), 0)
        if view.trend_limit is not None:
            height = graph.bottom() - view.trend_limit * graph.height()
            canvas.line(QPointF(graph.left(), height), QPointF(graph.right(), height), quiet)
            if height - small * 1.25 >= graph.top():
                label = QRectF(graph.left(), height - small * 1.25, graph.width() - small, small * 1.2)
        canvas.text(label, view.mark, small, role=ink, weight=MEDIUM)
        for stretch in view.trend:
            points = [
                (graph.left() + x * graph.width(), graph.bottom() - y * graph.height()) for x, y in stretch
            ]
            canvas.stroke(points, ink, 2)
        last = view.trend[-1][-1]
        if last[0] >= 1:  # it reaches until now
            now = QPointF(graph.right(), graph.bottom() - last[1] * graph.height())
            is_warning = view.is_abnormal and not view.old
            canvas.circle(now, small * 0.35, Role.WARNING if is_warning else ink, ink, 1.5)

    @staticmethod
    def _paint_head(canvas: Canvas, row: QRectF, view: GaugeView) -> None:
        small, ink = canvas.sizes.small, Role.OLD if view.old else Role.QUIET
        note, weight = (view.old, SEMIBOLD) if view.old else (view.note, MEDIUM)
        right = canvas.text(row, note, small, role=Role.TEXT, weight=weight, align=RIGHT)
        room = row.adjusted(0, 0, -right.width() - small * 0.6 if note else 0, 0)
        canvas.text(room, view.title, small, role=ink)

    def _paint_value(self, canvas: Canvas, area: QRectF, view: GaugeView, bar: QRectF) -> None:
        sizes, ink = canvas.sizes, Role.OLD if view.old else Role.TEXT
        px = max(sizes.body, int(min(area.height() / _FIGURE, sizes.text_from_afar(self._far_m))))
        px = min(px, int(area.width() * 0.24))
        value = canvas.text(area, view.value, px, role=ink, weight=BOLD)
        unit_px = max(sizes.small, int(px * 0.42))
        unit_row = QRectF(value.right() + px * 0.14, value.bottom() - unit_px, area.width(), unit_px)
        unit = canvas.text(unit_row, view.unit, unit_px, role=Role.OLD if view.old else Role.QUIET)
        left = max(value.right(), unit.right()) + sizes.small * 0.6
        row = QRectF(area.left(), area.bottom() - sizes.small * 1.1, area.width(), sizes.small * 1.1)
        if view.is_abnormal and not view.old:
            left = self._paint_warning(canvas, area, value, left, row.top() if view.mark else area.bottom())
        role = ink if view.mark_at is not None else Role.QUIET
        _text_at(canvas, row, view.mark, view.mark_at, left, role, bar)

    @staticmethod
    def _paint_warning(canvas: Canvas, area: QRectF, value: QRectF, left: float, bottom: float) -> float:
        """Draw the sign at the right end, above what is written there, or beside the figure; return what is free."""
        small = canvas.sizes.small
        side = min(value.height() * 0.8, bottom - area.top())
        if side >= small * 1.2:
            right = area.right() - side * 1.1
            warning_sign(canvas, QRectF(right, bottom - side, side * 1.1, side))
            return left
        side = small * 1.2
        warning_sign(canvas, QRectF(left, value.bottom() - side, side * 1.1, side))
        return left + side * 1.1 + small * 0.6

    @staticmethod
    def _paint_bar(canvas: Canvas, bar: QRectF, view: GaugeView) -> None:
        small = canvas.sizes.small
        canvas.box(bar, Role.RAISED, edge=Role.MARK, radius=0)
        good = QRectF(bar.left() + view.good_from * bar.width(), bar.top(), 0, bar.height())
        good.setRight(bar.left() + view.good_to * bar.width())
        canvas.box(good, Role.RANGE, radius=0)
        ink = Role.OLD if view.old else Role.TEXT
        if view.second_at is not None:
            reach = QRectF(bar.left(), bar.center().y() - 1.5, view.second_at * bar.width(), 3)
            canvas.box(reach, Role.MARK, radius=0)
            _tick(canvas, bar, view.second_at, ink, 2, 0)
        if view.mark_at is not None:
            _tick(canvas, bar, view.mark_at, ink, 3, small * 0.25)
        if view.value_at is not None:
            at = bar.left() + view.value_at * bar.width()
            half = small * 0.5
            top = bar.top() - small * 0.35
            canvas.shape([(at - half, top), (at + half, top), (at, bar.center().y() + small * 0.1)], ink)
            _tick(canvas, bar, view.value_at, ink, 2, 0)

    @staticmethod
    def _paint_foot(canvas: Canvas, row: QRectF, view: GaugeView) -> QRectF:
        """Write the ends of the axis and its second value under it; return the axis."""
        small, ink = canvas.sizes.small, Role.OLD if view.old else Role.QUIET
        bar = QRectF(row.left(), row.top() - small * _BAR, row.width(), small * _THICK)
        low = canvas.text(row, view.low, small, role=ink)
        high = canvas.text(row, view.high, small, role=ink, align=RIGHT)
        room = row.adjusted(low.width() + small * 0.5, 0, -high.width() - small * 0.5 if view.high else 0, 0)
        _text_at(canvas, room, view.second, view.second_at, room.left(), ink, bar)
        return bar

    @staticmethod
    def _paint_ends(canvas: Canvas, row: QRectF, view: GaugeView) -> QRectF:
        """Write the ends of the axis beside it, where its figure needs the row; return the axis."""
        small, ink = canvas.sizes.small, Role.OLD if view.old else Role.QUIET
        low = canvas.text(row, view.low, small, role=ink)
        high = canvas.text(row, view.high, small, role=ink, align=RIGHT)
        left, right = low.right() + small * 0.5, high.left() - small * 0.5
        return QRectF(left, row.center().y() - small * _THICK / 2, right - left, small * _THICK)


def _tick(canvas: Canvas, bar: QRectF, at: float, role: Role, width: float, beyond: float) -> None:
    x = min(max(bar.left() + at * bar.width(), bar.left() + width / 2), bar.right() - width / 2)
    canvas.line(QPointF(x, bar.top() - beyond), QPointF(x, bar.bottom() + beyond), role, width)


def _text_at(
    canvas: Canvas,
    row: QRectF,
    text: str,
    at: float | None,
    left: float,
    role: Role,
    axis: QRectF,
) -> None:
    """Write under or over a place on the axis, as near as the row's ends and `left` allow."""
    small = canvas.sizes.small
    width = min(canvas.width_of(text, small, MEDIUM), row.right() - left)
    centre = axis.left() + (1.0 if at is None else at) * axis.width()
    start = min(max(centre - width / 2, left), row.right() - width)
    canvas.text(QRectF(start, row.top(), width + 1, row.height()), text, small, role=role, weight=MEDIUM)
