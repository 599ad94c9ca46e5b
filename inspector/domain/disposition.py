"""What the station decided, why, and what the line then did."""

from __future__ import annotations

from enum import IntEnum


class Disposition(IntEnum):
    """What the line should do with a part. There is no third way, and the zero value rejects."""

    REJECT = 0
    ACCEPT = 1


class Cause(IntEnum):
    """Why a part was rejected. The number is also the precedence: the highest applicable cause is primary.

    The order goes from "the vision saw something" to "the station was not even there", so that a part
    that is both late and NG counts as late: the line never got that NG in time.
    """

    NONE = 0
    NG = 1
    INDETERMINATE = 2
    LATE = 3
    OVERRUN = 4
    CAMERA_FAULT = 5
    FRAME_LOST = 6
    MISPAIR_REFUSED = 7
    MODEL_FAULT = 8
    PLC_REFUSED = 9
    """The station accepted in time, the PLC did not (late there, implausible pitch, watchdog, purge)."""
    LINK_FAULT = 10
    NOT_READY = 11


class Applied(IntEnum):
    """What the PLC did with a part, as in the outcome ring's low byte. 0 is 'not known yet'."""

    UNKNOWN = 0
    ACCEPTED = 1
    REJECTED = 2
    BYPASSED = 3
    PURGED = 4
    REMOVED = 5
    UNRECORDED = 6
    """Can no longer be known; never sent by a PLC. It holds the line."""


class Confirmation(IntEnum):
    """Whether the reject sensor saw the part, as in the outcome ring's high byte."""

    UNKNOWN = 0
    NO = 1
    YES = 2


def primary(causes: int) -> Cause:
    """Return the cause with the highest precedence in a bit set (bit n set for `Cause(n)`)."""
    return Cause(causes.bit_length() - 1) if causes > 1 else Cause.NONE
