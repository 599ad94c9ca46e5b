from __future__ import annotations

from typing import Any

import pytest
from console_facts import NOW_NS, counted, lens, part, stages, state
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol import Counters, ProductChange
from inspector_console.presenter import (
    Link,
    RunSign,
    present_alarm_row,
    present_counts,
    present_header,
    present_latency,
    present_rate,
    present_yield,
)


def test_yield_is_what_passed_of_what_was_judged_and_shown_against_its_target() -> None:
    view = present_yield(lens(state(), counted(accepted=974, rejected=26, yield_target_permille=980)))
    assert (view.value, view.unit, view.mark, view.low, view.high) == ("97.4", "%", "target 98", "94", "100")
    assert view.is_abnormal
    assert view.value_at == pytest.approx((97.4 - 94) / 6)
    assert view.mark_at == pytest.approx((98 - 94) / 6)


def test_the_yield_says_since_when_it_counts() -> None:
    def title(**fields: Any) -> str:
        return present_yield(lens(state(), counted(**fields))).title

    assert title(scope="shift") == "Yield this shift"
    assert title(since_utc_ns=1_790_000_000_000_000_000).startswith("Yield since ")
    assert title() == "Yield this run"


def test_a_yield_above_its_target_is_nothing_to_look_at() -> None:
    assert not present_yield(
        lens(state(), counted(accepted=99, rejected=1, yield_target_permille=980))
    ).is_abnormal


def test_without_parts_there_is_no_yield_rather_than_a_perfect_one() -> None:
    view = present_yield(lens(state(), counted(yield_target_permille=980)))
    assert (view.value, view.value_at, view.is_abnormal) == ("–", None, False)


def test_without_a_target_there_is_no_mark_and_nothing_is_abnormal() -> None:
    view = present_yield(lens(state(), counted(accepted=1, rejected=9)))
    assert (view.mark, view.mark_at, view.is_abnormal) == ("no target set", None, False)


@given(
    accepted=st.integers(0, 10**12),
    rejected=st.integers(0, 10**12),
    target=st.integers(0, 1000),
    recent=st.integers(0, 500),
    share=st.floats(0, 1),
    limit=st.integers(0, 1000),
)
def test_every_place_on_an_axis_lies_on_it(
    accepted: int, rejected: int, target: int, recent: int, share: float, limit: int
) -> None:
    seen = lens(
        state(latency=stages(accepted % 9000, rejected % 90000)),
        Counters(
            accepted=accepted,
            rejected=rejected,
            yield_target_permille=target,
            recent_parts=recent,
            recent_rejected=int(recent * share),
            reject_limit_permille=limit,
        ),
    )
    for view in (present_yield(seen), present_latency(seen), present_rate(seen)):
        places = (view.value_at, view.mark_at, view.second_at, view.good_from, view.good_to)
        assert all(0 <= place <= 1 for place in places if place is not None)
        assert view.good_from <= view.good_to


def test_decision_time_is_shown_against_the_deadline_with_the_late_ones() -> None:
    view = present_latency(lens(state(latency=stages(730, 1140)), counted(late=3)))
    assert (view.value, view.unit, view.mark, view.second) == ("0.7", "ms", "deadline 5", "p99 1.1")
    assert view.note == "late parts 3"
    assert not view.is_abnormal


def test_a_p99_beyond_the_deadline_is_abnormal() -> None:
    assert present_latency(lens(state(latency=stages(730, 5001)))).is_abnormal


def test_a_station_that_has_not_measured_yet_shows_no_time() -> None:
    view = present_latency(lens(state()))
    assert (view.value, view.value_at, view.second) == ("–", None, "")


def test_the_reject_rate_is_abnormal_from_its_limit_on() -> None:
    below = counted(recent_parts=200, recent_rejected=5, reject_limit_permille=30)
    at = counted(recent_parts=200, recent_rejected=6, reject_limit_permille=30)
    assert not present_rate(lens(state(), below)).is_abnormal
    assert present_rate(lens(state(), at)).is_abnormal


def test_the_reject_rate_shows_how_it_has_gone_with_gaps_where_that_is_not_known() -> None:
    seen = counted(
        recent_parts=200,
        recent_rejected=8,
        reject_limit_permille=30,
        reject_trend_permille=(-1, 10, 20, -1),
    )
    view = present_rate(lens(state(), seen))
    first, now = view.trend
    assert [x for x, _ in (*first, *now)] == [0.25, 0.5, 1.0]
    assert first[0][1] < first[1][1] < (view.trend_limit or 0) < now[0][1]
    assert view.trend_from == "last 4 min"
    few = counted(recent_parts=200, recent_rejected=6, reject_trend_permille=(-1, 10))
    assert present_rate(lens(state(), few)).trend == ()


def test_parts_rejected_unjudged_are_counted_apart() -> None:
    counts = Counters(accepted=1234567, rejected=30, causes={"NG": 20, "LATE": 7, "INDETERMINATE": 3})
    figures = dict(present_counts(lens(state(), counts)).figures)
    assert figures["Not judged"] == "10"
    assert figures["OK"] == "1\u2009234\u2009567"


def test_old_figures_say_since_when_they_are_old() -> None:
    seen = lens(state(), counted(accepted=1), link=Link.LOST)
    olds = {
        present_yield(seen).old,
        present_latency(seen).old,
        present_rate(seen).old,
        present_counts(seen).old,
    }
    assert olds == {"old, 12:00:00"}


def test_the_speed_of_the_line_is_reckoned_from_the_last_parts_and_only_while_it_runs() -> None:
    parts = [part(n, triggered_ns=NOW_NS + n * 500_000_000) for n in range(10)]
    assert present_header(lens(state(), *parts)).rate == "120 parts/min"
    assert present_header(lens(state(state="SUSPENDED"), *parts)).rate == ""
    assert present_header(lens(state(), *parts[:3])).rate == ""
    assert present_header(lens(state(), *parts, link=Link.LOST)).rate == ""


def test_a_line_that_runs_and_rejects_everything_is_not_called_inspecting() -> None:
    runs, rejects = (present_header(lens(state(parts_now=now))) for now in ("partly_rejected", "rejected"))
    assert (runs.sign, runs.state) == (RunSign.RUNS, "Inspecting")
    assert (rejects.sign, rejects.state) == (RunSign.REJECTS, "Runs, rejects all")


def test_while_the_product_is_changed_no_screen_is_quiet_about_what_parts_do() -> None:
    for phase in ("TELLING", "STARTING", "RETURNING"):
        row = present_alarm_row(lens(state(change=ProductChange(phase=phase))))
        assert row.notice == "The product is being changed: all parts are being rejected"
    for phase in ("NONE", "CHECKING", "DONE", "REFUSED"):
        assert present_alarm_row(lens(state(change=ProductChange(phase=phase)))).notice == ""
