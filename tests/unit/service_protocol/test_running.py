"""Finding the line that runs on this machine."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from inspector.client import find_service
from inspector.errors import UsageError


@pytest.fixture
def memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="m-") as folder:  # short: sockets' paths are
        yield Path(folder)


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def listen(folder: Path, closing: ExitStack) -> Path:
    folder.mkdir()
    server = closing.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    server.bind(str(folder / "commands.sock"))
    server.listen()
    return folder


def test_the_only_line_that_runs_is_found(memory: Path, closing: ExitStack) -> None:
    line = listen(memory / "inspector-north", closing)
    assert find_service(memory, memory / "system") == line


def test_an_installed_station_is_found_in_its_folder(memory: Path, closing: ExitStack) -> None:
    system = listen(memory / "system", closing)
    assert find_service(memory, system) == system


def test_what_a_killed_line_has_left_behind_is_passed_over(memory: Path, closing: ExitStack) -> None:
    with ExitStack() as killed:
        listen(memory / "inspector-dead", killed)
    line = listen(memory / "inspector-north", closing)
    assert (memory / "inspector-dead" / "commands.sock").exists()
    assert find_service(memory, memory / "system") == line


def test_of_several_lines_none_is_guessed_but_all_are_named(memory: Path, closing: ExitStack) -> None:
    lines = [listen(memory / f"inspector-{name}", closing) for name in ("north", "south")]
    with pytest.raises(UsageError, match="2 lines run on this machine; choose one with --attach") as error:
        find_service(memory, memory / "system")
    assert all(f"ipc:{line}" in str(error.value) for line in lines)


def test_where_nothing_runs_yet_an_installed_station_is_waited_for(memory: Path) -> None:
    assert find_service(memory, memory / "system") == memory / "system"
