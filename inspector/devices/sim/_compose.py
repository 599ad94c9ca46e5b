"""Putting a frame together from what was drawn ahead: every step a pass over uint8, into a buffer kept."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from inspector.devices.sim._flange import PATCH_PX, Plate
from inspector.devices.sim._texture import Bytes, Image

Mirror = tuple[bool, bool]
"""Left with right, top with bottom."""
_FLIP_CODE = {(True, False): 1, (False, True): 0, (True, True): -1}


def tinted(mono: Bytes, tint: tuple[float, ...]) -> Bytes:
    """Return `mono` as BGR under a colour cast."""
    return np.asarray(cv2.merge([cv2.convertScaleAbs(mono, alpha=t) for t in tint]), dtype=np.uint8)


def independent(noise: Bytes) -> Bytes:
    """Return three channels of noise that do not go together: the same tile, rolled."""
    return np.asarray(cv2.merge([np.roll(noise, 97 * c, (0, 1)) for c in range(3)]), dtype=np.uint8)


def coloured(plate: Plate, tint: tuple[float, ...]) -> Plate:
    """Return a plate with three channels."""
    return replace(plate, light=tinted(plate.light, tint), clear=tinted(plate.clear, (1.0, 1.0, 1.0)))


def gain_of(shape: Image, channels: int, tint: tuple[float, ...] = (1.0, 1.0, 1.0)) -> Image:
    """Return what `shape` multiplies the light by, for one channel or, each with its share, for three."""
    if channels == 1:
        return 1 + shape
    return np.asarray(cv2.merge([1 + shape * np.float32(t) for t in tint]))


class PatchBench:
    """Two patches to work in, kept: allocating them for each part costs more than the work itself."""

    def __init__(self, channels: int) -> None:
        shape = (PATCH_PX, PATCH_PX) if channels == 1 else (PATCH_PX, PATCH_PX, channels)
        self._light, self._light_mirrored, self._clear_mirrored = (
            np.empty(shape, np.uint8) for _ in range(3)
        )
        self._clear = self._light

    def load(self, plate: Plate, grain: Bytes, scale: float) -> None:
        """Start a part: the plate's light, each pixel times `grain * scale`."""
        self._clear = plate.clear
        cv2.multiply(plate.light, grain, dst=self._light, scale=scale)

    def apply(self, x: float, y: float, gain: Image) -> None:
        """Multiply the light by `gain` around (x, y); what hangs over the patch's border is cut off."""
        side = gain.shape[0]
        left, top = round(x) - side // 2, round(y) - side // 2
        x0, x1 = max(left, 0), min(left + side, PATCH_PX)
        y0, y1 = max(top, 0), min(top + side, PATCH_PX)
        if x0 >= x1 or y0 >= y1:
            return
        under = self._light[y0:y1, x0:x1]
        cv2.multiply(under, gain[y0 - top : y1 - top, x0 - left : x1 - left], dst=under, dtype=cv2.CV_8U)

    def paste(self, frame: Bytes, left: int, top: int, mirror: Mirror) -> None:
        """Lay the part on `frame`, cut off at its left and right border."""
        x0, x1 = max(left, 0), min(left + PATCH_PX, frame.shape[1])
        if x0 >= x1:
            return
        light, clear = self._light, self._clear
        if any(mirror):
            light = cv2.flip(light, _FLIP_CODE[mirror], dst=self._light_mirrored)
            clear = cv2.flip(clear, _FLIP_CODE[mirror], dst=self._clear_mirrored)
        under, seen = frame[top : top + PATCH_PX, x0:x1], slice(x0 - left, x1 - left)
        cv2.multiply(under, clear[:, seen], dst=under, scale=1 / 255)
        cv2.add(under, light[:, seen], dst=under)
