"""Planted defects are where they are said to be, small, and inside the image."""

from __future__ import annotations

import numpy as np
import pytest

from inspector.training._plant import plant


@pytest.mark.parametrize("shape", [(64, 64, 1), (96, 200, 3)])
def test_what_is_said_to_have_changed_has_changed_and_little_else(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    image = np.full(shape, 128, np.uint8)
    for _ in range(200):
        changed, where = plant(image, rng)
        assert changed.shape == shape
        assert where.any()
        assert where.mean() < 0.25
        difference = np.abs(changed.astype(int) - 128).max(2)
        assert difference[where].min() >= 3
        assert (image == 128).all()


def test_planting_follows_from_the_generator() -> None:
    image = np.random.default_rng(0).integers(0, 255, (64, 64, 1)).astype(np.uint8)
    first, second = (plant(image, np.random.default_rng(7))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
