"""What can go wrong in the simulated world, and what a camera does then."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world_faults_rig import MS, MakeRig, run_to_part

from inspector.devices.sim import _world_faults
from inspector.devices.sim._fault_spec import parse_fault
from inspector.devices.sim._wires import EventKind, Fate
from inspector.devices.sim._world_faults import FAULTS
from inspector.domain.frame import FrameHealth
from inspector.errors import DeviceUnavailableError, UsageError


def test_every_fault_of_the_world_is_registered_and_described() -> None:
    assert set(FAULTS) == {
        "frame_lost", "frame_duplicated", "frame_delayed", "frame_reordered", "frame_corrupt",
        "camera_frozen", "camera_black", "camera_disconnected", "camera_clock_set", "eye_chatter", "eye_blocked",
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
