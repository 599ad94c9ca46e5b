"""What a person sees of a line: the status while it runs, the table at its end."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
from collections.abc import Callable

import pytest
from line_rig import LIMIT_S, MARK, Place, station_toml

from inspector.clock import monotonic_ns
from inspector.images import read_image

UP = re.compile(r"\x1b\[(\d+)F")


@pytest.fixture(scope="module")
def shown_place(new_place: Callable[[], Place]) -> Place:
    return new_place()


def shown_on_a_terminal(place: Place, *arguments: str, term: str = "xterm", columns: int = 120) -> str:
    """Everything that a run of two seconds puts on a terminal."""
    config = place.write("station.toml", station_toml("line-test-shown"))
    command = [sys.executable, "-m", "inspector", "run", "--config", str(config), *place.folders]
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    process = subprocess.Popen(
        [*command, "--seconds", "2", "--rate", "1200", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, MARK: place.mark, "TERM": term},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        shown = _read_all(ours)
        assert process.wait(LIMIT_S) == 0, shown
        return shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture(scope="module")
def screen(shown_place: Place) -> str:
    """What a run in colour shows."""
    return shown_on_a_terminal(shown_place, "--colour", "--defect-rate", "0.5")


def test_on_a_narrow_terminal_no_line_of_the_status_takes_two_rows(place: Place) -> None:
    shown = shown_on_a_terminal(place, columns=20)
    lines = re.findall(r"\x1b\[2K([^\r\n]*)", shown)
    assert len(lines) > 10
    assert max(map(len, lines)) == 19


def test_a_terminal_that_cannot_rewrite_lines_gets_plain_ones_and_few(place: Place) -> None:
    shown = shown_on_a_terminal(place, term="dumb")
    assert "\x1b" not in shown
    assert 1 <= shown.count("Inspector (simulated line)") <= 10
    assert "ended by seconds" in shown


def _read_all(terminal: int) -> str:
    """Read until the other side has closed."""
    deadline_ns = monotonic_ns() + int(LIMIT_S * 1e9)
    shown = b""
    while monotonic_ns() < deadline_ns:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # that is how a terminal says that nobody is there any more
            break
        if not piece:
            break
        shown += piece
    return shown.decode("utf-8", "replace")


def test_the_status_is_rewritten_in_place_while_the_line_runs(screen: str) -> None:
    live = screen[: screen.rindex("\x1b[2K")]
    assert "Inspector (simulated line)   EXECUTE" in live
    for word in ("parts", "rate", "accepted", "in transit", "rejected", "decision p50", "PLC connected"):
        assert word in live
    heights = {int(height) for height in UP.findall(live)}
    assert len(heights) == 1
    assert "\x1b[5m" not in live  # nothing blinks


def test_while_it_starts_nothing_is_said_to_be_lost_or_measured(screen: str) -> None:
    first = screen[: screen.index("EXECUTE")]
    assert "PLC connecting" in first
    assert "LOST" not in first
    assert "decision p50 –" in first


def test_at_the_end_comes_the_account_as_a_table(screen: str) -> None:
    table = screen[screen.rindex("\x1b[2K") :]
    assert "ended by seconds   (simulated)" in table
    for row in ("triggers", "accepted", "causes of rejects", "escapes", "false rejects", "mispaired"):
        assert row in table
    assert re.search(r"frame to verdict( +\d+\.\d\d){4}", table)
    assert re.search(r"unaccounted +0\b", table)
    assert "{" not in table


@pytest.mark.usefixtures("screen")
def test_a_colour_camera_gives_coloured_pictures(shown_place: Place) -> None:
    pictures = list((shown_place.data_dir / "images").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert read_image(picture).shape == (1024, 1280, 3)
