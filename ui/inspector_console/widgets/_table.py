"""Rows of texts in columns: read, not touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import LEFT, RIGHT, Canvas
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_ROW: Final = 1.6
_PADDING: Final = 0.8


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its share of the width, which way its texts lean, and whether they may be cut."""

    share: float
    is_right: bool = False
    may_cut: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """What a table shows. `first` is the row at its top; `old` = it is not of the present.

    `marked` rows have a warning's sign before their last cell; `foot` stands below the last row.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()
    first: int = 0
    note: str = ""
    old: str = ""
    marked: frozenset[int] = frozenset()
    foot: str = ""


class Table(Tile):
    """Shows a `TableView`, as many rows as there is room for."""

    view: TableView | None

    def __init__(self, look: Style, *columns: Column) -> None:
        super().__init__(look)
        self._columns = columns

    def page(self) -> int:
        """Return how many rows there is room for."""
        small = self.look.sizes.small
        room = self.height() - self._top() - small * 0.4
        return max(1, int(room / (small * _ROW)))

    def _top(self) -> float:
        has_head = self.view is not None and bool(self.view.head)
        return self.look.sizes.small * (0.4 + _ROW * (2 if has_head else 1))

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint title, heading and rows."""
        if (view := self.view) is None:
            return
        small = canvas.sizes.small
        canvas.box(area, Role.PANEL)
        if view.old:
            canvas.veil(area.adjusted(1, 1, -1, -1))
        inside = area.adjusted(small * _PADDING, small * 0.4, -small * _PADDING, 0)
        row = QRectF(inside.left(), inside.top(), inside.width(), small * _ROW)
        note = canvas.text(row, view.old or view.note, small, weight=MEDIUM, align=RIGHT, may_cut=True)
        room = row.adjusted(0, 0, -note.width() - small * 0.6 if note.width() else 0, 0)
        canvas.text(room, view.title, small, weight=SEMIBOLD)
        if view.head:
            row.translate(0, small * _ROW)
            self._paint_row(canvas, row, view.head, is_head=True, is_old=bool(view.old))
        for at, cells in enumerate(view.rows[view.first : view.first + self.page()], view.first):
            row.translate(0, small * _ROW)
            if any(cells[:1]):  # a row that goes on is one with that above it
                canvas.line(QPointF(row.left(), row.top()), QPointF(row.right(), row.top()), Role.EDGE)
            self._paint_row(
                canvas, row, cells, is_head=False, is_old=bool(view.old), is_marked=at in view.marked
            )
        if view.foot and row.bottom() + small * _ROW * 1.4 < area.bottom():
            row.translate(0, small * _ROW * 1.4)
            canvas.text(row, view.foot, small, weight=MEDIUM, may_cut=True)

    def _paint_row(
        self,
        canvas: Canvas,
        row: QRectF,
        cells: tuple[str, ...],
        *,
        is_head: bool,
        is_old: bool,
        is_marked: bool = False,
    ) -> None:
        small = canvas.sizes.small
        whole = sum(column.share for column in self._columns)
        gap = small * 0.7
        left = row.left()
        for column, cell in zip(self._columns, cells, strict=False):
            width = row.width() * column.share / whole
            is_last = column is self._columns[-1]
            box = QRectF(left, row.top(), width - (0 if is_last else gap), row.height())
            is_quiet = is_head or column.is_quiet
            if is_last and is_marked:
                warning_sign(canvas, QRectF(left, row.center().y() - small / 2, small, small))
                box.adjust(small * 1.4, 0, 0, 0)
            canvas.text(
                box,
                cell,
                small,
                role=Role.OLD if is_old else Role.QUIET if is_quiet else Role.TEXT,
                weight=MEDIUM,
                align=RIGHT if column.is_right else LEFT,
                may_cut=column.may_cut and not is_head,
            )
            left += width
