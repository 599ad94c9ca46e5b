"""One device at a glance; touching it opens everything that is known of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import DeviceCardView, LampKind
from inspector_console.sizes import Sizes
from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton, lines_of
from inspector_console.widgets._canvas import LEFT, RIGHT, Canvas
from inspector_console.widgets._signs import lamp_sign, warning_sign
from inspector_console.widgets._style import MEDIUM, REGULAR, SEMIBOLD, Style

_ROW: Final = 1.45
_AIRY_ROW: Final = 1.8
"""Height of a row in its text's sizes: at least, and of a figure where there is room."""
_FIGURES: Final = 6
"""A card has at most so many."""
_LINES: Final = 3
"""Below a card's name, for reason, consequence and time; the figures of neighbours begin side by side."""
_LEFT, _RIGHT = 1.0, 0.8
CARD_PADDING: Final = _LEFT + _RIGHT
"""Left and right of a card's texts, in sizes of small text."""
_BETWEEN: Final = 0.5
"""Between a figure's name and its value, in sizes of their text."""
_BARS: Final = {
    LampKind.FAILURE: Role.URGENT,
    LampKind.CHECK: Role.CHECK,
    LampKind.OUT_OF_SPEC: Role.WARNING,
    LampKind.UPKEEP: Role.UPKEEP,
}
"""NE 107's colours, beside its signs."""


class DeviceCard(TouchButton):
    """Shows a `DeviceCardView`, or a page's name with a few figures where it is no device."""

    def __init__(self, look: Style, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.view: DeviceCardView | None = None
        self._px = look.sizes.small

    def show_view(self, view: DeviceCardView, px: int) -> None:
        """Show a view in texts of a size, if one of them is another."""
        if (view, px) != (self.view, self._px):
            self.view, self._px = view, px
            self.rename(view.name)
            self.update()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint state, what parts do, and figures."""
        self.paint_face(canvas, area)
        if (view := self.view) is None:
            return
        small, px = canvas.sizes.small, self._px
        if view.old:
            canvas.veil(area.adjusted(2, 2, -2, -2))
        if view.kind in _BARS and view.state:
            bar = QRectF(area.left(), area.top(), small * 0.4, area.height())
            canvas.box(bar, _BARS[view.kind], radius=0)
        inside = area.adjusted(small * _LEFT, small * 0.6, -small * _RIGHT, -small * 0.4)
        top = paint_state(canvas, inside, view, px=px)
        usual = inside.top() + canvas.sizes.large * 1.3 + px * (0.7 + _LINES * _ROW)
        least = px * _ROW
        top = max(top, min(usual, inside.bottom() - _FIGURES * least))
        height = min(px * _AIRY_ROW, max(least, (inside.bottom() - top) / _FIGURES))
        row = QRectF(inside.left(), top, inside.width(), height)
        for name, value in view.figures[: int((inside.bottom() - top) / height + 0.01)]:
            _paint_figure(canvas, row, name, value, px, is_old=bool(view.old))
            row.translate(0, height)


def figure_width(look: Style, name: str, value: str, px: int) -> float:
    """Return how wide a figure is, with its name."""
    return look.width(name, px) + px * _BETWEEN + look.width(value, px, SEMIBOLD)


def state_height(sizes: Sizes, view: DeviceCardView, px: int) -> float:
    """Return how high `paint_state` paints where each of its texts has room on one line."""
    return sizes.large * 1.3 + sizes.small * 0.2 + len(_said(view)) * px * _ROW


def paint_state(
    canvas: Canvas, area: QRectF, view: DeviceCardView, *, px: int, is_wide: bool = False
) -> float:
    """Paint name, sign, state, why, and what parts do from the top; return where that ends.

    Where it is wide, the state's word stands beside the name, not at the other end.
    """
    sizes, small = canvas.sizes, canvas.sizes.small
    head = QRectF(area.left(), area.top(), area.width(), sizes.large * 1.3)
    if view.state:
        side = sizes.large * 1.2
        lamp_sign(canvas, QRectF(head.left(), head.center().y() - side / 2, side, side), view.kind)
        head.adjust(side + small * 0.6, 0, 0, 0)
    state = canvas.width_of(view.state, px, MEDIUM) + small * 0.5 if view.state else 0.0
    name = canvas.text(head.adjusted(0, 0, -state, 0), view.name, sizes.large, weight=SEMIBOLD)
    if is_wide:
        head.setLeft(name.right() + sizes.body)
    canvas.text(head, view.state, px, weight=MEDIUM, align=LEFT if is_wide else RIGHT)
    row = QRectF(area.left(), head.bottom() + small * 0.2, area.width(), px * _ROW)
    if view.is_warned:
        warning_sign(canvas, QRectF(row.left(), row.center().y() - px / 2, px, px))
        row.setLeft(row.left() + px * 1.4)
    for text, weight, role in _said(view):
        for line in lines_of(text, canvas, row.width(), px, weight=weight):
            canvas.text(row, line, px, weight=weight, role=role)
            row.translate(0, px * _ROW)
    return row.top()


def _said(view: DeviceCardView) -> list[tuple[str, int, Role]]:
    said = [
        (view.old, SEMIBOLD, Role.TEXT),
        (view.reason, SEMIBOLD, Role.TEXT),
        (view.consequence, MEDIUM, Role.TEXT),
        (view.note, MEDIUM, Role.QUIET),
        (view.since, REGULAR, Role.QUIET),
    ]
    return [line for line in said if line[0]]


def _paint_figure(canvas: Canvas, row: QRectF, name: str, value: str, px: int, *, is_old: bool) -> None:
    label, gap = canvas.width_of(name, px), px * _BETWEEN
    # What people have named may be as long as it likes; its own name gives way first.
    room = row.adjusted(min(label + gap, row.width() * 0.62), 0, 0, 0)
    ink = Role.OLD if is_old else Role.TEXT
    shown = canvas.text(room, value, px, role=ink, weight=SEMIBOLD, align=RIGHT, may_cut=True)
    rest = row.adjusted(0, 0, -shown.width() - gap, 0)
    canvas.text(rest, name, px, role=Role.OLD if is_old else Role.QUIET)
