"""Choosing the input and the network from the images: one documented rule for all data sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inspector.domain.recipe import RoiMode
from inspector.training._options import TrainOptions

MIN_SIDE_PX = 64
"""Smaller images are enlarged: three halvings need something to halve."""

COLOUR_DEVIATION = 5.0
"""Grey levels by which hues must differ within or between images to be worth three channels."""

_BLACK_MAX, _WHITE_MIN = 40, 215
_GREY_SHARE = 0.05
_GMACS_PER_S = 20.0
_BUDGET_PX = {1: 1_310_720, 3: 655_360}
"""Largest input: keeps inference near 3 ms on a core with VNNI. 2448×2048 is halved exactly once."""


def is_coloured(images: Sequence[NDArray[np.uint8]]) -> bool:
    """Whether hue carries information: a constant tint, like grey files saved as colour, does not."""
    if any(image.ndim == 2 for image in images):
        return False
    chroma = [image[::4, ::4].astype(np.int16) for image in images]
    hues = [np.stack([c[..., 0] - c[..., 1], c[..., 2] - c[..., 1]], -1).reshape(-1, 2) for c in chroma]
    return bool(np.concatenate(hues).std(0).max() > COLOUR_DEVIATION)


def is_binary(images: NDArray[np.uint8]) -> bool:
    """Whether images, uint8 of any shape, are black and white: next to no pixel lies between."""
    return float(np.mean((images > _BLACK_MAX) & (images < _WHITE_MIN))) < _GREY_SHARE


def region_shape(options: TrainOptions, images: Sequence[NDArray[np.uint8]]) -> tuple[int, int]:
    """Return height and width of the region that is looked at, in frame pixels: the median of the images."""
    if options.roi.mode is not RoiMode.WHOLE:
        return options.roi.height_px, options.roi.width_px
    return int(np.median([i.shape[0] for i in images])), int(np.median([i.shape[1] for i in images]))


def input_size(region: tuple[int, int], channels: int, longer_px: int | None) -> tuple[int, int]:
    """Return height and width of the model's input: native if the budget allows.

    Above the budget the exact half (third, …) is taken, so that the smallest defects lose as little
    as possible; `longer_px` overrides that. Sides are multiples of the folding factor.
    """
    height, width = region
    if longer_px is not None:
        scale = longer_px / max(region)
    elif height * width > _BUDGET_PX[channels]:
        scale = 1 / math.ceil(math.sqrt(height * width / _BUDGET_PX[channels]) - 1e-9)
    else:
        scale = max(1.0, MIN_SIDE_PX / min(region))
    height, width = max(MIN_SIDE_PX // 2, round(height * scale)), max(MIN_SIDE_PX // 2, round(width * scale))
    step = fold_factor(height, width)
    return max(step, round(height / step) * step), max(step, round(width / step) * step)


def fold_factor(height: int, width: int) -> int:
    """Return the space-to-depth factor: fine for small images, coarser where many pixels must be looked at.

    The last map has a place for every 8 pixels of small images, 16 of middling and 32 of large ones.
    """
    area = height * width
    if area <= 112**2:
        return 1
    return 2 if area <= 320**2 else 4


def epochs_for(minutes: float, macs: int, images_per_epoch: int, images: int) -> int:
    """Return how many epochs `minutes` allow (training costs three inferences per image), within sense.

    No image is shown more than 400 times: beyond that a net learns the images, not the defects.
    """
    affordable = minutes * 60 * _GMACS_PER_S * 1e9 / (3 * macs * images_per_epoch)
    useful = 400 * images / images_per_epoch
    return max(5, min(round(affordable), math.ceil(useful)))
