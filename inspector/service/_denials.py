"""What is written down of what was refused: enough to see an attack, never so much that it fills the disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from inspector.clock import monotonic_ns
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.service._audit_record import AuditEntry

MORE: Final = "denied.more"
"""The act of a record that counts what was not written one by one."""
CONSOLE_BURST: Final = 20
TOTAL_BURST: Final = 100
_CONSOLE_REFILL_S: Final = 60.0
_TOTAL_REFILL_S: Final = 20.0
"""At most 4,320 records a day, each with one that counts the others: some 4 MB."""
_MOST_CONSOLES: Final = 64


class _Bucket:
    """So many at once, then one every so often."""

    def __init__(self, burst: int, refill_s: float, now_ns: int) -> None:
        self._burst, self._refill_ns = float(burst), refill_s * 1e9
        self._tokens, self._filled_ns = float(burst), now_ns

    def has(self, now_ns: int) -> bool:
        """Refill, and return whether one is left."""
        gained = max(0, now_ns - self._filled_ns) / self._refill_ns
        self._tokens, self._filled_ns = min(self._burst, self._tokens + gained), now_ns
        return self._tokens >= 1.0

    def take(self) -> None:
        """Take the one that is left."""
        self._tokens -= 1.0


class Denials:
    """Lets so many records of refusals pass to the log, and counts the others. Thread-safe; never waits.

    Every console has its own share, so that one that floods hides no other; all together have one, too, since
    consoles choose their own names.

    Parameters
    ----------
    keep
        Takes a record without waiting (`AuditLog.keep`).
    """

    def __init__(
        self, keep: Callable[[AuditEntry], None], *, now_ns: Callable[[], int] = monotonic_ns
    ) -> None:
        self._keep, self._now_ns = keep, now_ns
        self._lock = threading.Lock()
        self._total = _Bucket(TOTAL_BURST, _TOTAL_REFILL_S, now_ns())
        self._consoles: OrderedDict[str, _Bucket] = OrderedDict()
        self._untold = 0

    def note(self, entry: AuditEntry) -> bool:
        """Write a refusal down, or count it; return whether it was written."""
        now_ns = self._now_ns()
        with self._lock:
            bucket = self._bucket(entry.who.console if entry.who else "", now_ns)
            if not (bucket.has(now_ns) and self._total.has(now_ns)):
                self._untold += 1
                return False
            bucket.take()
            self._total.take()
            untold, self._untold = self._untold, 0
        self._keep(entry)
        self._count(untold)
        return True

    def tell(self) -> None:
        """Write down how many were only counted, as soon as there is room. Call it every second or so."""
        with self._lock:
            if not self._untold or not self._total.has(self._now_ns()):
                return
            self._total.take()
            untold, self._untold = self._untold, 0
        self._count(untold)

    def _count(self, untold: int) -> None:
        if untold:
            reason = tell(Told.TOO_MANY_TO_WRITE)
            entry = AuditEntry(who=None, act=MORE, new={"records": untold}, reason=reason, result="refused")
            self._keep(entry)

    def _bucket(self, console: str, now_ns: int) -> _Bucket:
        """Return a console's bucket; the one that was refused longest ago makes room."""
        bucket = self._consoles.pop(console, None) or _Bucket(CONSOLE_BURST, _CONSOLE_REFILL_S, now_ns)
        self._consoles[console] = bucket
        if len(self._consoles) > _MOST_CONSOLES:
            self._consoles.popitem(last=False)
        return bucket
