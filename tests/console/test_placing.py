from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE_S = 30.0
PROGRAM = Path(__file__).with_name("placed_window.py")
SMALL = ["small", "83.5", "1280", "1352", "1480", "1680", "800", "803", "809", "831"]

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xrandr")),
    reason="needs a display of its own whose size can be changed (apt-get install xvfb x11-xserver-utils)",
)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server without a window manager, as on a panel that shows nothing but the console."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def window(display: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


@pytest.fixture
def xrandr(display: str) -> Callable[..., None]:
    def run(*arguments: str) -> None:
        subprocess.run(["xrandr", *arguments], check=True, env=os.environ | {"DISPLAY": display}, timeout=10)

    return run


def wait_until_it_fills(window: subprocess.Popen[str], width_px: int, height_px: int) -> None:
    """Read what it says of itself until window and sizes are those of the screen."""
    wanted, said, end = f"{width_px} {height_px} " * 2, "", time.monotonic() + PATIENCE_S
    assert window.stdout is not None
    while said != wanted.strip():
        assert time.monotonic() < end, f"its window and the screen that it is made for: {said}"
        said = window.stdout.readline().strip()
        assert said, "it has ended"


def test_without_a_window_manager_the_console_covers_the_whole_screen(window: subprocess.Popen[str]) -> None:
    wait_until_it_fills(window, 1920, 1080)


def test_another_resolution_has_the_screens_made_anew_for_it(
    window: subprocess.Popen[str], xrandr: Callable[..., None]
) -> None:
    wait_until_it_fills(window, 1920, 1080)
    xrandr("--newmode", *SMALL)
    xrandr("--addmode", "screen", "small")
    xrandr("--output", "screen", "--mode", "small")
    wait_until_it_fills(window, 1280, 800)


def test_a_screen_that_is_unplugged_ends_nothing_and_the_next_one_is_covered(
    window: subprocess.Popen[str], xrandr: Callable[..., None]
) -> None:
    wait_until_it_fills(window, 1920, 1080)
    xrandr("--newmode", *SMALL)
    xrandr("--addmode", "screen", "small")
    xrandr("--output", "screen", "--mode", "small")
    xrandr("--fb", "1280x800", "--output", "screen", "--off")
    time.sleep(1.0)  # without any screen
    xrandr("--output", "screen", "--mode", "small")
    wait_until_it_fills(window, 1280, 800)
