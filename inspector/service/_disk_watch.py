"""How full the data's disk is, without ever waiting for it."""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path

from inspector.service._worker import Worker


class DiskWatch:
    """Has the worker look again and again. Owned by the service's thread.

    Attributes
    ----------
    percent : float or None
        As it was found last; None = not known.
    """

    def __init__(self, folder: Path, worker: Worker) -> None:
        self._folder, self._worker = folder, worker
        self._looking: Future[float | None] | None = None
        self.percent: float | None = None

    def step(self) -> None:
        """Take in what was found, and look once more; one look that hangs is the last for as long as it does."""
        if self._looking is not None:
            if not self._looking.done():
                return
            self.percent = self._looking.result()
        self._looking = self._worker.chore(self._filled_percent)

    def _filled_percent(self) -> float | None:
        """In the worker."""
        try:
            state = os.statvfs(self._folder)
        except OSError:
            return None
        taken = state.f_blocks - state.f_bfree
        return 100.0 * taken / (taken + state.f_bavail) if taken + state.f_bavail else None
