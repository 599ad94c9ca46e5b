"""The console as a process of its own, as `inspector console` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from station_rig import Station

from inspector.protocol import Endpoints


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


def shown_then_ended(station: Station, console: subprocess.Popen[str]) -> str:
    """Wait until the console shows the station, end it in order, and return what it said on stderr."""
    end = time.monotonic() + 20
    while not station.server.wants_frames() and time.monotonic() < end:
        time.sleep(0.05)
    assert station.server.wants_frames()
    console.send_signal(signal.SIGTERM)
    assert console.wait(10) == 0
    said = console.stderr.read() if console.stderr else ""
    assert "Traceback" not in said
    return said
