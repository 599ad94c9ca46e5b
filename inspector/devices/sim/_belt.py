"""The conveyor: dark, woven, scuffed; and the camera's read-out noise."""

from __future__ import annotations

import numpy as np

from inspector.devices.sim._texture import Bytes, Image, noise, rng_for, to_bytes, vignette

SLACK_PX = 64
"""Canvases and tiles are this much larger than the frame, so that it can be cut at many offsets."""
_BELT_LEVEL = 21.0
_WEAVE_PERIOD_PX = 9.0
BLACK_LEVEL = 4.0
_READ_NOISE = 1.0
_SHOT_NOISE = 0.012  # relative deviation at mid grey: about 7,000 electrons
_SHOT_UNIT = 128


def belt_canvases(seed: int, key: int, height: int, width: int, count: int) -> list[Bytes]:
    """Return `count` stretches of belt, uint8, shape (height + SLACK_PX, width + SLACK_PX)."""
    shape = (height + SLACK_PX, width + SLACK_PX)
    rng = rng_for(seed, key)
    grain, scuffs = noise(rng, shape, 1.6, 0.8), noise(rng, shape, 60.0, 3.0)
    fall_off, weave = vignette(*shape, corner=0.72), _weave(shape)
    return [_canvas(rng, grain, scuffs, weave, fall_off) for _ in range(count)]


def _canvas(rng: np.random.Generator, grain: Image, scuffs: Image, weave: Image, fall_off: Image) -> Bytes:
    roll = tuple(int(r) for r in rng.integers(0, grain.shape, 2))
    level = np.float32(_BELT_LEVEL * rng.uniform(0.85, 1.15))
    wear = 0.07 * np.roll(grain, roll, (0, 1)) + 0.06 * np.roll(scuffs, roll[::-1], (0, 1))
    return to_bytes(level * (1 + 0.16 * weave + wear) * fall_off)


def _weave(shape: tuple[int, int]) -> Image:
    y, x = (np.sin(np.pi / _WEAVE_PERIOD_PX * np.arange(n, dtype=np.float32)) ** 2 for n in shape)
    return np.asarray(y[:, None] - x[None, :], dtype=np.float32)


def read_noise_tile(seed: int, key: int, height: int, width: int) -> Bytes:
    """Return black level plus read-out noise, uint8, to be added to a frame."""
    tile = noise(rng_for(seed, key), (height + SLACK_PX, width + SLACK_PX), 0, 0)
    return to_bytes(BLACK_LEVEL + _READ_NOISE * tile)


def shot_noise_tile(seed: int, key: int, side: int) -> Bytes:
    """Return a gain around 128/128 for every pixel of a part, uint8, shape (side + SLACK_PX,) * 2.

    Shot noise grows with the root of the light; over the part's narrow range of greys a gain is as good.
    """
    tile = noise(rng_for(seed, key), (side + SLACK_PX,) * 2, 0, 0)
    return to_bytes(_SHOT_UNIT * (1 + _SHOT_NOISE * tile))


SHOT_SCALE = 1 / _SHOT_UNIT
