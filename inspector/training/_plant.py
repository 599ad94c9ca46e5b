"""Planting synthetic defects in OK images, so that the net learns what "something is here" looks like.

Image labels alone teach slowly when a defect covers a thousandth of the image: nothing says where to look.
A planted blob or scratch is known to the pixel, and what finds it finds small real defects too (the idea
of CutPaste, Li et al. 2021, and DRAEM, Zavrtanik et al. 2021).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_SIZE_PX = (3.0, 28.0)
_CONTRAST = (15.0, 110.0)
_COUNT = (1, 6)


def plant(image: Image, rng: np.random.Generator) -> tuple[Image, NDArray[np.bool_]]:
    """Return a copy of uint8 (H, W, C) with one to six defects in it, and where they are, (H, W)."""
    height, width = image.shape[:2]
    change = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(_COUNT[0], _COUNT[1] + 1)):
        size = float(np.exp(rng.uniform(*np.log(_SIZE_PX))))
        x, y = rng.uniform(2, width - 2), rng.uniform(2, height - 2)
        contrast = float(np.exp(rng.uniform(*np.log(_CONTRAST))) * rng.choice((-1.0, 1.0)))
        _draw(change, (x, y), min(size, 0.2 * min(height, width)), contrast, rng)
    changed = np.clip(image + change[:, :, None], 0, 255).astype(np.uint8)
    return changed, np.abs(change) > 0.4 * np.abs(change).max()


def _draw(
    change: NDArray[np.float32],
    centre: tuple[float, float],
    size: float,
    contrast: float,
    rng: np.random.Generator,
) -> None:
    """Add one soft-edged blob or scratch; only a window around it is touched."""
    reach = int(np.ceil(2 * size)) + 4
    left, top = int(centre[0]) - reach, int(centre[1]) - reach
    window = np.zeros((2 * reach, 2 * reach), np.float32)
    angle = float(rng.uniform(0, 180))
    if rng.random() < 0.5:
        axes = (max(1, round(size / 2)), max(1, round(size / 2 * rng.uniform(0.4, 1))))
        cv2.ellipse(window, (reach, reach), axes, angle, 0, 360, 1.0, -1)
    else:
        dx, dy = size * np.cos(np.radians(angle)), size * np.sin(np.radians(angle))
        ends = [(round(reach + sign * dx), round(reach + sign * dy)) for sign in (-1, 1)]
        cv2.line(window, ends[0], ends[1], 1.0, int(rng.integers(1, 3)))
    window = cv2.GaussianBlur(window, (0, 0), float(rng.uniform(0.4, 1.2)))
    window *= contrast / max(float(window.max()), 1e-6)
    height, width = change.shape
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + 2 * reach, width), min(top + 2 * reach, height)
    change[y0:y1, x0:x1] += window[y0 - top : y1 - top, x0 - left : x1 - left]
