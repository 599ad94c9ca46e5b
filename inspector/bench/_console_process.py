"""A console as a process of its own, watched from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from inspector.clock import monotonic_ns, sleep_s
from inspector.errors import UsageError

_START_LIMIT_S: Final = 60.0
_END_LIMIT_S: Final = 10.0
_TURN_S: Final = 0.01
_SCREEN: Final = {
    "screens": [{"name": "bench", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "dpr": 1}]
}
_UTIME_FIELD: Final = 11
"""Of `/proc/PID/stat`, counted from what follows the name in brackets; the next one is the kernel's share."""


class BenchInterrupted(Exception):  # noqa: N818 - it is no error: the line has ended, and so does the bench
    """The line has ended before everything was measured."""


def expect_console() -> None:
    """Look for what a console needs before a line is started for it.

    Raises
    ------
    UsageError
        Naming the extra.
    """
    if find_spec("PySide6") is None or find_spec("inspector_console") is None:
        raise UsageError(
            "inspector bench console measures the console, which is not installed; "
            "run: pip install -e '.[console]' in Inspector's folder"
        )


class ConsoleProcess:
    """A console that was started, and is attached to a line of this machine. Used by one thread.

    Parameters
    ----------
    run_dir
        The line's.
    folder
        For the console's report; emptied of an earlier one.
    has_window
        In a window of the display that there is, instead of none.
    is_over
        Says that the line has ended.
    """

    def __init__(self, run_dir: Path, folder: Path, *, has_window: bool, is_over: Callable[[], bool]) -> None:
        self._report, self._is_over = folder / "report.json", is_over
        self._report.unlink(missing_ok=True)
        environment = dict(os.environ)
        if not has_window:
            screen = folder / "screen.json"
            screen.write_text(json.dumps(_SCREEN), encoding="utf-8")
            environment["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
        command = [sys.executable, "-m", "inspector", "console", "--attach", f"ipc:{run_dir}"]
        self._said = folder / "console.log"
        with self._said.open("w", encoding="utf-8") as said:
            self.process = subprocess.Popen(
                [*command, "--report", str(self._report)], env=environment, stdout=said, stderr=said
            )

    @property
    def report(self) -> dict[str, Any]:
        """What the console has written of itself; empty as long as there is nothing."""
        try:
            found: dict[str, Any] = json.loads(self._report.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def wait_until_shown(self) -> dict[str, Any]:
        """Wait until it shows the line; return its report of that moment.

        Raises
        ------
        UsageError
            It has ended, or does not get there.
        BenchInterrupted
            The line has ended.
        """
        deadline_ns = monotonic_ns() + int(_START_LIMIT_S * 1e9)
        while (report := self.report).get("attach_s") is None or report["first_paint_s"] is None:
            if self._is_over():
                raise BenchInterrupted
            if self.process.poll() is not None or monotonic_ns() > deadline_ns:
                self.kill()
                said = self._said.read_text(encoding="utf-8").strip() or "it has said nothing"
                raise UsageError(f"the console does not come up: {said[-500:]}")
            sleep_s(_TURN_S)
        return report

    @property
    def cpu_s(self) -> float:
        """CPU time that it has taken so far, all threads."""
        fields = (self._proc / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks = int(fields[_UTIME_FIELD]) + int(fields[_UTIME_FIELD + 1])
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self) -> float:
        """Memory that it has now."""
        pages = int((self._proc / "statm").read_text(encoding="utf-8").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def freeze(self) -> None:
        """Take the CPU away from it."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Give it back."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def end(self) -> dict[str, Any]:
        """End it in order; return its last report."""
        self.process.terminate()
        try:
            self.process.wait(_END_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.report

    @property
    def _proc(self) -> Path:
        return Path("/proc") / str(self.process.pid)
