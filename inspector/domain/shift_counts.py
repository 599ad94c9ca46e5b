"""What has been counted since the shift began, out of totals that begin anew with every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_REMEMBERED: Final = 3
"""So many shifts are kept: a clock that is set back and forward again finds the shift as it was."""


@dataclass(slots=True)
class ShiftCount:
    """Of one shift: since when, UTC ns, and how many of each."""

    since_utc_ns: int
    counts: dict[str, int] = field(default_factory=dict)


class ShiftCounts:
    """Adds up what totals rise by, shift by shift. Owned by one thread.

    Parameters
    ----------
    run
        Tells this run's totals from those of another one.
    seen_run, seen
        Whose totals were last taken in, and which, as they were kept.
    shifts
        The last shifts by their keys, the newest last.
    """

    def __init__(
        self,
        run: int,
        seen_run: int = 0,
        seen: Mapping[str, int] | None = None,
        shifts: Mapping[str, ShiftCount] | None = None,
    ) -> None:
        self.run = run
        self.seen: dict[str, int] = dict(seen or {}) if seen_run == run else {}
        self.shifts: dict[str, ShiftCount] = dict(shifts or {})

    def follow(self, shift: str, totals: Mapping[str, int], utc_ns: int) -> ShiftCount:
        """Take in this run's totals as they are now; return what belongs to the shift.

        Parameters
        ----------
        shift
            Key of the shift that works; another one each day.
        """
        if shift not in self.shifts:
            self.shifts[shift] = ShiftCount(utc_ns)
            for old in list(self.shifts)[:-_REMEMBERED]:
                del self.shifts[old]
        found = self.shifts[shift]
        for name, total in totals.items():
            risen = total - self.seen.get(name, 0)
            # Within one run a total falls only where it is corrected.
            found.counts[name] = max(0, found.counts.get(name, 0) + risen)
        self.seen = dict(totals)
        return found
