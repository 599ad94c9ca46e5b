"""The console's own measurements, for whoever wants to know what it costs and how soon it shows things."""

from __future__ import annotations

import json
import os
import resource
import time
from pathlib import Path
from typing import Any, Final

import PySide6
from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

import inspector
from inspector.clock import monotonic_ns
from inspector.domain.histogram import LatencyHistogram
from inspector.errors import UsageError
from inspector_console.bridge import Bridge
from inspector_console.presenter import Link
from inspector_console.shell import Shell

_PROC: Final = Path("/proc/self")
_START_FIELD: Final = 19
"""Of `/proc/PID/stat`, counted from what follows the name in brackets: when the process began, in ticks."""


class Meter(QObject):
    """Watches a window from outside, and writes what it finds into a file. Lives in Qt's thread.

    What is painted counts from when Qt is back in its loop: then everything is painted, and handed to the display.
    The file is written at once, when the station has been found and the window was painted, and by `close`, so that
    it is there for a console that is killed, too.

    Parameters
    ----------
    path
        The file: one JSON object (see docs/console.md).
    has_its_clock
        The station is on this machine: the age of its pictures can be told.

    Raises
    ------
    UsageError
        The file cannot be written.
    """

    def __init__(self, path: Path, bridge: Bridge, shell: Shell, *, has_its_clock: bool) -> None:
        super().__init__()
        self._path, self._bridge, self._shell = path, bridge, shell
        self._has_its_clock = has_its_clock
        self._opened_ns = bridge.opened_ns
        self._first_paint_s: float | None = None
        self._attach_s: float | None = None
        self._painted = LatencyHistogram()
        self._painting_ns = self._painted_ns = self._first_ns = 0
        try:
            self._write()
        except OSError as error:
            raise UsageError(f"--report {path}: {error.strerror}; give a file that can be written") from error
        self._after = QTimer(self)
        self._after.setSingleShot(True)
        self._after.setInterval(0)
        self._after.timeout.connect(self._on_painted)
        bridge.changed.connect(self._on_changed)
        self.watch(shell)

    @Slot(object)
    def watch(self, shell: Shell) -> None:
        """Go on with another shell: other colours or sizes need one."""
        self._shell = shell
        shell.installEventFilter(self)
        shell.live.image.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that something is about to be painted (Qt calls this)."""
        if event.type() is QEvent.Type.Paint:
            if watched is not self._shell:
                self._painting_ns = self._shell.live.desk.live_ns
            if not self._after.isActive():
                self._after.start()
        return False

    def close(self) -> None:
        """Write the file for the last time; one that cannot be written any more is left as it is."""
        try:
            self._write()
        except OSError:
            return

    @Slot()
    def _on_painted(self) -> None:
        now_ns = monotonic_ns()
        if self._first_paint_s is None:
            self._first_paint_s = _age_s()
            self._write_if_complete()
        if self._painting_ns > self._painted_ns and self._has_its_clock:
            self._painted_ns = self._painting_ns
            self._first_ns = self._first_ns or now_ns
            self._painted.record_ns(now_ns - self._painting_ns)

    @Slot()
    def _on_changed(self) -> None:
        if self._attach_s is None and self._bridge.facts().link is Link.ATTACHED:
            self._attach_s = (monotonic_ns() - self._opened_ns) / 1e9
            self._write_if_complete()

    def _write_if_complete(self) -> None:
        if self._attach_s is not None and self._first_paint_s is not None:
            self.close()

    def _write(self) -> None:
        """Replace the file in one step: nobody reads half of it."""
        half = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        half.write_text(json.dumps(self._document(), indent=2) + "\n", encoding="utf-8")
        half.replace(self._path)

    def _document(self) -> dict[str, Any]:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s, age_s = usage.ru_utime + usage.ru_stime, _age_s()
        shown_s = (monotonic_ns() - self._first_ns) / 1e9 if self._first_ns else 0.0
        return {
            "report": "console",
            "version": inspector.__version__,
            "qt": PySide6.__version__,
            "platform": QGuiApplication.platformName(),
            "window_px": [self._shell.width(), self._shell.height()],
            "pid": os.getpid(),
            "run_s": round(age_s, 3),
            "first_paint_s": _rounded(self._first_paint_s),
            "attach_s": _rounded(self._attach_s),
            "captured_to_painted_us": self._painted.summary(),
            "pictures_per_s": round(self._painted.count / shown_s, 2) if shown_s else 0.0,
            "cpu_s": round(cpu_s, 3),
            "cpu_percent": round(100 * cpu_s / age_s, 2),
            "resident_mb": _memory_mb("VmRSS"),
            "resident_peak_mb": _memory_mb("VmHWM"),
        }


def _age_s() -> float:
    """Return how long the process has been there: the interpreter and all imports included."""
    fields = (_PROC / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")


def _memory_mb(name: str) -> float:
    for line in (_PROC / "status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
