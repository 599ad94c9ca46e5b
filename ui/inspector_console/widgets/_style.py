"""Colours and fonts as Qt wants them, each made once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF

from inspector_console.sizes import Sizes
from inspector_console.theme import PALETTES, Role

FAMILY: Final = "Inter"
# Behind Inter: what it has no glyphs for (CJK, Arabic …) comes from the machine, by these names or any other.
_FALLBACKS: Final = ["Noto Sans", "Noto Sans CJK JP", "DejaVu Sans"]
_FONTS: Final = Path(__file__).parent.parent / "resources" / "fonts"
REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
_WIDTHS: Final = 2000
"""So many texts' widths are kept."""


def load_fonts() -> list[str]:
    """Make the fonts known that come with the program; return the files that could not be read."""
    files = sorted(_FONTS.glob("*.otf"))
    return [file.name for file in files if QFontDatabase.addApplicationFont(str(file)) < 0] or (
        [] if files else ["Inter"]
    )


class Style:
    """One palette on one screen."""

    def __init__(self, sizes: Sizes, palette: str = "day") -> None:
        self.sizes = sizes
        self.name = palette
        self._colours = {role: QColor(colour) for role, colour in PALETTES[palette].items()}
        self._fonts: dict[tuple[int, int], QFont] = {}
        self._metrics: dict[tuple[int, int], QFontMetricsF] = {}
        self._widths: dict[tuple[str, int, int], float] = {}

    def colour(self, role: Role) -> QColor:
        """Return a role's colour."""
        return self._colours[role]

    def metrics(self, px: int, weight: int = REGULAR) -> QFontMetricsF:
        """Return a font's measures."""
        metrics = self._metrics.get((px, weight))
        if metrics is None:
            metrics = self._metrics[px, weight] = QFontMetricsF(self.font(px, weight))
        return metrics

    def width(self, text: str, px: int, weight: int = REGULAR) -> float:
        """Return how wide a text is. Measuring takes as long as painting, and most texts come again."""
        key = (text, px, weight)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) >= _WIDTHS:
                self._widths.clear()
            width = self._widths[key] = self.metrics(px, weight).horizontalAdvance(text)
        return width

    def font(self, px: int, weight: int = REGULAR) -> QFont:
        """Return a font whose figures are all of one width, so that counting numbers do not jump."""
        font = self._fonts.get((px, weight))
        if font is None:
            font = QFont([FAMILY, *_FALLBACKS])
            font.setPixelSize(px)
            font.setWeight(QFont.Weight(weight))
            font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[px, weight] = font
        return font
