"""The product: a turned bearing flange with hub, groove, six countersunk holes and a keyed bore.

Drawn as a height map under a ring light with one stronger side, and with the two bright lobes that
turning marks show across the light's direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.devices.sim._texture import Bytes, Image, blurred, noise, to_bytes

PX_PER_MM = 25.0
DIAMETER_PX = 460
PATCH_PX = 512
"""Side of the square that a part and its shadow are drawn in."""
RIM_RADIUS_PX = DIAMETER_PX / 2
BORE_RADIUS_PX = 84.0
HOLE_COUNT = 6
HOLE_CIRCLE_PX = 186.0
HOLE_RADIUS_PX = 15.0
_COUNTERSINK_PX = 21.0
_KEY_HALF_WIDTH_PX = 9.0
_KEY_RADIUS_PX = 98.0
_STEP = 4  # profile samples per px
_TILE = (512, 256)  # angle, radius

# Radius in px: height in px, reflectance in grey levels, how much of the turning shows.
_PROFILE = np.array(
    [
        (0, -8, 140, 0.6),
        (84, -7, 140, 0.6),
        (91, 0, 150, 0.6),
        (92, 0, 152, 1.0),
        (139, 0, 152, 1.0),
        (143, -5, 132, 0.5),
        (144, -8, 96, 0.2),
        (150, -8, 96, 0.2),
        (153, -4, 126, 0.5),
        (154, -3, 138, 0.7),
        (222, -3, 138, 0.7),
        (230, -10, 128, 0.6),
        (400, -10, 128, 0.6),
    ],
    dtype=np.float64,
).T


@dataclass(frozen=True, slots=True)
class Plate:
    """One pose of the part under one light, without noise, dirt or defect.

    `light` and `clear` are uint8, shape (PATCH_PX, PATCH_PX): the part's own light (0 beside it), and
    how much of the belt's light passes (255 beside it, less in its shadow).
    """

    light: Bytes
    clear: Bytes
    angle: float
    """Rotation in rad."""
    toward_light: tuple[float, float]
    """Unit vector (x, y) from the part to the stronger side of the light."""
    defocus_px: float
    centre: tuple[float, float]
    """The part's centre in the patch, px."""

    def is_surface(self, x: float, y: float) -> bool:
        """Return whether (x, y) in patch px lies on metal, two px clear of every edge."""
        dx, dy = x - self.centre[0], y - self.centre[1]
        radius, theta = float(np.hypot(dx, dy)), float(np.arctan2(dy, dx)) - self.angle
        if not BORE_RADIUS_PX + 2 <= radius <= RIM_RADIUS_PX - 2:
            return False
        in_key = abs(radius * np.sin(theta)) < _KEY_HALF_WIDTH_PX + 2 and np.cos(theta) > 0
        if in_key and radius < _KEY_RADIUS_PX + 2:
            return False
        hole = _hole_distance(np.array([radius], np.float32), np.array([theta], np.float32))
        return float(hole[0]) >= HOLE_RADIUS_PX + 2


class PlateMaker:
    """Draws plates; the tiles of turning marks are made once and shared."""

    def __init__(self, rng: np.random.Generator, motion: NDArray[np.float64]) -> None:
        self._motion = motion
        self._profiles = cv2.merge([_profile_row(column) for column in _PROFILE[1:]])
        self._tiles = [_turning_tile(rng) for _ in range(2)]
        self._grain = noise(rng, (PATCH_PX, PATCH_PX), 0.6, 0.6)
        self._mottle = noise(rng, (PATCH_PX, PATCH_PX), 22.0, 22.0)

    def plate(self, rng: np.random.Generator) -> Plate:
        """Return a plate of random pose, light and texture. About 20 ms."""
        half = PATCH_PX / 2
        centre = (half + float(rng.uniform(-0.5, 0.5)), half + float(rng.uniform(-0.5, 0.5)))
        angle, azimuth = (float(a) for a in rng.uniform(0, 2 * np.pi, 2))
        light = (float(np.cos(azimuth)), float(np.sin(azimuth)))
        defocus = float(rng.uniform(0.6, 0.95))
        x, y = _grid(centre)
        radius, theta = cv2.cartToPolar(x, y)
        key_x, key_y = _rotated(x, y, -angle)
        height, reflectance, turned, opaque = self._material(radius, theta - np.float32(angle), key_x, key_y)
        shade = _shading(height, light, float(rng.uniform(0.32, 0.5)))
        finish = self._finish(rng, radius, theta, turned, _lobes(x, y, radius, light))
        tilt = 1 + float(rng.uniform(0.03, 0.1)) / RIM_RADIUS_PX * (light[0] * x + light[1] * y)
        lit = np.asarray(reflectance * shade * finish * tilt * opaque, dtype=np.float32)
        own, opaque = blurred(lit, defocus, self._motion), blurred(opaque, defocus, self._motion)
        return Plate(to_bytes(own), to_bytes(255 * _clear(opaque, light)), angle, light, defocus, centre)

    def _material(
        self, radius: Image, theta: Image, key_x: Image, key_y: Image
    ) -> tuple[Image, Image, Image, Image]:
        """Return height, reflectance, share of turning and what is metal; the key lies along +key_x."""
        at = radius * np.float32(_STEP)
        drawn = cv2.remap(
            self._profiles, at, np.zeros_like(at), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        height, reflectance, turned = cv2.split(drawn)
        hole = _hole_distance(radius, theta)
        height -= np.clip(_COUNTERSINK_PX - hole, 0, 6)
        beside_key = np.abs(key_y) - _KEY_HALF_WIDTH_PX
        outside_key = np.maximum(np.maximum(beside_key, radius - _KEY_RADIUS_PX), -key_x)
        inside = np.minimum(np.minimum(RIM_RADIUS_PX - radius, radius - BORE_RADIUS_PX), outside_key)
        inside = np.minimum(inside, hole - HOLE_RADIUS_PX)
        return height, reflectance, turned, np.clip(inside + 0.5, 0, 1).astype(np.float32)

    def _finish(
        self, rng: np.random.Generator, radius: Image, theta: Image, turned: Image, lobes: Image
    ) -> Image:
        tile = self._tiles[int(rng.integers(len(self._tiles)))]
        across, along = rng.uniform(0, _TILE[1]), rng.uniform(0, _TILE[0])
        at_x = radius + np.float32(across)
        at_y = theta * np.float32(_TILE[0] / (2 * np.pi)) + np.float32(along)
        marks = cv2.remap(tile, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        roll = tuple(int(r) for r in rng.integers(0, PATCH_PX, 2))
        grain, mottle = np.roll(self._grain, roll, (0, 1)), np.roll(self._mottle, roll, (0, 1))
        depth = np.float32(rng.uniform(0.035, 0.06))
        sheen = np.float32(rng.uniform(0.2, 0.36)) * turned * lobes
        brushed = (0.88 + sheen * (1 + 2 * depth * marks)) * (1 + depth * turned * marks)
        return np.asarray(brushed + 0.016 * grain + 0.02 * mottle, dtype=np.float32)


def _profile_row(column: NDArray[np.float64]) -> Image:
    at = np.arange(0, 400, 1 / _STEP)
    row = np.interp(at, _PROFILE[0], column).astype(np.float32)[None, :]
    return np.asarray(cv2.GaussianBlur(row, (0, 0), 0.7 * _STEP, borderType=cv2.BORDER_REPLICATE))


def _turning_tile(rng: np.random.Generator) -> Image:
    """Return the marks by (angle, radius): whole rings from the tool's feed, and arcs that fade out."""
    rings = noise(rng, (1, _TILE[1]), 0.8, 0.0)
    arcs = noise(rng, _TILE, 0.5, 30.0)
    strokes = noise(rng, _TILE, 0.6, 6.0)
    return np.asarray(0.7 * rings + 0.6 * arcs + 0.35 * strokes, dtype=np.float32)


def _hole_distance(radius: Image, theta: Image) -> Image:
    """Return the distance to the nearest hole's centre, by the law of cosines in the hole's own sector."""
    sector = np.float32(2 * np.pi / HOLE_COUNT)
    folded = theta - sector * (np.floor(theta / sector) + np.float32(0.5))
    ring = np.float32(HOLE_CIRCLE_PX)
    square = radius * radius + ring * ring - 2 * ring * radius * np.cos(folded)
    return np.asarray(np.sqrt(np.maximum(square, 0)), dtype=np.float32)


@lru_cache(maxsize=1)
def _axes() -> Image:
    return np.arange(PATCH_PX, dtype=np.float32)


def _grid(centre: tuple[float, float]) -> tuple[Image, Image]:
    x, y = np.meshgrid(_axes() - np.float32(centre[0]), _axes() - np.float32(centre[1]))
    return x, y


def _rotated(x: Image, y: Image, angle: float) -> tuple[Image, Image]:
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return x * cos - y * sin, x * sin + y * cos


def _shading(height: Image, light: tuple[float, float], strength: float) -> Image:
    """Return Lambert's shading of small slopes: brighter towards the light, darker where steep."""
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8)
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8)
    facing = -(slope_x * np.float32(light[0]) + slope_y * np.float32(light[1]))
    steep = np.sqrt(slope_x * slope_x + slope_y * slope_y)
    shade = 1 + np.float32(strength) * facing - np.float32(0.12) * steep
    return np.asarray(np.clip(shade, 0.3, 1.6), dtype=np.float32)


def _lobes(x: Image, y: Image, radius: Image, light: tuple[float, float]) -> Image:
    """Return the sheen of concentric marks: they mirror the light where they lie across it."""
    along = (x * np.float32(light[0]) + y * np.float32(light[1])) / np.maximum(radius, 1)
    return np.asarray(np.exp(5.0 * (along * along - 1)), dtype=np.float32)


def _clear(opaque: Image, light: tuple[float, float]) -> Image:
    """Return the share of the belt's light that is seen: none under the part, less in its shadow."""
    shadow = cv2.blur(cv2.blur(opaque, (17, 17)), (17, 17))
    shift = np.array([[1, 0, -5 * light[0]], [0, 1, -5 * light[1]]], dtype=np.float32)
    shadow = cv2.warpAffine(shadow, shift, (PATCH_PX, PATCH_PX))
    return np.asarray((1 - opaque) * (1 - np.float32(0.6) * shadow))
