from __future__ import annotations

import math
from dataclasses import replace

import pytest
from plc_bench import READY, SESSION, Bench, line_settings, started

from inspector.devices.sim._wires import EventKind
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import Control, RejectFault, ResultFlags, ResultRecord, Status
from inspector.domain.verdict import Evaluation

A, R = Applied.ACCEPTED, Applied.REJECTED


def fault(bench: Bench) -> RejectFault:
    assert bench.latest is not None
    return bench.latest.snapshot.reject_fault


def control(bench: Bench) -> Control:
    assert bench.latest is not None
    return bench.latest.snapshot.control


class TestOnePart:
    def test_is_accepted_for_its_own_ok_in_time(self) -> None:
        bench = started()
        bench.add_parts(3)
        bench.run(400)
        assert bench.applied() == [A, A, A]
        assert all(part.accepted for part in bench.parts)
        assert {outcome.confirmed for outcome in bench.outcomes} == {Confirmation.NO}
        assert fault(bench) is RejectFault.NONE

    def test_is_rejected_and_confirmed_for_ng(self) -> None:
        bench = started()
        bench.add_parts(3)[1].is_good = False
        bench.run(400)
        assert bench.applied() == [A, R, A]
        assert [part.accepted for part in bench.parts] == [True, False, True]
        assert bench.outcomes[1].confirmed is Confirmation.YES
        assert bench.latest is not None
        assert (bench.latest.details.rejects_commanded, bench.latest.details.rejects_confirmed) == (1, 1)

    def test_is_rejected_without_any_answer(self) -> None:
        bench = started(answers=False)
        bench.add_parts(2)
        bench.run(400)
        assert bench.applied() == [R, R]
        assert bench.latest is not None
        assert bench.latest.details.late_verdicts == 2

    @pytest.mark.parametrize("scans_early", [1, 0, -1])
    def test_is_accepted_up_to_the_last_scan_before_its_deadline_count(self, scans_early: int) -> None:
        bench = started(answers=False)
        (part,) = bench.add_parts(1)
        bench.run_until(lambda: part.trigger is not None)
        assert part.trigger is not None
        deadline = part.place + bench.settings.deadline_counts
        counts_per_scan = 80
        first_too_late = math.ceil((deadline - bench.travel) / counts_per_scan)
        bench.write(bench.record(part.trigger), delay_ms=2.0 * (first_too_late - scans_early))
        bench.run(200)
        assert bench.applied() == [A if scans_early > 0 else R]
        assert part.accepted is (scans_early > 0)

    @pytest.mark.parametrize(
        "change",
        [
            {"session": SESSION + 1},
            {"encoder_counts": 1},
            {"evaluation": Evaluation.UNDEFINED},
            {"evaluation": Evaluation.NG},
            {"evaluation": Evaluation.INDETERMINATE},
        ],
    )
    def test_is_rejected_for_any_record_that_does_not_fit_exactly(self, change: dict[str, int]) -> None:
        bench = started(answers=False)
        (part,) = bench.add_parts(1)
        bench.run_until(lambda: part.trigger is not None)
        assert part.trigger is not None
        bench.write(replace(bench.record(part.trigger), **change))
        bench.run(300)
        assert bench.applied() == [R]

    def test_is_rejected_for_a_record_in_another_parts_slot(self) -> None:
        bench = started(answers=False)
        (part,) = bench.add_parts(1)
        bench.run_until(lambda: part.trigger is not None)
        assert part.trigger is not None
        bench.write(bench.record(part.trigger), slot=part.trigger.tag + 1)
        bench.run(300)
        assert bench.applied() == [R]

    @pytest.mark.parametrize("first", [Evaluation.OK, Evaluation.NG])
    def test_keeps_the_first_valid_record(self, first: Evaluation) -> None:
        bench = started(answers=False)
        (part,) = bench.add_parts(1)
        bench.run_until(lambda: part.trigger is not None)
        assert part.trigger is not None
        second = Evaluation.NG if first is Evaluation.OK else Evaluation.OK
        bench.write(bench.record(part.trigger, first))
        bench.write(bench.record(part.trigger, second), delay_ms=4.0)
        bench.run(300)
        assert bench.applied() == [A if first is Evaluation.OK else R]

    @pytest.mark.parametrize("accepts_simulated", [True, False])
    def test_on_simulated_pixels_passes_a_simulated_plc_alone(self, accepts_simulated: bool) -> None:
        bench = started(answers=False, settings=replace(line_settings(), accepts_simulated=accepts_simulated))
        (part,) = bench.add_parts(1)
        bench.run_until(lambda: part.trigger is not None)
        assert part.trigger is not None
        bench.write(replace(bench.record(part.trigger), flags=ResultFlags.SIMULATED))
        bench.run(300)
        assert bench.applied() == [A if accepts_simulated else R]

    def test_gets_tag_1_after_65535(self) -> None:
        bench = started()
        bench.program.newest_tag = 65534
        bench.add_parts(3)
        bench.run(400)
        assert [outcome.tag for outcome in bench.outcomes] == [65535, 1, 2]
        assert bench.applied() == [A, A, A]
        assert bench.program.part_count == 3


class TestStation:
    def test_must_beat_be_ready_and_echo_the_session_before_the_belt_starts(self) -> None:
        for missing in ({"beats": False}, {"status": Status.ONLINE}, {"session_echo": SESSION - 1}):
            bench = Bench(**missing)  # type: ignore[arg-type]
            bench.run(1_000)
            assert not bench.is_running, missing
        bench.status, bench.session_echo, bench.beats = READY, SESSION, True
        bench.run(300)
        assert bench.is_running

    def test_a_heartbeat_that_was_retained_proves_nothing(self) -> None:
        bench = Bench(beats=False)
        bench.heartbeat = 1234
        bench.run(1_000)
        assert not bench.program.station.is_fresh

    def test_stale_for_300_ms_rejects_all_in_transit_and_recovers_by_itself(self) -> None:
        bench = started()
        bench.add_parts(90)
        bench.run(200)
        bench.beats = False
        bench.run(500)
        assert bench.latest is not None
        assert not bench.latest.windows
        assert bench.is_running
        bench.beats = True
        bench.run(700)
        assert fault(bench) is RejectFault.NONE
        outcomes = bench.applied()
        assert 20 <= outcomes.count(R) <= 45
        assert outcomes[:5] == [A] * 5
        assert outcomes[-5:] == [A] * 5

    @pytest.mark.parametrize("stood_still_ms", [20, 49, 51, 120, 400])
    @pytest.mark.parametrize("blind", [False, True])
    def test_a_program_that_stood_still_knows_which_parts_its_outputs_let_pass(
        self, stood_still_ms: int, blind: bool
    ) -> None:
        bench = started()
        parts = bench.add_parts(90)
        bench.run(600)
        bench.scan(after_ms=stood_still_ms, blind=blind)
        bench.run(1_500)
        assert [part.accepted for part in parts] == [applied is A for applied in bench.applied()]
        assert bench.applied().count(R) > 0 or stood_still_ms < 50

    def test_stale_withdraws_what_it_had_released_on_a_slow_belt(self) -> None:
        bench = started(settings=line_settings(600.0), speed=4.0)
        bench.add_parts(4)
        bench.run(500)
        assert bench.latest is not None
        assert len(bench.latest.windows) == 4
        bench.beats = False
        bench.run(302)
        assert not bench.latest.windows
        bench.beats = True
        bench.run(1_000)
        assert bench.is_running
        assert bench.applied() == [R] * 4
        assert not [part for part in bench.parts if part.accepted]

    def test_stale_for_2_s_holds_the_belt_until_reset_and_heard_again(self) -> None:
        bench = started()
        bench.beats = False
        bench.run(1_950)
        assert bench.is_running
        bench.run(200)
        assert not bench.is_running
        assert fault(bench) is RejectFault.WATCHDOG
        bench.reset()
        bench.run(10)
        assert fault(bench) is RejectFault.WATCHDOG
        bench.beats = True
        bench.run(300)
        bench.reset()
        bench.run(10)
        assert fault(bench) is RejectFault.NONE
        assert bench.is_running

    def test_stops_and_starts_the_belt_and_parts_keep_their_places(self) -> None:
        bench = started()
        bench.add_parts(10)
        bench.run(110)
        bench.status = READY | Status.STOP_REQUEST
        bench.run(500)
        assert not bench.is_running
        bench.status = READY
        bench.run(400)
        assert bench.applied() == [A] * 10
        assert fault(bench) is RejectFault.NONE

    def test_that_is_late_for_good_is_held_but_not_for_a_hiccup(self) -> None:
        bench = started(answers=False)
        bench.add_parts(80)
        bench.run(400)
        assert fault(bench) is RejectFault.NONE
        assert bench.applied().count(R) >= 20
        bench.run(400)
        assert fault(bench) is RejectFault.LATE_VERDICT
        assert not bench.is_running

        hiccup = started()
        hiccup.add_parts(80)
        hiccup.run(200)
        hiccup.answers = False
        hiccup.run(250)
        hiccup.answers = True
        hiccup.run(800)
        assert fault(hiccup) is RejectFault.NONE
        assert hiccup.is_running

    def test_parts_that_came_before_it_was_ready_are_not_late(self) -> None:
        bench = started(answers=False)
        bench.status = Status.ONLINE
        bench.add_parts(80)
        bench.run(1_200)
        assert fault(bench) is RejectFault.NONE
        assert bench.applied().count(R) == 80

    def test_sees_the_reset_for_half_a_second(self) -> None:
        bench = started()
        bench.reset()
        bench.run(490)
        assert Control.CLEAR_ERROR in control(bench)
        bench.run(20)
        assert Control.CLEAR_ERROR not in control(bench)


class TestPanel:
    @pytest.mark.parametrize(
        ("change", "latched"),
        [({"air_ok": False}, RejectFault.AIR_LOW), ({"bin_full": True}, RejectFault.BIN_FULL)],
    )
    def test_air_and_bin_stop_the_belt_until_they_are_well_and_reset(
        self, change: dict[str, bool], latched: RejectFault
    ) -> None:
        bench = started()
        healthy = bench.inputs
        bench.inputs = replace(bench.inputs, **change)
        bench.run(10)
        assert (bench.is_running, fault(bench)) == (False, latched)
        bench.reset()
        bench.run(10)
        assert fault(bench) is latched
        bench.inputs = replace(healthy, reset_presses=bench.inputs.reset_presses)
        bench.run(10)
        assert (bench.is_running, fault(bench)) == (False, latched)
        bench.reset()
        bench.run(10)
        assert (bench.is_running, fault(bench)) == (True, RejectFault.NONE)

    def test_bypass_passes_parts_and_never_calls_them_accepted(self) -> None:
        bench = started()
        for part in bench.add_parts(20)[::3]:
            part.is_good = False
        bench.inputs = replace(bench.inputs, bypass_key=True)
        bench.run(500)
        assert set(bench.applied()) == {Applied.BYPASSED}
        assert all(part.accepted for part in bench.parts)
        assert Control.BYPASS in control(bench)

    def test_after_bypass_parts_need_their_own_ok_again(self) -> None:
        bench = started(answers=False)
        bench.add_parts(30)
        bench.inputs = replace(bench.inputs, bypass_key=True)
        bench.run(200)
        bench.inputs = replace(bench.inputs, bypass_key=False)
        bench.run(300)
        outcomes = bench.applied()
        assert set(outcomes) == {Applied.BYPASSED, R}
        assert outcomes == sorted(outcomes, reverse=True)
        assert fault(bench) is RejectFault.NONE

    def test_rejects_in_a_row_stop_the_belt_if_that_is_wanted(self) -> None:
        bench = started(answers=False, settings=line_settings(consecutive_limit=5))
        bench.add_parts(20)
        bench.run(400)
        assert fault(bench) is RejectFault.CONSECUTIVE
        assert not bench.is_running

    def test_line_is_empty_only_after_its_whole_length_has_passed(self) -> None:
        bench = started()
        assert Control.LINE_EMPTY not in control(bench)
        bench.run(130)
        assert Control.LINE_EMPTY in control(bench)
        bench.add_parts(1)
        bench.run(20)
        assert Control.LINE_EMPTY not in control(bench)
        bench.run(400)
        assert Control.LINE_EMPTY in control(bench)

    def test_a_scan_that_stalled_longer_than_its_outputs_live_has_rejected(self) -> None:
        bench = started()
        bench.add_parts(10)
        bench.run(110)
        events = bench.move(60_000_000)  # the belt coasts on while the program stands still
        bench.now_ns += 60_000_000
        for event in events:
            bench.sense(event)
        bench.run(400)
        for part, outcome in zip(bench.parts, bench.outcomes, strict=True):
            assert (outcome.applied is A) == part.accepted
        assert R in bench.applied()
        assert fault(bench) is RejectFault.NONE


def test_outcomes_of_a_purge_are_told_slowly_enough_to_be_read() -> None:
    bench = started()
    bench.add_parts(30)
    bench.run(120)
    bench.program.track.lose("test")
    told = []
    for _ in range(100):
        bench.scan()
        assert bench.latest is not None
        told.append(len(bench.latest.details.outcomes))
        assert bench.program.part_count == bench.program.in_transit + sum(bench.program.outcomes.values())
    assert bench.program.in_transit == 0
    assert max(sum(told[i : i + 25]) for i in range(75)) <= 12  # in 50 ms; the ring holds 16
    assert bench.applied().count(Applied.PURGED) >= 8


def test_a_record_that_is_torn_is_ignored() -> None:
    bench = started(answers=False)
    bench.add_parts(1)
    bench.run(20)
    bench.write(None, slot=1)
    bench.run(300)
    assert bench.applied() == [R]
    assert bench.program.ignored_records == 1


def test_a_record_for_a_part_that_has_not_come_yet_is_ignored() -> None:
    bench = started(answers=False)
    early = ResultRecord(session=SESSION, tag=1, encoder_counts=0, evaluation=Evaluation.OK)
    bench.write(early)
    bench.run(10)
    bench.sense(bench.event(EventKind.EYE_RISE, int(bench.encoder)))
    bench.run(20)
    assert bench.latest is not None
    assert not bench.latest.windows
