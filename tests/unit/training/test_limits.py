"""Detection limits from the index's sizes, and only together with the false calls."""

from __future__ import annotations

from pathlib import Path

from inspector.domain.verdict import Evaluation, Verdict
from inspector.training._dataset import ImageFolder, Sample
from inspector.training._judge import Judged
from inspector.training._limits import detection_limit

NG = Verdict(evaluation=Evaluation.NG, class_index=1, score=0.9)
OK = Verdict(evaluation=Evaluation.OK, class_index=0, score=0.9, p_ok=0.9)
FOLDER = ImageFolder(name="parts", classes=("ok", "dent"), samples=(), group_column=None)


def dents(contrast: str = "0.5") -> list[Judged]:
    """Sizes 1…60 px, all from 10 px on found."""
    return [
        Judged(
            sample=Sample(Path(f"{n}.png"), 1, str(n), {"size_px": f"{n}", "contrast": contrast}),
            verdict=NG if n >= 10 else OK,
        )
        for n in range(1, 61)
    ]


def test_the_limit_is_stated_with_the_share_of_false_calls() -> None:
    limit = detection_limit(dents(), FOLDER, frozenset({0}), 0.05)
    assert limit is not None
    assert limit.a90_95 == {"dent": 10.0}
    assert (limit.samples, limit.false_call_rate) == ({"dent": 60}, 0.05)


def test_who_rejects_nearly_everything_has_no_limit() -> None:
    limit = detection_limit(dents(), FOLDER, frozenset({0}), 0.9)
    assert limit is not None
    assert limit.a90_95 == {"dent": None}


def test_faint_defects_and_images_without_a_size_do_not_count() -> None:
    assert detection_limit(dents(contrast="0.1"), FOLDER, frozenset({0}), 0.0) is None
    unsized = [Judged(sample=Sample(Path("a.png"), 1, "a"), verdict=NG)]
    assert detection_limit(unsized, FOLDER, frozenset({0}), 0.0) is None
    assert detection_limit(dents(), FOLDER, frozenset(), 0.0) is None
