"""A simulated camera before a PLC that the station must take for a real one.

The PLC is the simulated one, started by the test: whether it is real is for the configuration to say.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from line_rig import MARK, Launcher, Place, station_toml, wait_until

from inspector.app._children import Child
from inspector.app._report_schema import Report
from inspector.app._scenario import tell
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import default_config
from inspector.devices.sim import PlcOptions, line_physics
from inspector.domain.states import State

RATE = 1200.0


@pytest.fixture(scope="module")
def port() -> int:
    """A port on which nobody listens, yet."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def line(new_place: Callable[[], Place], port: int) -> Iterator[Launcher]:
    place = new_place()
    toml = station_toml("line-test-plc", plc=f'kind = "modbus"\nport = {port}')
    arguments = (
        "--headless",
        "--json",
        "--rate",
        f"{RATE:g}",
        "--config",
        str(place.write("station.toml", toml)),
    )
    with closing(place.start(*arguments)) as line:
        wait_until(lambda: line.status("state") == State.IDLE, "the station")
        yield line


@pytest.fixture(scope="module")
def plc(line: Launcher, port: int) -> Iterator[None]:
    options = PlcOptions(
        run_dir=str(line.place.run_dir),
        rate_per_min=RATE,
        port=port,
        run=False,
        physics=line_physics(default_config().geometry, 0.08),
        settings={"station_id": 1},
    )
    with ExitStack() as stack:
        ends = os.pipe()
        for end in ends:
            stack.callback(os.close, end)
        mark = pytest.MonkeyPatch.context()
        stack.enter_context(mark).setenv(MARK, line.place.mark)
        child = Child("plc", json.dumps(options.as_dict()), ends[0])
        child.start()
        stack.callback(child.stop, 5.0)
        yield


def test_without_its_plc_the_line_runs_is_not_ready_and_keeps_trying(line: Launcher) -> None:
    until_ns = monotonic_ns() + 1_000_000_000
    while monotonic_ns() < until_ns:
        assert line.process.poll() is None
        assert (line.status("is_linked"), line.status("is_ready")) == (0, 0)
        sleep_s(0.05)
    assert line.status("state") == State.IDLE
    assert line.status("hold_code") == 0
    assert "never told OK" in line.err
    assert "Traceback" not in line.err


@pytest.mark.usefixtures("plc")
def test_it_connects_by_itself_when_the_plc_appears(line: Launcher) -> None:
    wait_until(lambda: line.status("is_linked") == 1, "the link")
    wait_until(lambda: line.status("is_ready") == 1, "the station to be Ready")


@pytest.mark.usefixtures("plc")
def test_simulated_pixels_never_tell_a_real_plc_ok(line: Launcher) -> None:
    wait_until(lambda: tell(line.place.run_dir / "plc.ctl", {"command": "run"}), "the PLC")
    wait_until(lambda: line.status("rejected") >= 5, "some parts")
    line.process.terminate()
    assert line.wait() == 0, line.err
    report = line.report
    Report.model_validate_json(line.out)
    assert report["accepted"] == 0
    assert report["triggers"] >= 5
    assert sum(line.status("decided_" + kind) for kind in ("ok", "ng", "indeterminate")) >= 5
    # What really happened, nobody can say of a line that is not simulated as a whole.
    assert (report["escapes"], report["mispaired"], report["false_rejects"]) == (None, None, None)
    assert any("never told OK" in text for text in report["warnings"])
