"""What a board keeps over a restart, and what it does not believe of what was kept."""

from __future__ import annotations

import json

import pytest
from board_rig import S, line, state_of, watch

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import (
    MAX_SHELF_NS,
    AlarmChange,
    AlarmId,
    AlarmState,
    ShelveReason,
)


def _kept() -> dict[str, object]:
    """What a board has kept that had an acknowledged, a shelved and an absent alarm, through JSON."""
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE, AlarmId.DISK_FULL, AlarmId.CAMERA_LOST), 0, 1)
    board.acknowledge(AlarmId.LATE, "anna", 2 * S)
    board.shelve(AlarmId.DISK_FULL, 902 * S, ShelveReason.IN_REPAIR, "ben", 2 * S)
    board.take_out_of_service(AlarmId.CAMERA_LOST, "being moved", "eva", 2 * S)
    kept: dict[str, object] = json.loads(json.dumps(board.snapshot(3 * S)))
    return kept


def test_a_restart_loses_neither_acknowledgement_nor_shelf_nor_absence() -> None:
    board = AlarmBoard(TABLE)
    # The machine itself has started anew: its monotonic clock is back at ten seconds, 100 s have passed.
    assert not board.restore(_kept(), 10 * S, 100 * S)
    states = {view.id: view for view in board.views()}
    assert states[AlarmId.LATE].state is AlarmState.ACKNOWLEDGED
    assert (states[AlarmId.LATE].acknowledged_by, states[AlarmId.LATE].acknowledged_ns) == ("anna", -91 * S)
    assert states[AlarmId.CAMERA_LOST].state is AlarmState.OUT_OF_SERVICE
    shelf = states[AlarmId.DISK_FULL].shelf
    assert shelf is not None
    assert (shelf.user, shelf.until_ns) == ("ben", (10 + 899 - 100) * S)
    assert {AlarmId.LATE, AlarmId.STATION_LOST, AlarmId.DISK_FULL} <= set(board.unknown())
    assert AlarmId.CAMERA_LOST not in board.unknown()


def test_an_alarm_that_still_stands_after_a_restart_is_not_raised_again() -> None:
    board = AlarmBoard(TABLE)
    board.restore(_kept(), 0)
    assert not watch(board, line(AlarmId.LATE, AlarmId.DISK_FULL, AlarmId.CAMERA_LOST), 0, 1)
    assert next(view.count for view in board.views() if view.id is AlarmId.LATE) == 1


def test_a_shelf_whose_time_was_up_during_the_restart_is_over() -> None:
    board = AlarmBoard(TABLE)
    board.restore(_kept(), 10 * S, 1000 * S)
    events = watch(board, line(AlarmId.DISK_FULL), 11)
    assert (AlarmId.DISK_FULL, AlarmChange.UNSHELVED) in {(event.id, event.change) for event in events}


def test_a_restart_while_a_cause_stands_changes_and_says_nothing() -> None:
    old, board = AlarmBoard(TABLE), AlarmBoard(TABLE)
    watch(old, line(AlarmId.LATE), 0)
    watch(old, line(AlarmId.LATE, AlarmId.STATION_LOST), 1)
    board.restore(old.snapshot(2 * S), 2 * S)
    assert state_of(board, AlarmId.LATE) is AlarmState.SUPPRESSED
    assert not watch(board, line(AlarmId.LATE, AlarmId.STATION_LOST), 2)


def test_what_was_seen_before_a_restart_waits_after_it_though_hidden_meanwhile() -> None:
    old, board = AlarmBoard(TABLE), AlarmBoard(TABLE)
    watch(old, line(AlarmId.LATE), 0)
    watch(old, line(AlarmId.LATE, AlarmId.STATION_LOST), 1)
    board.restore(old.snapshot(2 * S), 2 * S)
    watch(board, line(AlarmId.STATION_LOST), *range(2, 6))
    watch(board, line(), *range(6, 10))
    assert state_of(board, AlarmId.LATE) is AlarmState.RETURNED


def test_a_clock_set_back_moves_nothing_into_the_future() -> None:
    board = AlarmBoard(TABLE)
    board.restore(_kept(), 10 * S, -5000 * S)
    views = {view.id: view for view in board.views()}
    assert views[AlarmId.LATE].acknowledged_ns == 9 * S
    shelf = views[AlarmId.DISK_FULL].shelf
    assert shelf is not None
    assert shelf.until_ns == (10 + 899) * S


def test_a_forged_shelf_never_shelves_for_longer_than_a_shift() -> None:
    kept = _kept()
    kept["alarms"]["disk_full"]["shelf"]["remaining_ns"] = 10**18  # type: ignore[index]
    board = AlarmBoard(TABLE)
    board.restore(kept, 10 * S)
    shelf = next(view.shelf for view in board.views() if view.id is AlarmId.DISK_FULL)
    assert shelf is not None
    assert shelf.until_ns == 10 * S + MAX_SHELF_NS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phase", "shelved"),
        ("phase", "great"),
        ("phase", None),
        ("count", "many"),
        ("raised_ago_ns", None),
        ("details", [1]),
        ("details", {"value": [1]}),
        ("value_at_trip", "high"),
        ("shelf", {"reason": "in_repair"}),
        ("shelf", {"remaining_ns": 1, "reason": "boredom", "user": "", "since_ago_ns": 0}),
        ("absence", 7),
    ],
)
def test_one_damaged_alarm_costs_only_itself(field: str, value: object) -> None:
    kept = _kept()
    kept["alarms"]["disk_full"] |= {field: value}  # type: ignore[index]
    kept["alarms"]["no_such_alarm"] = {}  # type: ignore[index]
    board = AlarmBoard(TABLE)
    complaints = board.restore(kept, 0)
    assert [complaint.split()[1] for complaint in complaints] == ["disk_full", "no_such_alarm"]
    assert state_of(board, AlarmId.DISK_FULL) is AlarmState.NORMAL
    assert state_of(board, AlarmId.LATE) is AlarmState.ACKNOWLEDGED


@pytest.mark.parametrize("kept", [{}, {"version": 2, "alarms": {}}, {"version": 1, "alarms": [1]}])
def test_alarms_of_another_version_begin_as_new_and_it_is_said(kept: dict[str, object]) -> None:
    assert len(AlarmBoard(TABLE).restore(kept, 0)) == 1


def test_a_shelf_that_the_table_no_longer_allows_is_not_restored() -> None:
    kept = _kept()
    kept["alarms"]["late"]["shelf"] = kept["alarms"]["disk_full"]["shelf"]  # type: ignore[index]
    kept["alarms"]["station_lost"]["absence"] = kept["alarms"]["camera_lost"]["absence"]  # type: ignore[index]
    board = AlarmBoard(TABLE)
    assert not board.restore(kept, 0)
    assert state_of(board, AlarmId.LATE) is AlarmState.ACKNOWLEDGED
    assert state_of(board, AlarmId.STATION_LOST) is AlarmState.NORMAL
