"""The service as a process of its own: it comes up beside a station, gives way, and ends with its launcher."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_station import FakeStation
from service_bench import Panel, until

from inspector.config import apply_overrides, default_config
from inspector.protocol import Endpoints
from inspector.sharedmem import RegisterBoard


class Started:
    """A process, and the end of the pipe that its launcher holds."""

    def __init__(self, run_dir: Path) -> None:
        read_end, self.pipe = os.pipe()
        argument = json.dumps({"run_dir": str(run_dir), "product": "flange", "classes": ["ok", "dent"]})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inspector.app", "service", argument, str(read_end)],
            pass_fds=(read_end,),
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(read_end)

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and what it said."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        os.close(self.pipe)


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:
        yield Path(folder)


@pytest.fixture
def station(place: Path) -> FakeStation:
    config = apply_overrides(default_config(), {"run_dir": place, "data_dir": place / "data"})
    (place / "config.json").write_text(config.model_dump_json())
    RegisterBoard.create(place / "registers.board")  # as the launcher does before it starts the service
    return FakeStation(place)


@pytest.fixture
def service(place: Path, station: FakeStation) -> Iterator[Started]:
    started = Started(place)
    yield started
    started.close()


def test_it_comes_up_gives_way_and_ends_when_told(place: Path, service: Started) -> None:
    panel = Panel(Endpoints.ipc(place))
    until(lambda: panel.mirror.state is not None)
    panel.client.close()
    assert panel.mirror.state is not None
    assert (panel.mirror.state.station, panel.mirror.state.product) == ("demo", "flange")
    pid = service.process.pid
    assert os.getpriority(os.PRIO_PROCESS, pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 9 or (
        os.getpriority(os.PRIO_PROCESS, pid) == 19
    )
    loaded = Path(f"/proc/{pid}/maps").read_text()
    assert "onnxruntime" not in loaded
    service.process.send_signal(signal.SIGINT)  # Ctrl-C is for the launcher to understand
    service.process.send_signal(signal.SIGTERM)
    assert service.end() == (0, "")
    assert (place / "data" / "service" / "alarms.json").exists()


def test_it_ends_with_its_launcher(place: Path, service: Started) -> None:
    until((place / "commands.sock").exists)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), service.pipe)  # the launcher's end is gone
    assert service.end() == (0, "")


def test_without_the_lines_memory_it_says_so_in_one_line(place: Path, station: FakeStation) -> None:
    station.files.ledger.unlink()
    started = Started(place)
    try:
        code, said = started.end()
    finally:
        started.close()
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("inspector: service: error: cannot open shared memory")
