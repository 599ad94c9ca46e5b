from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from inspector.clock import monotonic_ns
from inspector.devices._shm_camera import SimCamera
from inspector.devices.sim._camera_port import CameraPort, Delivery

Publish = Callable[..., Delivery | None]


@pytest.fixture(autouse=True)
def _one_look_at_the_clock_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process turns the clock of a camera that is only a port."""
    monkeypatch.setattr("inspector.devices._shm_camera._LATCHES", 1)


@pytest.fixture
def run_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="insp") as folder:  # sockets need short paths
        yield Path(folder)


@pytest.fixture
def port(run_dir: Path) -> Iterator[CameraPort]:
    port = CameraPort(run_dir, height=8, width=12, channels=1, slots=4, min_latency_ns=1_020_000)
    port.beat(monotonic_ns())
    port.connect()
    yield port
    port.close()


@pytest.fixture
def living(port: CameraPort) -> Iterator[CameraPort]:
    """Let the camera's clock run, as another process needs it."""
    done = threading.Event()

    def live() -> None:
        while not done.wait(0.001):
            port.beat(monotonic_ns(), monotonic_ns())

    thread = threading.Thread(target=live)
    thread.start()
    yield port
    done.set()
    thread.join()


@pytest.fixture
def camera(run_dir: Path, port: CameraPort) -> Iterator[SimCamera]:
    camera = SimCamera(run_dir)
    camera.open()
    camera.start()
    yield camera
    camera.close()


@pytest.fixture
def publish(port: CameraPort) -> Publish:
    def publish(frame_id: int, *, size: tuple[int, int] = (8, 12), health: int = 0) -> Delivery | None:
        slot = port.take()
        if slot is None:
            port.count_dropped()
            return None
        port.pixels(slot)[...] = frame_id % 256
        return port.publish(
            slot,
            frame_id=frame_id,
            trigger_count=frame_id + 1_000,
            device_timestamp_ns=frame_id * 7,
            available_ns=monotonic_ns(),
            size=size,
            health=health,
        )

    return publish


@pytest.fixture
def drain() -> Callable[[SimCamera], list[int]]:
    def drain(camera: SimCamera) -> list[int]:
        ids = []
        with suppress(StopIteration):
            while (frame := camera.next_frame(0.0)) is not None:
                ids.append(frame.frame_id)
                assert len(ids) < 1_000
        return ids

    return drain
