"""Defects of a metal surface, of any size and contrast, drawn anti-aliased as relative changes of light.

A *shape* is float32 in about -1…1: the part's light becomes `light * (1 + contrast * shape)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.devices.sim._texture import Image

Points = NDArray[np.float64]
_FRACTION_BITS = 6


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An enlarged square to draw on: `scale` pixels per frame pixel, origin in the middle."""

    side: int
    scale: int
    size: float
    """The defect's extent, px of the sheet."""
    rng: np.random.Generator
    toward_light: tuple[float, float]

    def axes(self) -> tuple[Image, Image]:
        return _sheet_axes(self.side)

    def polygon(self, *outlines: Points) -> Image:
        ink = np.zeros((self.side, self.side), np.uint8)
        for points in outlines:
            cv2.fillPoly(ink, [self._fixed(points)], 255, cv2.LINE_AA, _FRACTION_BITS)
        return np.asarray(ink.astype(np.float32) / np.float32(255))

    def stroke(self, points: Points, width_px: float) -> Image:
        """Draw a line as a polygon: it tapers to both ends and may be narrower than a pixel."""
        along = np.gradient(points, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        taper = np.sin(np.linspace(0.12, np.pi - 0.12, len(points))) ** 0.6
        edge = across * (taper * max(width_px * self.scale, 1.0) / 2)[:, None]
        return self.polygon(np.concatenate([points + edge, (points - edge)[::-1]]))

    def _fixed(self, points: Points) -> NDArray[np.int32]:
        centred = points + (self.side - 1) / 2
        return np.round(centred * (1 << _FRACTION_BITS)).astype(np.int32)


@lru_cache(maxsize=64)
def _sheet_axes(side: int) -> tuple[Image, Image]:
    axis = np.arange(side, dtype=np.float32) - np.float32((side - 1) / 2)
    return axis[None, :], axis[:, None]


def _unit(angle: float | NDArray[np.float64]) -> Points:
    return np.array([np.cos(angle), np.sin(angle)])


def _blob(sheet: _Sheet, diameter: float, roughness: float) -> Points:
    """Return an irregular closed outline whose longest extent is about `diameter`."""
    phi = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = np.ones_like(phi)
    for harmonic in (2, 3, 5, 8):
        wave = np.cos(harmonic * phi + sheet.rng.uniform(0, 2 * np.pi))
        radius += roughness / harmonic * sheet.rng.normal() * wave
    radius = np.clip(radius, 0.3, None)
    return np.asarray(_unit(phi).T * (radius / radius.max() * diameter / 2)[:, None])


def _scratch(sheet: _Sheet) -> Image:
    """A groove: one flank bright, the other dark; either may win."""
    angle, bend = sheet.rng.uniform(0, np.pi), sheet.rng.normal(0, 0.06)
    at = np.linspace(-0.5, 0.5, 12)[:, None] * sheet.size
    along, across = _unit(angle), _unit(angle + np.pi / 2)
    line = at * along + bend * (at**2 / max(sheet.size, 1e-6) - sheet.size / 12) * across
    width = min(float(sheet.rng.uniform(0.9, 2.0)), 0.35 + 0.5 * sheet.size / sheet.scale)
    core = sheet.stroke(line, width)
    flank = sheet.stroke(line + across * width * sheet.scale, width)
    sign = 1.0 if sheet.rng.random() < 0.5 else -1.0
    return np.asarray(sign * (core - np.float32(0.6) * flank))


def _dent(sheet: _Sheet) -> Image:
    """A shallow bowl: dark on the light's side, bright opposite, slightly darker on the whole."""
    x, y = sheet.axes()
    angle, stretch = sheet.rng.uniform(0, np.pi), sheet.rng.uniform(0.75, 1.0)
    u, v = x * np.cos(angle) + y * np.sin(angle), (y * np.cos(angle) - x * np.sin(angle)) / stretch
    spread = np.float32(max(sheet.size / 4, 0.05))
    bowl = np.exp(-(u * u + v * v) / (2 * spread * spread))
    facing = (x * np.float32(sheet.toward_light[0]) + y * np.float32(sheet.toward_light[1])) / spread
    return np.asarray(-bowl * (np.float32(1.4) * facing + np.float32(0.25)), dtype=np.float32)


def _porosity(sheet: _Sheet) -> Image:
    """One pore, or a nest of them: dark, with a bright lip away from the light."""
    count = min(1 + int(sheet.rng.poisson(sheet.size / sheet.scale / 5)), 9)
    pores = [_pore(sheet, float(sheet.rng.uniform(0.12, 0.4)) if count > 1 else 1.0) for _ in range(count)]
    away = -np.array(sheet.toward_light) * min(0.06 * sheet.size, 1.2 * sheet.scale)
    ink, shifted = sheet.polygon(*pores), sheet.polygon(*(pore + away for pore in pores))
    return np.asarray(np.float32(0.5) * np.maximum(shifted - ink, 0) - ink)


def _pore(sheet: _Sheet, share: float) -> Points:
    """Return the outline of a pore of a share of the nest's size, 1…9 px, somewhere in the nest."""
    diameter = min(max(share * sheet.size, sheet.scale), 9 * sheet.scale, sheet.size)
    reach = (sheet.size - diameter) / 2 * np.sqrt(sheet.rng.random())
    return np.asarray(_blob(sheet, diameter, 0.25) + _unit(sheet.rng.uniform(0, 2 * np.pi)) * reach)


def _chip(sheet: _Sheet) -> Image:
    """Material broken off an edge: dark, with a bright facet where the break faces the light."""
    outline = _blob(sheet, sheet.size, 0.35)
    ink = sheet.polygon(outline)
    toward = np.array(sheet.toward_light) * min(0.15 * sheet.size, 3.0 * sheet.scale)
    facet = np.maximum(ink - sheet.polygon(outline + toward), 0)
    return np.asarray(np.float32(1.4) * facet - ink)


def _stain(sheet: _Sheet) -> Image:
    """A dried drop: a blotchy film with a darker rim."""
    outline = _blob(sheet, sheet.size, 0.3)
    film, core = sheet.polygon(outline), sheet.polygon(outline * 0.86)
    coarse = sheet.rng.uniform(0.35, 0.75, (6, 6)).astype(np.float32)
    blotches = cv2.resize(coarse, (sheet.side, sheet.side), interpolation=cv2.INTER_CUBIC)
    stain = film - core + core * blotches
    return np.asarray(-cv2.GaussianBlur(stain, (0, 0), max(0.03 * sheet.size, 0.3)))


def _crack(sheet: _Sheet) -> Image:
    """A jagged dark line, sometimes forked."""
    angle = sheet.rng.uniform(0, 2 * np.pi)
    path = _jagged(sheet, angle, sheet.size)
    width = min(float(sheet.rng.uniform(0.9, 1.6)), 0.3 + 0.5 * sheet.size / sheet.scale)
    path -= (path[0] + path[-1]) / 2
    ink = sheet.stroke(path, width)
    if sheet.rng.random() < 0.4:
        fork = _jagged(sheet, angle + float(sheet.rng.choice((-0.7, 0.7))), 0.35 * sheet.size)
        ink = np.maximum(ink, sheet.stroke(path[len(path) // 2] + fork, 0.7 * width))
    return -ink


def _jagged(sheet: _Sheet, angle: float, length: float) -> Points:
    steps = max(4, int(length / sheet.scale / 3))
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

    Small ones are drawn 4 or 2 times enlarged and averaged down. Below one pixel it fades with its
    area, so that size 0 is no defect at all.
    """
    scale = 4 if size_px < 10 else 2 if size_px < 32 else 1
    side = 2 * int(np.ceil(size_px * 0.55 + _MARGIN_PX))
    sheet = _Sheet(side * scale, scale, size_px * scale, rng, toward_light)
    shape = cv2.resize(_DRAW[name](sheet), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(shape * np.float32(min(1.0, size_px) ** 2))
