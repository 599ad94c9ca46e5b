"""Figures of merit on cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inspector.domain.verdict import Evaluation, Verdict, indeterminate
from inspector.training._calibrate import probabilities, temperature, thresholds
from inspector.training._evaluate import summarize
from inspector.training._metrics import accuracy, auroc, confusion, macro_f1


def test_confusion_counts_undecided_images_in_the_last_column() -> None:
    table = confusion([0, 0, 1, 1], [0, 1, 1, -1], 2)
    assert table.tolist() == [[1, 1, 0], [0, 1, 1]]
    assert accuracy(table) == 0.5
    assert macro_f1(table) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_macro_f1_leaves_out_classes_that_do_not_occur() -> None:
    assert macro_f1(confusion([0, 0], [0, 0], 3)) == 1.0


def test_auroc_counts_pairs_in_order_and_ties_half() -> None:
    assert auroc([0.9, 0.8, 0.3, 0.1], [True, True, False, False]) == 1.0
    assert auroc([0.9, 0.2, 0.3, 0.1], [True, True, False, False]) == 0.75
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.5, 0.6], [True, True]) is None


def test_escapes_and_false_rejects_are_counted_with_the_undecided_rejected() -> None:
    ok = Verdict(evaluation=Evaluation.OK, class_index=0, score=0.9, p_ok=0.9)
    ng = Verdict(evaluation=Evaluation.NG, class_index=1, score=0.8, p_ok=0.2)
    figures = summarize([0, 0, 0, 1, 1], [ok, ng, indeterminate("no part"), ok, ng], frozenset({0}), 2)
    assert (figures.escapes, figures.false_rejects, figures.indeterminate) == (1, 2, 1)
    assert figures.indeterminate_reasons == {"no part": 1}
    assert figures.ok_ng_accuracy == pytest.approx(0.4)
    assert figures.confusion == [[1, 1, 1], [1, 1, 0]]


def test_without_ok_classes_there_are_no_ok_figures() -> None:
    ng = Verdict(evaluation=Evaluation.NG, class_index=1, score=0.8)
    figures = summarize([1], [ng], frozenset(), 2)
    assert (figures.auroc, figures.escapes, figures.accuracy) == (None, None, 1.0)


def test_the_threshold_lies_in_the_middle_of_the_widest_gap() -> None:
    p_ok = np.array([0.9, 0.8, 0.3, 0.1])
    chosen = thresholds(p_ok, np.array([True, True, False, False]))
    assert chosen.accept_min == pytest.approx(0.55)
    assert chosen.accept_min + chosen.reject_min >= 1.0


def test_the_threshold_stays_within_its_bounds() -> None:
    p_ok = np.array([0.05, 0.04, 0.001, 0.0])
    assert thresholds(p_ok, np.array([True, True, False, False])).accept_min == 0.05
    assert thresholds(np.zeros(3), np.array([False] * 3)).accept_min == 0.5


def test_every_threshold_and_its_complement_leave_no_overlap() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        p_ok = rng.random(12)
        chosen = thresholds(p_ok, np.arange(12) < 6)
        assert chosen.accept_min + chosen.reject_min >= 1.0


def test_overconfident_logits_are_cooled_and_a_few_right_ones_are_left_nearly_alone() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 2000)
    honest = np.stack([np.zeros(2000), np.where(labels == 1, 1.0, -1.0) + rng.normal(0, 1, 2000)], 1)
    assert temperature(honest * 6, labels) > 1.5
    few = np.array([[9.0, 0.0], [0.0, 9.0]])
    assert 0.9 < temperature(few, np.array([0, 1])) < 1.1
    assert probabilities(few).sum(1) == pytest.approx([1, 1])
