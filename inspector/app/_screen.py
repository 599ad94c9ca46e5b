"""The operator console beside a line: a program of its own, which the line neither waits for nor needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from inspector.display import has_display

_STOP_S = 3.0


class Screen:
    """Opens the console on a line's service, and closes it with the line. Somebody may close it before.

    Parameters
    ----------
    folder
        Of the service's sockets.
    """

    def __init__(self, folder: Path) -> None:
        self._attach = f"ipc:{folder}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Open it, and return ""; or why there is nothing to open it on. What else is amiss it says on stderr."""
        if not has_display():
            return "there is no display for the console; the line runs without it (--headless)"
        command = [sys.executable, "-m", "inspector", "console", "--attach", self._attach]
        # A session of its own: Ctrl-C ends the line, which then closes the console.
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        return ""

    def stop(self) -> None:
        """Close it, if it is open."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
