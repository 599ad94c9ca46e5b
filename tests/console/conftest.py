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
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from station_rig import SECOND, Station

from inspector.client._follower import SILENCE_NS
from inspector.protocol import Endpoints
from inspector_console.collector import Collector
from inspector_console.widgets import load_fonts

PATIENCE_MS = 60_000
"""Half of what a test may take: what takes so long hangs."""


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: object) -> None:
    assert load_fonts() == []


@pytest.fixture(scope="session", autouse=True)
def collector(qapp: object) -> Iterator[Collector]:
    """As in the console: what tests leave behind ends in Qt's thread."""
    collector = Collector()
    yield collector
    collector.close()


class PatientBot(QtBot):
    """As pytest-qt's; what it waits for has time on a machine that is busy, or whose host gives it little."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stalls for seconds loses no connection: with it goes who is logged in, and what he has asked."""
    monkeypatch.setattr("inspector.client._follower.SILENCE_NS", 30 * SECOND)


@pytest.fixture
def noticing(steady: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others are steady: a lost connection is noticed as soon as in earnest."""
    monkeypatch.setattr("inspector.client._follower.SILENCE_NS", SILENCE_NS)


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
