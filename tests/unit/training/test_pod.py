"""The detection limit is the handbook's: 90 % probability at 95 % confidence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inspector.training import a90_95


def simulated(median_px: float, slope: float, count: int, seed: int) -> tuple[list[float], list[bool]]:
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.uniform(math.log(1), math.log(60), count))
    chance = 1 / (1 + np.exp(-slope * np.log(sizes / median_px)))
    return sizes.tolist(), (rng.random(count) < chance).tolist()


def test_the_limit_lies_above_the_true_size_of_90_percent_in_95_of_100_experiments() -> None:
    a90 = 6.0 * 9 ** (1 / 4)
    limits = [a90_95(*simulated(6.0, 4.0, 300, seed)) for seed in range(200)]
    above = sum(limit is not None and limit >= a90 for limit in limits)
    assert 0.90 <= above / 200 <= 0.995


def test_more_images_bring_the_limit_closer_to_the_truth() -> None:
    a90 = 6.0 * 9 ** (1 / 4)
    few, many = a90_95(*simulated(6.0, 4.0, 100, 1)), a90_95(*simulated(6.0, 4.0, 5000, 1))
    assert few is not None
    assert many is not None
    assert a90 < many < few
    assert many == pytest.approx(a90, rel=0.1)


def test_without_overlap_29_found_in_a_row_are_needed() -> None:
    sizes = [float(n) for n in range(1, 41)]
    assert a90_95(sizes, [s > 11 for s in sizes]) == 12.0
    assert a90_95(sizes, [s > 12 for s in sizes]) is None
    assert a90_95(sizes[:29], [True] * 29) == 1.0
    assert a90_95(sizes[:28], [True] * 28) is None


def test_what_is_never_found_or_found_regardless_of_size_has_no_limit() -> None:
    sizes = [float(n) for n in range(1, 61)]
    assert a90_95(sizes, [False] * 60) is None
    assert a90_95(sizes, [n % 2 == 0 for n in range(60)]) is None
    assert a90_95(sizes, [s < 30 for s in sizes]) is None
    assert a90_95([], []) is None


def test_sizes_of_zero_do_not_count() -> None:
    sizes = [0.0] * 20 + [float(n) for n in range(1, 31)]
    assert a90_95(sizes, [False] * 20 + [True] * 30) == 1.0
