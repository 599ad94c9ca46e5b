"""From a frame's pixels to the model's input buffer, or to the reason why not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.recipe import Roi, RoiMode
from inspector.locate import STEP_PX, choose, find_blobs
from inspector.vision._manifest import InputSpec
from inspector.vision._resize import Resizer

Pixels = NDArray[np.uint8]

DARK = "frame dark"
SATURATED = "frame saturated"
FROZEN = "frame frozen"
WRONG_SIZE = "frame of wrong size"
WRONG_TYPE = "frame of wrong type"


class Preprocessor:
    """Checks a frame, finds the region of interest and resizes it into a buffer that is bound once.

    Used by one thread. After the first frame of a given shape it allocates nothing that grows with the
    frame.

    Parameters
    ----------
    spec
        The model's input.
    roi
        Where to look.
    output
        uint8, shape `spec.shape`, written in place; made when not given.
    frozen_check
        Refuse a frame that equals the one before in every sampled pixel. A real sensor's noise never
        repeats; a folder of photographs may.
    """

    def __init__(
        self, spec: InputSpec, roi: Roi, *, output: Pixels | None = None, frozen_check: bool = False
    ) -> None:
        self.output: Pixels = np.zeros(spec.shape, np.uint8) if output is None else output
        self._spec = spec
        self._roi = roi
        self._frozen_check = frozen_check
        self._resize = Resizer(self.output[0])
        self._sample: Pixels = np.zeros((0, 0), np.uint8)
        self._sample_before: Pixels = np.zeros((0, 0), np.uint8)

    def __call__(self, pixels: Pixels) -> str:
        """Fill the output from `pixels`, uint8 (H, W) or (H, W, 3) BGR; return "" or the reason why not."""
        is_image = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
        if pixels.dtype != np.uint8 or not is_image:
            return WRONG_TYPE
        if min(pixels.shape[:2]) < STEP_PX:
            return WRONG_SIZE
        reason = self._look(pixels)
        if reason:
            return reason
        match self._roi.mode:
            case RoiMode.WHOLE:
                region = pixels
            case RoiMode.FIXED:
                region = self._cut(pixels, self._roi.offset_x, self._roi.offset_y)
            case RoiMode.LOCATE:
                part = choose(find_blobs(self._sample, self._roi.threshold), self._roi)
                if isinstance(part, str):
                    return part
                region = self._cut_around(pixels, part.centre_x, part.centre_y)
        if region.size == 0:
            return WRONG_SIZE
        self._resize(region)
        return ""

    def _look(self, pixels: Pixels) -> str:
        """Sample the frame and check its health; the cheapest checks that a dead camera cannot pass."""
        # Green stands for grey in colour frames: it carries most of the luminance and costs no conversion.
        view = pixels[::STEP_PX, ::STEP_PX] if pixels.ndim == 2 else pixels[::STEP_PX, ::STEP_PX, 1]
        self._sample, self._sample_before = self._sample_before, self._sample
        if self._sample.shape != view.shape:
            self._sample = np.empty(view.shape, np.uint8)
        np.copyto(self._sample, view)
        mean = cv2.mean(self._sample)[0]
        if mean < self._spec.mean_min:
            return DARK
        if mean > self._spec.mean_max:
            return SATURATED
        if self._frozen_check and np.array_equal(self._sample, self._sample_before):
            return FROZEN
        return ""

    def _cut_around(self, pixels: Pixels, x: float, y: float) -> Pixels:
        """Return the recipe's rectangle centred on (x, y), moved to lie inside the frame."""
        height, width = pixels.shape[:2]
        left = min(max(round(x - self._roi.width_px / 2), 0), width - self._roi.width_px)
        top = min(max(round(y - self._roi.height_px / 2), 0), height - self._roi.height_px)
        return self._cut(pixels, left, top)

    def _cut(self, pixels: Pixels, left: int, top: int) -> Pixels:
        """Return a view of the recipe's rectangle; an empty one if it does not lie inside the frame."""
        bottom, right = top + self._roi.height_px, left + self._roi.width_px
        if min(left, top) < 0 or bottom > pixels.shape[0] or right > pixels.shape[1]:
            return pixels[:0, :0]
        return pixels[top:bottom, left:right]
