from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.clock import monotonic_ns, sleep_s
from inspector.devices._shm_camera import SimCamera
from inspector.devices.sim._options import SourceSpec, WorldOptions
from inspector.devices.sim._wires import Wires
from inspector.domain.frame import FrameHealth
from inspector.errors import DeviceUnavailableError

_CODE = """
import sys
from inspector.devices.sim import WorldOptions, run_world
run_world(WorldOptions.from_json(sys.argv[1]))
"""
LIMIT_S = 20.0
Start = Callable[[int], tuple[subprocess.Popen[str], SimCamera]]


class Plc:
    """The least that makes the belt run."""

    def __init__(self, run_dir: Path) -> None:
        self.wires = Wires.create(run_dir / "wires")
        self.wires.outputs["camera_trigger_enable"] = self.wires.outputs["conveyor_run"] = 1

    def scan(self) -> None:
        self.wires.outputs["alive_ns"] = monotonic_ns()


@pytest.fixture
def plc(run_dir: Path) -> Plc:
    return Plc(run_dir)


@pytest.fixture
def start(run_dir: Path, plc: Plc) -> Iterator[Start]:
    made: list[tuple[subprocess.Popen[str], SimCamera]] = []

    def start(parts: int) -> tuple[subprocess.Popen[str], SimCamera]:
        small = {"width": 640, "height": 560, "plates": 1}
        options = WorldOptions(
            run_dir=str(run_dir), rate_per_min=6_000, parts=parts, source=SourceSpec(settings=small)
        )
        command = [sys.executable, "-c", _CODE, options.to_json()]
        world = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        made.append((world, SimCamera(run_dir)))
        _open_when_there(made[-1][1], world)
        return made[-1]

    yield start
    for world, camera in made:
        camera.close()
        world.kill()
        world.communicate()


def _open_when_there(camera: SimCamera, world: subprocess.Popen[str]) -> None:
    deadline_ns = monotonic_ns() + round(LIMIT_S * 1e9)
    while True:
        try:
            camera.open()
            camera.start()
        except DeviceUnavailableError:
            assert world.poll() is None
            assert monotonic_ns() < deadline_ns
            sleep_s(0.02)
        else:
            return


def test_the_world_shows_its_parts_takes_faults_and_reports(run_dir: Path, plc: Plc, start: Start) -> None:
    world, camera = start(60)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ctl:
        ctl.sendto(b'{"fault": "gremlins"}', str(run_dir / "world.ctl"))
        ctl.sendto(b'{"fault": "frame_corrupt", "count": 2}', str(run_dir / "world.ctl"))
    frames = []
    deadline_ns = monotonic_ns() + round(LIMIT_S * 1e9)
    while not plc.wires.totals["finished"][0]:
        assert monotonic_ns() < deadline_ns
        plc.scan()
        frame = camera.next_frame(0.005)
        if frame is not None:
            frames.append(frame)
            assert camera.release(frame)
    assert len(frames) == int(plc.wires.totals["frame_rows"][0]) == 60
    assert [frame.health for frame in frames].count(FrameHealth.INCOMPLETE) == 2
    assert plc.wires.totals["part_rows"][0] == plc.wires.totals["ejected"][0] == 60
    world.send_signal(signal.SIGTERM)
    _, said = world.communicate(timeout=LIMIT_S)
    assert world.returncode == 0
    assert said.count("\n") == 1
    assert "unknown fault 'gremlins'" in said
    report = json.loads((run_dir / "world.json").read_text())
    assert report["lateness_us"]["count"] >= 60 * 5
    with pytest.raises(DeviceUnavailableError, match="unplugged"):
        camera.next_frame(0.0)


def test_a_world_that_is_killed_is_a_camera_that_is_gone(start: Start) -> None:
    world, camera = start(10)
    world.kill()
    with pytest.raises(DeviceUnavailableError, match="silent"):
        _wait_for_ever(camera)


def _wait_for_ever(camera: SimCamera) -> None:
    for _ in range(30):
        camera.next_frame(0.1)
