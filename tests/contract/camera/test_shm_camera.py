from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.clock import monotonic_ns, sleep_s
from inspector.devices._shm_camera import SimCamera
from inspector.devices._shm_layout import FILLED, FREE, SILENT_AFTER_NS, SLOT_FIELDS
from inspector.devices.sim._camera_port import CameraPort, Delivery
from inspector.domain.frame import Frame, FrameHealth
from inspector.errors import DeviceStateError, DeviceUnavailableError
from inspector.ports import Camera

Publish = Callable[..., Delivery | None]
Drain = Callable[[SimCamera], list[int]]


def take(camera: SimCamera) -> Frame:
    frame = camera.next_frame(1.0)
    assert frame is not None
    return frame


def header(port: CameraPort, name: str) -> int:
    return int(port.memory.header[name][0])


def test_a_frame_arrives_as_it_was_stamped(camera: SimCamera, publish: Publish) -> None:
    before_ns = monotonic_ns()
    assert publish(41) is Delivery.SENT
    frame = take(camera)
    assert (frame.frame_id, frame.trigger_count, frame.device_timestamp_ns) == (41, 1_041, 287)
    assert before_ns <= frame.available_ns <= frame.received_ns <= monotonic_ns()
    assert frame.health is FrameHealth.GOOD
    assert frame.pixels.shape == (8, 12)
    assert (frame.pixels == 41).all()


def test_pixels_are_a_read_only_view_of_the_cameras_own_slot(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    publish(1)
    frame = take(camera)
    port.memory.pixels[frame.slot][0, 0] = 200
    assert frame.pixels[0, 0] == 200
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 1


def test_it_is_a_camera_to_the_station(run_dir: Path) -> None:
    camera: Camera = SimCamera(run_dir)
    camera.ensure_stopped()
    camera.close()
    camera.close()


def test_colour_frames_have_three_channels(run_dir: Path) -> None:
    port = CameraPort(run_dir, height=4, width=6, channels=3, slots=4, min_latency_ns=0)
    port.beat(monotonic_ns())
    port.connect()
    camera = SimCamera(run_dir)
    camera.open()
    assert camera.info.channels == 3
    assert port.pixels(0).shape == (4, 6, 3)
    camera.close()
    port.close()


def test_nothing_comes_within_the_timeout(camera: SimCamera) -> None:
    assert camera.next_frame(0.01) is None
    assert camera.next_frame(0.0) is None


def test_the_camera_says_what_it_is(camera: SimCamera, port: CameraPort) -> None:
    info = camera.info
    assert (info.width, info.height, info.channels, info.slots) == (12, 8, 1, 4)
    assert info.min_latency_ns == 1_020_000
    assert info.generation == port.generation


def test_frames_are_dropped_and_counted_when_no_slot_is_free_and_the_gap_shows(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    sent = [publish(frame_id) for frame_id in range(6)]
    assert sent == [Delivery.SENT] * 4 + [None] * 2
    assert header(port, "frames_dropped") == 2
    held = [take(camera) for _ in range(4)]
    assert [frame.frame_id for frame in held] == [0, 1, 2, 3]
    assert camera.release(held[2])
    assert publish(6) is Delivery.SENT
    frame = take(camera)
    assert (frame.frame_id, frame.slot) == (6, held[2].slot)


def test_every_slot_comes_round_however_often_it_is_used(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    for frame_id in range(50):
        assert publish(frame_id) is Delivery.SENT
        assert camera.release(take(camera))
    assert port.free_slots() == 4


def test_a_slot_reserved_for_drawing_is_neither_free_nor_given_twice(port: CameraPort) -> None:
    taken = [port.take() for _ in range(5)]
    assert sorted(slot for slot in taken if slot is not None) == [0, 1, 2, 3]
    assert taken[4] is None
    port.give_back(2)
    assert port.take() == 2


def test_a_frame_can_be_released_once_only(camera: SimCamera, publish: Publish) -> None:
    publish(1)
    frame = take(camera)
    assert camera.release(frame)
    assert not camera.release(frame)


def test_a_frame_with_its_health_changed_can_still_be_released(camera: SimCamera, publish: Publish) -> None:
    publish(1)
    assert camera.release(replace(take(camera), health=FrameHealth.DARK))


def test_release_tells_when_the_slot_was_overwritten_meanwhile(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    publish(1)
    frame = take(camera)
    port.memory.slots["state"][frame.slot] = FREE  # a camera that does not respect ownership
    while port.take() != frame.slot:
        pass
    assert not camera.release(frame)


def test_an_announced_frame_that_was_overwritten_is_not_delivered(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    publish(1)
    publish(2)
    port.memory.slots["generation"][port.memory.slots["frame_id"] == 1] += 1
    assert take(camera).frame_id == 2
    assert camera.stale_frames == 1


def test_duplicates_and_disorder_are_delivered_as_they_come(camera: SimCamera, publish: Publish) -> None:
    for frame_id in (5, 4, 4):
        publish(frame_id)
    frames = [take(camera) for _ in range(3)]
    assert [frame.frame_id for frame in frames] == [5, 4, 4]
    assert len({frame.slot for frame in frames}) == 3
    assert all(camera.release(frame) for frame in frames)


def test_ill_health_is_passed_on(camera: SimCamera, publish: Publish) -> None:
    publish(1, health=FrameHealth.INCOMPLETE)
    assert take(camera).health == FrameHealth.INCOMPLETE


def test_a_smaller_frame_is_a_view_of_its_own_size(camera: SimCamera, publish: Publish) -> None:
    publish(1, size=(5, 7))
    frame = take(camera)
    assert frame.pixels.shape == (5, 7)
    assert frame.health is FrameHealth.GOOD


@pytest.mark.parametrize("size", [(0, 12), (9, 12), (8, 13), (8, 0)])
def test_an_impossible_size_is_ill_health(camera: SimCamera, publish: Publish, size: tuple[int, int]) -> None:
    publish(1, size=size)
    frame = take(camera)
    assert frame.health == FrameHealth.WRONG_SIZE
    assert frame.pixels.shape == (8, 12)


def test_a_pause_while_its_clock_is_read_makes_a_reading_look_stale_and_never_fresh(
    camera: SimCamera, living: CameraPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device's clock is the host's here: a reading with a host time before the device's would be fresh
    beyond what is possible, and the map would pair frames with their neighbours' tags for most of a minute."""

    def read_and_pause() -> int:
        now_ns = monotonic_ns()
        sleep_s(0.01)
        return now_ns

    monkeypatch.setattr("inspector.devices._shm_camera.monotonic_ns", read_and_pause)
    camera.start()
    device_ns, host_ns = camera.clock_latch
    assert 0 < device_ns <= host_ns


def test_foreign_datagrams_are_not_frames(camera: SimCamera, run_dir: Path, publish: Publish) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
        for datagram in (b"", b"x", b"\0" * 16, camera.info.generation.to_bytes(4, "little") * 4):
            stranger.sendto(datagram, str(run_dir / "camera.sock"))
    publish(9)
    assert take(camera).frame_id == 9
    assert camera.stale_frames == 3  # too short or in no such slot; the other is of no device


def test_starting_again_delivers_nothing_old_and_frees_every_slot(
    camera: SimCamera, port: CameraPort, publish: Publish, drain: Drain
) -> None:
    publish(1)
    held = take(camera)
    publish(2)
    camera.start()
    assert drain(camera) == []
    assert not camera.release(held)
    assert port.free_slots() == 4


def test_frames_for_nobody_leave_the_slots_free(run_dir: Path, port: CameraPort, publish: Publish) -> None:
    for frame_id in range(10):
        assert publish(frame_id) is Delivery.UNCLAIMED
    assert header(port, "frames_unclaimed") == 10
    assert port.free_slots() == 4


def test_a_stopped_station_is_nobody(camera: SimCamera, port: CameraPort, publish: Publish) -> None:
    camera.ensure_stopped()
    assert publish(1) is Delivery.UNCLAIMED
    with pytest.raises(DeviceStateError, match="start"):
        camera.next_frame(0.0)
    camera.start()
    publish(2)
    assert take(camera).frame_id == 2


def test_announcements_that_nobody_reads_are_dropped_frames(run_dir: Path) -> None:
    port = CameraPort(run_dir, height=4, width=4, channels=1, slots=64, min_latency_ns=0)
    port.beat(monotonic_ns())
    port.connect()
    camera = SimCamera(run_dir)
    camera.open()
    camera.start()
    deliveries = []
    for frame_id in range(600):
        slot = port.take()
        if slot is None:
            break
        deliveries.append(
            port.publish(
                slot, frame_id=frame_id, trigger_count=0, device_timestamp_ns=0, available_ns=0, size=(4, 4)
            )
        )
        if deliveries[-1] is Delivery.DROPPED:
            break
    dropped = deliveries.count(Delivery.DROPPED)
    assert header(port, "frames_dropped") == dropped
    assert port.free_slots() == 64 - deliveries.count(Delivery.SENT)
    camera.close()
    port.close()


def test_an_unplugged_camera_is_reported_at_once_after_the_frames_before_it(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    publish(1)
    port.disconnect()
    assert take(camera).frame_id == 1
    began_ns = monotonic_ns()
    with pytest.raises(DeviceUnavailableError, match="unplugged"):
        camera.next_frame(5.0)
    assert monotonic_ns() - began_ns < 1_000_000_000
    with pytest.raises(DeviceUnavailableError, match="unplugged"):
        camera.open()


def test_a_camera_that_is_back_must_be_opened_again(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    publish(1)
    held, generation = take(camera), camera.info.generation
    port.disconnect()
    port.connect()
    with pytest.raises(DeviceUnavailableError, match="open it again"):
        camera.next_frame(0.0)
    with pytest.raises(DeviceUnavailableError, match="open it again"):
        camera.start()
    camera.open()
    camera.start()
    assert camera.info.generation != generation
    assert not camera.release(held)
    publish(7)
    assert take(camera).frame_id == 7


def test_frames_of_another_connection_are_not_delivered(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    port.memory.header["device_generation"] += 1
    publish(1)
    with pytest.raises(DeviceUnavailableError, match="open it again"):
        camera.next_frame(0.1)


def test_a_camera_whose_process_is_silent_is_gone(camera: SimCamera, port: CameraPort) -> None:
    port.beat(monotonic_ns() - SILENT_AFTER_NS - 1)
    with pytest.raises(DeviceUnavailableError, match="silent for 1"):
        camera.next_frame(0.0)


def test_no_camera_is_an_error_that_may_pass(run_dir: Path) -> None:
    camera = SimCamera(run_dir)
    with pytest.raises(DeviceUnavailableError, match="no camera"):
        camera.open()
    (run_dir / "camera").write_bytes(b"\0" * 10)
    with pytest.raises(DeviceUnavailableError, match="truncated"):
        camera.open()
    camera.close()


def test_a_camera_must_be_opened_before_it_starts(run_dir: Path) -> None:
    camera = SimCamera(run_dir)
    with pytest.raises(DeviceStateError, match="open"):
        camera.start()
    with pytest.raises(DeviceStateError, match="open"):
        assert camera.info


def test_a_second_station_is_refused_until_the_first_lets_go(camera: SimCamera, run_dir: Path) -> None:
    second = SimCamera(run_dir)
    with pytest.raises(DeviceStateError, match="another station"):
        second.open()
    camera.close()
    second.open()
    second.close()


_HOLDER = """
import sys
from pathlib import Path
from inspector.devices._shm_camera import SimCamera
camera = SimCamera(Path(sys.argv[1]))
camera.open(); camera.start()
print("ready", flush=True)
frames = [camera.next_frame(5.0) for _ in range(2)]
print("holding", flush=True)
sys.stdin.read()
"""


def test_a_killed_station_leaves_nothing_that_its_successor_would_trip_over(
    run_dir: Path, living: CameraPort, publish: Publish, drain: Drain
) -> None:
    command = [sys.executable, "-c", _HOLDER, str(run_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        for frame_id in range(3):
            publish(frame_id)
        assert holder.stdout.readline() == "holding\n"
        holder.send_signal(signal.SIGKILL)
    assert publish(3) is Delivery.UNCLAIMED
    assert living.free_slots() == 1
    successor = SimCamera(run_dir)
    successor.open()
    successor.start()
    assert living.free_slots() == 4
    assert drain(successor) == []
    publish(4)
    assert take(successor).frame_id == 4
    successor.close()


def test_a_slot_is_announced_filled_and_complete(
    camera: SimCamera, port: CameraPort, publish: Publish
) -> None:
    publish(3)
    slot = take(camera).slot
    state, generation, *_ = SLOT_FIELDS.unpack_from(port.memory.slot_bytes, slot * 64)
    assert state == FILLED
    assert generation == port.memory.slots["generation"][slot] > 0
    assert np.shares_memory(port.pixels(slot), port.memory.pixels[slot])


def test_another_camera_process_is_another_device(camera: SimCamera, run_dir: Path) -> None:
    other = CameraPort(run_dir, height=8, width=12, channels=1, slots=4, min_latency_ns=0)
    other.beat(monotonic_ns())
    other.connect()
    slot = other.take()
    assert slot is not None
    other.publish(slot, frame_id=1, trigger_count=1, device_timestamp_ns=1, available_ns=1, size=(8, 12))
    assert camera.next_frame(0.0) is None  # not of the segment that was opened
    old = camera.info.generation
    camera.open()
    assert camera.info.generation != old
    other.close()
