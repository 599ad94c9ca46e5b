from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from inspector.devices.sim._options import Physics, SourceSpec, WorldOptions
from inspector.devices.sim._wires import EventKind, Fate
from inspector.errors import ConfigError

MS = 1_000_000
SECOND = 1_000_000_000
MakeRig = Callable[..., Any]


def test_every_part_is_seen_pictured_and_leaves(rig: Any) -> None:
    rig.run()
    assert rig.is_finished
    for kind in (EventKind.EYE_RISE, EventKind.EYE_FALL, EventKind.GATE_EYE, EventKind.CONFIRM):
        assert [row for *_, row in rig.events(kind)] == list(range(20)), kind
    assert rig.shown() == list(range(20))
    assert [row["part"] for row in rig.rows()] == list(range(20))
    assert rig.total("ejected") == 20


def test_events_are_latched_in_order_with_the_encoder_of_their_true_time(rig: Any) -> None:
    rig.run()
    events = rig.events()
    assert [seq for seq, *_ in events] == list(range(1, 81))
    assert all(a[3] <= b[3] for a, b in pairwise(events))
    for _, kind, encoder, t_ns, row in events:
        rise = next(e for e in events if e[1] == EventKind.EYE_RISE and e[4] == row)
        counts = {EventKind.EYE_RISE: 0, EventKind.EYE_FALL: 190, EventKind.GATE_EYE: 4_095}.get(kind, 4_395)
        assert (encoder - rise[2]) % 2**32 == pytest.approx(counts, abs=1)
        assert encoder == pytest.approx(rig.wires.encoder_at(t_ns), abs=1)


def test_the_truth_joins_parts_events_and_frames(rig: Any) -> None:
    rig.run()
    rises = {seq: t_ns for seq, _, _, t_ns, _ in rig.events(EventKind.EYE_RISE)}
    rows = rig.rows()
    assert all(rises[row["eye_event"]] == row["eye_ns"] for row in rows)
    assert all(row["flags"] == 0 and row["fate"] == Fate.EJECTED for row in rows)
    frames = rig.frame_rows()
    assert [(f[0], f[3]) for f in frames] == [(f.frame_id, f.available_ns) for f, _ in rig.frames]
    assert all(rows[part]["eye_ns"] == trigger_ns for _, part, trigger_ns, _ in frames)


def test_a_frame_is_available_after_delay_exposure_and_readout(rig: Any) -> None:
    rig.run()
    for _, _, trigger_ns, available_ns in rig.frame_rows():
        assert available_ns - trigger_ns == 1_320_000


def test_the_cameras_clock_has_its_own_origin_and_runs_25_ppm_slow(make_rig: MakeRig) -> None:
    rig = make_rig(rate_per_min=30, parts=30)
    rig.run(120)
    (first, _), (last, _) = rig.frames[0], rig.frames[-1]
    true_ns = last.available_ns - first.available_ns
    assert last.device_timestamp_ns - first.device_timestamp_ns == pytest.approx(
        true_ns * (1 - 25e-6), abs=1_000
    )
    assert abs(first.device_timestamp_ns - first.available_ns) > SECOND


def test_counters_of_the_camera_advance_together_from_origins_of_their_own(rig: Any) -> None:
    rig.run()
    ids = [frame.frame_id for frame, _ in rig.frames]
    counts = [frame.trigger_count for frame, _ in rig.frames]
    assert all(b - a == 1 for a, b in pairwise(ids))
    assert {count - frame_id for count, frame_id in zip(counts, ids, strict=True)} != {0}
    assert len({count - frame_id for count, frame_id in zip(counts, ids, strict=True)}) == 1


def test_the_belt_waits_for_the_plcs_motor_output(rig: Any) -> None:
    rig.wires.outputs["conveyor_run"] = 0
    rig.run(1.0)
    assert rig.events() == []
    assert rig.wires.law()[2] == 0
    rig.wires.outputs["conveyor_run"] = 1
    rig.run(1.0)
    assert len(rig.events()) > 0
    assert rig.wires.law()[2] == pytest.approx(8_000)


def test_the_belt_stops_and_nothing_is_pictured_when_the_outputs_are_stale(rig: Any) -> None:
    rig.run(0.5)
    rig.is_plc_alive = False
    rig.run(0.06)
    seen = len(rig.events())
    rig.run(2.0)
    assert len(rig.events()) == seen
    assert rig.total("belt_mm_per_s") == 0
    rig.is_plc_alive = True
    rig.run()
    assert rig.is_finished
    assert [row for *_, row in rig.events(EventKind.EYE_RISE)] == list(range(20))


def test_no_trigger_reaches_the_camera_while_the_plc_disables_it(rig: Any) -> None:
    rig.wires.outputs["camera_trigger_enable"] = 0
    rig.run()
    assert len(rig.events(EventKind.EYE_RISE)) == 20
    assert rig.frames == []
    assert rig.world.camera.port.free_slots() == 16


def test_only_parts_with_an_accept_window_pass_the_gate(rig: Any) -> None:
    rig.accepts = lambda row: row % 3 == 0
    rig.run()
    fates = [row["fate"] for row in rig.rows()]
    assert fates == [Fate.ACCEPTED if row % 3 == 0 else Fate.EJECTED for row in range(20)]
    assert [row for *_, row in rig.events(EventKind.CONFIRM)] == [r for r in range(20) if r % 3]
    assert (rig.total("accepted"), rig.total("ejected")) == (7, 13)


def test_parts_close_together_at_6000_per_minute_are_told_apart(make_rig: MakeRig) -> None:
    rig = make_rig(rate_per_min=6_000, parts=200)
    rig.accepts = lambda row: row % 2 == 0
    rig.run()
    assert all(row["fate"] == (Fate.EJECTED if i % 2 else Fate.ACCEPTED) for i, row in enumerate(rig.rows()))
    assert rig.shown() == list(range(200))


@pytest.mark.parametrize(
    ("late_ns", "fate"), [(4 * MS + 1_000, Fate.ACCEPTED), (4 * MS - 1_000, Fate.EJECTED), (0, Fate.EJECTED)]
)
def test_a_window_armed_within_the_flaps_dead_time_comes_too_late(
    make_rig: MakeRig, late_ns: int, fate: Fate
) -> None:
    rig = make_rig(parts=1)
    rig.run(until=lambda: bool(rig.events()))
    (_, _, encoder, rise_ns, _) = rig.events()[0]
    gate_ns = rise_ns + round(409.5 / 800.0 * 1e9)
    rig.run((gate_ns - late_ns - rig.now_ns) / 1e9)
    rig.arm(encoder + 4_015, encoder + 4_175, gate_ns - late_ns)
    rig.run()
    assert rig.rows()[0]["fate"] == fate


def test_a_withdrawn_window_and_a_window_beside_the_part_let_nothing_through(make_rig: MakeRig) -> None:
    rig = make_rig(parts=2)
    rig.run(until=lambda: len(rig.events(EventKind.EYE_RISE)) == 2)
    first, second = (event[2] for event in rig.events(EventKind.EYE_RISE))
    rig.arm(first + 4_015, first + 4_175, rig.now_ns)
    rig.wires.withdraw_windows(rig.now_ns)
    rig.arm(second + 4_100, second + 4_175, rig.now_ns)
    rig.arm(second + 4_175, second + 4_015, rig.now_ns - SECOND)  # closes before it opens
    rig.run()
    assert [row["fate"] for row in rig.rows()] == [Fate.EJECTED, Fate.EJECTED]


@pytest.mark.parametrize(("after_ns", "fate"), [(1_000, Fate.ACCEPTED), (-1_000, Fate.EJECTED)])
def test_what_the_gate_did_goes_by_when_the_window_was_withdrawn_however_late_the_world_looks(
    make_rig: MakeRig, after_ns: int, fate: Fate
) -> None:
    rig = make_rig(parts=1)
    rig.run(until=lambda: bool(rig.events()))
    (_, _, encoder, rise_ns, _) = rig.events()[0]
    gate_ns = rise_ns + round(409.5 / 800.0 * 1e9)
    rig.arm(encoder + 4_015, encoder + 4_175, rig.now_ns)
    rig.run((gate_ns - 50_000 - rig.now_ns) / 1e9)
    rig.wires.withdraw_windows(gate_ns + after_ns)
    rig.run()
    assert rig.rows()[0]["fate"] == fate


def test_windows_work_across_the_encoders_wrap(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.world.belt.encoder = float(2**32 - 5_000)
    rig.accepts = lambda _row: True
    rig.run()
    assert rig.total("accepted") == 20


def test_a_dead_plc_accepts_nothing_even_inside_a_window(make_rig: MakeRig) -> None:
    rig = make_rig(parts=1)
    rig.accepts = lambda _row: True
    rig.run(until=lambda: bool(rig.events()))
    gate_ns = rig.events()[0][3] + round(409.5 / 800.0 * 1e9)
    rig.run((gate_ns - 1 - rig.now_ns) / 1e9)
    rig.wires.outputs["alive_ns"] = gate_ns - 50 * MS
    rig.is_plc_alive = False
    rig.run(0.1)
    rig.is_plc_alive = True
    rig.run()
    assert rig.rows()[0]["fate"] == Fate.EJECTED


def test_frames_are_drawn_before_their_parts_arrive(rig: Any) -> None:
    rig.wires.outputs["conveyor_run"] = 0
    rig.run(0.01)
    assert [rig.world.camera.has_drawn(number) for number in range(5)] == [True] * 4 + [False]


def test_without_time_to_spare_only_the_next_parts_frame_is_drawn(make_rig: MakeRig) -> None:
    rig = make_rig()
    assert rig.world.draw_ahead(0)
    assert not rig.world.draw_ahead(0)
    assert rig.world.draw_ahead(SECOND)


def test_a_station_that_holds_every_slot_loses_frames_and_the_gap_shows(rig: Any) -> None:
    held = []
    rig.camera.release, release = (lambda frame: held.append(frame) or True), rig.camera.release
    rig.run(until=lambda: rig.total("frames_dropped") >= 1)
    assert len(held) == 16
    rig.camera.release = release
    assert all(release(frame) for frame in held)
    rig.run()
    assert rig.total("frames_dropped") == 1
    gaps = [b.frame_id - a.frame_id for (a, _), (b, _) in pairwise(rig.frames)]
    assert gaps == [1] * 15 + [2] + [1] * 2
    assert rig.shown() == [number for number in range(20) if number != 16]


def test_how_far_the_sensors_have_spoken_is_told(rig: Any) -> None:
    rig.run(0.3)
    assert 0 <= rig.now_ns - int(rig.wires.inputs["horizon_ns"][0]) <= 5 * MS


def test_the_same_seed_gives_the_same_run(make_rig: MakeRig) -> None:
    def encoders(seed: int) -> list[int]:
        rig = make_rig(seed=seed)
        rig.run()
        rig.camera.close()
        return [event[2] for event in rig.events()]

    assert encoders(3) == encoders(3)
    assert encoders(3) != encoders(4)


def test_options_survive_json() -> None:
    options = WorldOptions(
        run_dir="/run/x", parts=5, source=SourceSpec(kind="folder", path="/p"), physics=Physics(pitch_mm=50.0)
    )
    assert WorldOptions.from_json(options.to_json()) == options
    assert WorldOptions.from_dict(options.as_dict()) == options
    with pytest.raises(ConfigError, match="not JSON"):
        WorldOptions.from_json("{")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rate_per_min": 0}, "rate is 0"),
        ({"rate_per_min": -5}, "rate is -5"),
        ({"parts": 0}, "parts is 0"),
        ({"channels": 2}, "channels is 2"),
        ({"camera_slots": 1}, "camera_slots is 1"),
        ({"start_delay_s": -1}, "start_delay_s"),
        ({"speed": 1}, "speed"),
        ({"source": {"kind": "folder"}}, "needs a path"),
        ({"source": {"kind": "video"}}, "'video'"),
        ({"physics": {"part_mm": 30.0}}, "on top of each other"),
        ({"physics": {"counts_per_mm": 0.0}}, "counts_per_mm is 0; it must be above 0"),
        ({"physics": {"readout_us": -1.0}}, "readout_us is -1; it must be at least 0"),
    ],
)
def test_options_that_make_no_sense_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        WorldOptions.from_dict({"run_dir": "/run/x"} | wrong)


def test_a_change_of_the_belt_that_is_half_written_holds_up_nobody_who_reads_the_encoder(rig: Any) -> None:
    """The PLC runs above the world, perhaps on the same core: if it waited for the writer, it would for ever."""
    rig.wires.set_belt(0, 1_000.0, 0.0)
    following = rig.wires.belt[(int(rig.wires.belt["changes"][0]) + 1) % 2]
    following["encoder_ref"] = 5.0
    assert rig.wires.encoder_at(123) == 1_000
    rig.wires.set_belt(10, 2_000.0, 1e9)
    assert rig.wires.encoder_at(15) == 2_005
