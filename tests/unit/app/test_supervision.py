"""Which of its processes a launcher starts again, and when that ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.app import resolve_bundle
from inspector.app._children import Child, wait_for_file
from inspector.app._line import Line
from inspector.app._places import RunDir
from inspector.config import apply_overrides, default_config
from inspector.errors import ConfigError, DeviceError
from inspector.vision import load_bundle


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    small = {
        "run_dir": tmp_path / "run",
        "data_dir": tmp_path / "data",
        "camera.width": 640,
        "camera.height": 560,
    }
    config = apply_overrides(default_config(), small)
    places = RunDir(config.run_dir)
    places.take()
    with closing(Line(config, places, load_bundle(resolve_bundle(config)))) as line:
        yield line


def dead(role: str, code: int, *, starts: int = 1) -> Child:
    """A child that has ended; started again, it would be that of a line that is not there."""
    process = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"])
    process.wait()
    return Child(role, "/nowhere", starts=starts, process=process)


def watch(line: Line, child: Child) -> None:
    child.pipe = line._read_end
    line.children[child.role] = child
    line.watch()


@pytest.mark.parametrize("role", ["station", "recorder"])
def test_a_station_and_a_recorder_that_die_are_started_again(role: str, line: Line) -> None:
    child = dead(role, -9)
    watch(line, child)
    assert (child.starts, line.fault) == (2, "")
    child.stop(5.0)


@pytest.mark.parametrize("role", ["station", "recorder"])
def test_the_sixth_death_ends_the_line(role: str, line: Line) -> None:
    watch(line, dead(role, 1, starts=6))
    assert line.fault == f"the {role} ended with exit code 1"


@pytest.mark.parametrize("role", ["world", "plc"])
def test_a_simulated_device_that_dies_ends_the_line(role: str, line: Line) -> None:
    """Hardware does not come back by itself, and what it knew of the truth is gone."""
    watch(line, dead(role, 11))
    assert line.fault == f"the {role} ended with exit code 11"


def test_who_refuses_what_it_was_told_is_not_asked_again(line: Line) -> None:
    watch(line, dead("station", 2))
    assert line.fault == "the station refused to start"


def test_the_first_fault_is_the_one_that_is_told(line: Line) -> None:
    watch(line, dead("world", 3))
    watch(line, dead("plc", 4))
    assert line.fault == "the world ended with exit code 3"


@pytest.mark.parametrize(("code", "kind"), [(1, DeviceError), (2, ConfigError)])
def test_waiting_for_a_child_that_has_ended_ends_at_once(
    code: int, kind: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(kind, match="the plc process"):
        wait_for_file(tmp_path / "plc.port", dead("plc", code), 60.0)


def test_a_child_does_not_hear_ctrl_c() -> None:
    child = Child("ghost", "/nowhere", pipe=0)
    child.start()
    assert child.process is not None
    blocked = next(
        line
        for line in Path(f"/proc/{child.process.pid}/status").read_text().splitlines()
        if "SigBlk" in line
    )
    assert int(blocked.split()[1], 16) & 1 << 1  # SIGINT is signal 2
    child.stop(5.0)


def test_a_recorder_that_has_just_died_is_started_once_more_to_drain_the_ledger(line: Line) -> None:
    recorder = Child("recorder", line._recorder_argument(), line._read_end)
    recorder.start()
    line.children["recorder"] = recorder
    recorder.send(signal.SIGKILL)
    assert recorder.process is not None
    recorder.process.wait()
    assert line.ring.append_event(1, "news", trigger_ns=1)
    line.stop()
    assert (recorder.starts, recorder.exit_code, line.fault) == (2, 0, "")
    assert line.ring.consumed == line.ring.written


def test_a_recorder_that_was_only_just_started_hears_the_end_and_drains_the_ledger(line: Line) -> None:
    recorder = Child("recorder", line._recorder_argument(), line._read_end)
    recorder.start()
    line.children["recorder"] = recorder
    assert line.ring.append_event(1, "news", trigger_ns=1)
    line.stop()
    assert (recorder.starts, recorder.exit_code, line.fault) == (1, 0, "")
    assert line.ring.consumed == line.ring.written


def test_a_service_that_dies_is_started_again_and_the_report_says_so(line: Line) -> None:
    child = dead("service", 1)
    watch(line, child)
    assert (child.starts, line.fault) == (2, "")
    assert line.warnings == ["the service ended with exit code 1; it was started again"]
    child.stop(5.0)


@pytest.mark.parametrize(("code", "starts"), [(2, 1), (1, 6)])
def test_a_line_goes_on_without_a_service_that_cannot_run(code: int, starts: int, line: Line) -> None:
    """One that refused what it was told is not asked again, and the sixth death was the last."""
    child = dead("service", code, starts=starts)
    watch(line, child)
    line.watch()
    assert (child.starts, line.fault) == (starts, "")
    assert line.warnings == [f"the service ended with exit code {code}; consoles can no longer attach"]


def test_a_real_plc_that_cannot_be_reached_is_named_once(line: Line) -> None:
    line.plc_is_simulated = False
    line.watch()
    before = len(line.warnings)
    line.status.set("link_fault", b"PLC at 10.0.0.5:502: no connection within 500 ms")
    line.watch()
    line.watch()
    (said,) = line.warnings[before:]
    assert "PLC at 10.0.0.5:502: no connection" in said


def test_a_link_that_has_recovered_is_no_warning(line: Line) -> None:
    line.plc_is_simulated = False
    line.status.set("link_fault", b"PLC at 10.0.0.5:502: no connection within 500 ms")
    line.status.set("is_linked", 1)
    line.watch()
    assert line.warnings == []


def test_class_folders_that_the_bundle_does_not_know_are_named_with_those_it_knows(tmp_path: Path) -> None:
    for name in ("ok", "zebra"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / "photos" / name / "a.png"), np.full((64, 64), 90, np.uint8))
    places = {"run_dir": tmp_path / "run", "data_dir": tmp_path / "data"}
    config = apply_overrides(default_config(), {"camera": f"folder:{tmp_path / 'photos'}", **places})
    run_dir = RunDir(config.run_dir)
    run_dir.take()
    with closing(Line(config, run_dir, load_bundle(resolve_bundle(default_config())))) as line:
        (said,) = line.warnings
    assert f"does not know zebra of {tmp_path / 'photos'}, it knows chip, crack," in said
