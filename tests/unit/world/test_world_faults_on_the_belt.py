"""What goes wrong with eye, belt, encoder and ejector, and what becomes of the parts."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from world_faults_rig import MS, SECOND, TROUBLED, MakeRig, rise_rows, run_to_part

from inspector.devices.sim._wires import EventKind, Fate


def test_chatter_makes_rises_that_the_camera_ignores(rig: Any) -> None:
    run_to_part(rig, 4)
    rig.inject("eye_chatter")
    rig.run()
    rises = Counter(rise_rows(rig))
    assert 3 <= rises.pop(5) - 1 <= 6
    assert set(rises.values()) == {1}
    burst = [t_ns for *_, t_ns, row in rig.events(EventKind.EYE_RISE) if row == 5]
    assert burst[-1] - burst[0] <= 3 * MS
    assert rig.total("ignored_triggers") == len(burst) - 1
    assert rig.shown() == list(range(20))
    counts = [frame.trigger_count for frame, _ in rig.frames]
    assert [b - a for a, b in pairwise(counts)] == [1] * 5 + [len(burst)] + [1] * 13
    assert rig.frames[-1][0].frame_id - rig.frames[0][0].frame_id == 19
    assert rig.rows()[5]["eye_event"] == rig.events(EventKind.EYE_RISE)[5][0]
    levels = [kind for _, kind, *_ in rig.events() if kind in {EventKind.EYE_RISE, EventKind.EYE_FALL}]
    assert all(a != b for a, b in pairwise(levels))


def test_a_blocked_eye_sees_one_thing_and_no_parts(rig: Any) -> None:
    rig.run(until=lambda: len(rig.events(EventKind.EYE_FALL)) == 5)
    rig.inject("eye_blocked", duration_s=0.2)
    rig.run()
    rows, rises = rig.rows(), rise_rows(rig)
    assert len(rows) == 20
    hidden = [row for row, part in enumerate(rows) if part["eye_event"] == 0]
    assert 3 <= len(hidden) <= 5
    assert rises == [*range(5), -1, *range(5 + len(hidden), 20)]
    assert all(rows[row]["flags"] & TROUBLED for row in hidden)
    assert len(rig.frames) == len(rises)


def test_touching_parts_are_one_long_part_to_the_eye_and_both_in_the_picture(rig: Any) -> None:
    rig.accepts = lambda _row: True
    run_to_part(rig, 4)
    rig.inject("parts_touching")
    rig.run()
    rows = rig.rows()
    assert [row for row, part in enumerate(rows) if part["flags"] & 2] == [5, 6]
    assert rise_rows(rig) == [n for n in range(20) if n != 6]
    assert rows[6]["eye_event"] == 0
    assert [row["fate"] for row in rows] == [Fate.EJECTED if n == 6 else Fate.ACCEPTED for n in range(20)]
    pixels = rig.frames[5][1]
    assert pixels[0, 640] == 6
    second_px = [int(x) for x in (pixels[0] == 7).nonzero()[0]]
    assert 640 - 20 * 25 - 2 <= min(second_px) <= max(second_px) <= 640 - 19 * 25 + 2


def test_a_feed_that_ends_between_touching_parts_leaves_the_eye_free(rig: Any) -> None:
    run_to_part(rig, 4)
    rig.inject("parts_touching")
    run_to_part(rig, 5)
    rig.inject("feed_ended")
    rig.run()
    assert rig.is_finished
    assert [row for *_, row in rig.events(EventKind.EYE_FALL)] == list(range(6))


def test_a_part_taken_off_is_neither_accepted_nor_ejected(rig: Any) -> None:
    rig.run(until=lambda: len(rig.events(EventKind.EYE_FALL)) == 6)
    rig.inject("part_removed")
    rig.run()
    fates = [row["fate"] for row in rig.rows()]
    assert fates == [Fate.TAKEN if n == 5 else Fate.EJECTED for n in range(20)]
    assert 5 not in [row for *_, row in rig.events(EventKind.GATE_EYE)]
    assert rig.total("taken") == 1


def test_a_part_laid_on_behind_the_eye_is_rejected_unseen(rig: Any) -> None:
    rig.accepts = lambda _row: True
    rig.run(1.0)
    rig.inject("part_added")
    rig.run()
    rows = rig.rows()
    (extra,) = [row for row in rows if row["flags"] & 1]
    assert len(rows) == 21
    assert (extra["eye_ns"], extra["eye_event"], extra["fate"]) == (0, 0, Fate.EJECTED)
    assert rig.total("accepted") == 20
    assert len({row["part"] for row in rows}) == 21


def test_a_stuck_belt_stands_although_the_motor_is_on(rig: Any) -> None:
    rig.run(0.5)
    rig.inject("belt_stopped", duration_s=0.3)
    seen, encoder = len(rig.events()), rig.wires.encoder_at(rig.now_ns)
    rig.run(0.29)
    assert len(rig.events()) == seen
    assert rig.wires.encoder_at(rig.now_ns) == encoder
    rig.run()
    assert rig.shown() == list(range(20))


def test_a_slow_belt_takes_longer_between_eye_and_gate(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("belt_speed", factor=0.5, duration_s=10)
    rig.run()
    row = rig.rows()[8]
    assert (row["gate_ns"] - row["eye_ns"]) / SECOND == pytest.approx(409.5 / 400.0)


def test_a_reversed_belt_brings_a_part_back_and_the_encoder_with_it(make_rig: MakeRig) -> None:
    rig = make_rig(rate_per_min=6_000)
    rig.run(until=lambda: len(rig.events(EventKind.EYE_FALL)) == 6)
    encoder = rig.wires.encoder_at(rig.now_ns)
    rig.inject("belt_reversed", duration_s=0.006)
    rig.run(0.006)
    assert rig.wires.encoder_at(rig.now_ns) == pytest.approx(encoder - 240, abs=2)
    rig.run()
    rises = Counter(rise_rows(rig))
    assert rises[5] >= 2
    assert set(rises) == set(range(20))
    assert rig.rows()[5]["eye_event"] == rig.events(EventKind.EYE_RISE)[5][0]
    assert Counter(row["fate"] for row in rig.rows()) == {Fate.EJECTED: 20}


@pytest.mark.parametrize(("fault", "counts"), [("encoder_slip", 7_200), ("encoder_dead", 0)])
def test_a_lying_encoder_does_not_move_the_parts(make_rig: MakeRig, fault: str, counts: int) -> None:
    rig = make_rig()
    rig.run(0.5)
    encoder = rig.wires.encoder_at(rig.now_ns)
    rig.inject(fault, duration_s=1.0)
    rig.run(1.0)
    assert (rig.wires.encoder_at(rig.now_ns) - encoder) % 2**32 == pytest.approx(counts, abs=80)
    rig.run()
    row = rig.rows()[10]
    assert (row["gate_ns"] - row["eye_ns"]) / SECOND == pytest.approx(409.5 / 800.0)


@pytest.mark.parametrize("at_accept", [True, False])
def test_without_air_the_flap_stays_where_it_is(make_rig: MakeRig, at_accept: bool) -> None:
    rig = make_rig()
    rig.run(until=lambda: len(rig.events(EventKind.EYE_RISE)) == 3)
    if at_accept:
        here = rig.wires.encoder_at(rig.now_ns)
        rig.arm(here - 50, here + 50, rig.now_ns - 10 * MS)
    rig.inject("air_low", duration_s=0.8)
    assert rig.wires.inputs["air_ok"][0] == 0
    rig.accepts = lambda _row: not at_accept
    rig.run(0.75)
    fates = {row["fate"] for row in rig.rows() if row["gate_ns"]}
    assert fates == {Fate.ACCEPTED if at_accept else Fate.EJECTED}
    rig.run()
    assert rig.wires.inputs["air_ok"][0] == 1
    assert rig.rows()[-1]["fate"] == (Fate.EJECTED if at_accept else Fate.ACCEPTED)


def test_a_stuck_ejector_lets_everything_through(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("ejector_stuck", duration_s=0.8)
    rig.run()
    fates = [row["fate"] for row in rig.rows()]
    assert set(fates[:10]) == {Fate.ACCEPTED}
    assert set(fates[-5:]) == {Fate.EJECTED}
    confirmed = {row for *_, row in rig.events(EventKind.CONFIRM)}
    assert confirmed == {row for row, fate in enumerate(fates) if fate == Fate.EJECTED}


@pytest.mark.parametrize("wire", ["bin_full", "bypass_key", "challenge_key"])
def test_a_switch_is_on_as_long_as_it_is_held_by_anybody(rig: Any, wire: str) -> None:
    rig.run(0.1)
    rig.inject(wire, duration_s=0.2)
    rig.run(0.1)
    rig.inject(wire, duration_s=0.3)
    rig.run(0.2)
    assert rig.wires.inputs[wire][0] == 1
    rig.run(0.11)
    assert rig.wires.inputs[wire][0] == 0


def test_each_press_of_the_reset_button_counts(rig: Any) -> None:
    rig.inject("operator_reset")
    rig.inject("operator_reset")
    assert rig.wires.inputs["reset_presses"][0] == 2


def test_parts_that_pass_while_a_fault_is_at_work_are_marked(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("camera_black", duration_s=0.12)
    rig.run()
    marked = [row for row, part in enumerate(rig.rows()) if part["flags"] & TROUBLED]
    assert 2 <= len(marked) <= 7
    assert 6 in marked
    assert 0 not in marked
    assert 19 not in marked


def test_a_lasting_fault_that_is_injected_twice_ends_with_the_second(rig: Any) -> None:
    run_to_part(rig, 3)
    rig.inject("air_low", duration_s=0.3)
    rig.run(0.2)
    rig.inject("air_low", duration_s=0.3)
    rig.accepts = lambda _row: True
    rig.run(0.25)
    assert rig.wires.inputs["air_ok"][0] == 0
    assert not rig.world.gate.lets_through(rig.now_ns, rig.wires.encoder_at(rig.now_ns))
    rig.run(0.1)
    assert rig.wires.inputs["air_ok"][0] == 1


def test_faults_add_up_and_each_ends_on_its_own(rig: Any) -> None:
    rig.run(0.2)
    rig.inject("belt_speed", factor=0.5, duration_s=0.4)
    rig.inject("belt_speed", factor=0.5, duration_s=0.2)
    rig.run(0.05)
    assert rig.total("belt_mm_per_s") == 200
    rig.run(0.2)
    assert rig.total("belt_mm_per_s") == 400
    rig.run(0.2)
    assert rig.total("belt_mm_per_s") == 800
