"""Notices when the machine itself stands still: one process per core, above everything else, that only sleeps.

On a shared host a virtual core is taken away for tens of milliseconds now and then. No program on it can answer
in such a time, so what a fault costs is measured where it did not happen.
"""

from __future__ import annotations

import os
import subprocess
import sys
from bisect import bisect_left
from pathlib import Path

STALL_MS = 15.0
"""Longer than any scan, poll or deadline of the line."""
_CODE = """
import os, sys, time
core, out, stall_ns = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]) * 1e6
os.sched_setaffinity(0, {core})
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(90))
except PermissionError:
    pass
last = time.monotonic_ns()
with open(out, "w", buffering=1) as file:
    while os.getppid() == int(sys.argv[4]):
        time.sleep(0.004)
        now = time.monotonic_ns()
        if now - last > stall_ns:
            file.write(f"{last} {now}\\n")
        last = now
"""


class StallWatch:
    """Watches from its making until `close`."""

    def __init__(self, folder: Path) -> None:
        self._files = [folder / f"core-{core}.txt" for core in sorted(os.sched_getaffinity(0))]
        self._watchers = [
            subprocess.Popen(
                [sys.executable, "-c", _CODE, file.stem[5:], str(file), str(STALL_MS), str(os.getpid())]
            )
            for file in self._files
        ]

    def close(self) -> None:
        for watcher in self._watchers:
            watcher.kill()
            watcher.wait()

    def stalled_ms(self, from_ns: int, until_ns: int) -> float:
        """Return for how long the machine stood still between two moments (monotonic), all cores together."""
        total_ns = 0
        for file in self._files:
            stalls = sorted(tuple(map(int, line.split())) for line in file.read_text().splitlines())
            for began_ns, ended_ns in stalls[max(0, bisect_left(stalls, (from_ns,)) - 1) :]:
                if began_ns < until_ns and ended_ns > from_ns:
                    total_ns += ended_ns - began_ns
        return total_ns / 1e6
