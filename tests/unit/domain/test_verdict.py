"""The recipe's policy: which probabilities are OK, which are NG, and which are neither."""

from __future__ import annotations

import math

import pytest

from inspector.domain.recipe import Thresholds
from inspector.domain.verdict import Evaluation, judge

OK_CLASSES = frozenset({0})


@pytest.mark.parametrize(
    ("p_ok", "evaluation"),
    [(0.9, Evaluation.OK), (0.8, Evaluation.OK), (0.7, Evaluation.INDETERMINATE), (0.2, Evaluation.NG)],
)
def test_between_the_thresholds_nothing_is_decided(p_ok: float, evaluation: Evaluation) -> None:
    thresholds = Thresholds(accept_min=0.8, reject_min=0.6)
    assert judge([p_ok, 1.0 - p_ok], OK_CLASSES, thresholds).evaluation is evaluation


@pytest.mark.parametrize(
    "values",
    [
        [0.9, math.nan],
        [math.nan, 0.9],
        [math.inf, 0.1],
        [0.9, math.inf],
        [0.9, -math.inf],
        [1.5, 0.0],
        [0.9, -0.1],
    ],
)
def test_a_number_that_is_no_probability_decides_nothing_wherever_it_stands(values: list[float]) -> None:
    assert judge(values, OK_CLASSES, Thresholds()).evaluation is Evaluation.INDETERMINATE
