"""What a change of the product would change, side by side, what the PLC runs, and how a change goes on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from inspector_console.presenter import FactRow, ProductScreenView, ProgressView, StepMark
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, lines_of
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._product_card import paint_picture
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_TIGHT: Final = 1.35
"""Height of a row, in small letters, below which not all rows are shown."""
_FEWEST: Final = 5
_LABELS: Final = 0.26
"""Share of the width for the labels; the rest is for now and then, one as wide as the other."""


class ProductPanel(Tile):
    """Shows the product that is looked at."""

    view: ProductScreenView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.picture: QImage | None = None

    def show_picture(self, picture: QImage | None) -> None:
        """Show another picture."""
        if picture is not self.picture:
            self.picture = picture
            self.update()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint everything."""
        canvas.box(area, Role.PANEL)
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        pad = sizes.body * 0.7
        inside = area.adjusted(pad, pad * 0.5, -pad, -pad)
        if not view.cards:
            row = QRectF(inside.left(), inside.top(), inside.width(), sizes.large * 1.6)
            canvas.text(row, view.quiet, sizes.large, role=Role.QUIET)
            return
        foot = self._foot_height(view)
        table = QRectF(inside.left(), inside.top(), inside.width(), inside.height() - foot)
        self._paint_table(canvas, table, view)
        self._paint_foot(canvas, QRectF(inside.left(), inside.bottom() - foot, inside.width(), foot), view)

    def _foot_height(self, view: ProductScreenView) -> float:
        sizes = self.look.sizes
        return sizes.body * 1.9 + (sizes.body * 5.5 if view.progress else 0)

    # -- the table

    def _paint_table(self, canvas: Canvas, area: QRectF, view: ProductScreenView) -> None:
        sizes = canvas.sizes
        heads = sizes.large * 1.6 + sizes.body * 1.4
        side = max(heads, min(area.height() * 0.22, area.width() * 0.2))
        frame = QRectF(area.right() - side, area.top(), side, side)
        paint_picture(canvas, frame, self.picture)
        head = QRectF(area.left(), area.top(), area.width() - side - sizes.body, sizes.large * 1.6)
        title = next((card.title for card in view.cards if card.name == view.chosen), "")
        canvas.text(head, title, sizes.large, weight=SEMIBOLD, may_cut=True)
        row = QRectF(head.left(), head.bottom(), head.width(), sizes.body * 1.4)
        canvas.text(row, view.head, sizes.body, role=Role.QUIET, weight=MEDIUM)
        top = frame.bottom() + sizes.small * 0.5
        rest = QRectF(area.left(), top, area.width(), area.bottom() - top)
        if view.trouble:
            self._paint_lines(canvas, rest, view.trouble, 6)
        elif view.rows:
            self._paint_rows(canvas, rest, view)

    def _paint_rows(self, canvas: Canvas, area: QRectF, view: ProductScreenView) -> None:
        sizes = canvas.sizes
        rows = view.rows
        if area.height() / (len(rows) + 1) < sizes.small * _TIGHT:
            # Too little room to be read: then what stays the same goes first.
            rows = tuple(row for row in rows if row.is_changed) or rows[:_FEWEST]
        height = min(sizes.body * 1.75, area.height() / (len(rows) + 1))
        px = min(sizes.body, int(height / 1.2))
        places = self._columns(area, height, is_double=bool(view.columns[1]))
        for place, text in zip(places[1:], view.columns, strict=False):
            canvas.text(place, text, px, role=Role.QUIET, weight=MEDIUM)
        for at, row in enumerate(rows, 1):
            self._paint_row(canvas, [place.translated(0, at * height) for place in places], row, px)

    @staticmethod
    def _columns(area: QRectF, height: float, *, is_double: bool) -> list[QRectF]:
        label = area.width() * _LABELS
        rest = (area.width() - label) / (2 if is_double else 1)
        gap = height * 0.7
        first = [QRectF(area.left(), area.top(), label - gap, height)]
        starts = [area.left() + label + at * rest for at in range(2 if is_double else 1)]
        return [*first, *(QRectF(left, area.top(), rest - gap, height) for left in starts)]

    @staticmethod
    def _paint_row(canvas: Canvas, places: list[QRectF], row: FactRow, px: int) -> None:
        """Emphasise what changes; what stays the same is there, but quiet."""
        label, now, *then = places
        canvas.line(label.topLeft(), QPointF(places[-1].right(), label.top()), Role.EDGE)
        is_changed = row.is_changed and bool(then)
        canvas.text(label, row.label, px, role=Role.TEXT if is_changed else Role.QUIET)
        if not is_changed:
            now = QRectF(now.topLeft(), places[-1].bottomRight())
        canvas.text(now, row.old or row.new, px, role=Role.QUIET, may_cut=True)
        if not is_changed:
            return
        mark = QRectF(then[0].left() - px * 0.75, then[0].top() + 3, px * 0.3, then[0].height() - 6)
        canvas.box(mark, Role.ACCENT, radius=0)
        canvas.text(then[0], row.new, px, weight=SEMIBOLD, may_cut=True)

    # -- the PLC, and how a change goes on

    def _paint_foot(self, canvas: Canvas, area: QRectF, view: ProductScreenView) -> None:
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), area.width(), sizes.body * 1.7)
        if view.plc_differs:
            side = sizes.body * 1.1
            warning_sign(canvas, QRectF(row.left(), row.center().y() - side / 2, side, side))
            row.adjust(side * 1.5, 0, 0, 0)
        weight, role = (SEMIBOLD, Role.TEXT) if view.plc_differs else (MEDIUM, Role.QUIET)
        canvas.text(row, view.plc, sizes.body, role=role, weight=weight)
        if view.progress is not None:
            top = row.bottom() + sizes.body * 0.2
            self._paint_progress(
                canvas, QRectF(area.left(), top, area.width(), area.bottom() - top), view.progress
            )

    def _paint_progress(self, canvas: Canvas, area: QRectF, progress: ProgressView) -> None:
        sizes = canvas.sizes
        canvas.line(area.topLeft(), area.topRight(), Role.EDGE)
        width = area.width() / len(progress.steps)
        for at, (text, mark) in enumerate(progress.steps):
            cell = QRectF(area.left() + at * width, area.top() + sizes.body * 0.35, width, sizes.body * 1.6)
            side = sizes.body * 1.1
            self._paint_mark(canvas, QRectF(cell.left(), cell.center().y() - side / 2, side, side), mark)
            words = cell.adjusted(side * 1.35, 0, -sizes.body * 0.5, 0)
            is_here = mark in (StepMark.NOW, StepMark.FAILED)
            role = Role.QUIET if mark is StepMark.WAITS else Role.TEXT
            canvas.text(words, text, sizes.body, role=role, weight=SEMIBOLD if is_here else MEDIUM)
        top = area.top() + sizes.body * 2.1
        self._paint_lines(
            canvas, QRectF(area.left(), top, area.width(), area.bottom() - top), progress.text, 2
        )

    @staticmethod
    def _paint_mark(canvas: Canvas, box: QRectF, mark: StepMark) -> None:
        if mark is StepMark.FAILED:
            warning_sign(canvas, box)
            return
        centre, radius = box.center(), box.width() * 0.42
        is_now, is_done = mark is StepMark.NOW, mark is StepMark.DONE
        canvas.circle(
            centre, radius, Role.ACCENT if is_now else None, edge=Role.TEXT if is_done else Role.MARK
        )
        if is_done:
            left, right = box.left() + box.width() * 0.28, box.right() - box.width() * 0.24
            foot = QPointF(centre.x() - box.width() * 0.06, centre.y() + box.height() * 0.2)
            canvas.line(QPointF(left, centre.y()), foot, Role.TEXT, 2)
            canvas.line(foot, QPointF(right, centre.y() - box.height() * 0.2), Role.TEXT, 2)

    @staticmethod
    def _paint_lines(canvas: Canvas, area: QRectF, text: str, most: int) -> None:
        """Write a text on as many lines as there is room for."""
        sizes = canvas.sizes
        height = sizes.body * 1.3
        room = max(1, min(most, int(area.height() / height)))
        for at, line in enumerate(lines_of(text, canvas, area.width(), sizes.body, room)):
            row = QRectF(area.left(), area.top() + at * height, area.width(), height)
            canvas.text(row, line, sizes.body, may_cut=True)
