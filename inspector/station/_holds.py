"""Reasons for which the station holds the line."""

from __future__ import annotations

from enum import IntEnum


class Hold(IntEnum):
    """Why the line is held. The number is the ErrorCode register; a lower one is shown first."""

    NONE = 0
    WORKER = 1
    """A thread of the station has died or hangs."""
    LEDGER_FULL = 2
    """The recorder does not take the rows away: no part may be forgotten."""
    COUNTS = 3
    """The PLC's counts contradict each other, or parts are unaccounted for."""
    UNRECORDED = 4
    """What became of a part can no longer be known."""
    PAIRING = 5
    """Several parts in a row got no frame of their own."""
    CONFIGURATION = 6
    """The PLC is set up for another line than the station."""
    OPERATOR = 7


class Holds:
    """The reasons in force. Any thread may put or lift one; each reason has one text."""

    def __init__(self) -> None:
        self._texts: dict[Hold, str] = {}

    def put(self, reason: Hold, text: str) -> None:
        """Hold the line for a reason, unless it is held for it already."""
        self._texts.setdefault(reason, text)

    def lift(self, reason: Hold) -> None:
        """Withdraw a reason. May be repeated."""
        self._texts.pop(reason, None)

    def __contains__(self, reason: object) -> bool:
        return reason in self._texts

    @property
    def first(self) -> tuple[Hold, str]:
        """The reason to be shown, and its text; (NONE, "") if the line is not held."""
        texts = dict(self._texts)
        reason = min(texts, default=Hold.NONE)
        return reason, texts.get(reason, "")
