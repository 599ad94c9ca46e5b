"""The product's own table on a board: what is shown, what is hidden and why, and what people may do."""

from __future__ import annotations

import pytest
from board_rig import OF_THE_STATION, S, consequence_of, line, shown, state_of, watch

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import (
    MAX_SHELF_NS,
    AlarmChange,
    AlarmEvent,
    AlarmId,
    AlarmRefusal,
    AlarmState,
    Consequence,
    Priority,
    ShelveReason,
    Signals,
)


def test_a_line_without_fault_has_no_alarms_and_nothing_unknown() -> None:
    board = AlarmBoard(TABLE)
    assert not watch(board, line(), *range(0, 200, 10))
    assert not board.active()
    assert not board.hidden()
    assert not board.unknown()
    assert board.signals == Signals(stack_light=False, horn=False)


def test_without_any_data_everything_is_unknown() -> None:
    board = AlarmBoard(TABLE)
    board.observe({}, 0)
    assert not board.active()
    assert board.unknown() == list(AlarmId)


def test_a_lost_station_hides_what_depends_on_it_and_shows_itself() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE, AlarmId.CAMERA_LOST), 0, 1)
    assert shown(board) == [AlarmId.CAMERA_LOST, AlarmId.LATE]
    events = watch(board, line(AlarmId.STATION_LOST, unknown=OF_THE_STATION), 2)
    assert {(event.id, event.change) for event in events} == {
        (AlarmId.STATION_LOST, AlarmChange.RAISED),
        (AlarmId.CAMERA_LOST, AlarmChange.SUPPRESSED),
        (AlarmId.LATE, AlarmChange.SUPPRESSED),
    }
    assert shown(board) == [AlarmId.STATION_LOST]
    assert {view.id for view in board.hidden()} == {AlarmId.CAMERA_LOST, AlarmId.LATE}
    assert all(view.hidden_by == (AlarmId.STATION_LOST,) for view in board.hidden())


def test_a_station_that_comes_back_brings_back_what_still_stands() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.CAMERA_LOST), 0, 1)
    watch(board, line(AlarmId.STATION_LOST, unknown=OF_THE_STATION), 2)
    events = watch(board, line(AlarmId.CAMERA_LOST), 3, 4, 5)
    assert [(event.id, event.change) for event in events] == [
        (AlarmId.STATION_LOST, AlarmChange.RETURNED),
        (AlarmId.CAMERA_LOST, AlarmChange.UNSUPPRESSED),
    ]
    assert [(view.id, view.state) for view in board.active()] == [
        (AlarmId.CAMERA_LOST, AlarmState.UNACKNOWLEDGED),
        (AlarmId.STATION_LOST, AlarmState.RETURNED),
    ]


def test_a_lost_camera_hides_missing_pictures_and_undecided_parts() -> None:
    board = AlarmBoard(TABLE)
    conditions = line(AlarmId.CAMERA_LOST, AlarmId.NO_PICTURE, AlarmId.UNDECIDED_HIGH, AlarmId.NOT_READY)
    events = watch(board, conditions, *range(40))
    assert shown(board) == [AlarmId.CAMERA_LOST]
    assert {view.id for view in board.hidden()} == set(conditions) & {
        AlarmId.NO_PICTURE,
        AlarmId.UNDECIDED_HIGH,
        AlarmId.NOT_READY,
    }
    raised = {event.id: event.state for event in events}
    assert raised[AlarmId.CAMERA_LOST] is AlarmState.UNACKNOWLEDGED
    assert raised[AlarmId.NO_PICTURE] is AlarmState.SUPPRESSED


def test_what_came_and_went_unseen_leaves_nothing_to_acknowledge() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.CAMERA_LOST, AlarmId.NO_PICTURE), *range(5))
    watch(board, line(), *range(5, 15))
    assert [(view.id, view.state) for view in board.active()] == [(AlarmId.CAMERA_LOST, AlarmState.RETURNED)]


def test_what_somebody_saw_waits_for_him_though_its_cause_came_after() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE), 0)
    watch(board, line(AlarmId.STATION_LOST), *range(1, 5))
    watch(board, line(), *range(5, 10))
    assert state_of(board, AlarmId.LATE) is AlarmState.RETURNED


def test_what_somebody_saw_waits_for_him_though_it_came_and_went_again_unseen() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE), 0)
    watch(board, line(), *range(1, 5))
    watch(board, line(AlarmId.STATION_LOST, AlarmId.LATE), 5)
    watch(board, line(), *range(6, 15))
    assert state_of(board, AlarmId.LATE) is AlarmState.RETURNED


def test_an_alarm_that_comes_along_with_its_cause_is_told_of_as_raised_and_hidden() -> None:
    board = AlarmBoard(TABLE)
    events = watch(board, line(AlarmId.STATION_LOST, AlarmId.LATE), 0)
    assert [(event.id, event.change, event.state) for event in events] == [
        (AlarmId.STATION_LOST, AlarmChange.RAISED, AlarmState.UNACKNOWLEDGED),
        (AlarmId.LATE, AlarmChange.RAISED, AlarmState.SUPPRESSED),
    ]


@pytest.mark.parametrize("id_", [AlarmId.BYPASSED, AlarmId.WRONGLY_ACCEPTED])
def test_nothing_hides_that_parts_pass_which_should_not(id_: AlarmId) -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(id_), 0)
    watch(board, line(*(set(AlarmId) - OF_THE_STATION), unknown=OF_THE_STATION), *range(1, 100, 5))
    view = next(view for view in board.active() if view.id is id_)
    assert view.is_stale
    assert board.take_out_of_service(id_, "in the way", "ben", 200 * S) is AlarmRefusal.NEVER_OUT_OF_SERVICE


def test_what_is_hidden_cannot_be_acknowledged() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.STATION_LOST, AlarmId.LATE), 0)
    assert board.acknowledge(AlarmId.LATE, "anna", S) is AlarmRefusal.IS_HIDDEN


def test_a_cause_that_is_out_of_service_hides_nothing() -> None:
    board = AlarmBoard(TABLE)
    conditions = line(AlarmId.CAMERA_LOST, AlarmId.NO_PICTURE)
    watch(board, conditions, 0, 1, 2)
    board.take_out_of_service(AlarmId.CAMERA_LOST, "new camera being fitted", "eva", 3 * S)
    watch(board, conditions, 4)
    assert shown(board) == [AlarmId.NO_PICTURE]


def test_out_of_service_needs_a_reason_and_ends_only_by_hand() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE), 0)
    assert board.take_out_of_service(AlarmId.LATE, "  ", "eva", S) is AlarmRefusal.NO_REASON
    assert board.put_back(AlarmId.LATE, "eva", S) is AlarmRefusal.NOT_OUT_OF_SERVICE
    event = board.take_out_of_service(AlarmId.LATE, " load test " * 100, "eva", S)
    assert isinstance(event, AlarmEvent)
    assert len(event.reason) <= 200
    watch(board, line(AlarmId.LATE), 2, 100_000)
    assert not board.active()
    assert [view.state for view in board.hidden()] == [AlarmState.OUT_OF_SERVICE]
    board.put_back(AlarmId.LATE, "eva", 100_001 * S)
    assert shown(board) == [AlarmId.LATE]


def test_a_shelved_alarm_comes_back_by_itself_and_asks_again() -> None:
    board = AlarmBoard(TABLE)
    standing = line(AlarmId.RECORDER_DOWN)
    watch(board, standing, 0, 1)
    board.acknowledge(AlarmId.RECORDER_DOWN, "anna", 2 * S)
    event = board.shelve(AlarmId.RECORDER_DOWN, 902 * S, ShelveReason.IN_REPAIR, "anna", 2 * S)
    assert isinstance(event, AlarmEvent)
    assert (event.change, event.reason, event.user) == (AlarmChange.SHELVED, "in_repair", "anna")
    watch(board, standing, 3, 901)
    assert not board.active()
    assert [(view.id, view.shelf and view.shelf.user) for view in board.hidden()] == [
        (AlarmId.RECORDER_DOWN, "anna")
    ]
    events = watch(board, standing, 902)
    assert [(event.change, event.user) for event in events] == [(AlarmChange.UNSHELVED, "")]
    assert [view.state for view in board.active()] == [AlarmState.UNACKNOWLEDGED]


@pytest.mark.parametrize("until_ns", [S, 0, S + MAX_SHELF_NS + 1])
def test_an_alarm_is_shelved_for_a_time_to_come_and_no_longer_than_a_shift(until_ns: int) -> None:
    board = AlarmBoard(TABLE)
    refused = board.shelve(AlarmId.DISK_HIGH, until_ns, ShelveReason.CHATTERING, "anna", S)
    assert refused is AlarmRefusal.BAD_DURATION


def test_nothing_is_shelved_twice_nor_taken_back_twice() -> None:
    board = AlarmBoard(TABLE)
    shelve = (AlarmId.DISK_HIGH, 900 * S, ShelveReason.IN_REPAIR, "anna", S)
    assert board.unshelve(AlarmId.DISK_HIGH, "anna", S) is AlarmRefusal.NOT_SHELVED
    assert isinstance(board.shelve(*shelve), AlarmEvent)
    assert board.shelve(*shelve) is AlarmRefusal.ALREADY_SHELVED
    assert isinstance(board.unshelve(AlarmId.DISK_HIGH, "ben", 2 * S), AlarmEvent)


def test_what_is_out_of_service_is_on_no_shelf() -> None:
    board = AlarmBoard(TABLE)
    shelve = (AlarmId.DISK_HIGH, 900 * S, ShelveReason.IN_REPAIR, "anna", S)
    board.shelve(*shelve)
    board.take_out_of_service(AlarmId.DISK_HIGH, "no disk", "eva", 2 * S)
    assert [(view.state, view.shelf) for view in board.hidden()] == [(AlarmState.OUT_OF_SERVICE, None)]
    assert board.shelve(*shelve) is AlarmRefusal.ALREADY_OUT_OF_SERVICE
    assert board.take_out_of_service(AlarmId.DISK_HIGH, "again", "eva", 3 * S) is (
        AlarmRefusal.ALREADY_OUT_OF_SERVICE
    )


def test_what_is_most_urgent_is_never_shelved() -> None:
    board = AlarmBoard(TABLE)
    for id_, rule in TABLE.items():
        done = board.shelve(id_, 900 * S, ShelveReason.IN_REPAIR, "anna", 0)
        assert (done is AlarmRefusal.NEVER_SHELVED) is not rule.shelvable
        assert rule.priority is not Priority.HIGH or done is AlarmRefusal.NEVER_SHELVED


def test_an_alarm_that_the_board_does_not_have_is_refused() -> None:
    board = AlarmBoard({AlarmId.STATION_LOST: TABLE[AlarmId.STATION_LOST]})
    reason = ShelveReason.IN_REPAIR
    assert {
        board.acknowledge(AlarmId.NG_RUN, "anna", 0),
        board.shelve(AlarmId.NG_RUN, S, reason, "anna", 0),
        board.unshelve(AlarmId.NG_RUN, "anna", 0),
        board.take_out_of_service(AlarmId.NG_RUN, "why", "anna", 0),
        board.put_back(AlarmId.NG_RUN, "anna", 0),
    } == {AlarmRefusal.UNKNOWN_ALARM}


def test_the_list_shows_the_most_urgent_first_then_what_waits_then_the_newest() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.DISK_FULL), 0, 1)
    watch(board, line(AlarmId.DISK_FULL, AlarmId.LATE), 2)
    watch(board, line(AlarmId.DISK_FULL, AlarmId.LATE, AlarmId.MODEL_ERROR), 3, 4)
    assert shown(board) == [AlarmId.MODEL_ERROR, AlarmId.LATE, AlarmId.DISK_FULL]
    board.acknowledge(AlarmId.MODEL_ERROR, "anna", 5 * S)
    assert shown(board) == [AlarmId.LATE, AlarmId.MODEL_ERROR, AlarmId.DISK_FULL]


def test_what_happens_to_parts_is_what_happens_to_them_now() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE), 0)
    assert consequence_of(board, AlarmId.LATE) is Consequence.PARTLY_REJECTED
    watch(board, line(AlarmId.LATE, AlarmId.BYPASSED), 1)
    assert consequence_of(board, AlarmId.LATE) is Consequence.BYPASSED
    watch(board, line(AlarmId.LATE, AlarmId.BYPASSED, AlarmId.HELD_OPERATOR), 2)
    assert consequence_of(board, AlarmId.LATE) is Consequence.HELD
    assert consequence_of(board, AlarmId.BYPASSED) is Consequence.BYPASSED
    watch(board, line(), 3)
    assert (
        consequence_of(board, AlarmId.LATE) is Consequence.BYPASSED
    )  # who turns the key back turns it for good
    watch(board, line(), 4, 5)
    assert state_of(board, AlarmId.LATE) is AlarmState.RETURNED
    assert consequence_of(board, AlarmId.LATE) is Consequence.OVER


def test_a_line_that_was_released_is_not_held_any_more_although_its_alarm_waits_a_moment() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.HELD_OPERATOR, AlarmId.LATE), 0)
    watch(board, line(AlarmId.LATE), 1)
    assert state_of(board, AlarmId.HELD_OPERATOR) is AlarmState.UNACKNOWLEDGED
    assert consequence_of(board, AlarmId.LATE) is board.parts_now is Consequence.PARTLY_REJECTED
    assert consequence_of(board, AlarmId.HELD_OPERATOR) is Consequence.PARTLY_REJECTED


def test_the_alarm_of_a_hold_does_not_say_that_the_line_is_held_once_it_is_released() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.HELD_OPERATOR), 0)
    assert consequence_of(board, AlarmId.HELD_OPERATOR) is Consequence.HELD
    watch(board, line(), 1)
    assert state_of(board, AlarmId.HELD_OPERATOR) is AlarmState.UNACKNOWLEDGED
    assert consequence_of(board, AlarmId.HELD_OPERATOR) is Consequence.OVER
    watch(board, line(AlarmId.HELD_OPERATOR), 2)
    assert consequence_of(board, AlarmId.HELD_OPERATOR) is Consequence.HELD


def test_a_line_that_stands_rejects_nothing_also_when_no_alarm_holds_it() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.CAMERA_LOST), 0, 1)
    board.observe(line(AlarmId.CAMERA_LOST), 2 * S, is_line_held=True)
    assert consequence_of(board, AlarmId.CAMERA_LOST) is board.parts_now is Consequence.HELD
    board.observe(line(AlarmId.CAMERA_LOST), 3 * S)
    assert consequence_of(board, AlarmId.CAMERA_LOST) is board.parts_now is Consequence.REJECTED


def test_a_lost_camera_explains_why_no_part_has_a_picture() -> None:
    board = AlarmBoard(TABLE)
    standing = line(AlarmId.CAMERA_LOST, AlarmId.HELD_PAIRING, AlarmId.LIGHT_WRONG)
    watch(board, standing, 0, 1, 9)
    assert shown(board) == [AlarmId.CAMERA_LOST]
    assert consequence_of(board, AlarmId.CAMERA_LOST) is Consequence.HELD


def test_an_alarm_out_of_service_changes_nothing_of_what_parts_do() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.CAMERA_LOST), 0, 1)
    board.take_out_of_service(AlarmId.CAMERA_LOST, "new cable", "eva", 2 * S)
    assert board.parts_now is Consequence.REJECTED


def test_a_bad_part_that_has_passed_has_passed_also_when_no_more_follow() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.WRONGLY_ACCEPTED), 0)
    watch(board, line(), *range(1, 10))
    assert consequence_of(board, AlarmId.WRONGLY_ACCEPTED) is Consequence.PASSED


def test_bad_parts_alone_are_rejected_as_they_should_be_and_the_line_does_what_it_shall() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.NG_RUN), 0)
    assert consequence_of(board, AlarmId.NG_RUN) is Consequence.NG_REJECTED
    assert board.parts_now is Consequence.NOT_AFFECTED
    watch(board, line(AlarmId.NG_RUN, AlarmId.CAMERA_LOST), 1, 3)
    assert consequence_of(board, AlarmId.NG_RUN) is board.parts_now is Consequence.REJECTED


def test_what_happens_to_parts_is_the_most_drastic_of_all_that_stands() -> None:
    board = AlarmBoard(TABLE)
    told = []
    for second, standing in enumerate(
        [
            (),
            (AlarmId.RECORDER_DOWN,),
            (AlarmId.WRONGLY_ACCEPTED,),
            (AlarmId.WRONGLY_ACCEPTED, AlarmId.LATE),
            (AlarmId.CAMERA_LOST, AlarmId.LATE),
            (AlarmId.BYPASSED, AlarmId.LATE),
            (AlarmId.BYPASSED, AlarmId.LATE, AlarmId.FAULT_BIN_FULL),
        ]
    ):
        watch(board, line(*standing), 10 * second, 10 * second + 9)
        told.append(board.parts_now)
    assert told == [
        Consequence.NOT_AFFECTED,
        Consequence.NOT_AFFECTED,
        Consequence.PASSED,
        Consequence.PARTLY_REJECTED,
        Consequence.REJECTED,
        Consequence.BYPASSED,
        Consequence.HELD,
    ]


def test_every_event_of_an_alarm_is_a_new_version_also_over_a_restart() -> None:
    old, board = AlarmBoard(TABLE), AlarmBoard(TABLE)
    watch(old, line(AlarmId.LATE), 0, 1, 2)
    old.acknowledge(AlarmId.LATE, "anna", 3 * S)
    board.restore(old.snapshot(3 * S), 3 * S)
    assert next(view.version for view in board.views() if view.id is AlarmId.LATE) == 2
    watch(board, line(), 4, 5, 6)
    assert next(view.version for view in board.views() if view.id is AlarmId.LATE) == 3


def test_of_a_lost_station_the_worse_is_said() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.BYPASSED, AlarmId.HELD_COUNTS), 0)
    watch(board, line(AlarmId.STATION_LOST, unknown=OF_THE_STATION), 1)
    assert consequence_of(board, AlarmId.STATION_LOST) is Consequence.BYPASSED


@pytest.mark.parametrize(
    ("id_", "light", "horn"),
    [
        (AlarmId.LATE, True, True),
        (AlarmId.NG_RUN, True, False),
        (AlarmId.REALTIME_MISSING, False, False),
    ],
)
def test_light_and_horn_follow_urgency(id_: AlarmId, light: bool, horn: bool) -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(id_), 0, 5)
    assert board.signals == Signals(stack_light=light, horn=horn)


def test_acknowledging_silences_the_horn_and_leaves_the_light() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE), 0)
    board.acknowledge(AlarmId.LATE, "anna", S)
    assert board.signals == Signals(stack_light=True, horn=False)


def test_the_horn_waits_for_somebody_also_when_the_fault_is_gone() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.LATE), 0)
    watch(board, line(), *range(1, 5))
    assert board.signals == Signals(stack_light=False, horn=True)


def test_the_hidden_ask_for_no_light() -> None:
    board = AlarmBoard(TABLE)
    watch(board, line(AlarmId.DISK_FULL), 0, 1)
    board.shelve(AlarmId.DISK_FULL, 900 * S, ShelveReason.IN_REPAIR, "anna", S)
    assert board.signals == Signals(stack_light=False, horn=False)
