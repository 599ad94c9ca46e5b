"""How a share has gone in the last minutes: one value for each, so that people see whether it rises."""

from __future__ import annotations

from collections import deque
from typing import Final

TREND_MINUTES: Final = 60
_MINUTE_NS: Final = 60 * 10**9


class Trend:
    """Keeps the highest share of each of the last minutes. Owned by the service's thread.

    Parameters
    ----------
    now_ns
        When the first minute begins, on the station's monotonic clock.
    """

    def __init__(self, now_ns: int) -> None:
        self._ends_ns = now_ns + _MINUTE_NS
        self._highest = -1
        self._minutes: deque[int] = deque(maxlen=TREND_MINUTES)

    def observe(self, now_ns: int, percent: float | None) -> None:
        """Take in the share as it is now, %; None = too few parts to tell."""
        passed = max(0, (now_ns - self._ends_ns) // _MINUTE_NS + 1)
        for _ in range(min(passed, TREND_MINUTES + 1)):  # minutes in which nobody looked are not known
            self._minutes.append(self._highest)
            self._highest = -1
        self._ends_ns += passed * _MINUTE_NS
        if percent is not None:
            self._highest = max(self._highest, round(10 * percent))

    @property
    def permille(self) -> tuple[int, ...]:
        """The minutes that have ended, the oldest first; -1 = not known."""
        return tuple(self._minutes)
