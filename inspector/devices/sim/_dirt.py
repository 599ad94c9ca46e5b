"""Harmless dirt, so that good parts are not trivially clean: dust, lint and smears.

Dust and lint shine under top light; smears are far wider and softer than any stain. Drawn as shapes
like a defect's (see _defects), already multiplied by their contrast.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np

from inspector.devices.sim._compose import gain_of
from inspector.devices.sim._texture import Image

Spot = tuple[float, float, Image]
"""Centre x, y in patch px, and what the light is multiplied by."""


class Dirt:
    """A stock of specks, lint and smears, drawn once and strewn over each part anew."""

    def __init__(self, rng: np.random.Generator, radius_px: float, channels: int) -> None:
        self._radius_px = radius_px
        self._specks = [gain_of(_speck(rng), channels) for _ in range(48)]
        self._lint = [gain_of(_lint(rng), channels) for _ in range(24)]
        self._smears = [gain_of(_smear(rng), channels) for _ in range(8)]

    def strewn(self, rng: np.random.Generator, centre: tuple[float, float]) -> Iterator[Spot]:
        """Yield what lies on one part: some specks, seldom lint or a smear."""
        specks = [self._specks] * min(int(rng.poisson(3.0)), 9)
        seldom = [stock for stock in (self._lint, self._smears) if rng.random() < 0.25]
        for stock in specks + seldom:
            across, turn, which = rng.random(3).tolist()
            radius, angle = self._radius_px * math.sqrt(across), 2 * math.pi * turn
            x, y = centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)
            yield x, y, stock[int(which * len(stock))]


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
