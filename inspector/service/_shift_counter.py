"""Makes counts of the run into counts of the shift, and keeps them on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

from inspector.clock import local_day_minute, utc_ns
from inspector.domain.shift_counts import ShiftCount, ShiftCounts
from inspector.domain.shifts import shift_key
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.files import private_folder, replacing
from inspector.protocol import Counters
from inspector.service._facts import COUNTED
from inspector.service._worker import Worker

_SCHEMA: Final = "inspector-counts"
_VERSION: Final = 1
_CAUSE: Final = "causes."


class ShiftCounter:
    """Counts for the shift that works. Without shifts everything is of the run, and nothing is kept.

    Used by the service's thread; the file is written in the worker's.

    Parameters
    ----------
    path
        The file that is kept.
    starts
        By name, the minute of the day at which each shift begins.
    run
        When the run began whose totals these are, UTC ns.
    """

    def __init__(self, path: Path, starts: Mapping[str, int], run: int, worker: Worker) -> None:
        self._path, self._starts, self._worker = path, starts, worker
        self._counts = ShiftCounts(run)
        self._saving: Future[str] | None = None

    def restore(self) -> str:
        """Go on where the service has stopped; return why that is not possible, or ""."""
        if not self._starts:
            return ""
        try:
            kept = json.loads(self._path.read_bytes())
            if (kept["schema"], kept["version"]) != (_SCHEMA, _VERSION):
                raise ValueError(f"it is {kept['schema']} version {kept['version']}")
            shifts = {
                str(key): ShiftCount(int(shift["since_utc_ns"]), _whole(shift["counts"]))
                for key, shift in kept["shifts"].items()
            }
            self._counts = ShiftCounts(self._counts.run, int(kept["run"]), _whole(kept["seen"]), shifts)
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return tell(Told.COUNTS_UNUSABLE, path=str(self._path), error=repr(error))
        return ""

    def of_shift(self, run: Counters) -> Counters:
        """Return the same for the shift that works."""
        key = shift_key(self._starts, *local_day_minute())
        if not key:
            return run
        totals = {name: getattr(run, name) for name in COUNTED}
        causes = {_CAUSE + cause: count for cause, count in run.causes.items()}
        shift = self._counts.follow(key, totals | causes, utc_ns())
        return run.model_copy(
            update={
                "scope": "shift",
                "since_utc_ns": shift.since_utc_ns,
                "causes": {cause: shift.counts[_CAUSE + cause] for cause in run.causes},
                **{name: shift.counts[name] for name in COUNTED},
            }
        )

    def keep(self) -> str:
        """Have the worker write them; return what went wrong with the last time, or ""."""
        if not self._starts or (self._saving is not None and not self._saving.done()):
            return ""
        trouble = self._saving.result() if self._saving is not None else ""
        kept = self._kept()
        self._saving = self._worker.chore(lambda: self._save(kept))
        return trouble

    def close(self) -> None:
        """Keep them. When the worker has ended."""
        if self._starts:
            self._save(self._kept())

    def _kept(self) -> bytes:
        counts = self._counts
        shifts = {
            key: {"since_utc_ns": shift.since_utc_ns, "counts": shift.counts}
            for key, shift in counts.shifts.items()
        }
        kept: dict[str, Any] = {"run": counts.run, "seen": counts.seen, "shifts": shifts}
        return json.dumps({"schema": _SCHEMA, "version": _VERSION, **kept}, ensure_ascii=False).encode()

    def _save(self, kept: bytes) -> str:
        try:
            private_folder(self._path.parent)
            with replacing(self._path) as file:
                file.write(kept)
        except OSError as error:
            return tell(Told.COUNTS_NOT_KEPT, path=str(self._path), error=str(error.strerror or error))
        return ""


def _whole(counts: Mapping[str, Any]) -> dict[str, int]:
    """Return counts as they are; a ValueError if they are none."""
    found = {str(name): int(count) for name, count in counts.items()}
    if min(found.values(), default=0) < 0:
        raise ValueError("a count below 0")
    return found
