"""Detection limits from images whose `index.csv` knows the defects' sizes."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.domain.verdict import Evaluation
from inspector.training._dataset import ImageFolder, Sample
from inspector.training._judge import Judged
from inspector.training._pod import METHOD, a90_95
from inspector.vision import DetectionLimit

SIZE_COLUMN = "size_px"
CONTRAST_COLUMN = "contrast"
CONTRAST_MIN = 0.3
"""Over all contrasts, down to the invisible, no size is ever found with 90 % probability."""


FALSE_CALLS_MAX = 0.2
"""Who rejects everything finds everything: beyond this share of false calls no limit is stated."""


def detection_limit(
    judged: Sequence[Judged], folder: ImageFolder, ok: frozenset[int], false_call_rate: float
) -> DetectionLimit | None:
    """Return the a90/95 of every defect class, from images that were not learned from; None without sizes.

    A defect counts as found when the part was not called OK, whatever class it was given. The columns
    `size_px` (frame pixels) and, if there is one, `contrast` (0…1; from 0.3 on it counts) describe it. A
    limit means nothing without the share of OK parts that are rejected along with the defects.
    """
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for item in judged:
        size = _number(item.sample, SIZE_COLUMN)
        if item.sample.label in ok or not size or (_number(item.sample, CONTRAST_COLUMN) or 1) < CONTRAST_MIN:
            continue
        found = item.verdict.evaluation is not Evaluation.OK
        pairs.setdefault(folder.classes[item.sample.label], []).append((size, found))
    if not pairs or not ok:
        return None
    means_something = false_call_rate <= FALSE_CALLS_MAX
    limits = {
        name: a90_95(*zip(*own, strict=True)) if means_something else None
        for name, own in sorted(pairs.items())
    }
    return DetectionLimit(
        a90_95=limits,
        false_call_rate=false_call_rate,
        samples={name: len(own) for name, own in pairs.items()},
        method=f"{METHOD}. Defects with a contrast of {CONTRAST_MIN} or more.",
    )


def _number(sample: Sample, column: str) -> float | None:
    try:
        return float(sample.row.get(column, ""))
    except ValueError:
        return None
