"""Where a verdict comes from: what it would be if a place of the picture could not be seen.

Occlusion sensitivity (Zeiler and Fergus 2014, section 4.2): it asks the very model that judged, whatever is inside,
and needs nothing of the hot path. A place is covered with a blurred copy of itself that fades out at its rim: a
grey patch would have edges, and edges look like defects.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.domain.recipe import Recipe, RoiMode
from inspector.errors import HeatMapError
from inspector.vision._bundle import Bundle
from inspector.vision._classifier import softmax
from inspector.vision._preprocess import Preprocessor
from inspector.vision._session import open_session

_GRIDS: Final = (24, 16, 12, 8)
"""Places along each side; the finest for which there is time."""
_TRIES: Final = 3
"""The quickest of so many runs counts: whatever interrupts one says nothing of the others."""
_COVER: Final = 1 / 8
"""Side of what is covered, as a share of the model's input: a little more than the largest of usual defects."""
_LEAST: Final = 1e-6
_NOTHING_NS: Final = 1_000_000

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """How much each place counts for the verdict.

    Parameters
    ----------
    grid
        uint8, shape (rows, columns): 0 = covering the place takes nothing away from the defect, 255 = it takes away
        most of all places. Between them linear in log-odds.
    left, top, width, height
        Where the grid lies in the picture, px.
    p_defect
        Probability of a defect, as the model sees the picture.
    p_covered
        The same with the place of 255 covered: near `p_defect`, no single place decides.
    """

    grid: Pixels
    left: int
    top: int
    width: int
    height: int
    p_defect: float
    p_covered: float


def heat_map(bundle: Bundle, recipe: Recipe, pixels: Pixels, budget_s: float = 2.0) -> HeatMap:
    """Return the heat map of one picture.

    Takes at most some `budget_s` of one core beyond opening the model; allocates; not for the hot path.

    Parameters
    ----------
    recipe
        With the region of interest by which the picture was judged.
    pixels
        uint8, (H, W) or (H, W, 3) BGR, as the camera gave it.

    Raises
    ------
    HeatMapError
        Vision does not find the part in it, or the model sees no defect.
    BundleError
        The model cannot be run.
    """
    prepare = _Locating(bundle.manifest.input, recipe.roi)
    reason = prepare(pixels)
    if reason:
        raise HeatMapError(f"there is no heat map of this picture: {reason}", "no_part")
    defect = _probability(bundle)
    image = prepare.output[0].copy()
    whole = defect(image)
    if whole <= 1.0 - recipe.thresholds.accept_min:
        raise HeatMapError(
            "there is no heat map of this picture: the model sees no defect in it", "no_defect"
        )
    covered = _cover_all(image, defect, _places(image, defect, budget_s))
    drop = np.maximum(0.0, _log_odds(np.float64(whole)) - _log_odds(covered))
    top = float(drop.max())
    grid = np.zeros(drop.shape, np.uint8) if top <= 0.0 else np.round(drop * (255.0 / top)).astype(np.uint8)
    left, upper, width, height = prepare.place
    return HeatMap(
        grid=grid,
        left=left,
        top=upper,
        width=width,
        height=height,
        p_defect=whole,
        p_covered=min(whole, float(covered.min())),
    )


class _Locating(Preprocessor):
    """The way from frame to model, which also remembers which part of the frame it took."""

    place = (0, 0, 0, 0)
    """Left, top, width and height, px."""

    def __call__(self, pixels: Pixels) -> str:
        reason = super().__call__(pixels)
        if not reason and self._roi.mode is RoiMode.WHOLE:
            self.place = (0, 0, pixels.shape[1], pixels.shape[0])
        return reason

    def _cut(self, pixels: Pixels, left: int, top: int) -> Pixels:
        self.place = (left, top, self._roi.width_px, self._roi.height_px)
        return super()._cut(pixels, left, top)


def _probability(bundle: Bundle) -> Callable[[Pixels], float]:
    """Return the model as a function: an image (H, W, C) to the probability of any defect."""
    session = open_session(bundle.model, str(bundle.path))
    (feed,) = (tensor.name for tensor in session.get_inputs())
    ok = bundle.ok_classes

    def defect(image: Pixels) -> float:
        (logits,) = session.run(None, {feed: image[None]})
        shares = softmax(logits[0].tolist())
        return 1.0 - math.fsum(shares[index] for index in ok)

    defect(np.zeros(bundle.manifest.input.shape[1:], np.uint8))  # the first run is slower than all others
    return defect


def _places(image: Pixels, defect: Callable[[Pixels], float], budget_s: float) -> int:
    """Return how many places along each side there is time for."""
    each_ns = min(_took_ns(image, defect) for _ in range(_TRIES)) + _NOTHING_NS // 4
    return next((n for n in _GRIDS if n * n * each_ns <= budget_s * 1e9), _GRIDS[-1])


def _took_ns(image: Pixels, defect: Callable[[Pixels], float]) -> int:
    begun_ns = monotonic_ns()
    defect(image)
    return monotonic_ns() - begun_ns


def _cover_all(image: Pixels, defect: Callable[[Pixels], float], places: int) -> NDArray[np.float64]:
    """Return the probability of a defect with each place covered in turn, shape (places, places)."""
    height, width = image.shape[:2]
    side = max(3.0, max(height, width) * _COVER)
    blurred = cv2.GaussianBlur(image, (0, 0), side / 2).reshape(image.shape).astype(np.float32)
    found = np.empty((places, places))
    for row in range(places):
        for column in range(places):
            centre = ((row + 0.5) * height / places, (column + 0.5) * width / places)
            found[row, column] = defect(_covered(image, blurred, centre, side))
    return found


def _covered(image: Pixels, blurred: NDArray[np.float32], centre: tuple[float, float], side: float) -> Pixels:
    """Return the image with one place blurred."""
    rows, columns = (_shares(length, at, side) for length, at in zip(image.shape[:2], centre, strict=True))
    (top, bottom), (left, right) = (
        (int(found[0]), int(found[-1]) + 1) for found in (np.flatnonzero(rows), np.flatnonzero(columns))
    )
    share = (rows[top:bottom, None] * columns[None, left:right])[:, :, None]
    covered = image.copy()
    under = image[top:bottom, left:right].astype(np.float32)
    covered[top:bottom, left:right] = np.rint(under + (blurred[top:bottom, left:right] - under) * share)
    return covered


def _shares(length: int, centre: float, side: float) -> NDArray[np.float32]:
    """Return how much of each row is covered, 0…1: flat inside, faded out at the rim."""
    off = np.abs(np.arange(length) + 0.5 - centre) / (side / 2)
    shares: NDArray[np.float32] = np.exp(-np.power(off, 4.0)).astype(np.float32)
    shares[shares < 1 / 512] = 0.0
    return shares


def _log_odds(p: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    inside = np.clip(p, _LEAST, 1.0 - _LEAST)
    return np.asarray(np.log(inside / (1.0 - inside)))
