from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_station import FakeStation, Watcher
from reject_rig import Recording
from service_bench import PASSWORD, Bench, Panel, until


@pytest.fixture
def station(tmp_path: Path) -> FakeStation:
    return FakeStation(tmp_path)


@pytest.fixture
def watcher(station: FakeStation) -> Watcher:
    return Watcher(station)


@pytest.fixture
def bench(station: FakeStation) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:  # short: a socket's path has 107 bytes
        bench = Bench(Path(folder), station)
        try:
            yield bench
        finally:
            bench.close()


@pytest.fixture
def service(bench: Bench) -> Bench:
    bench.start()
    return bench


@pytest.fixture
def panel(service: Bench) -> Panel:
    return service.panel()


@pytest.fixture
def admin(service: Bench) -> Panel:
    """A panel with the right to write, at which the first admin has logged in."""
    panel = service.panel("Office")
    panel.done("session.set_up", code=service.setup_code, name="Ada", password=PASSWORD)
    panel.log_in("Ada", PASSWORD)
    panel.take_control()
    return panel


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heat map is not made behind everything else: beside other tests its turn might never come."""
    monkeypatch.setattr("inspector.app._rejects._IDLE_NICE", 0)


@pytest.fixture
def recording(bench: Bench, eager: None) -> Iterator[Recording]:
    recording = Recording(bench.station)
    bench.parts = replace(bench.parts, rejects=recording.records)
    bench.start()
    until(lambda: bench.panel("Look").ask("reject.query").body.get("classes"))
    yield recording
    recording.close()


@pytest.fixture
def office(bench: Bench, recording: Recording) -> Panel:
    """A panel at which somebody has logged in who may judge, without the right to write."""
    panel = bench.panel("Office")
    panel.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
    panel.log_in("Ada", PASSWORD)
    return panel
