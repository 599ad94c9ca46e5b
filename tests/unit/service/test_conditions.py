"""What the service knows of a station, and what it does not claim to know."""

from __future__ import annotations

import pytest
from fake_station import FakeStation, Watcher

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE, with_limits
from inspector.domain.alarm_texts import TEXTS
from inspector.domain.alarms import AlarmId, AlarmState
from inspector.domain.device_states import Device, Signal, signal_of
from inspector.domain.disposition import Cause
from inspector.domain.histogram import LatencyHistogram
from inspector.domain.hold import Hold
from inspector.domain.line import Control, RejectFault
from inspector.domain.states import State
from inspector.service._disk_watch import Fill
from inspector.service._facts import Look
from inspector.sharedmem import RecorderError, RecorderState, RecorderStatus

A = AlarmId
FAULTS = [fault for fault in RejectFault if fault]


def test_a_healthy_station_raises_nothing(watcher: Watcher) -> None:
    board = AlarmBoard(with_limits({}))
    facts = {"realtime": {"capture": {"refusals": []}}, "believed_mean": [3.0, 252.0]}
    known = {"facts": facts, "ledger_percent": 0.0, "disk": Fill(40.0, 0), "brightness_percent": 41.0}
    for _ in range(700):
        watcher.station.part()
        conditions = watcher.see(**known, latency=LatencyHistogram())
        assert board.observe(conditions, watcher.now_ns) == []
        watcher.wait(0.2)
    assert board.unknown() == [A.LATENCY_HIGH]  # no verdict was measured


def test_every_alarm_is_watched(watcher: Watcher) -> None:
    facts = {"realtime": {"capture": {"refusals": []}}, "believed_mean": [3.0, 252.0]}
    known = {"facts": facts, "ledger_percent": 0.0, "disk": Fill(0.0, 0), "brightness_percent": 41.0}
    assert set(watcher.see(**known, latency=LatencyHistogram())) == set(TABLE)


def test_conditions_name_what_the_texts_want(watcher: Watcher) -> None:
    facts = {"realtime": {"capture": {"refusals": ["no"]}}, "believed_mean": [3.0, 252.0]}
    recorder = RecorderStatus(alive_ns=watcher.now_ns, pid=1, error_text="why")
    known = {"facts": facts, "ledger_percent": 0.0, "disk": Fill(0.0, 0), "brightness_percent": 41.0}
    found = watcher.see(**known, recorder=recorder)
    for id_, condition in found.items():
        given = set(condition.details) | ({"value", "limit"} if TABLE[id_].limit is not None else set())
        assert TEXTS[id_].details <= given, id_


def test_a_silent_station_is_lost_after_a_good_second_and_nothing_else_is_known(
    watcher: Watcher,
) -> None:
    watcher.see()
    watcher.wait(1.2)
    assert watcher.level(A.STATION_LOST, is_alive=False) is False
    watcher.wait(0.1)
    found = watcher.see(is_alive=False)
    assert found[A.STATION_LOST].level is True
    for id_ in (
        A.NOT_READY,
        A.CAMERA_LOST,
        A.PLC_LOST,
        A.BYPASSED,
        A.FAULT_BIN_FULL,
        A.HELD_OPERATOR,
        A.LATE,
    ):
        assert id_ not in found
    assert found[A.RECORDER_DOWN].level is False  # it has a board of its own


def test_a_station_that_died_and_came_back_at_once_was_lost_all_the_same(watcher: Watcher) -> None:
    watcher.station.write(starts=1)
    assert watcher.level(A.STATION_LOST) is False
    watcher.station.write(starts=2)
    assert watcher.level(A.STATION_LOST) is True
    assert watcher.level(A.STATION_LOST) is False


def test_a_station_that_still_loads_is_not_lost_but_one_that_never_comes_is(watcher: Watcher) -> None:
    watcher.station.write(updated_ns=0)
    assert watcher.level(A.STATION_LOST, is_alive=False) is None
    watcher.wait(21)
    assert watcher.level(A.STATION_LOST, is_alive=False) is True


def test_a_station_that_has_ended_in_order_is_not_lost_unless_it_stays_away(watcher: Watcher) -> None:
    watcher.station.write(state=int(State.STOPPED))
    assert watcher.level(A.STATION_LOST) is False
    watcher.wait(2)
    assert watcher.level(A.STATION_LOST, is_alive=False) is None
    watcher.wait(20)
    assert watcher.level(A.STATION_LOST, is_alive=False) is True


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_of_the_plc_has_its_alarm(fault: RejectFault, watcher: Watcher) -> None:
    watcher.station.write(reject_fault=int(fault))
    found = watcher.see()
    standing = {id_ for id_ in found if id_.startswith("fault_") and found[id_].level}
    assert standing == {A(f"fault_{fault.name.lower()}")}


def test_an_unlinked_plc_says_nothing_of_faults_and_bypass(watcher: Watcher) -> None:
    watcher.station.write(reject_fault=int(RejectFault.BIN_FULL), control=int(Control.BYPASS), is_linked=0)
    found = watcher.see()
    assert found[A.PLC_LOST].level is True
    assert found[A.PLC_LOST].details == {"address": "10.0.0.2"}
    assert not {A.BYPASSED, A.FAULT_BIN_FULL, A.FAULT_WATCHDOG} & set(found)


def test_the_bypass_key_is_seen(watcher: Watcher) -> None:
    assert watcher.level(A.BYPASSED) is False
    watcher.station.write(control=int(Control.BYPASS | Control.LINE_RUNNING))
    assert watcher.level(A.BYPASSED) is True


def test_of_reasons_behind_the_first_one_nothing_is_known(watcher: Watcher) -> None:
    watcher.station.write(hold_code=int(Hold.COUNTS), hold_text=b"3 parts are unaccounted for")
    found = watcher.see()
    assert found[A.HELD_COUNTS].level is True
    assert found[A.HELD_COUNTS].details == {"reason": "3 parts are unaccounted for"}
    assert (found[A.HELD_WORKER].level, found[A.HELD_LEDGER_FULL].level) == (False, False)
    assert not {A.HELD_UNRECORDED, A.HELD_PAIRING, A.HELD_CONFIGURATION, A.HELD_OPERATOR} & set(found)


def test_a_lost_camera_and_a_station_that_is_not_ready_are_seen(watcher: Watcher) -> None:
    watcher.station.write(is_camera_ok=0, is_ready=0)
    found = watcher.see()
    assert (found[A.CAMERA_LOST].level, found[A.NOT_READY].level) == (True, True)


def test_a_hold_for_want_of_pictures_is_the_cameras_while_that_is_lost(watcher: Watcher) -> None:
    watcher.station.write(hold_code=int(Hold.PAIRING), is_camera_ok=0)
    found = watcher.see()
    assert A.HELD_PAIRING not in found
    assert found[A.HELD_WORKER].level is False
    watcher.station.write(is_camera_ok=1)
    assert watcher.level(A.HELD_PAIRING) is True


@pytest.mark.parametrize(("percent", "is_wrong"), [(0.4, True), (1.2, False), (98.8, False), (99.6, True)])
def test_the_light_is_right_where_the_model_believes_its_pictures(
    percent: float, is_wrong: bool, watcher: Watcher
) -> None:
    facts = {"believed_mean": [3.0, 252.0]}
    known = {"facts": facts, "brightness_percent": percent}
    watcher.see(**known, picture_ns=1)
    seen = watcher.see(**known, picture_ns=2)[A.LIGHT_WRONG]
    assert seen.level is is_wrong
    assert seen.details == {"brightness": percent, "lowest": 1.2, "highest": 98.8}


def test_a_single_dark_picture_is_no_wrong_light_however_long_it_is_the_newest(watcher: Watcher) -> None:
    def level(picture: int, percent: float) -> bool | float | None:
        facts = {"believed_mean": [3.0, 252.0]}
        return watcher.level(A.LIGHT_WRONG, facts=facts, brightness_percent=percent, picture_ns=picture)

    assert [level(1, 41.0), level(2, 0.0), level(2, 0.0), level(3, 41.0)] == [False] * 4
    assert [level(4, 0.0), level(5, 0.0), level(5, 0.0), level(6, 41.0)] == [False, True, True, False]


def test_without_a_picture_nothing_is_known_of_the_light(watcher: Watcher) -> None:
    facts = {"believed_mean": [3.0, 252.0]}
    assert A.LIGHT_WRONG not in watcher.see(facts=facts)
    watcher.station.write(is_camera_ok=0)
    assert A.LIGHT_WRONG not in watcher.see(facts=facts, brightness_percent=0.0)


@pytest.mark.parametrize(
    ("fields", "is_held"),
    [
        ({"state": int(State.HELD)}, True),
        ({"state": int(State.HELD), "is_line_running": 1}, False),
        ({"state": int(State.HELD), "is_linked": 0}, False),
        ({"state": int(State.EXECUTE)}, False),
    ],
)
def test_a_line_that_stands_after_a_hold_is_held_until_the_station_is_ready(
    fields: dict[str, int], is_held: bool, watcher: Watcher
) -> None:
    watcher.station.write(**{"is_linked": 1, "is_line_running": 0, "updated_ns": watcher.now_ns} | fields)
    assert Look(watcher.station.status, watcher.now_ns).is_line_held is is_held
    assert not Look(watcher.station.status, watcher.now_ns + 2_000_000_000).is_line_held


@pytest.mark.parametrize(
    ("cause", "id_"),
    [
        (Cause.FRAME_LOST, A.NO_PICTURE),
        (Cause.MISPAIR_REFUSED, A.NO_PICTURE),
        (Cause.PLC_REFUSED, A.PLC_REFUSES),
        (Cause.MODEL_FAULT, A.MODEL_ERROR),
        (Cause.LATE, A.LATE),
        (Cause.OVERRUN, A.LATE),
    ],
)
def test_n_in_m_counts_the_last_hundred_parts(cause: Cause, id_: AlarmId, watcher: Watcher) -> None:
    watcher.see()
    watcher.station.reject_for(cause, 6)
    assert watcher.level(id_) == 6.0
    watcher.station.write(accepted=101)
    assert watcher.level(id_) == 0.0


def test_pictures_that_cannot_be_used_are_told_after_three_parts_however_slow_the_line_is(
    watcher: Watcher,
) -> None:
    board = AlarmBoard(with_limits({}))

    def shown() -> set[AlarmId]:
        for _ in range(4):
            watcher.wait(3)
            board.observe(watcher.see(), watcher.now_ns)
        return {view.id for view in board.active()}

    watcher.see()
    watcher.station.reject_for(Cause.CAMERA_FAULT, 2)
    watcher.station.write(accepted=8)
    assert shown() == set()
    watcher.station.reject_for(Cause.CAMERA_FAULT, 3)
    assert shown() == {A.CAMERA_FAULT}
    assert signal_of(Device.CAMERA, [A.CAMERA_FAULT]) is Signal.FAILURE
    watcher.station.write(accepted=20)
    assert watcher.level(A.CAMERA_FAULT) == 0.0


def test_a_service_that_came_late_does_not_say_that_nothing_has_happened(station: FakeStation) -> None:
    station.write(accepted=5000)
    station.reject_for(Cause.LATE, 400)
    watcher = Watcher(station)
    assert watcher.level(A.LATE) is None
    station.write(accepted=5050)
    assert watcher.level(A.LATE) is None
    station.reject_for(Cause.LATE, 5)  # but what it has seen is enough
    assert watcher.level(A.LATE) == 5.0
    station.write(accepted=5200)
    assert watcher.level(A.LATE) == 0.0


def test_a_share_of_few_parts_says_nothing(watcher: Watcher) -> None:
    watcher.see()
    watcher.station.write(accepted=20, rejected=20)
    assert watcher.level(A.REJECT_RATE_HIGH) is None
    watcher.station.write(accepted=150, rejected=50)
    assert watcher.level(A.REJECT_RATE_HIGH) == 25.0


def test_parts_that_cannot_be_judged_are_a_share_of_the_verdicts(watcher: Watcher) -> None:
    watcher.see()
    watcher.station.write(decided_ok=90, decided_indeterminate=10)
    assert watcher.level(A.UNDECIDED_HIGH) == 10.0


def test_restarts_and_broken_links_are_counted_for_ten_minutes(watcher: Watcher) -> None:
    watcher.see()
    watcher.station.write(starts=3, link_faults=4)
    found = watcher.see()
    assert (found[A.STATION_UNSTABLE].level, found[A.PLC_UNSTABLE].level) == (2.0, 4.0)
    for _ in range(11):
        watcher.wait(60)
        found = watcher.see()
    assert (found[A.STATION_UNSTABLE].level, found[A.PLC_UNSTABLE].level) == (0.0, 0.0)


def test_a_part_that_passed_wrongly_is_told_once_also_over_a_restart(station: FakeStation) -> None:
    watcher = Watcher(station)
    watcher.see()
    station.write(disagreements=2)
    assert watcher.see()[A.WRONGLY_ACCEPTED].details == {"count": 2}
    assert watcher.level(A.WRONGLY_ACCEPTED) is True
    watcher.wait(61)
    assert watcher.level(A.WRONGLY_ACCEPTED) is False
    successor = Watcher(station)
    successor.watch.passed = watcher.watch.passed
    assert successor.level(A.WRONGLY_ACCEPTED) is False
    stranger = Watcher(station)  # of whom nobody knows what it has told
    assert stranger.level(A.WRONGLY_ACCEPTED) is True


def test_slow_verdicts_of_the_last_minute_count_and_older_ones_do_not(watcher: Watcher) -> None:
    latency = LatencyHistogram()
    for _ in range(1000):
        latency.record(4900)
    assert watcher.level(A.LATENCY_HIGH, latency=latency.copy()) is None
    for second in range(100):
        watcher.wait(1)
        for _ in range(5):
            latency.record(1000 if second < 50 else 4500)
        level = watcher.level(A.LATENCY_HIGH, latency=latency.copy())
        if second == 45:
            assert level == pytest.approx(20, rel=0.03)
    assert level == pytest.approx(90, rel=0.03)
    assert watcher.level(A.LATENCY_HIGH) == level  # known until the next thorough look


def test_rights_that_were_refused_are_named(watcher: Watcher) -> None:
    assert watcher.level(A.REALTIME_MISSING) is None
    rights = {"capture": {"refusals": ["core 9: no"]}, "inspection": {"refusals": ["core 9: no"]}}
    found = watcher.see(facts={"realtime": rights})
    assert found[A.REALTIME_MISSING].level is True
    assert found[A.REALTIME_MISSING].details == {"refusals": "core 9: no"}


def test_a_recorder_that_is_silent_is_down_and_one_that_only_just_starts_is_not_known(
    watcher: Watcher,
) -> None:
    assert watcher.level(A.RECORDER_DOWN, recorder=RecorderStatus()) is None
    watcher.wait(21)
    assert watcher.level(A.RECORDER_DOWN, recorder=RecorderStatus()) is True
    assert watcher.level(A.RECORDER_DOWN, recorder=None) is None


@pytest.mark.parametrize(
    ("code", "id_"),
    [
        (RecorderError.DISK_FULL, A.RECORDER_CANNOT_WRITE),
        (RecorderError.CANNOT_WRITE, A.RECORDER_CANNOT_WRITE),
        (RecorderError.DATABASE_DAMAGED, A.DATABASE_DAMAGED),
        (RecorderError.OVER_QUOTA, A.OVER_QUOTA),
    ],
)
def test_what_the_recorder_complains_of_has_its_alarm(
    code: RecorderError, id_: AlarmId, watcher: Watcher
) -> None:
    notice = RecorderStatus(
        alive_ns=watcher.now_ns, pid=1, state=RecorderState.RETRYING, error_code=code, error_text="it is so"
    )
    found = watcher.see(recorder=notice)
    records = {A.RECORDER_CANNOT_WRITE, A.DATABASE_DAMAGED, A.OVER_QUOTA, A.RECORDER_DOWN}
    assert {id_ for id_ in records if found[id_].level} == {id_}
    assert found[id_].details == {"error": "it is so"}


def test_a_line_that_records_nothing_on_purpose_misses_no_recorder(station: FakeStation) -> None:
    watcher = Watcher(station, is_recording=False)
    watcher.wait(30)
    assert watcher.level(A.RECORDER_DOWN, recorder=RecorderStatus()) is False


def test_a_lost_station_hides_what_it_explains_and_shows_one_alarm(watcher: Watcher) -> None:
    board = AlarmBoard(with_limits({}))
    watcher.station.write(is_linked=0)
    board.observe(watcher.see(), watcher.now_ns)
    watcher.wait(2)
    board.observe(watcher.see(is_alive=False), watcher.now_ns)
    assert [(view.id, view.state) for view in board.active()] == [(A.STATION_LOST, AlarmState.UNACKNOWLEDGED)]
    assert A.PLC_LOST not in board.unknown()


def test_a_disk_that_hangs_is_why_nothing_can_be_written(watcher: Watcher) -> None:
    found = watcher.see(disk_trouble="the disk hangs")
    assert found[A.RECORDER_CANNOT_WRITE].level is True
    assert found[A.RECORDER_CANNOT_WRITE].details == {"error": "the disk hangs"}
    assert found[A.DISK_HIGH].level is None


def test_a_disk_that_hangs_is_no_records_trouble_where_nothing_is_recorded(station: FakeStation) -> None:
    watcher = Watcher(station, is_recording=False)
    watcher.wait(30)
    found = watcher.see(disk_trouble="the disk hangs")
    assert found[A.RECORDER_CANNOT_WRITE].level is False
