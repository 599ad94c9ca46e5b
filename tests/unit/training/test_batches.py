"""What the net is shown: whatever a batch says of an image is true of that image."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inspector.training._augment import Poses
from inspector.training._batches import NO_LABEL, Batch, Batches, Material, window_side
from inspector.training._plan import is_binary

STILL = Poses(flips=False, quarter_turns=False, turn_deg=0.0, shift=0.0, zoom=0.0)
OK, DENT = 0, 1


def material(count: int = 40, side: int = 256, *, located: bool = True) -> Material:
    """Grey images; every second one has a black square of 20 px, at a place that the box names."""
    rng = np.random.default_rng(0)
    pixels = np.full((count, side, side, 1), 128, np.uint8)
    boxes = np.full((count, 4), np.nan)
    for index in range(1, count, 2):
        x, y = (int(v) for v in rng.integers(0, side - 20, 2))
        pixels[index, y : y + 20, x : x + 20] = 0
        if located:
            boxes[index] = np.array((x, y, x + 20, y + 20)) / side
    return Material(pixels=pixels, labels=np.arange(count) % 2, boxes=boxes, ok=(OK,))


def show(batches: Batches, *, looks: bool, images: int = 32) -> list[Batch]:
    rng = np.random.default_rng(1)
    return [batch for _, batch in batches.epoch(images, 16, looks=looks, rng=rng)]


def has_square(image: NDArray[np.uint8]) -> float:
    """Return how many pixels are black by more than light and noise can explain."""
    return float((image < 60).sum())


@pytest.mark.parametrize(("side", "step", "window"), [(256, 16, 48), (512, 32, 96), (96, 8, 48), (80, 8, 0)])
def test_windows_are_a_small_part_of_the_image_in_whole_steps_of_the_net(
    side: int, step: int, window: int
) -> None:
    assert window_side(side, side, step) == window


def test_a_window_is_labelled_by_what_is_in_it() -> None:
    batches = Batches(material(), STILL, planted=0.0, planted_while_looking=1.0, window_px=64)
    labels = []
    for batch in show(batches, looks=True):
        assert batch.images.shape[1:] == (64, 64, 1)
        for image, label in zip(batch.images, batch.labels, strict=True):
            labels.append(int(label))
            square_px = has_square(image)
            assert {OK: square_px < 40, DENT: square_px > 150, NO_LABEL: 0 <= square_px < 250}[int(label)]
    assert {OK, DENT} <= set(labels)


def test_the_place_of_a_window_is_where_the_defect_is() -> None:
    batches = Batches(material(), STILL, planted=0.0, planted_while_looking=1.0, window_px=64)
    inside, outside = [], []
    for batch in show(batches, looks=True):
        shows = batch.places.sum((1, 2)) > 100
        for image, place in zip(batch.images[shows], batch.places[shows], strict=True):
            inside.append(image[..., 0][place == 1].mean())
            outside.append(image[..., 0][place == 0].mean())
    assert len(inside) > 20
    assert np.mean(inside) < 60 < np.mean(outside)


def test_there_are_as_many_more_windows_as_they_are_smaller() -> None:
    batches = Batches(material(), STILL, planted=0.0, planted_while_looking=1.0, window_px=64)
    assert sum(len(batch.images) for batch in show(batches, looks=True)) == 32 * 16
    assert sum(len(batch.images) for batch in show(batches, looks=False)) == 32


def test_while_looking_only_images_are_shown_of_which_it_is_known_where_something_is() -> None:
    batches = Batches(material(located=False), STILL, planted=0.0, planted_while_looking=0.0, window_px=0)
    assert all(has_square(image) < 40 for batch in show(batches, looks=True) for image in batch.images)


def test_what_is_planted_has_a_place_but_no_class() -> None:
    batches = Batches(material(), STILL, planted=1.0, planted_while_looking=1.0, window_px=0)
    for batch in show(batches, looks=False):
        is_ok = batch.labels != DENT
        assert (batch.labels[is_ok] == NO_LABEL).all()
        assert (batch.places[is_ok].max((1, 2)) == 1).all()


def test_the_same_chance_draws_the_same_batches() -> None:
    batches = Batches(material(), STILL, planted=0.5, planted_while_looking=1.0, window_px=64)
    first, second = show(batches, looks=True), show(batches, looks=True)
    assert all(np.array_equal(a.images, b.images) for a, b in zip(first, second, strict=True))


def test_only_images_without_grey_are_binary() -> None:
    rng = np.random.default_rng(0)
    board = (rng.random((8, 96, 96, 1)) > 0.5).astype(np.uint8) * 255
    assert is_binary(board)
    assert not is_binary(rng.integers(0, 256, (8, 96, 96, 1), np.uint8))
    assert not is_binary(np.full((8, 96, 96, 1), 128, np.uint8))
