from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_station import FakeStation, Watcher
from service_bench import PASSWORD, Bench, Panel


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
