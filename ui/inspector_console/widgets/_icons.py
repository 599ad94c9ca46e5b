"""Icons of the screens, drawn: found by shape before the word is read. A screen without one goes by its word."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from inspector_console.theme import Role
from inspector_console.widgets._canvas import Canvas

_LINE: Final = 0.085
"""Thickness of a line, as a share of the icon."""


def screen_icon(canvas: Canvas, box: QRectF, name: str, role: Role) -> None:
    """Draw a screen's icon into a square."""
    draw = _ICONS.get(name)
    if draw is not None:
        draw(_Pen(canvas, box, role))


def has_icon(name: str) -> bool:
    """Return whether a screen has one."""
    return name in _ICONS


class _Pen:
    """Draws in shares of the icon's side."""

    def __init__(self, canvas: Canvas, box: QRectF, role: Role) -> None:
        self._canvas, self._box, self._role = canvas, box, role
        self._width = max(1.5, box.width() * _LINE)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self._box.left() + x * self._box.width(), self._box.top() + y * self._box.height()

    def line(self, *points: tuple[float, float]) -> None:
        self._canvas.stroke([self.at(x, y) for x, y in points], self._role, self._width)

    def circle(self, x: float, y: float, radius: float, *, is_filled: bool = False) -> None:
        fill = self._role if is_filled else None
        self._canvas.circle(
            QPointF(*self.at(x, y)), radius * self._box.width(), fill, self._role, self._width
        )

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        # A closed line must end where it has begun, and a little further, for its last corner.
        middle = (left + right) / 2
        self.line(
            (middle, top), (right, top), (right, bottom), (left, bottom), (left, top), (middle + 0.02, top)
        )


def _live(pen: _Pen) -> None:
    """An eye."""
    lid = [(0.5 - 0.5 * math.cos(at * math.pi / 8), 0.34 * math.sin(at * math.pi / 8)) for at in range(9)]
    pen.line(*((x, 0.5 - y) for x, y in lid))
    pen.line(*((x, 0.5 + y) for x, y in lid))
    pen.circle(0.5, 0.5, 0.14)


def _rejects(pen: _Pen) -> None:
    """A cross in a box."""
    pen.box(0.1, 0.1, 0.9, 0.9)
    pen.line((0.32, 0.32), (0.68, 0.68))
    pen.line((0.68, 0.32), (0.32, 0.68))


def _alarms(pen: _Pen) -> None:
    """A bell."""
    dome = [
        (0.5 - 0.3 * math.cos(at * math.pi / 8), 0.38 - 0.3 * math.sin(at * math.pi / 8)) for at in range(9)
    ]
    pen.line((0.08, 0.76), (0.2, 0.62), *dome, (0.8, 0.62), (0.92, 0.76), (0.06, 0.76))
    pen.line((0.4, 0.92), (0.6, 0.92))


def _product(pen: _Pen) -> None:
    """A parcel."""
    pen.box(0.1, 0.14, 0.9, 0.9)
    pen.line((0.1, 0.38), (0.9, 0.38))
    pen.line((0.5, 0.14), (0.5, 0.38))


def _devices(pen: _Pen) -> None:
    """A camera."""
    pen.line((0.5, 0.26), (0.66, 0.26), (0.66, 0.26), (0.95, 0.26), (0.95, 0.86), (0.05, 0.86))
    pen.line((0.05, 0.9), (0.05, 0.26), (0.3, 0.26), (0.38, 0.12), (0.62, 0.12), (0.7, 0.26))
    pen.circle(0.5, 0.55, 0.17)


def _system(pen: _Pen) -> None:
    """Sliders."""
    for y, x in ((0.2, 0.66), (0.5, 0.34), (0.8, 0.58)):
        pen.line((0.04, y), (0.96, y))
        pen.circle(x, y, 0.085, is_filled=True)


_ICONS: Final[Mapping[str, Callable[[_Pen], None]]] = MappingProxyType(
    {
        "live": _live, "rejects": _rejects, "alarms": _alarms,
        "product": _product, "devices": _devices, "system": _system,
    }
)  # fmt: skip
