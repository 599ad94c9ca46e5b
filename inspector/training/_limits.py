"""Detection limits of a data set whose `index.csv` knows the defects' sizes."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.domain.verdict import Evaluation, Verdict
from inspector.training._dataset import ImageFolder, Sample
from inspector.training._pod import METHOD, a90_95
from inspector.vision import DetectionLimit

SIZE_COLUMN = "size"


def detection_limit(
    folder: ImageFolder, judged: Sequence[tuple[Sample, Verdict]], ok: frozenset[int]
) -> DetectionLimit | None:
    """Return the a90/95 of every defect class, from images that were not learned from; None without sizes.

    A defect counts as found when the part was not called OK, whatever class it was given. The column
    `size` of `index.csv` holds the size in frame pixels.
    """
    by_class: dict[str, list[tuple[float, bool]]] = {}
    for sample, verdict in judged:
        size = _size(folder.row(sample).get(SIZE_COLUMN, ""))
        if sample.label not in ok and size is not None:
            found = verdict.evaluation is not Evaluation.OK
            by_class.setdefault(folder.classes[sample.label], []).append((size, found))
    if not by_class or not ok:
        return None
    return DetectionLimit(
        a90_95={name: a90_95(*zip(*pairs, strict=True)) for name, pairs in by_class.items()},
        samples={name: len(pairs) for name, pairs in by_class.items()},
        method=METHOD,
    )


def _size(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
