import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.alarm_window import RecentCount

PARTS = st.lists(st.booleans(), min_size=1, max_size=200)


@given(PARTS, st.integers(1, 50))
def test_read_after_every_part_the_count_is_exact(late: list[bool], window: int) -> None:
    recent = RecentCount(window)
    recent.observe(0, 0)
    for i in range(1, len(late) + 1):
        assert recent.observe(i, sum(late[:i])) == sum(late[max(0, i - window) : i])


@given(PARTS, st.integers(1, 50), st.data())
def test_read_seldom_it_never_misses_an_event_among_the_last_parts(
    late: list[bool], window: int, data: st.DataObject
) -> None:
    recent = RecentCount(window)
    recent.observe(0, 0)
    read = sorted(data.draw(st.sets(st.integers(1, len(late)), min_size=1)))
    for i in read:
        count = recent.observe(i, sum(late[:i]))
        assert sum(late[max(0, i - window) : i]) <= count <= sum(late[:i])


def test_counters_that_were_there_before_count_for_nothing() -> None:
    recent = RecentCount(100)
    assert recent.observe(5000, 700) == 0
    assert recent.observe(5001, 701) == 1


def test_a_part_that_is_judged_after_it_was_counted_is_not_missed() -> None:
    recent = RecentCount(2)
    readings = [(1, 0), (1, 1), (2, 1), (3, 1), (4, 1)]
    assert [recent.observe(*reading) for reading in readings] == [0, 1, 1, 1, 0]


def test_counters_of_another_run_begin_anew() -> None:
    recent = RecentCount(100)
    recent.observe(50, 0)
    recent.observe(60, 9)
    assert recent.observe(3, 1) == 0
    assert recent.observe(4, 2) == 1


def test_its_memory_does_not_grow_with_time() -> None:
    recent = RecentCount(10)
    for i in range(10_000):
        recent.observe(i, i)
    assert len(recent._readings) <= 12


def test_a_window_of_no_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="no window"):
        RecentCount(0)
