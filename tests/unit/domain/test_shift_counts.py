"""Counts of a shift are what totals have risen by while it worked, whatever is started anew meanwhile."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.shift_counts import ShiftCounts
from inspector.domain.shifts import shift_key

THREE = {"Early": 6 * 60, "Late": 14 * 60, "Night": 22 * 60}


def test_a_shift_that_works_over_midnight_stays_the_same_one() -> None:
    assert shift_key(THREE, 7, 23 * 60) == shift_key(THREE, 8, 5 * 60) == "7 Night"
    assert shift_key(THREE, 8, 22 * 60) == "8 Night"
    assert shift_key({}, 8, 0) == ""


def test_the_next_shift_counts_from_zero_and_knows_since_when() -> None:
    counts = ShiftCounts(run=1)
    counts.follow("1 Early", {"accepted": 10}, utc_ns=100)
    late = counts.follow("1 Late", {"accepted": 12}, utc_ns=200)
    assert (late.since_utc_ns, late.counts) == (200, {"accepted": 2})


def test_a_clock_that_is_set_back_and_forward_again_finds_the_shift_as_it_was() -> None:
    counts = ShiftCounts(run=1)
    counts.follow("1 Late", {"accepted": 10}, 100)
    counts.follow("1 Early", {"accepted": 11}, 50)
    found = counts.follow("1 Late", {"accepted": 15}, 110)
    assert (found.since_utc_ns, found.counts["accepted"]) == (100, 14)


def test_what_is_kept_has_an_end() -> None:
    counts = ShiftCounts(run=1)
    for day in range(100):
        counts.follow(f"{day} Early", {"accepted": day}, day)
    assert list(counts.shifts) == ["97 Early", "98 Early", "99 Early"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1 Early", "1 Late", "1 Night"]), st.integers(0, 9), st.sampled_from("-sr")
        )
    )
)
def test_whatever_is_started_anew_each_rise_belongs_to_the_shift_that_saw_it(
    steps: list[tuple[str, int, str]],
) -> None:
    """`s` = the service is started anew, with what it had kept; `r` = a new run begins, at zero."""
    counts, expected, total, run = ShiftCounts(1), Counter[str](), 0, 1
    for shift, parts, event in steps:
        if event == "r":
            run, total = run + 1, 0
        if event != "-":
            counts = ShiftCounts(run, counts.run, counts.seen, counts.shifts)
        total += parts
        expected[shift] += parts
        assert counts.follow(shift, {"accepted": total}, 1).counts["accepted"] == expected[shift]
