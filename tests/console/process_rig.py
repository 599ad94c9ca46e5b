"""The console as a process of its own, as `inspector console` starts it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station_rig import Station

from inspector.protocol import Endpoints

PATIENCE_S = 60.0


@contextmanager
def running_console(
    endpoints: Endpoints, *arguments: str, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run the command at a station; it does not outlive the block."""
    folder = endpoints.facts.removeprefix("ipc://").rpartition("/")[0]
    console = subprocess.Popen(
        [sys.executable, "-m", "inspector", "console", "--attach", f"ipc:{folder}", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
    )
    try:
        yield console
    finally:
        console.kill()
        console.communicate()


@contextmanager
def written(fifo: Path, console: subprocess.Popen[str]) -> Iterator[None]:
    """Do something as soon as the console reads a pipe, and before it finds anything in it."""
    end = time.monotonic() + PATIENCE_S
    while (writer := _writer(fifo)) is None:
        assert console.poll() is None, "the console has ended"
        assert time.monotonic() < end, "the console does not read it"
        time.sleep(0.02)
    try:
        yield
    finally:
        os.close(writer)


def _writer(fifo: Path) -> int | None:
    try:
        return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO:  # nobody reads it yet
            raise
        return None


def shown_then_ended(station: Station, console: subprocess.Popen[str]) -> str:
    """Wait until the console shows the station, end it in order, and return what it said on stderr."""
    end = time.monotonic() + PATIENCE_S
    while not station.server.wants_frames() and time.monotonic() < end:
        time.sleep(0.05)
    assert station.server.wants_frames()
    console.send_signal(signal.SIGTERM)
    _, said = console.communicate(timeout=PATIENCE_S)
    assert console.returncode == 0, said
    assert "Traceback" not in said
    return said
