"""Holding back part of the training images: by group, and every class in proportion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from inspector.training._dataset import Sample

VALIDATION_SHARE = 0.2


def split(
    samples: Sequence[Sample], seed: int, share: float = VALIDATION_SHARE
) -> tuple[list[int], list[int]]:
    """Return the indices of the images to learn from and of those to validate with.

    Groups stay whole: they are taken, large ones first, as long as each brings the classes closer to
    their share. Where that leaves a class without validation or without training images, that class
    is split image by image, since nothing can be measured on a class that is not there.
    """
    groups = defaultdict(list)
    for index, sample in enumerate(samples):
        groups[sample.group].append(index)
    taken = set(_choose(list(groups.values()), samples, seed, share))
    for label in {sample.label for sample in samples}:
        own = [index for index, sample in enumerate(samples) if sample.label == label]
        if len(taken.intersection(own)) in {0, len(own)}:
            order = np.random.default_rng(seed).permutation(own).tolist()
            taken.difference_update(own)
            taken.update(order[: max(1, round(share * len(own)))])
    return [i for i in range(len(samples)) if i not in taken], sorted(taken)


def _choose(groups: list[list[int]], samples: Sequence[Sample], seed: int, share: float) -> list[int]:
    counts = np.zeros((len(groups), max(sample.label for sample in samples) + 1))
    for row, members in enumerate(groups):
        for index in members:
            counts[row, samples[index].label] += 1
    goal = np.maximum(share * counts.sum(0), 0.5)
    order = np.random.default_rng(seed).permutation(len(groups))
    order = order[np.argsort(-counts.sum(1)[order], kind="stable")]
    have = np.zeros_like(goal)
    taken: list[int] = []
    for row in order:
        with_it = have + counts[row]
        if np.sum(((with_it - goal) / goal) ** 2) < np.sum(((have - goal) / goal) ** 2):
            have = with_it
            taken += groups[row]
    return taken
