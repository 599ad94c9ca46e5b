"""What is known of one reject: verdict, score against the limits, when and which part, and what people said."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from inspector.protocol import MAX_NEIGHBOURS
from inspector_console.presenter import RejectDetailView, ScoreBarView, VerdictKind
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import verdict_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD
from inspector_console.widgets._verdict import paint_tick


class RejectFactsTile(Tile):
    """Shows a `RejectDetailView`, as much of it as there is room for: what matters most stands above."""

    view: RejectDetailView | None

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint everything."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        canvas.box(area, Role.PANEL)
        inside = area.adjusted(sizes.body * 0.7, sizes.small * 0.5, -sizes.body * 0.7, -sizes.small * 0.5)
        said = self._paint_said(canvas, inside, view)
        top = self._paint_verdict(canvas, inside, view)
        if view.bar is not None:
            top = self._paint_bar(canvas, QRectF(inside.left(), top, inside.width(), 0), view.bar)
        line = sizes.small * 1.5
        if view.neighbours is not None and top + line < said:
            self._paint_neighbours(canvas, QRectF(inside.left(), top, inside.width(), line), view)
        top += line  # where they come a moment later, nothing jumps
        for at, text in enumerate(view.facts):
            row = QRectF(inside.left(), top + at * line, inside.width(), line)
            if row.bottom() > said:
                break
            canvas.text(row, text, sizes.small, role=Role.QUIET, may_cut=True)

    @staticmethod
    def _paint_verdict(canvas: Canvas, area: QRectF, view: RejectDetailView) -> float:
        """Paint sign, class and score; return where it ends."""
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), area.width(), sizes.large * 1.7)
        side = sizes.large * 1.1
        kind = view.kind if view.kind is not VerdictKind.OK else VerdictKind.NOT_JUDGED
        role = Role.NG_MARK if view.kind is VerdictKind.NG else Role.TEXT
        verdict_sign(canvas, QRectF(row.left(), row.center().y() - side / 2, side, side), kind, role)
        words = row.adjusted(side + sizes.small * 0.6, 0, 0, 0)
        canvas.text(words, view.what, sizes.large, weight=SEMIBOLD, may_cut=True)
        return row.bottom()

    @staticmethod
    def _paint_bar(canvas: Canvas, area: QRectF, bar: ScoreBarView) -> float:
        """Paint the share of defect on its axis, with the limits; return where it ends."""
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), area.width(), sizes.small * 1.4)
        text = canvas.text(row, bar.text, sizes.small, weight=MEDIUM)
        room = row.adjusted(text.width() + sizes.small, 0, 0, 0)
        canvas.text(room, bar.note or bar.reject_text, sizes.small, role=Role.QUIET, align=RIGHT)
        axis = QRectF(area.left(), row.bottom() + sizes.small * 0.15, area.width(), sizes.small * 0.6)
        canvas.box(axis, Role.RAISED, radius=0)
        if bar.accept_below is not None:
            canvas.box(
                QRectF(axis.topLeft(), _at(axis, bar.accept_below, axis.bottom())), Role.RANGE, radius=0
            )
        is_ng = bar.reject_from is not None and bar.share >= bar.reject_from
        thick = axis.height() * 0.5
        filled = QRectF(axis.left(), axis.center().y() - thick / 2, axis.width() * bar.share, thick)
        canvas.box(filled, Role.NG_MARK if is_ng else Role.MARK, radius=0)
        for limit in (bar.accept_below, bar.reject_from):
            if limit is not None:
                x = axis.left() + axis.width() * limit
                over = sizes.small * 0.2
                canvas.line(QPointF(x, axis.top() - over), QPointF(x, axis.bottom() + over), Role.TEXT, 2)
        row = QRectF(area.left(), axis.bottom() + sizes.small * 0.1, area.width(), sizes.small * 1.4)
        canvas.text(row, bar.accept_text, sizes.small, role=Role.QUIET)
        return (row if bar.accept_text else axis).bottom() + sizes.small * 0.3

    @staticmethod
    def _paint_neighbours(canvas: Canvas, row: QRectF, view: RejectDetailView) -> None:
        """Paint a tick for each part around this one, which stands in the middle, underlined."""
        around, small = view.neighbours, canvas.sizes.small
        if around is None:
            return
        title = canvas.text(row, around.title, small, role=Role.QUIET)
        ticks = row.adjusted(title.width() + small, small * 0.2, 0, -small * 0.35)
        step = ticks.width() / (2 * MAX_NEIGHBOURS + 1)
        kinds = (*around.before, view.kind, *around.after)
        for at, kind in enumerate(kinds, MAX_NEIGHBOURS - len(around.before)):
            bar = QRectF(ticks.left() + at * step, ticks.top(), step * 0.66, ticks.height())
            paint_tick(canvas, bar, kind)
            if at == MAX_NEIGHBOURS:
                y = bar.bottom() + small * 0.2
                canvas.line(QPointF(bar.left() - 2, y), QPointF(bar.right() + 2, y), Role.TEXT, 2)

    @staticmethod
    def _paint_said(canvas: Canvas, area: QRectF, view: RejectDetailView) -> float:
        """Write what people said, at the lower end; return where it begins."""
        sizes = canvas.sizes
        line = sizes.small * 1.5
        hint = QRectF(area.left(), area.bottom() - line, area.width(), line)
        canvas.text(hint, view.hint, sizes.small, role=Role.QUIET)
        row = hint.translated(0, -line)
        if view.said_by:
            canvas.text(row, view.said_by, sizes.small, may_cut=True)
            row = row.translated(0, -line)
        said = QRectF(row.left(), row.bottom() - sizes.body * 1.5, row.width(), sizes.body * 1.5)
        weight = SEMIBOLD if view.judgement else MEDIUM
        canvas.text(said, view.said, sizes.body, weight=weight, may_cut=True)
        return said.top()


def _at(axis: QRectF, share: float, y: float) -> QPointF:
    return QPointF(axis.left() + axis.width() * share, y)
