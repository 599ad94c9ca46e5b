from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.devices.sim import _world_faults
from inspector.devices.sim._fault_spec import parse_fault
from inspector.devices.sim._wires import EventKind, Fate
from inspector.devices.sim._world_faults import FAULTS
from inspector.domain.frame import FrameHealth
from inspector.errors import DeviceUnavailableError, UsageError

MS = 1_000_000
SECOND = 1_000_000_000
MakeRig = Callable[..., Any]
TROUBLED = 4


def rise_rows(rig: Any) -> list[int]:
    return [row for *_, row in rig.events(EventKind.EYE_RISE)]


def run_to_part(rig: Any, row: int) -> None:
    """Stop shortly after the eye saw part `row`, before its frame is available."""
    rig.run(until=lambda: row in rise_rows(rig))


def test_every_fault_of_the_world_is_registered_and_described() -> None:
    assert set(FAULTS) == {
        "frame_lost", "frame_duplicated", "frame_delayed", "frame_reordered", "frame_corrupt",
        "camera_frozen", "camera_black", "camera_disconnected", "eye_chatter", "eye_blocked",
        "parts_touching", "part_removed", "part_added", "feed_ended", "belt_stopped", "belt_speed",
        "belt_reversed", "encoder_slip", "encoder_dead", "air_low", "bin_full", "ejector_stuck",
        "bypass_key", "challenge_key", "operator_reset",
    }  # fmt: skip
    assert set(_world_faults.EFFECTS) == set(FAULTS)
    for name, spec in FAULTS.items():
        assert (spec.name, spec.side) == (name, "world")
        assert spec.what_it_does
        assert all(meaning for _, meaning in spec.parameters.values())


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_line_runs_to_its_end_whatever_fault_is_injected(make_rig: MakeRig, name: str) -> None:
    rig = make_rig(parts=40, rate_per_min=3_000)
    rig.accepts = lambda row: row % 2 == 0
    run_to_part(rig, 10)
    rig.inject(name)
    rig.camera.next_frame = _reconnecting(rig)
    rig.run(120)
    assert rig.is_finished
    fates = Counter(row["fate"] for row in rig.rows())
    assert fates[Fate.ON_BELT] == 0
    assert sum(fates.values()) == {"part_added": 41, "feed_ended": 11}.get(name, 40)
    rig.run_on(0.6)
    assert rig.world.camera.port.free_slots() == 16


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 1_000),
    wishes=st.lists(st.tuples(st.sampled_from(sorted(FAULTS)), st.floats(0.0, 0.4)), min_size=2, max_size=8),
)
def test_whatever_comes_together_every_part_leaves_once_and_no_slot_is_lost(
    make_rig: MakeRig, seed: int, wishes: list[tuple[str, float]]
) -> None:
    rig = make_rig(parts=30, rate_per_min=3_000, seed=seed)
    rig.accepts = lambda row: row % 2 == 0
    rig.camera.next_frame = _reconnecting(rig)
    for name, wait_s in wishes:
        rig.run(wait_s)
        rig.inject(name)
    rig.run(120)
    assert rig.is_finished
    rig.run_on(1.1)  # until every fault has ended
    rows = rig.rows()
    assert all(row["fate"] != Fate.ON_BELT for row in rows)
    assert len({row["part"] for row in rows}) == len(rows)
    assert sum(rig.total(name) for name in ("accepted", "ejected", "taken")) == len(rows)
    levels = [kind for _, kind, *_ in rig.events() if kind in {EventKind.EYE_RISE, EventKind.EYE_FALL}]
    assert all(a != b for a, b in pairwise(levels))
    assert levels[-1:] in ([], [EventKind.EYE_FALL])
    times = [t_ns for *_, t_ns, _ in rig.events()]
    assert times == sorted(times)
    assert rig.world.camera.port.free_slots() == 16


def _reconnecting(rig: Any) -> Callable[[float], Any]:
    next_frame = rig.camera.next_frame

    def patient(timeout_s: float) -> Any:
        try:
            return next_frame(timeout_s)
        except DeviceUnavailableError:
            if rig.world.camera.port.is_connected:
                rig.camera.open()
                rig.camera.start()
            return None

    return patient


@pytest.mark.parametrize(
    ("datagram", "said"),
    [
        (b"\xff", "not a fault"),
        (b"[]", "not a fault"),
        (b"{}", "not a fault"),
        (b'{"fault": "gremlins"}', "unknown fault 'gremlins'; known are air_low"),
        (b'{"fault": []}', "unknown fault"),
        (b'{"fault": "frame_lost", "number": 2}', "no parameter 'number'; it takes count"),
        (b'{"fault": "operator_reset", "x": 2}', "it takes none"),
        (b'{"fault": "air_low", "duration_s": -1}', "duration_s is -1"),
        (b'{"fault": "air_low", "duration_s": "long"}', "'long'"),
        (b'{"fault": "air_low", "duration_s": true}', "True"),
        (b'{"fault": "air_low", "duration_s": NaN}', "nan"),
        (b'{"fault": "air_low", "duration_s": Infinity}', "inf"),
    ],
)
def test_a_wrong_fault_is_explained_on_stderr_and_does_nothing(
    rig: Any, capsys: pytest.CaptureFixture[str], datagram: bytes, said: str
) -> None:
    with pytest.raises(UsageError):
        parse_fault(datagram, FAULTS)
    rig.world.inject(datagram, rig.now_ns)
    assert said in capsys.readouterr().err
    rig.run()
    assert rig.shown() == list(range(20))


def test_parameters_left_out_take_their_defaults() -> None:
    spec, values = parse_fault(json.dumps({"fault": "frame_delayed", "delay_ms": 7}).encode(), FAULTS)
    assert spec is FAULTS["frame_delayed"]
    assert values == {"count": 1, "delay_ms": 7}


def test_lost_frames_leave_a_gap_in_both_counters(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("frame_lost", count=2)
    rig.run()
    assert rig.shown() == [n for n in range(20) if n not in {5, 6}]
    ids = [frame.frame_id for frame, _ in rig.frames]
    counts = [frame.trigger_count for frame, _ in rig.frames]
    steps = [1] * 4 + [3] + [1] * 12
    assert [b - a for a, b in pairwise(ids)] == [b - a for a, b in pairwise(counts)] == steps


def test_a_duplicated_frame_arrives_twice_in_two_slots(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("frame_duplicated")
    rig.run()
    assert rig.shown() == [*range(6), *range(5, 20)]
    (first, _), (second, _) = rig.frames[5:7]
    assert first.slot != second.slot
    assert (first.frame_id, first.device_timestamp_ns) == (second.frame_id, second.device_timestamp_ns)


def test_a_delayed_frame_is_available_later_with_its_own_time_stamp(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("frame_delayed", delay_ms=20)
    rig.run()
    assert rig.shown() == list(range(20))
    delays = [available_ns - trigger_ns for _, _, trigger_ns, available_ns in rig.frame_rows()]
    assert [delay - 1_320_000 for delay in delays] == [0] * 5 + [20 * MS] + [0] * 14
    stamps = [frame.device_timestamp_ns for frame, _ in rig.frames]
    assert stamps == sorted(stamps)


def test_a_reordered_frame_comes_after_the_next_one(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("frame_reordered")
    rig.run()
    assert rig.shown() == [0, 1, 2, 3, 4, 6, 5, *range(7, 20)]


def test_a_reordered_last_frame_is_not_kept_for_ever(make_rig: MakeRig) -> None:
    rig = make_rig(parts=1)
    run_to_part(rig, 0)
    rig.inject("frame_reordered")
    rig.run(0.6)
    assert rig.shown() == [0]


def test_a_corrupt_frame_says_so_and_lacks_its_lower_half(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("frame_corrupt")
    rig.run()
    ill = [(frame, pixels) for frame, pixels in rig.frames if frame.health is not FrameHealth.GOOD]
    assert [frame.health for frame, _ in ill] == [FrameHealth.INCOMPLETE]
    pixels = ill[0][1]
    assert pixels[:3].any()
    assert not pixels[3:].any()


def test_a_frozen_camera_shows_the_same_part_and_then_goes_on(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("camera_frozen", duration_s=0.2)
    rig.run()
    shown = rig.shown()
    frozen = shown.count(5)
    assert 4 <= frozen <= 5
    assert shown == [*range(5), *[5] * frozen, *range(5 + frozen, 20)]
    assert len({frame.frame_id for frame, _ in rig.frames}) == 20


def test_a_black_camera_shows_next_to_nothing(rig: Any) -> None:
    run_to_part(rig, 5)
    rig.inject("camera_black", duration_s=0.2)
    rig.run()
    assert max(pixels.max() for _, pixels in rig.frames[5:9]) <= 3
    assert rig.shown()[12:] == list(range(12, 20))


def test_a_disconnected_camera_comes_back_as_another_device(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.camera.next_frame = _reconnecting(rig)
    generation = rig.camera.info.generation
    run_to_part(rig, 5)
    rig.inject("camera_disconnected", duration_s=0.22)
    rig.run()
    assert rig.camera.info.generation != generation
    shown = rig.shown()
    assert shown[:5] == list(range(5))
    assert shown[-9:] == list(range(11, 20))
    assert not {6, 7, 8} & set(shown)
    assert rig.total("frames_dropped") == rig.total("ignored_triggers") == 0


def test_a_camera_that_is_back_tells_its_new_clock_from_the_first_moment(rig: Any) -> None:
    rig.camera.next_frame = _reconnecting(rig)
    run_to_part(rig, 5)
    rig.world.camera.unplug()
    rig.world.camera.plug_in()
    device_ns, now_ns = int(rig.world.camera.port.memory.header["device_now_ns"][0]), rig.now_ns
    rig.run()
    frame, trigger_ns = rig.frames[-1][0], rig.frame_rows()[-1][2]
    elapsed_ns = trigger_ns + 300_000 - now_ns
    assert frame.device_timestamp_ns - device_ns == pytest.approx(elapsed_ns * (1 - 25e-6), abs=2)


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
