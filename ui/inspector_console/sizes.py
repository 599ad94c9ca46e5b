"""How large things are: millimetres and viewing distances turned into pixels of one screen. No Qt.

Sources: touch keys of 20 mm are best, below that people are slower and err more (Colle and Hiszem 2004); text of
at least 16 minutes of arc at the greatest viewing distance (NUREG-0700).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from inspector.errors import UsageError

TOUCH_MM: Final = 15.0
"""Least width and height of what is touched."""
FREQUENT_TOUCH_MM: Final = 20.0
"""Of what is touched often."""
GAP_MM: Final = 2.0
"""Between two things that are touched."""
LEGIBLE_ARCMIN: Final = 16.0
CAP_HEIGHT: Final = 0.727
"""Height of Inter's capitals, in em."""

_MM_PER_INCH: Final = 25.4
_USUAL_DIAGONAL_INCH: Final = 21.5
_READING_M: Final = 0.70
_CLOSEST_READING_M: Final = 0.45
"""People stand nearer to a small panel; nobody reads closer than this."""
_FLOOR_PX: Final = 13
_MIN_INCH, _MAX_INCH = 5.0, 100.0


@dataclass(
    frozen=True
)  # without slots: what is computed once is kept, everything that is painted asks for it
class Sizes:
    """One screen, or the window that stands for it.

    Parameters
    ----------
    width_px, height_px
        Its resolution.
    diagonal_inch
        As configured: what panels say of themselves is often wrong.

    Raises
    ------
    UsageError
        The diagonal or the resolution is that of no screen.
    """

    width_px: int
    height_px: int
    diagonal_inch: float

    def __post_init__(self) -> None:
        if not _MIN_INCH <= self.diagonal_inch <= _MAX_INCH:
            raise UsageError(
                f"a screen of {self.diagonal_inch:g} inches: give its diagonal, {_MIN_INCH:g}…{_MAX_INCH:g}"
            )
        if min(self.width_px, self.height_px) < 1:
            raise UsageError(f"a screen of {self.width_px}×{self.height_px} pixels has no room for anything")

    @cached_property
    def px_per_mm(self) -> float:
        """Pixels on a millimetre, with square pixels."""
        return math.hypot(self.width_px, self.height_px) / (self.diagonal_inch * _MM_PER_INCH)

    def px(self, length_mm: float) -> int:
        """Return so many millimetres in whole pixels, never less."""
        return math.ceil(length_mm * self.px_per_mm - 1e-9)

    @cached_property
    def touch(self) -> int:
        """Least side of what is touched, px."""
        return self.px(TOUCH_MM)

    @cached_property
    def frequent_touch(self) -> int:
        """Least side of what is touched often, px."""
        return self.px(FREQUENT_TOUCH_MM)

    @cached_property
    def gap(self) -> int:
        """Between things, px."""
        return self.px(GAP_MM)

    @cached_property
    def reading_m(self) -> float:
        """How far away the person stands who reads the small print."""
        scaled = _READING_M * self.diagonal_inch / _USUAL_DIAGONAL_INCH
        return min(_READING_M, max(_CLOSEST_READING_M, scaled))

    def text_for(self, distance_m: float) -> int:
        """Return the font's size that can be read from a distance, px (em)."""
        capital_mm = distance_m * 1000 * math.tan(math.radians(LEGIBLE_ARCMIN / 60))
        return max(_FLOOR_PX, self.px(capital_mm / CAP_HEIGHT))

    def text_from_afar(self, distance_m: float) -> int:
        """Return the same for what is glanced at from afar; people glance at a small panel from nearer."""
        return self.text_for(distance_m * min(1.0, self.diagonal_inch / _USUAL_DIAGONAL_INCH))

    @cached_property
    def small(self) -> int:
        """Size of the smallest text, px."""
        return self.text_for(self.reading_m)

    @cached_property
    def body(self) -> int:
        """Size of ordinary text, px."""
        return round(self.small * 1.22)

    @cached_property
    def large(self) -> int:
        """Size of headings and of the alarm's text, px."""
        return round(self.small * 1.5)
