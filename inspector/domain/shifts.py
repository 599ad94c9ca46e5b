"""Which shift works, by the clock on the wall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DAY_MIN: Final = 24 * 60


def minute_of(text: str) -> int:
    """Return the minute of the day of a time written as HH:MM."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def shift_at(starts: Mapping[str, int], minute: int) -> str:
    """Return the name of the shift that works; "" = there are none.

    Parameters
    ----------
    starts
        By name, the minute of the day at which a shift begins; it ends where the next one begins, on the next
        day if need be.
    minute
        Minute of the day, 0…1439, local time.
    """
    begun = [name for name in starts if starts[name] <= minute]
    # Before the first one of the day, the last one of the day before is still at work.
    return max(begun or starts, key=starts.__getitem__, default="")


def minutes_left(starts: Mapping[str, int], minute: int) -> int:
    """Return how long the shift still works, min; 0 = there are none."""
    ahead = ((start - minute) % _DAY_MIN or _DAY_MIN for start in starts.values())
    return min(ahead, default=0)


def shift_key(starts: Mapping[str, int], day: int, minute: int) -> str:
    """Return a name of the shift that works which no other one has, on no other day; "" = there are none."""
    name = shift_at(starts, minute)
    return f"{day if starts[name] <= minute else day - 1} {name}" if name else ""
