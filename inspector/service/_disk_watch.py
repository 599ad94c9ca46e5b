"""How full the data's disk is, without ever waiting for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.service._worker import Worker

SILENT_NS: Final = 5_000_000_000
"""A disk that has not answered for so long hangs. One that wakes up, or is busy, takes less."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a disk is; None = not known."""

    percent: float | None = None
    free_bytes: int | None = None


def look_at(folder: Path) -> Fill:
    """Ask a folder's disk how full it is. Waits for it, however long that takes."""
    try:
        state = os.statvfs(folder)
    except OSError:
        return Fill()
    taken, free_bytes = state.f_blocks - state.f_bfree, state.f_bavail * state.f_frsize
    percent = 100.0 * taken / (taken + state.f_bavail) if taken + state.f_bavail else None
    return Fill(percent, free_bytes)


class DiskWatch:
    """Has a disk looked at again and again. Owned by the service's thread.

    The looks have a thread of their own: behind other work, one that waits for its turn would look like a disk
    that hangs.

    Attributes
    ----------
    fill : Fill
        As it was found last; not known as long as the disk hangs.
    trouble : str
        That it hangs, or "".
    """

    def __init__(self, folder: Path, look: Callable[[Path], Fill] = look_at) -> None:
        self._folder, self._look = folder, look
        self._worker = Worker("service-disk")
        self._looking: Future[Fill] | None = None
        self._since_ns = 0
        self.fill, self.trouble = Fill(), ""

    def step(self, now_ns: int) -> None:
        """Take in what was found, and look once more; one look that hangs is the last for as long as it does."""
        if self._looking is not None and not self._looking.done():
            if now_ns - self._since_ns >= SILENT_NS:
                self.fill = Fill()
                seconds = SILENT_NS // 1_000_000_000
                self.trouble = tell(Told.DISK_SILENT, path=str(self._folder), seconds=seconds)
            return
        if self._looking is not None:
            self.fill, self.trouble = self._looking.result(), ""
        self._since_ns = now_ns
        self._looking = self._worker.chore(lambda: self._look(self._folder))

    def close(self) -> None:
        """End; waits for a look that is under way."""
        self._worker.close()
