"""Figures against what they should be: yield and target, decision time and deadline, rejects and limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from inspector.protocol import Counters, Latency
from inspector_console.presenter._lens import DASH, Lens, share
from inspector_console.presenter._reject_list import when
from inspector_console.words import Say

VERDICT_STAGE: Final = "frame_to_verdict"
"""The stage that the deadline counts for."""
_AXIS_BEYOND_DEADLINE: Final = 1.2
_LEAST_TREND: Final = 3
"""Fewer values say nothing of where it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeView:
    """A value on an axis with a mark where it should not be beyond. Positions are 0…1 along the axis.

    Attributes
    ----------
    value_at, mark_at, second_at
        The value; its target, limit or deadline; a second value (p99). None = there is none.
    good_from, good_to
        Where the value should be.
    is_abnormal
        It is where it should not be.
    old
        Since when nothing new is known; empty = it is of the present.
    """

    title: str
    value: str = DASH
    unit: str = ""
    note: str = ""
    low: str = ""
    high: str = ""
    mark: str = ""
    second: str = ""
    value_at: float | None = None
    mark_at: float | None = None
    second_at: float | None = None
    good_from: float = 0.0
    good_to: float = 0.0
    is_abnormal: bool = False
    trend: tuple[tuple[tuple[float, float], ...], ...] = ()
    """How it has gone: stretches of places, each 0…1 to the right and upwards; between them it is not known."""
    trend_limit: float | None = None
    """Where the limit stands upwards, 0…1."""
    trend_from: str = ""
    old: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsView:
    """Counts in the order of their rank: the first two are read from afar."""

    figures: tuple[tuple[str, str], ...] = ()
    old: str = ""


def old_mark(lens: Lens) -> str:
    """Return since when nothing is known, for whatever shows a value; empty = it is of the present."""
    return lens.words(Say.OLD_SINCE, time=lens.heard) if lens.facts.is_old else ""


def present_yield(lens: Lens) -> GaugeView:
    """Return accepted parts per judged or rejected part, against the target."""
    counters, words = lens.facts.counters or Counters(), lens.words
    title = words({"lot": Say.YIELD_LOT, "shift": Say.YIELD_SHIFT}.get(counters.scope, Say.YIELD_RUN))
    if counters.scope == "run" and counters.since_utc_ns:
        title = words(Say.YIELD_SINCE, time=when(counters.since_utc_ns, lens, seconds=False))
    parts = counters.accepted + counters.rejected
    target = counters.yield_target_permille / 10
    percent = 100 * counters.accepted / parts if parts else None
    low = _yield_axis(percent, target)
    return GaugeView(
        title=title,
        value=DASH if percent is None else words.number(percent, 1),
        unit="" if percent is None else "%",
        low=words.number(low),
        high="100",
        mark=words(Say.TARGET, value=words.number(target, target % 1 > 0))
        if target
        else words(Say.NO_TARGET),
        value_at=None if percent is None else share(percent, low, 100),
        mark_at=share(target, low, 100) if target else None,
        good_from=share(target, low, 100) if target else 0,
        good_to=1.0 if target else 0,
        is_abnormal=percent is not None and percent < target,
        old=old_mark(lens),
    )


def _yield_axis(percent: float | None, target: float) -> float:
    """Return the axis' lower end, so that target and value are well apart from it."""
    wanted = 100 - 3 * (100 - target) if target else 0.0
    if percent is not None and percent < wanted:
        wanted = percent - 5
    return max(0.0, math.floor(wanted))


def present_counts(lens: Lens) -> CountsView:
    """Return the counts; what was rejected without being judged bad is not hidden in the rejects."""
    counters, words = lens.facts.counters or Counters(), lens.words
    not_judged = sum(count for cause, count in counters.causes.items() if cause not in {"NG", "NONE"})
    seen, commanded = words.number(counters.rejects_confirmed), counters.rejects_commanded
    figures = (
        (Say.ACCEPTED, counters.accepted),
        (Say.REJECTED, counters.rejected),
        (Say.NOT_JUDGED_COUNT, not_judged),
        (Say.BYPASSED_COUNT, counters.bypassed),
    )
    confirmed = words(Say.OF_COMMANDED, seen=seen, count=words.number(commanded)) if commanded else seen
    return CountsView(
        figures=(
            *((words(say), words.number(count)) for say, count in figures),
            (words(Say.CONFIRMED), confirmed),
        ),
        old=old_mark(lens),
    )


def present_latency(lens: Lens) -> GaugeView:
    """Return the usual decision time and the p99, against the deadline, and how many parts were late."""
    counters, words, state = lens.facts.counters or Counters(), lens.words, lens.facts.state
    stage = stage_of(lens, VERDICT_STAGE)
    deadline_us = state.deadline_us if state else 0
    end = deadline_us * _AXIS_BEYOND_DEADLINE
    has_value = stage.count > 0
    return GaugeView(
        title=words(Say.DECISION_TIME),
        value=lens.ms(stage.p50_us) if has_value else DASH,
        unit="ms" if has_value else "",
        note=words(Say.LATE_PARTS, count=words.number(counters.late)),
        low="0",
        mark=words(Say.DEADLINE, value=lens.ms(deadline_us, deadline_us % 1000 > 0)) if deadline_us else "",
        second=words(Say.P99, value=lens.ms(stage.p99_us)) if has_value else "",
        value_at=share(stage.p50_us, 0, end) if has_value and end else None,
        mark_at=share(deadline_us, 0, end) if end else None,
        second_at=share(stage.p99_us, 0, end) if has_value and end else None,
        good_to=share(0.8 * deadline_us, 0, end),
        is_abnormal=has_value and bool(deadline_us) and stage.p99_us > deadline_us,
        old=old_mark(lens),
    )


def present_rate(lens: Lens) -> GaugeView:
    """Return the share of rejects among the last parts, against its limit."""
    counters, words = lens.facts.counters or Counters(), lens.words
    parts, limit = counters.recent_parts, counters.reject_limit_permille / 10
    has_limit = limit < 100
    percent = 100 * counters.recent_rejected / parts if parts else None
    end = max(2 * limit, 1.0) if has_limit else 100.0
    if percent is not None and percent > end:
        end = min(100.0, math.ceil(percent * 1.2))
    return GaugeView(
        title=words(Say.REJECT_RATE),
        value=DASH if percent is None else words.number(percent, 1),
        unit="" if percent is None else "%",
        note=words(Say.LAST_N, count=words.number(parts)),
        low="0",
        high=words.number(end, end % 1 > 0),
        mark=words(Say.LIMIT, value=words.number(limit, limit % 1 > 0)) if has_limit else words(Say.NO_LIMIT),
        value_at=None if percent is None else share(percent, 0, end),
        mark_at=share(limit, 0, end) if has_limit else None,
        good_to=share(limit, 0, end) if has_limit else 0,
        is_abnormal=has_limit and percent is not None and percent >= limit,
        **_trend(lens, counters, percent, limit if has_limit else None),
        old=old_mark(lens),
    )


def _trend(lens: Lens, counters: Counters, percent: float | None, limit: float | None) -> dict[str, Any]:
    """Return how the rate has gone, up to now; nothing before there are two values."""
    minutes = [value / 10 if value >= 0 else None for value in counters.reject_trend_permille]
    values = [*minutes, percent]
    known = [value for value in values if value is not None]
    if len(known) < _LEAST_TREND:
        return {}
    top = max(1.25 * max(known), 1.5 * (limit or 0), 1.0)
    stretches: list[list[tuple[float, float]]] = [[]]
    for at, value in enumerate(values):
        if value is not None:
            stretches[-1].append((at / (len(values) - 1), share(value, 0, top)))
        elif stretches[-1]:
            stretches.append([])
    return {
        "trend": tuple(tuple(stretch) for stretch in stretches if stretch),
        "trend_limit": None if limit is None else share(limit, 0, top),
        "trend_from": lens.words(Say.LAST_MINUTES, count=len(minutes)),
    }


def stage_of(lens: Lens, name: str) -> Latency:
    """Return a stage's latency; an empty one if the station does not say."""
    stages = lens.facts.state.latency if lens.facts.state else ()
    return next((stage for stage in stages if stage.stage == name), Latency(stage=name))
