"""The conveyor: dark, woven, scuffed; and the camera's noise."""

from __future__ import annotations

import cv2
import numpy as np

from inspector.devices.sim._texture import Bytes, Image, noise, rng_for, to_bytes, vignette

SLACK_PX = 64
"""Canvases and tiles are this much larger than the frame, so that it can be cut at many offsets."""
_BELT_LEVEL = 21.0
_WEAVE_PERIOD_PX = 9.0
_BLACK_LEVEL = 4.0
_READ_NOISE = 1.0
_SHOT_NOISE = 0.012  # relative deviation at mid grey: about 7,000 electrons
_SHOT_UNIT = 128


def belt_canvases(seed: int, key: int, height: int, width: int, count: int) -> list[Bytes]:
    """Return `count` stretches of belt, read-out noise included, uint8, SLACK_PX larger than the frame."""
    rng = rng_for(seed, key)
    shape = (height + SLACK_PX, width + SLACK_PX)
    grain, read_out = noise(rng, shape, 1.6, 0.8), noise(rng, shape, 0, 0)
    quarter = (-(-shape[0] // 4), -(-shape[1] // 4))
    scuffs = cv2.resize(noise(rng, quarter, 15.0, 1.0), shape[::-1], interpolation=cv2.INTER_LINEAR)
    fall_off, weave = vignette(*shape, corner=0.72), 1 + 0.16 * _weave(shape)
    canvases = []
    for _ in range(count):
        by = [int(v) for v in rng.integers(0, shape[0], 3)]
        level = np.float32(_BELT_LEVEL * rng.uniform(0.85, 1.15))
        belt = level * fall_off * (weave + 0.07 * np.roll(grain, by[0], 1) + 0.06 * np.roll(scuffs, by[1], 0))
        canvases.append(to_bytes(belt + _READ_NOISE * np.roll(read_out, by[2], 0) + _BLACK_LEVEL))
    return canvases


def _weave(shape: tuple[int, int]) -> Image:
    y, x = (np.sin(np.pi / _WEAVE_PERIOD_PX * np.arange(n, dtype=np.float32)) ** 2 for n in shape)
    return np.asarray(y[:, None] - x[None, :], dtype=np.float32)


def shot_noise_tile(seed: int, key: int, side: int) -> Bytes:
    """Return a gain around 128/128 for every pixel of a part, uint8, shape (side + SLACK_PX,) * 2.

    Shot noise grows with the root of the light; over the part's narrow range of greys a gain is as good.
    """
    tile = noise(rng_for(seed, key), (side + SLACK_PX,) * 2, 0, 0)
    return to_bytes(_SHOT_UNIT * (1 + _SHOT_NOISE * tile))


SHOT_SCALE = 1 / _SHOT_UNIT
