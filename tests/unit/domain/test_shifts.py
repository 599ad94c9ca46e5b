"""Which shift works is told by the clock on the wall, over midnight too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.shifts import minute_of, minutes_left, shift_at

THREE = {"Early": minute_of("06:00"), "Late": minute_of("14:00"), "Night": minute_of("22:00")}
MINUTES = st.integers(0, 24 * 60 - 1)


def test_a_shift_works_from_its_beginning_to_that_of_the_next_one() -> None:
    at = {time: shift_at(THREE, minute_of(time)) for time in ("06:00", "13:59", "14:00", "22:00", "23:59")}
    assert list(at.values()) == ["Early", "Early", "Late", "Night", "Night"]


def test_the_last_shift_of_the_day_works_on_after_midnight() -> None:
    assert (shift_at(THREE, minute_of("00:00")), shift_at(THREE, minute_of("05:59"))) == ("Night", "Night")


def test_where_no_shifts_are_named_nobody_is_told_of_one() -> None:
    assert shift_at({}, 600) == ""


@given(st.dictionaries(st.text(min_size=1), MINUTES, min_size=1), MINUTES)
def test_at_any_time_one_of_the_shifts_works_and_no_other_has_begun_since(
    starts: dict[str, int], minute: int
) -> None:
    def ago(name: str) -> int:
        return (minute - starts[name]) % (24 * 60)

    assert ago(shift_at(starts, minute)) == min(map(ago, starts))


def test_a_shift_works_until_the_next_one_begins_and_a_single_one_until_tomorrow() -> None:
    left = {time: minutes_left(THREE, minute_of(time)) for time in ("06:00", "13:59", "23:00", "05:59")}
    assert list(left.values()) == [480, 1, 420, 1]
    assert minutes_left({"All day": 0}, 0) == 1440
    assert minutes_left({}, 0) == 0
