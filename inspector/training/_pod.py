"""Probability of detection: the size that is found with 90 % probability at 95 % confidence.

After MIL-HDBK-1823A (2009), hit/miss analysis: logistic regression of found on the logarithm of the size,
with the one-sided 95 % lower bound of the fitted curve by the delta method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

METHOD = (
    "MIL-HDBK-1823A hit/miss: logistic fit on ln(size), one-sided 95 % lower bound; "
    "where hits and misses do not overlap: exact binomial bound over the next larger sizes"
)
_Z95 = 1.6448536269514722
_LOGIT90 = math.log(9.0)
_MIN_SAMPLES = 29
"""29 of 29 found is the least from which 90 % at 95 % confidence follows: 0.9^29 < 0.05."""


def a90_95(sizes: Sequence[float], found: Sequence[bool]) -> float | None:
    """Return the a90/95, or None if the sizes tried do not show one.

    Parameters
    ----------
    sizes
        Defect sizes, above 0, any unit.
    found
        Whether each was found.
    """
    size, hit = np.asarray(sizes, float), np.asarray(found, bool)
    keep = size > 0
    size, hit = size[keep], hit[keep]
    if len(size) < _MIN_SAMPLES or not hit.any():
        return None
    overlaps = not hit.all() and size[~hit].max() > size[hit].min()
    return _by_fit(size, hit) if overlaps else _by_count(size, hit)


def _by_fit(size: NDArray[np.float64], hit: NDArray[np.bool_]) -> float | None:
    """Fit by Newton's method and search where the lower bound stays above 90 %."""
    design = np.stack([np.ones_like(size), np.log(size)], 1)
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        information = design.T @ (design * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (hit - p))
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    if beta[1] <= 0:
        return None
    grid = np.geomspace(size.min(), size.max(), 2000)
    points = np.stack([np.ones_like(grid), np.log(grid)], 1)
    deviation = np.sqrt(np.einsum("ij,jk,ik->i", points, np.linalg.inv(information), points))
    above = points @ beta - _Z95 * deviation >= _LOGIT90
    return _first_of_tail(grid, above)


def _by_count(size: NDArray[np.float64], hit: NDArray[np.bool_]) -> float | None:
    """Without overlap a fit has no slope: count hits among each size and all larger ones, exactly."""
    order = np.argsort(size)
    size, hit = size[order], hit[order]
    above = np.array([_is_90_95(len(hit) - i, int((~hit[i:]).sum())) for i in range(len(hit))])
    reached = np.flatnonzero(above & hit)
    return float(size[reached[0]]) if len(reached) else None


def _is_90_95(tried: int, missed: int) -> bool:
    """Whether the Clopper–Pearson lower bound of (tried - missed) / tried is at least 0.9."""
    terms = (math.comb(tried, k) * 0.1**k * 0.9 ** (tried - k) for k in range(missed + 1))
    return sum(terms) <= 0.05


def _first_of_tail(grid: NDArray[np.float64], above: NDArray[np.bool_]) -> float | None:
    below = np.flatnonzero(~above)
    start = below[-1] + 1 if len(below) else 0
    return float(grid[start]) if start < len(grid) else None
