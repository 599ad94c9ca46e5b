"""A console of another machine, over TCP on this one: with keys made as the guide says, and without."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from console_rig import SCREENS, Panel
from pytestqt.qtbot import QtBot
from station_rig import Station, bad, calm_facts

from inspector.cli import main
from inspector.client import Client
from inspector.protocol import Ask, ClientKeys, Code, Endpoints, Reply, ServerKeys, read_public, read_secret

PATIENCE_S = 30
LOOPBACK = Endpoints(*["tcp://127.0.0.1:*"] * 3)


def keys(*arguments: str | Path) -> None:
    assert main(["keys", *map(str, arguments)]) == 0


def keys_in(folder: Path) -> ClientKeys:
    return ClientKeys(read_secret(folder / "console.key"), read_public(folder / "server.pub"))


@pytest.fixture
def remote(endpoints: Endpoints, tmp_path: Path, closing: ExitStack) -> Station:
    keys("service", "--dir", tmp_path / "station")
    keys("console", "--dir", tmp_path / "panel", "--server", tmp_path / "station" / "server.pub")
    station = Station(
        endpoints,
        remote=(
            LOOPBACK,
            ServerKeys(read_secret(tmp_path / "station/server.key"), tmp_path / "station/clients"),
        ),
    )
    closing.callback(station.close)
    station.publish(*calm_facts(), bad(41))
    return station


@pytest.fixture
def attach(qtbot: QtBot, closing: ExitStack, remote: Station) -> Callable[..., Panel]:
    def attached(
        with_keys: ClientKeys | None, screen: tuple[float, ...] = SCREENS[2], language: str = "en"
    ) -> Panel:
        panel = Panel(qtbot, remote.server.endpoints[1], screen, language, "day", keys=with_keys)
        closing.callback(panel.close)
        return panel

    return attached


def test_a_console_with_an_allowed_key_attaches_and_acts(
    remote: Station, attach: Callable[..., Panel], tmp_path: Path
) -> None:
    keys("allow", tmp_path / "panel/console.pub", "--name", "office", "--dir", tmp_path / "station")
    panel = attach(keys_in(tmp_path / "panel"))
    panel.shows("0.94 · #41")
    panel.touch(panel.shell.nav.hold)
    panel.qtbot.waitUntil(lambda: "line.hold" in remote.kinds())
    assert {command.peer for command in remote.commands} == {"office"}


def test_a_console_whose_key_is_not_allowed_says_so_and_attaches_once_it_is(
    remote: Station, attach: Callable[..., Panel], tmp_path: Path
) -> None:
    panel = attach(keys_in(tmp_path / "panel"))
    panel.shows("The station does not let this console in")
    assert "Its key is missing or not allowed: inspector keys allow, at the station" in panel.texts()
    assert "0.94 · #41" not in panel.texts()
    keys("allow", tmp_path / "panel/console.pub", "--name", "office", "--dir", tmp_path / "station")
    panel.shows("0.94 · #41")
    assert "The station does not let this console in" not in panel.texts()


def test_a_console_without_keys_is_turned_away_and_says_so(
    remote: Station, attach: Callable[..., Panel]
) -> None:
    panel = attach(None)
    panel.shows("The station does not let this console in")
    assert not remote.commands


def test_a_console_with_another_stations_public_key_is_turned_away_and_says_so(
    remote: Station, attach: Callable[..., Panel], tmp_path: Path
) -> None:
    keys("service", "--dir", tmp_path / "other")
    keys("console", "--dir", tmp_path / "lost", "--server", tmp_path / "other/server.pub")
    keys("allow", tmp_path / "lost/console.pub", "--name", "lost", "--dir", tmp_path / "station")
    panel = attach(keys_in(tmp_path / "lost"))
    panel.shows("The station does not let this console in")


def test_a_remote_console_that_vanishes_while_in_control_leaves_it_to_another_one(
    qtbot: QtBot, remote: Station, tmp_path: Path, closing: ExitStack
) -> None:
    keys("allow", tmp_path / "panel/console.pub", "--name", "office", "--dir", tmp_path / "station")
    attached = [
        Client(remote.server.endpoints[1], lambda _: None, name=name, keys=keys_in(tmp_path / "panel"))
        for name in ("Office", "Tablet")
    ]
    for client in attached:
        closing.callback(client.close)
    first, second = attached

    def take(client: Client) -> Reply:
        return client.request(Ask.CONTROL_TAKE, timeout_ms=8000).result(PATIENCE_S)

    assert take(first).ok
    assert take(second).code == Code.LEASE
    first.close()  # as when it is killed: it says nothing, its connection just ends
    qtbot.waitUntil(lambda: take(second).ok, timeout=PATIENCE_S * 1000)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
def test_the_words_for_a_console_that_is_turned_away_fit(
    attach: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    panel = attach(None, screen, language)
    said = (
        "Die Station lässt diese Konsole nicht ein"
        if language == "de"
        else ("The station does not let this console in")
    )
    panel.shows(said)
    assert panel.unreadable() == {}
