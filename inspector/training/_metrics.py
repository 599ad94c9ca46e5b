"""Figures of merit, as pure functions on plain arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Confusion = NDArray[np.int64]


def confusion(truth: Sequence[int], seen: Sequence[int], classes: int) -> Confusion:
    """Return counts, shape (classes, classes + 1): true class by seen class, -1 ("no class") last."""
    table = np.zeros((classes, classes + 1), np.int64)
    for true_class, seen_class in zip(truth, seen, strict=True):
        table[true_class, seen_class] += 1
    return table


def accuracy(table: Confusion) -> float:
    """Return the share of images whose class was seen."""
    return float(np.trace(table) / max(1, table.sum()))


def macro_f1(table: Confusion) -> float:
    """Return the mean over the classes that occur of 2·TP / (2·TP + FP + FN)."""
    hits = np.diag(table)
    wrong = table[:, :-1].sum(0) + table.sum(1) - 2 * hits
    present = table.sum(1) > 0
    return float(np.mean((2 * hits / np.maximum(1, 2 * hits + wrong))[present]))


def auroc(scores: Sequence[float], is_positive: Sequence[bool]) -> float | None:
    """Return how probably a positive scores above a negative, ties counting half; None if one is missing."""
    values, positive = np.asarray(scores, float), np.asarray(is_positive, bool)
    ups, downs = int(positive.sum()), int((~positive).sum())
    if not ups or not downs:
        return None
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((mean_ranks[inverse][positive].sum() - ups * (ups + 1) / 2) / (ups * downs))
