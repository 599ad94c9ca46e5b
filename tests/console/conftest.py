"""The console, offscreen, on a real server. Without Qt these tests are skipped: `make test-console` installs it."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # xcb: in a window of the display that there is
pytest.importorskip("PySide6.QtWidgets", reason="the extra `console` is not installed", exc_type=ImportError)
pytest.importorskip("pytestqt", reason="the group `console-test` is not installed")

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from console_rig import Panel
from pytestqt.qtbot import QtBot
from station_rig import Station

from inspector.protocol import Endpoints
from inspector_console.collector import Collector
from inspector_console.widgets import load_fonts


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: object) -> None:
    assert load_fonts() == []


@pytest.fixture(scope="session", autouse=True)
def collector(qapp: object) -> Iterator[Collector]:
    """As in the console: what tests leave behind ends in Qt's thread."""
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def endpoints(closing: ExitStack) -> Endpoints:
    folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="insp-"))  # short: sockets' paths are
    return Endpoints.ipc(Path(folder))


@pytest.fixture
def station(endpoints: Endpoints, closing: ExitStack) -> Station:
    station = Station(endpoints)
    closing.callback(station.close)
    return station


@pytest.fixture
def open_panel(qtbot: QtBot, endpoints: Endpoints, closing: ExitStack) -> Callable[..., Panel]:
    def opened(*screen: float, language: str = "en", palette: str = "day") -> Panel:
        panel = Panel(qtbot, endpoints, screen or (1920, 1080, 21.5), language, palette)
        closing.callback(panel.close)
        return panel

    return opened
