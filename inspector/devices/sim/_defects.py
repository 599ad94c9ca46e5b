"""Defects of a metal surface, of any size and contrast, drawn anti-aliased as relative changes of light.

A *shape* is float32 in about -1…1: the part's light becomes `light * (1 + contrast * shape)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.devices.sim._texture import Image

Points = NDArray[np.float64]
_FRACTION_BITS = 6
_SCALE = 4
_BLEED_PX = 1.4 / _SCALE  # so much wider than asked for does OpenCV fill (measured)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A square to draw on, origin in the middle; coordinates and sizes are frame pixels."""

    side: int
    size: float
    """The defect's longest extent."""
    rng: np.random.Generator
    toward_light: tuple[float, float]

    def axes(self) -> tuple[Image, Image]:
        axis = np.arange(self.side, dtype=np.float32) - np.float32((self.side - 1) / 2)
        return axis[None, :], axis[:, None]

    def polygon(self, *outlines: Points) -> Image:
        """Return how much of each pixel the outlines cover: drawn enlarged, then averaged."""
        ink = np.zeros((self.side * _SCALE, self.side * _SCALE), np.uint8)
        for points in outlines:
            enlarged = points * _SCALE + (self.side * _SCALE - 1) / 2
            fixed = np.round(enlarged * (1 << _FRACTION_BITS)).astype(np.int32)
            cv2.fillPoly(ink, [fixed], 255, cv2.LINE_AA, _FRACTION_BITS)
        small = cv2.resize(ink, (self.side, self.side), interpolation=cv2.INTER_AREA)
        return np.asarray(small.astype(np.float32) * np.float32(1 / 255))


def _unit(angle: float | NDArray[np.float64]) -> Points:
    return np.array([np.cos(angle), np.sin(angle)])


_HARMONICS = np.array([2.0, 3.0, 5.0, 8.0])
_TURN = np.linspace(0, 2 * np.pi, 40, endpoint=False)


def _blob(sheet: _Sheet, diameter: float, roughness: float) -> Points:
    """Return an irregular closed outline whose longest extent is about `diameter`."""
    rough = roughness * sheet.rng.normal(size=4) / _HARMONICS
    phase = sheet.rng.uniform(0, 2 * np.pi, 4)
    radius = np.maximum(1 + rough @ np.cos(np.outer(_HARMONICS, _TURN) + phase[:, None]), 0.3)
    return np.asarray((_unit(_TURN) * (radius / radius.max() * diameter / 2)).T)


def _stroke(line: Points, width_px: float) -> Points:
    """Return the outline of a line that tapers to both ends."""
    along = np.gradient(line, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    taper = np.sin(np.linspace(0.12, np.pi - 0.12, len(line))) ** 0.6
    edge = across * (taper * max(width_px - _BLEED_PX, 0.0) / 2)[:, None]
    return np.concatenate([line + edge, (line - edge)[::-1]])


def _scratch(sheet: _Sheet) -> Image:
    """A groove: one flank bright, the other dark; either may win."""
    angle, bend = sheet.rng.uniform(0, np.pi), sheet.rng.normal(0, 0.06)
    at = np.linspace(-0.5, 0.5, 12)[:, None] * sheet.size
    along, across = _unit(angle), _unit(angle + np.pi / 2)
    line = at * along + bend * (at**2 / max(sheet.size, 1e-6) - sheet.size / 12) * across
    width = min(float(sheet.rng.uniform(0.9, 2.0)), 0.35 + 0.5 * sheet.size)
    groove = _stroke(line, width)
    core, flank = sheet.polygon(groove), sheet.polygon(groove + across * width)
    sign = 1.0 if sheet.rng.random() < 0.5 else -1.0
    return np.asarray(sign * (core - np.float32(0.6) * flank))


def _dent(sheet: _Sheet) -> Image:
    """A shallow bowl: dark on the light's side, bright opposite, slightly darker on the whole."""
    x, y = sheet.axes()
    angle, stretch = sheet.rng.uniform(0, np.pi), sheet.rng.uniform(0.75, 1.0)
    u, v = x * np.cos(angle) + y * np.sin(angle), (y * np.cos(angle) - x * np.sin(angle)) / stretch
    # A pixel averages over itself: the bowl it sees is wider by the pixel's own variance, and shallower.
    depth = (sheet.size / 5) ** 2 / ((sheet.size / 5) ** 2 + 1 / 12)
    spread = np.float32(np.sqrt((sheet.size / 5) ** 2 + 1 / 12))
    bowl = np.float32(depth) * np.exp(-(u * u + v * v) / (2 * spread * spread))
    facing = (x * np.float32(sheet.toward_light[0]) + y * np.float32(sheet.toward_light[1])) / spread
    return np.asarray(-bowl * (np.float32(1.4) * facing + np.float32(0.25)), dtype=np.float32)


def _porosity(sheet: _Sheet) -> Image:
    """One pore, or a nest of them: dark, with a bright lip away from the light."""
    count = min(1 + int(sheet.rng.poisson(sheet.size / 5)), 9)
    pores = [_pore(sheet, float(sheet.rng.uniform(0.12, 0.4)) if count > 1 else 1.0) for _ in range(count)]
    away = -np.array(sheet.toward_light) * min(0.06 * sheet.size, 1.2)
    ink, shifted = sheet.polygon(*pores), sheet.polygon(*(pore + away for pore in pores))
    return np.asarray(np.float32(0.5) * np.maximum(shifted - ink, 0) - ink)


def _pore(sheet: _Sheet, share: float) -> Points:
    """Return the outline of a pore of a share of the nest's size, 1…9 px, somewhere in the nest."""
    diameter = min(max(share * sheet.size, 1.0), 9.0, sheet.size)
    reach = (sheet.size - diameter) / 2 * np.sqrt(sheet.rng.random())
    return np.asarray(_blob(sheet, diameter, 0.25) + _unit(sheet.rng.uniform(0, 2 * np.pi)) * reach)


def _chip(sheet: _Sheet) -> Image:
    """Material broken off an edge: dark, with a bright facet where the break faces the light."""
    outline = _blob(sheet, sheet.size, 0.35)
    ink = sheet.polygon(outline)
    toward = np.array(sheet.toward_light) * min(0.15 * sheet.size, 3.0)
    facet = np.maximum(ink - sheet.polygon(outline + toward), 0)
    return np.asarray(np.float32(1.4) * facet - ink)


def _stain(sheet: _Sheet) -> Image:
    """A dried drop: a blotchy film with a darker rim."""
    outline = _blob(sheet, sheet.size, 0.3)
    film, core = sheet.polygon(outline), sheet.polygon(outline * 0.86)
    coarse = sheet.rng.uniform(0.35, 0.75, (6, 6)).astype(np.float32)
    blotches = cv2.resize(coarse, (sheet.side, sheet.side), interpolation=cv2.INTER_CUBIC)
    stain = film - core + core * blotches
    return np.asarray(-cv2.GaussianBlur(stain, (0, 0), max(0.02 * sheet.size, 0.2)))


def _crack(sheet: _Sheet) -> Image:
    """A jagged dark line, sometimes forked."""
    angle = sheet.rng.uniform(0, 2 * np.pi)
    path = _jagged(sheet, angle, sheet.size)
    width = min(float(sheet.rng.uniform(0.9, 1.6)), 0.3 + 0.5 * sheet.size)
    path -= (path[0] + path[-1]) / 2
    outlines = [_stroke(path, width)]
    if sheet.rng.random() < 0.4:
        fork = _jagged(sheet, angle + float(sheet.rng.choice((-0.7, 0.7))), 0.35 * sheet.size)
        outlines.append(_stroke(path[len(path) // 2] + fork, 0.7 * width))
    return -sheet.polygon(*outlines)


def _jagged(sheet: _Sheet, angle: float, length: float) -> Points:
    steps = max(4, int(length / 3))
    headings = angle + sheet.rng.normal(0, 0.5, steps)
    legs = _unit(headings).T * (length / steps)
    return np.concatenate([np.zeros((1, 2)), np.cumsum(legs, axis=0)])


_DRAW: dict[str, Callable[[_Sheet], Image]] = {
    "scratch": _scratch,
    "dent": _dent,
    "porosity": _porosity,
    "chip": _chip,
    "stain": _stain,
    "crack": _crack,
}
DEFECT_CLASSES = tuple(_DRAW)
EDGE_CLASSES = frozenset({"chip"})
"""Defects that sit on an edge; the others may be anywhere on the surface."""
_MARGIN_PX = 5


def draw_shape(
    name: str, size_px: float, rng: np.random.Generator, toward_light: tuple[float, float] = (0.0, -1.0)
) -> Image:
    """Return the shape of a defect before blur, float32, square with an even side, defect in the middle.

    Below one pixel it fades with its area, so that size 0 is no defect at all.
    """
    side = 2 * int(np.ceil(size_px * 0.55 + _MARGIN_PX))
    shape = _DRAW[name](_Sheet(side, size_px, rng, toward_light))
    return np.asarray(shape * np.float32(min(1.0, size_px) ** 2))
