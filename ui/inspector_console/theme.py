"""Colours by what they mean, for bright halls and dark rooms. No Qt.

Grey where all is well; colour only for what is abnormal, and never colour alone. Contrast after WCAG 2.
"""

from __future__ import annotations

from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a colour is for."""

    FIELD = auto()
    """Behind everything."""
    PANEL = auto()
    """A tile on the field."""
    RAISED = auto()
    """Something to touch, or a bar's empty part."""
    EDGE = auto()
    TEXT = auto()
    QUIET = auto()
    """Text and marks of the second rank."""
    OLD = auto()
    """What may not be true any more."""
    MARK = auto()
    """Bars and ticks of what is normal."""
    RANGE = auto()
    """Where a value should be."""
    ACCENT = auto()
    """What is chosen."""
    ON_ACCENT = auto()
    CHOSEN = auto()
    """A tool that is switched on."""
    WELL = auto()
    """Around the picture."""
    ON_WELL = auto()
    NG = auto()
    ON_NG = auto()
    NG_MARK = auto()
    """The same on grey: bars of the last parts."""
    URGENT = auto()
    """Alarm of priority 1."""
    ON_URGENT = auto()
    WARNING = auto()
    """Alarm of priority 2; out of specification."""
    ON_WARNING = auto()
    NOTICE = auto()
    """Alarm of priority 3."""
    ON_NOTICE = auto()
    ACTION = auto()
    """The one thing to do now."""
    ON_ACTION = auto()
    CHECK = auto()
    """Function check (NE 107)."""
    UPKEEP = auto()
    """Maintenance required (NE 107)."""


Palette = MappingProxyType[Role, str]
"""`#RRGGBB` for each role."""

_R = Role
DAY: Final[Palette] = MappingProxyType(
    {
        _R.FIELD: "#C6CACD", _R.PANEL: "#D9DBDD", _R.RAISED: "#E8E9EA", _R.EDGE: "#AEB3B8",
        _R.TEXT: "#191D21", _R.QUIET: "#434A52", _R.OLD: "#565D64",
        _R.MARK: "#6F7C89", _R.RANGE: "#B4BFC8",
        _R.ACCENT: "#2C475F", _R.ON_ACCENT: "#FFFFFF", _R.CHOSEN: "#B9C6D1",
        _R.WELL: "#24272B", _R.ON_WELL: "#FFFFFF",
        _R.NG: "#BF3A07", _R.ON_NG: "#FFFFFF", _R.NG_MARK: "#BF3A07",
        _R.URGENT: "#C4161C", _R.ON_URGENT: "#FFFFFF",
        _R.WARNING: "#F2A900", _R.ON_WARNING: "#191D21",
        _R.NOTICE: "#7A4EAB", _R.ON_NOTICE: "#FFFFFF",
        _R.ACTION: "#191D21", _R.ON_ACTION: "#FFFFFF",
        _R.CHECK: "#E87A00", _R.UPKEEP: "#2B66AE",
    }
)  # fmt: skip
"""For bright halls: grey without glare."""

DARK: Final[Palette] = MappingProxyType(
    {
        _R.FIELD: "#16191C", _R.PANEL: "#202428", _R.RAISED: "#2D3237", _R.EDGE: "#454C53",
        _R.TEXT: "#DDE1E4", _R.QUIET: "#A9B1B8", _R.OLD: "#949CA3",
        _R.MARK: "#7E8B97", _R.RANGE: "#3A4650",
        _R.ACCENT: "#42627E", _R.ON_ACCENT: "#FFFFFF", _R.CHOSEN: "#3A4A58",
        _R.WELL: "#0B0D0E", _R.ON_WELL: "#DDE1E4",
        _R.NG: "#C84310", _R.ON_NG: "#FFFFFF", _R.NG_MARK: "#F2703A",
        _R.URGENT: "#D32F34", _R.ON_URGENT: "#FFFFFF",
        _R.WARNING: "#E0A010", _R.ON_WARNING: "#14181B",
        _R.NOTICE: "#8D63BE", _R.ON_NOTICE: "#FFFFFF",
        _R.ACTION: "#DDE1E4", _R.ON_ACTION: "#14181B",
        _R.CHECK: "#F08A1C", _R.UPKEEP: "#5B93D8",
    }
)  # fmt: skip
"""For dark rooms: nothing that dazzles."""

PALETTES: Final[MappingProxyType[str, Palette]] = MappingProxyType({"day": DAY, "dark": DARK})

TEXT_PAIRS: Final[tuple[tuple[Role, Role], ...]] = (
    *((text, ground) for text in (_R.TEXT, _R.QUIET) for ground in (_R.FIELD, _R.PANEL, _R.RAISED)),
    (_R.OLD, _R.PANEL), (_R.OLD, _R.RAISED), (_R.TEXT, _R.CHOSEN),
    (_R.ON_ACCENT, _R.ACCENT), (_R.ON_WELL, _R.WELL), (_R.ON_NG, _R.NG), (_R.ON_URGENT, _R.URGENT),
    (_R.ON_WARNING, _R.WARNING), (_R.ON_NOTICE, _R.NOTICE), (_R.ON_ACTION, _R.ACTION),
)  # fmt: skip
"""Which text stands on which ground: all that is painted."""


def contrast(one: str, other: str) -> float:
    """Return the ratio of contrast of two colours, 1…21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
