"""What the net is shown: drawn, changed and labelled images, with what is known to be where in them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.training._augment import Poses, augment
from inspector.training._plant import plant

Image = NDArray[np.uint8]
Place = NDArray[np.float32]
"""Of every pixel: something is there (1), nothing is (0), nobody knows (-1)."""
NO_LABEL = -1

_LEAST_WINDOW_PX = 48
_MARGIN = 8
"""A window is cut out with a border of this part of its side, which turning and shifting may use up."""
_AROUND = 0.3
"""How far a defect may lie from the middle of the window that is to show it, as a share of its side."""
_ELSEWHERE = 0.3
"""Share of the windows of located defects that show some other place of the same image."""
_OF_OK = 0.4
"""How much rarer windows of OK images are than the images: most of them show the belt, or nothing new."""


@dataclass(frozen=True, slots=True)
class Batch:
    """uint8 (B, H, W, C), labels (B,), places (B, H, W)."""

    images: Image
    labels: NDArray[np.int64]
    places: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The images to learn from: uint8 (N, H, W, C), labels (N,), boxes (N, 4; NaN where not known)."""

    pixels: Image
    labels: NDArray[np.int64]
    boxes: NDArray[np.float64]
    ok: tuple[int, ...]

    @property
    def is_ok(self) -> NDArray[np.bool_]:
        """Whether each image shows an OK part."""
        return np.isin(self.labels, self.ok)

    @property
    def is_located(self) -> NDArray[np.bool_]:
        """Whether the index says where each image's defect is."""
        return np.asarray(~np.isnan(self.boxes).any(axis=1))


def window_side(height: int, width: int, step: int) -> int:
    """Return the side of the windows that teach where defects are: about a sixth of the image, whole steps.

    Small images are shown whole (0): there is nothing to be won.
    """
    side = max(_LEAST_WINDOW_PX, min(height, width) // 6)
    side = -(-side // step) * step
    return side if 2 * side <= min(height, width) else 0


class Batches:
    """Draws batches. All chance comes from the generator given, in order; hence resumable.

    Parameters
    ----------
    material
        What to draw from.
    poses
        How images may be moved.
    planted, planted_while_looking
        Shares of the OK images that get synthetic defects.
    window_px
        Side of the windows shown while looking; 0: whole images.
    """

    def __init__(
        self,
        material: Material,
        poses: Poses,
        *,
        planted: float,
        planted_while_looking: float,
        window_px: int,
    ) -> None:
        self._material = material
        self._is_ok, self._is_located = material.is_ok, material.is_located
        self._poses = poses
        self._planted = planted
        self._planted_while_looking = planted_while_looking
        self._window_px = window_px
        # Rare classes are shown more often than they occur, but not as if they were frequent.
        counts = np.bincount(material.labels)
        self._chances = (1 / np.sqrt(np.maximum(1, counts)))[material.labels]

    def epoch(
        self, images: int, batch: int, *, looks: bool, rng: np.random.Generator
    ) -> Iterator[tuple[float, Batch]]:
        """Yield the batches of one epoch, each with the share of the epoch that lies before it.

        The next one is made while the last one is learned from.

        There are as many more windows as they are smaller than images.
        """
        if looks and self._window_px:
            height, width = self._material.pixels.shape[1:3]
            scale = height * width // self._window_px**2
            images, batch = images * scale, batch * max(1, scale // 7)
        chances = self._chances_to_look() if looks else self._chances
        order = draw(chances / chances.sum(), images, rng)
        parts = [order[start : start + batch] for start in range(0, max(1, images - batch + 1), batch)]
        with ThreadPoolExecutor(max_workers=1) as worker:
            coming = worker.submit(self._batch, parts[0], looks, rng)
            for number in range(len(parts)):
                ready = coming.result()
                if number + 1 < len(parts):
                    coming = worker.submit(self._batch, parts[number + 1], looks, rng)
                yield number / len(parts), ready

    def _chances_to_look(self) -> NDArray[np.float64]:
        """Show only images of which it is known where something is."""
        chances = self._chances * (self._is_ok | self._is_located)
        return np.where(self._is_ok, _OF_OK * chances, chances) if self._window_px else chances

    def _batch(self, chosen: NDArray[np.int64], looks: bool, rng: np.random.Generator) -> Batch:
        make = self._window if looks and self._window_px else self._whole
        images, labels, places = zip(*(make(int(index), looks, rng) for index in chosen), strict=True)
        return Batch(np.stack(images), np.array(labels), np.stack(places))

    def _whole(self, index: int, looks: bool, rng: np.random.Generator) -> tuple[Image, int, Place]:
        """Show an image: in OK ones nothing is anywhere but where it was planted, and that has no class."""
        label, is_ok = int(self._material.labels[index]), bool(self._is_ok[index])
        height, width = self._material.pixels.shape[1:3]
        known = self._place(index, slice(0, height), slice(0, width))
        image, place = augment(self._material.pixels[index], known, self._poses, rng)
        if is_ok and rng.random() < (self._planted_while_looking if looks else self._planted):
            image, where = plant(image, rng)
            place[where] = 1.0
            label = NO_LABEL
        return image, NO_LABEL if looks else label, place

    def _window(self, index: int, looks: bool, rng: np.random.Generator) -> tuple[Image, int, Place]:
        """Show a small part of an image, around its defect or anywhere: what is in it, is known."""
        side = self._window_px
        margin = side // _MARGIN
        rows, columns = self._cut(index, side + 2 * margin, rng)
        pixels = self._material.pixels[index, rows, columns]
        image, place = augment(pixels, self._place(index, rows, columns), self._poses, rng)
        inside = slice(margin, margin + side)
        image, place = np.ascontiguousarray(image[inside, inside]), place[inside, inside]
        return image, self._label_of(index, float(place.sum())), place

    def _cut(self, index: int, side: int, rng: np.random.Generator) -> tuple[slice, slice]:
        height, width = self._material.pixels.shape[1:3]
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        if self._is_located[index] and rng.random() > _ELSEWHERE:
            left, top, right, bottom = self._box(index)
            reach = _AROUND * self._window_px
            x = (left + right) / 2 + rng.uniform(-reach, reach)
            y = (top + bottom) / 2 + rng.uniform(-reach, reach)
        x0 = int(np.clip(x - side / 2, 0, width - side))
        y0 = int(np.clip(y - side / 2, 0, height - side))
        return slice(y0, y0 + side), slice(x0, x0 + side)

    def _label_of(self, index: int, defect_px: float) -> int:
        """A window without the defect is OK, one with most of it has its class, and others have no label."""
        ok = self._material.ok
        if defect_px == 0:
            return ok[0] if len(ok) == 1 else NO_LABEL
        left, top, right, bottom = self._box(index)
        whole_px = max(1.0, (right - left) * (bottom - top))
        return int(self._material.labels[index]) if defect_px >= 0.5 * whole_px else NO_LABEL

    def _box(self, index: int) -> NDArray[np.float64]:
        height, width = self._material.pixels.shape[1:3]
        return np.asarray(self._material.boxes[index] * (width, height, width, height))

    def _place(self, index: int, rows: slice, columns: slice) -> Place:
        """Return what is known of a part of an image before anything is planted.

        Nothing is there (0), it lies in the box (1), or nobody knows (-1).
        """
        is_known = bool(self._is_ok[index] or self._is_located[index])
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        place = np.full(shape, 0.0 if is_known else NO_LABEL, np.float32)
        if self._is_located[index]:
            left, top, right, bottom = self._box(index)
            down = slice(max(int(top) - rows.start, 0), max(int(np.ceil(bottom)) - rows.start, 0))
            along = slice(max(int(left) - columns.start, 0), max(int(np.ceil(right)) - columns.start, 0))
            place[down, along] = 1.0
        return place


def draw(chances: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw with little repetition: systematic sampling shows every image its expected number of times ± 1."""
    order = rng.permutation(len(chances))
    places = (np.arange(count) + rng.random()) / count
    drawn = order[np.minimum(np.searchsorted(np.cumsum(chances[order]), places), len(order) - 1)]
    return rng.permutation(drawn)
