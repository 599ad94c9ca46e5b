"""Making probabilities mean something, and choosing thresholds: on validation images only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inspector.domain.recipe import Thresholds

THRESHOLD_RULE = (
    "accept_min is the threshold on the summed OK probability with the best balanced accuracy (mean of the "
    "shares of OK and NG parts told apart) on the validation images, in the middle of the widest range that "
    "has it, kept within 0.05 … 0.95; reject_min = 1 - accept_min, so that no band of doubt is left. "
    "Without OK classes both are 0.5."
)


def probabilities(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return softmax over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Return the divisor of the logits with the least log loss on the validation images.

    Twenty pseudo-images at temperature 1 keep a handful of images, all of them right, from claiming
    certainty (Guo et al. 2017, with a prior).
    """
    grid = np.geomspace(0.4, 3.0, 61)
    losses = []
    for value in grid:
        chosen = probabilities(logits / value)[np.arange(len(labels)), labels]
        losses.append(-np.log(np.maximum(chosen, 1e-12)).sum() + 20 * np.log(value) ** 2)
    return float(grid[int(np.argmin(losses))])


def thresholds(p_ok: NDArray[np.float64], is_ok: NDArray[np.bool_]) -> Thresholds:
    """Return the suggested thresholds by `THRESHOLD_RULE`."""
    if not is_ok.any() or is_ok.all():
        return Thresholds()
    edges = np.unique(np.concatenate(([0.0], p_ok, [1.0])))
    middles = (edges[:-1] + edges[1:]) / 2
    ok_rate = np.array([(p_ok[is_ok] >= t).mean() for t in middles])
    ng_rate = np.array([(p_ok[~is_ok] < t).mean() for t in middles])
    score = np.round(ok_rate + ng_rate, 9)
    best = np.flatnonzero(score == score.max())
    runs = np.split(best, np.flatnonzero(np.diff(best) > 1) + 1)
    low, high = max(((edges[run[0]], edges[run[-1] + 1]) for run in runs), key=lambda r: r[1] - r[0])
    accept_min = round(float(np.clip((low + high) / 2, 0.05, 0.95)), 3)
    return Thresholds(accept_min=accept_min, reject_min=round(1 - accept_min, 3))
