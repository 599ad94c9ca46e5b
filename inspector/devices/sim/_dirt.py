"""Harmless dirt, so that good parts are not trivially clean: dust, lint and smears.

Dust and lint shine under top light; smears are far wider and softer than any stain. Shapes are like a
defect's (see _defects), already multiplied by their contrast.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from inspector.devices.sim._texture import Image

Spot = tuple[float, float, Image]
"""Centre x, y in patch px, and shape."""


class Dirt:
    """A stock of specks, lint and smears, drawn once and strewn over each part anew."""

    def __init__(self, rng: np.random.Generator, radius_px: float) -> None:
        self._radius_px = radius_px
        self._specks = [_speck(rng) for _ in range(48)]
        self._lint = [_lint(rng) for _ in range(24)]
        self._smears = [_smear(rng) for _ in range(8)]

    def strewn(self, rng: np.random.Generator, centre: tuple[float, float]) -> Iterator[Spot]:
        """Yield what lies on one part: some specks, seldom lint or a smear."""
        for stock, count in (
            (self._specks, int(rng.poisson(4.0))),
            (self._lint, int(rng.random() < 0.3)),
            (self._smears, int(rng.random() < 0.3)),
        ):
            for _ in range(min(count, 12)):
                radius = self._radius_px * float(np.sqrt(rng.random()))
                angle = float(rng.uniform(0, 2 * np.pi))
                place = centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)
                yield (*place, stock[int(rng.integers(len(stock)))])


def _speck(rng: np.random.Generator) -> Image:
    """A grain of dust, 1…3 px."""
    axis = np.arange(12, dtype=np.float32) - np.float32(5.5 + rng.uniform(-0.5, 0.5))
    spread = np.float32(rng.uniform(0.6, 1.2))
    bump = np.exp(-(axis[:, None] ** 2 + axis[None, :] ** 2) / (2 * spread**2))
    return np.asarray(np.float32(np.exp(rng.uniform(np.log(0.05), np.log(0.3)))) * bump, dtype=np.float32)


def _lint(rng: np.random.Generator) -> Image:
    """A curled fibre, faint and bright."""
    side, turns = 56, rng.normal(0, 0.25, 24)
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(turns)
    path = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], 1), axis=0) * rng.uniform(0.5, 1.5)
    path += side / 2 - path.mean(axis=0)
    ink = np.zeros((4 * side, 4 * side), np.uint8)
    cv2.polylines(ink, [np.round(path * 4 * 16).astype(np.int32)], False, 255, 4, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA), (0, 0), 0.9)
    return np.asarray(soft.astype(np.float32) / 255 * np.float32(rng.uniform(0.05, 0.14)))


def _smear(rng: np.random.Generator) -> Image:
    """A film of oil, wide and soft."""
    side = 176
    axis = np.arange(side, dtype=np.float32) - np.float32(side / 2)
    spread_x, spread_y = (np.float32(s) for s in rng.uniform(14, 40, 2))
    film = np.exp(-(axis[None, :] ** 2) / (2 * spread_x**2) - axis[:, None] ** 2 / (2 * spread_y**2))
    window = np.clip((side / 2 - np.maximum(np.abs(axis[None, :]), np.abs(axis[:, None]))) / 24, 0, 1)
    return np.asarray(-np.float32(rng.uniform(0.015, 0.05)) * film * window, dtype=np.float32)
