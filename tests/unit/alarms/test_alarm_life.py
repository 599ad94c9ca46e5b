"""One alarm on a board of its own: delays, dead band, latching, acknowledgement, and what is not known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarms import (
    AlarmChange,
    AlarmEvent,
    AlarmId,
    AlarmRefusal,
    AlarmRule,
    AlarmState,
    AlarmView,
    Condition,
    Consequence,
    Priority,
)
from inspector.errors import ConfigError

S = 1_000_000_000
CAMERA = AlarmId.CAMERA_LOST
RATE = AlarmId.REJECT_RATE_HIGH


def board_of(id_: AlarmId = CAMERA, **parameters: object) -> AlarmBoard:
    values = {"priority": Priority.MEDIUM, "consequence": Consequence.REJECTED} | parameters
    return AlarmBoard({id_: AlarmRule(id=id_, **values)})  # type: ignore[arg-type]


def rate_board(**parameters: object) -> AlarmBoard:
    return board_of(RATE, limit=5.0, dead_band=0.5, **parameters)


def see(
    board: AlarmBoard, level: bool | float | None, at_s: float, **details: str | int | float
) -> list[AlarmEvent]:
    id_ = board.views()[0].id
    return board.observe({id_: Condition(level, details)}, int(at_s * S))


def only(board: AlarmBoard) -> AlarmView:
    (view,) = board.views()
    return view


def phases(board: AlarmBoard, levels: list[bool | None]) -> list[bool]:
    """Show one level a second, and say after each whether the alarm stands."""
    stands = []
    for second, level in enumerate(levels):
        see(board, level, second)
        stands.append(only(board).phase in {AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED})
    return stands


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 4), st.integers(0, 4), st.booleans())
def test_an_alarm_comes_and_goes_only_after_its_whole_delay(
    levels: list[bool], on_s: int, off_s: int, latching: bool
) -> None:
    board = board_of(on_delay_ns=on_s * S, off_delay_ns=off_s * S, latching=latching)
    expected, stands = [], False
    for now in range(len(levels)):
        delay = off_s if stands else on_s
        if now >= delay and all(level is not stands for level in levels[now - delay : now + 1]):
            stands = not stands
        expected.append(stands)
    assert phases(board, levels) == expected


@given(st.lists(st.sampled_from([True, False, None]), max_size=40), st.integers(0, 3))
def test_what_is_not_known_changes_nothing_and_is_stale(levels: list[bool | None], delay_s: int) -> None:
    board = board_of(on_delay_ns=delay_s * S, off_delay_ns=delay_s * S)
    for second, level in enumerate(levels):
        before = only(board).phase
        events = see(board, level, second)
        if level is None:
            assert not events
            assert only(board).phase is before
        assert only(board).is_stale is (level is None)


def test_before_anything_is_known_every_alarm_is_stale_and_unknown() -> None:
    board = board_of()
    assert only(board).is_stale
    assert board.unknown() == [CAMERA]
    see(board, False, 0)
    assert not board.unknown()


def test_an_alarm_that_nobody_gives_a_condition_for_is_unknown() -> None:
    board = board_of()
    see(board, True, 0)
    board.observe({}, S)
    assert board.unknown() == [CAMERA]
    assert [view.is_stale for view in board.active()] == [True]


def test_a_gap_in_what_is_known_does_not_delay_an_alarm() -> None:
    board = board_of(on_delay_ns=2 * S)
    assert phases(board, [True, None, True]) == [False, False, True]


def test_a_gap_in_what_is_known_starts_the_return_anew() -> None:
    board = board_of(off_delay_ns=2 * S)
    assert phases(board, [True, False, None, False, False, False]) == [True] * 5 + [False]


@given(st.lists(st.floats(0, 10) | st.just(math.nan) | st.none(), max_size=60))
def test_within_the_dead_band_an_alarm_stays_what_it_is(levels: list[float | None]) -> None:
    board = rate_board()
    stands = False
    for second, level in enumerate(levels):
        see(board, level, second)
        if level is not None and not math.isnan(level):
            stands = level >= 5.0 or (stands and level >= 4.5)
        assert (only(board).state is AlarmState.UNACKNOWLEDGED) is stands


def test_the_value_at_the_trip_is_kept_while_the_value_goes_on() -> None:
    board = rate_board()
    see(board, 6.5, 0, window=200)
    see(board, 9.0, 1, window=200)
    assert only(board).value_at_trip == 6.5
    assert only(board).details == {"value": 9.0, "limit": 5.0, "window": 200}


def test_the_details_of_a_returned_alarm_are_those_of_when_it_stood() -> None:
    board = board_of(latching=True)
    see(board, True, 0, address="10.0.0.7")
    see(board, False, 1, address="")
    assert only(board).details == {"address": "10.0.0.7"}


def test_a_latching_alarm_stays_until_it_is_acknowledged() -> None:
    board = board_of(latching=True)
    see(board, True, 0)
    see(board, False, 1)
    assert [view.state for view in board.active()] == [AlarmState.RETURNED]
    event = board.acknowledge(CAMERA, "anna", 2 * S)
    assert isinstance(event, AlarmEvent)
    assert event.state is AlarmState.NORMAL
    assert not board.active()


def test_an_alarm_that_does_not_latch_goes_when_its_condition_goes() -> None:
    board = board_of()
    see(board, True, 0)
    (event,) = see(board, False, 1)
    assert event.change is AlarmChange.RETURNED
    assert not board.active()


def test_a_latching_alarm_that_was_acknowledged_goes_when_its_condition_goes() -> None:
    board = board_of(latching=True)
    see(board, True, 0)
    board.acknowledge(CAMERA, "anna", S)
    see(board, False, 2)
    assert not board.active()


def test_who_acknowledged_and_when_is_kept_until_the_next_occurrence() -> None:
    board = board_of()
    see(board, True, 0)
    board.acknowledge(CAMERA, "anna", 7 * S)
    assert (only(board).acknowledged_by, only(board).acknowledged_ns) == ("anna", 7 * S)
    see(board, False, 8)
    assert only(board).acknowledged_by == "anna"
    see(board, True, 9)
    assert (only(board).acknowledged_by, only(board).acknowledged_ns) == ("", None)
    assert only(board).state is AlarmState.UNACKNOWLEDGED


def test_every_occurrence_counts_also_that_which_follows_before_anybody_looked() -> None:
    board = board_of(latching=True)
    for second, level in enumerate([True, False, True, False, True]):
        see(board, level, second)
    assert only(board).count == 3
    assert only(board).raised_ns == 4 * S
    assert only(board).returned_ns is None


@pytest.mark.parametrize("levels", [[], [False], [None]])
def test_nothing_is_acknowledged_twice_or_for_nothing(levels: list[bool | None]) -> None:
    board = board_of()
    for level in levels:
        see(board, level, 0)
    assert board.acknowledge(CAMERA, "anna", 0) is AlarmRefusal.NOTHING_TO_ACKNOWLEDGE
    see(board, True, 1)
    assert isinstance(board.acknowledge(CAMERA, "anna", S), AlarmEvent)
    assert board.acknowledge(CAMERA, "ben", S) is AlarmRefusal.NOTHING_TO_ACKNOWLEDGE
    assert only(board).acknowledged_by == "anna"


def test_a_condition_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="watches true or false, and was given 3"):
        see(board_of(), 3.0, 0)
    with pytest.raises(ValueError, match="watches a value, and was given True"):
        see(rate_board(), True, 0)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"priority": Priority.HIGH}, "cannot be shelvable"),
        ({"on_delay_ns": -1}, "delay is negative"),
        ({"dead_band": 1.0}, "needs a limit"),
        ({"limit": math.nan}, "never return"),
        ({"limit": 5.0, "dead_band": 5.0}, "never return"),
        ({"limit": 5.0, "dead_band": -1.0}, "never return"),
        ({"suppressed_by": (CAMERA,)}, "hide itself"),
        ({"suppressed_by": (RATE,)}, "not in the table"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(
    parameters: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        board_of(**parameters)
