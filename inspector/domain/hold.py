"""Why a station holds its line."""

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
    """A person wants it held."""
