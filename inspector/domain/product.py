"""A change of the product, as the line goes through it."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ChangePhase(IntEnum):
    """Where a change is. What is below `DONE` is under way; parts are rejected from TELLING on."""

    NONE = 0
    """There has not been one since the line was started."""
    CHECKING = 1
    """Recipe and bundle are read, loaded, warmed up and tested beside the line, which goes on."""
    TELLING = 2
    """The line is told, and the station with the old product ends in order."""
    STARTING = 3
    """The station with the new product gets Ready."""
    RETURNING = 4
    """It did not; the old product comes back."""
    DONE = 5
    REFUSED = 6
    """The line was not touched."""
    RETURNED = 7
    """The line runs the old product again."""
    FAILED = 8
    """Neither the new nor the old product gets Ready."""


UNDER_WAY: Final = frozenset(
    {ChangePhase.CHECKING, ChangePhase.TELLING, ChangePhase.STARTING, ChangePhase.RETURNING}
)
NOT_CHANGED: Final = frozenset({ChangePhase.REFUSED, ChangePhase.RETURNED, ChangePhase.FAILED})
