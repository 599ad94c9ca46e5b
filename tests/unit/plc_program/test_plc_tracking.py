from __future__ import annotations

import random

import pytest
from plc_bench import GATE, PART, Bench, BenchPart, started

from inspector.devices.sim._wires import EventKind
from inspector.domain.disposition import Applied
from inspector.domain.line import RejectFault

A, R, GONE, PURGED = Applied.ACCEPTED, Applied.REJECTED, Applied.REMOVED, Applied.PURGED


def fault(bench: Bench) -> RejectFault:
    assert bench.latest is not None
    return bench.latest.snapshot.reject_fault


def test_chatter_makes_tags_that_are_never_accepted_and_the_line_runs_on() -> None:
    bench = started()
    bench.add_parts(12)
    bench.run_until(lambda: bench.parts[5].trigger is not None)
    for counts in range(5, 35, 10):
        bench.sense(bench.event(EventKind.EYE_FALL, int(bench.encoder) + counts))
        bench.sense(bench.event(EventKind.EYE_RISE, int(bench.encoder) + counts + 5))
    bench.run(400)
    outcomes = bench.applied()
    assert len(outcomes) == 15
    assert outcomes.count(A) == 11
    assert outcomes.count(GONE) == 3
    assert bench.parts[5].accepted is False
    assert fault(bench) is RejectFault.NONE


def test_touching_parts_are_both_rejected_and_the_line_runs_on() -> None:
    bench = started()
    parts = bench.add_parts(12)
    parts[5].length = 2 * PART  # one long block; its second half is a part of its own at the gate
    parts[5].length = PART
    second = BenchPart(parts[5].place + PART, seen_by_eye=False)
    bench.parts.insert(6, second)
    falls = parts[5].place + 2 * PART
    bench.run_until(lambda: parts[5].trigger is not None)
    parts[5].marks = 2  # the eye does not see the first part's end
    bench.run_until(lambda: bench.travel + 80 > falls)
    bench.sense(bench.event(EventKind.EYE_FALL, int(bench.encoder + falls - bench.travel)))
    bench.run(400)
    assert bench.applied().count(A) == 11
    assert (parts[5].accepted, second.accepted) == (False, False)
    assert fault(bench) is RejectFault.NONE


def test_a_part_that_follows_too_closely_withdraws_the_one_before_it() -> None:
    bench = started()
    parts = bench.add_parts(5)
    parts.append(BenchPart(parts[4].place + 210))
    bench.parts.append(parts[5])
    bench.verdict_ms = 2.0
    bench.run_until(lambda: bool(bench.latest) and len(bench.latest.windows) == 5)
    bench.run(400)
    assert bench.applied() == [A] * 4 + [R] * 2
    assert not [part for part in parts[4:] if part.accepted]
    assert fault(bench) is RejectFault.NONE


@pytest.mark.parametrize("how_many", [1, 2])
def test_parts_taken_off_by_hand_are_removed_and_cost_at_most_six_others(how_many: int) -> None:
    bench = started()
    bench.add_parts(20)
    bench.run_until(lambda: bench.parts[8].trigger is not None)
    del bench.parts[5 : 5 + how_many]
    bench.run(500)
    assert bench.applied().count(GONE) == how_many
    assert bench.applied().count(R) <= 6
    assert fault(bench) is RejectFault.NONE


def test_a_part_laid_on_by_hand_is_rejected_and_costs_at_most_six_others() -> None:
    bench = started()
    bench.add_parts(20)
    bench.run_until(lambda: bench.parts[8].trigger is not None)
    added = BenchPart(bench.parts[4].place + 200, seen_by_eye=False, marks=2)
    bench.parts.append(added)
    bench.run(500)
    assert added.accepted is False
    assert bench.applied().count(A) >= 14
    assert len(bench.applied()) == 20
    assert fault(bench) is RejectFault.NONE


def test_parts_unseen_by_a_blocked_eye_stop_the_line_and_are_rejected() -> None:
    bench = started()
    parts = bench.add_parts(30)
    bench.run_until(lambda: parts[10].trigger is not None)
    for part in parts[11:]:
        part.seen_by_eye = False
    parts[10].marks = 2  # no fall
    bench.run(200)
    assert fault(bench) is RejectFault.TRACKING_LOST
    assert not bench.is_running
    bench.reset()
    bench.run(200)
    assert fault(bench) is RejectFault.TRACKING_LOST  # the reason is still there
    assert not bench.is_running
    bench.sense(bench.event(EventKind.EYE_FALL, int(bench.encoder)))
    hidden = [part for part in parts[11:] if part.marks]
    for part in parts[11:]:
        part.seen_by_eye = part not in hidden
    bench.reset()
    bench.run(500)
    assert bench.is_running
    assert fault(bench) is RejectFault.NONE
    assert hidden
    assert not [part for part in hidden if part.accepted]
    assert bench.applied()[-5:] == [A] * 5


def test_a_part_that_rests_under_the_eye_when_it_is_freed_does_not_keep_the_line_stopped() -> None:
    bench = started()
    parts = bench.add_parts(60)
    bench.run_until(lambda: parts[10].trigger is not None)
    parts[10].marks = 2  # something covers the eye: no fall, and no rise of those that follow
    for part in parts[11:]:
        part.seen_by_eye = False
    bench.run(200)
    assert fault(bench) is RejectFault.TRACKING_LOST
    hidden = [part for part in parts[11:] if part.marks]
    for part in parts[11:]:
        part.seen_by_eye = part not in hidden
    bench.reset()  # the cover is gone by now, but a part lies there: the wire has not changed
    bench.run_until(lambda: bench.is_running)
    bench.sense(bench.event(EventKind.EYE_FALL, int(bench.encoder)))
    bench.run(900)
    assert bench.is_running
    assert fault(bench) is RejectFault.NONE
    assert hidden
    assert not [part for part in hidden if part.accepted]
    assert bench.applied()[-5:] == [A] * 5


def test_the_line_runs_again_after_lost_tracking_and_a_reset() -> None:
    bench = started()
    bench.add_parts(60)
    bench.run(150)
    bench.program.track.lose("test")
    bench.run(100)
    assert not bench.is_running
    bench.reset()
    bench.run(700)
    assert fault(bench) is RejectFault.NONE
    assert bench.applied()[-20:] == [A] * 20
    purged = [p for p, o in zip(bench.parts, bench.outcomes, strict=True) if o.applied is PURGED]
    assert purged
    assert not [part for part in purged if part.accepted]


@pytest.mark.parametrize("start", range(0, 320, 40))
def test_a_dead_encoder_stops_the_line_and_passes_nobody_for_another(start: int) -> None:
    bench = started()
    for part in bench.add_parts(40)[::2]:
        part.is_good = False
    bench.run_until(lambda: len(bench.outcomes) >= 6)
    bench.run_until(lambda: bench.travel % 400 >= start)
    bench.encoder_factor = 0.0
    bench.run(100)
    assert not bench.is_running
    assert fault(bench) & RejectFault.TRACKING_LOST
    assert not bench.wrongly_passed()


def test_a_belt_that_runs_backwards_stops_the_line_and_one_jerk_does_not() -> None:
    bench = started()
    bench.add_parts(20)
    bench.run(150)
    bench.encoder -= 300
    bench.scan()
    bench.encoder += 300
    bench.run(20)
    assert fault(bench) is RejectFault.NONE
    bench.encoder_factor = -1.0
    bench.run(10)
    assert fault(bench) & RejectFault.TRACKING_LOST


@pytest.mark.parametrize("percent", [*range(-60, 0, 4), *range(4, 100, 4)])
def test_a_slipping_encoder_stops_the_line_and_passes_nobody_for_another(percent: int) -> None:
    for phase in range(4):
        rng = random.Random(percent * 10 + phase)
        bench = started()
        bench.pitch = 0.0
        place = bench.travel + 200
        for _ in range(40):
            place += min(max(rng.gauss(400, 32), 240), 560)
            bench.parts.append(BenchPart(place, is_good=rng.random() < 0.5))
        bench.run(140 + phase * 2.4)
        bench.encoder_factor = 1.0 - percent / 100
        while not fault(bench) & RejectFault.TRACKING_LOST:
            bench.run_until(lambda: bool(fault(bench)), limit_ms=200)  # noqa: B023 - used at once
            if not fault(bench) & RejectFault.TRACKING_LOST:
                bench.reset()  # an operator who thinks that a reset will do
                bench.scan()
        assert not bench.wrongly_passed(), phase


def test_a_jammed_flap_stops_the_line_with_the_first_reject_that_does_not_fall() -> None:
    bench = started()
    parts = bench.add_parts(20)
    parts[8].is_good = False
    bench.jammed = True
    bench.run(400)
    assert fault(bench) is RejectFault.NOT_CONFIRMED
    assert not bench.is_running
    passed_wrongly = [part for part in parts if part.accepted and not part.is_good]
    assert passed_wrongly == [parts[8]]


def test_a_blind_chute_stops_the_line() -> None:
    bench = started()
    bench.add_parts(5)[2].is_good = False
    bench.chute_blind = True
    bench.run(400)
    assert fault(bench) is RejectFault.NOT_CONFIRMED


def test_a_part_that_falls_although_accepted_stops_the_line() -> None:
    bench = started()
    parts = bench.add_parts(8)
    bench.run_until(lambda: parts[2].accepted is not None)
    assert parts[2].accepted
    parts[2].accepted = False  # it trips over the flap
    bench.run(100)
    assert fault(bench) is RejectFault.UNEXPECTED_REJECT


def test_what_lies_on_the_belt_at_power_up_is_no_fault_but_has_tracking_proven_first() -> None:
    bench = Bench()
    bench.parts = [BenchPart(-GATE + i * 400, seen_by_eye=False, marks=2) for i in range(9)]
    bench.add_parts(10)
    bench.start()
    bench.run(500)
    assert fault(bench) is RejectFault.NONE
    assert not [part for part in bench.parts[:9] if part.accepted]
    assert bench.applied() in ([R] * 5 + [A] * 5, [R] * 6 + [A] * 4)


def test_a_part_passes_its_window_once() -> None:
    bench = started()
    (part,) = bench.add_parts(1)
    bench.run_until(lambda: part.accepted is not None)
    bench.scan()
    assert bench.latest is not None
    assert not bench.latest.windows
