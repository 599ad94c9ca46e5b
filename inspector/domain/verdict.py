"""What vision saw, and the recipe's policy that turns probabilities into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from inspector.domain.recipe import Thresholds


class Evaluation(IntEnum):
    """A verdict's kind, numbered as ResultEvaluationEnum in OPC 40001-101.

    A register that was never written, or that a watchdog has zeroed, reads UNDEFINED: not OK.
    """

    UNDEFINED = 0
    OK = 1
    NG = 2
    INDETERMINATE = 3

    @property
    def badness(self) -> int:
        """The worst of a part's views decides: an NG is certain, a doubt is not."""
        return _BY_BADNESS.index(self)


_BY_BADNESS = (Evaluation.OK, Evaluation.INDETERMINATE, Evaluation.UNDEFINED, Evaluation.NG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What vision saw on one frame.

    Parameters
    ----------
    evaluation
        OK, NG or INDETERMINATE; never UNDEFINED.
    class_index
        Index into the bundle's class list of the best class concerned (the best NG class for NG,
        the OK class for OK), or -1 where no class was computed.
    score
        Probability of that class, 0…1.
    p_ok
        Summed probability of the OK classes, 0…1.
    reason
        For INDETERMINATE: why, in a word or two; empty otherwise.
    """

    evaluation: Evaluation
    class_index: int = -1
    score: float = 0.0
    p_ok: float = 0.0
    reason: str = ""


def indeterminate(reason: str) -> Verdict:
    """Return a verdict that says why nothing could be decided."""
    return Verdict(evaluation=Evaluation.INDETERMINATE, reason=reason)


def judge(probabilities: Sequence[float], ok_classes: frozenset[int], thresholds: Thresholds) -> Verdict:
    """Turn class probabilities into a verdict, by the recipe's thresholds.

    OK needs `p_ok >= thresholds.accept_min`; NG needs a best defect class with
    `1 - p_ok >= thresholds.reject_min`; whatever lies between is INDETERMINATE. So is everything if
    one of the numbers is no probability: not a number, infinite, below 0 or above 1.
    """
    p_ok = 0.0
    best, best_p = -1, -1.0
    for index, p in enumerate(probabilities):
        if not 0.0 <= p <= 1.0:  # not a number, or none of a probability's
            return indeterminate("no probability")
        if index in ok_classes:
            p_ok += p
        elif p > best_p:
            best, best_p = index, p
    if p_ok >= thresholds.accept_min:
        ok_index = max(ok_classes, key=lambda i: probabilities[i])
        return Verdict(evaluation=Evaluation.OK, class_index=ok_index, score=p_ok, p_ok=p_ok)
    if best >= 0 and 1.0 - p_ok >= thresholds.reject_min:
        return Verdict(evaluation=Evaluation.NG, class_index=best, score=best_p, p_ok=p_ok)
    return Verdict(
        evaluation=Evaluation.INDETERMINATE,
        class_index=best,
        score=best_p,
        p_ok=p_ok,
        reason="between thresholds",
    )
