"""The vocabulary of alarms (ANSI/ISA-18.2, IEC 62682): an alarm needs a person's response; the rest is an event.

The life of an alarm, underneath whatever hides it::

              condition true for on_delay
    NORMAL ------------------------------> UNACKNOWLEDGED --- acknowledge ---> ACKNOWLEDGED
       ^                                    |         ^                             |
       |                     false for      |         | true again                  | false for off_delay
       +-- acknowledge -- RETURNED <--------+---------+                             |
       |                  (only if latching, and if somebody could see it)          |
       +----------------------------------------------------------------------------+

On top of that an alarm is hidden while it is OUT_OF_SERVICE, SHELVED, or SUPPRESSED (a cause of it stands).
Its life goes on meanwhile. A condition that is not known moves nothing: the alarm is *stale*.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, auto
from typing import Final

from inspector.errors import ConfigError

Detail = str | int | float
"""What a text may name: a count, a percentage, the station's own words."""

MAX_SHELF_NS: Final = 12 * 3600 * 1_000_000_000
"""Longest time on the shelf: what remains of the longest shift."""
MAX_REASON_CHARS: Final = 200


class AlarmId(StrEnum):
    """Every alarm that there is. Ids are part of logs and reports: none is ever given another meaning."""

    STATION_LOST = auto()
    STATION_UNSTABLE = auto()
    NOT_READY = auto()
    BYPASSED = auto()
    # Why the station holds the line: `held_` and the name of the hold.
    HELD_WORKER = auto()
    HELD_LEDGER_FULL = auto()
    HELD_COUNTS = auto()
    HELD_UNRECORDED = auto()
    HELD_PAIRING = auto()
    HELD_CONFIGURATION = auto()
    HELD_OPERATOR = auto()
    # What the PLC has latched: `fault_` and the name of the bit.
    FAULT_NOT_CONFIRMED = auto()
    FAULT_UNEXPECTED_REJECT = auto()
    FAULT_BIN_FULL = auto()
    FAULT_AIR_LOW = auto()
    FAULT_TRACKING_LOST = auto()
    FAULT_LATE_VERDICT = auto()
    FAULT_CONSECUTIVE = auto()
    FAULT_WATCHDOG = auto()
    CAMERA_LOST = auto()
    NO_PICTURE = auto()
    CAMERA_FAULT = auto()
    PLC_LOST = auto()
    PLC_UNSTABLE = auto()
    PLC_REFUSES = auto()
    RECIPE_MISMATCH = auto()
    PRODUCT_NOT_CHANGED = auto()
    WRONGLY_ACCEPTED = auto()
    MODEL_ERROR = auto()
    LATE = auto()
    LATENCY_HIGH = auto()
    REALTIME_MISSING = auto()
    NG_RUN = auto()
    REJECT_RATE_HIGH = auto()
    UNDECIDED_HIGH = auto()
    LIGHT_WRONG = auto()
    RECORDER_DOWN = auto()
    RECORDER_CANNOT_WRITE = auto()
    LEDGER_FILLING = auto()
    DATABASE_DAMAGED = auto()
    OVER_QUOTA = auto()
    DISK_HIGH = auto()
    DISK_FULL = auto()


class AlarmState(StrEnum):
    """What an alarm is, as ISA-18.2 counts; the first four are its life, the last three hide it."""

    NORMAL = auto()
    UNACKNOWLEDGED = auto()
    ACKNOWLEDGED = auto()
    RETURNED = auto()
    """Returned to normal, and not acknowledged yet."""
    SHELVED = auto()
    SUPPRESSED = auto()
    """By design: what has caused it has an alarm of its own."""
    OUT_OF_SERVICE = auto()


ACTIVE: Final = frozenset({AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED})
"""The condition stands."""
SHOWN: Final = ACTIVE | {AlarmState.RETURNED}
"""What belongs into the operator's list."""


class Priority(IntEnum):
    """How soon somebody must do something: the product of consequence and time left."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


class Consequence(StrEnum):
    """What happens to parts now."""

    REJECTED = auto()
    """All of them, good ones too."""
    PARTLY_REJECTED = auto()
    """Good ones, too, but not all."""
    NG_REJECTED = auto()
    """Bad ones alone, as it should be."""
    HELD = auto()
    BYPASSED = auto()
    PASSED = auto()
    """Bad ones may have gone through as good."""
    NOT_AFFECTED = auto()
    OVER = auto()
    """It affected them, and does not any more."""


class ShelveReason(StrEnum):
    """Why an alarm may be put aside for a while."""

    IN_REPAIR = auto()
    WAITING_FOR_PARTS = auto()
    CHATTERING = auto()
    SETTING_UP = auto()
    KNOWN_TO_SHIFT_LEAD = auto()


class AlarmRefusal(StrEnum):
    """Why something that somebody wanted to do with an alarm was not done."""

    UNKNOWN_ALARM = auto()
    NOTHING_TO_ACKNOWLEDGE = auto()
    IS_HIDDEN = auto()
    """Nobody acknowledges what he cannot see."""
    NEVER_SHELVED = auto()
    ALREADY_SHELVED = auto()
    NOT_SHELVED = auto()
    BAD_DURATION = auto()
    NEVER_OUT_OF_SERVICE = auto()
    ALREADY_OUT_OF_SERVICE = auto()
    NOT_OUT_OF_SERVICE = auto()
    NO_REASON = auto()


class AlarmChange(StrEnum):
    """What can happen to an alarm, for the log."""

    RAISED = auto()
    RETURNED = auto()
    ACKNOWLEDGED = auto()
    SHELVED = auto()
    UNSHELVED = auto()
    """By a user, or without one when the time was up."""
    SUPPRESSED = auto()
    UNSUPPRESSED = auto()
    TAKEN_OUT_OF_SERVICE = auto()
    PUT_BACK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """Parameters of one alarm; its words are in `alarm_texts`.

    Parameters
    ----------
    consequence
        What happens to parts because of it, when nothing else interferes.
    on_delay_ns, off_delay_ns
        So long the condition must be true (false) without a break before the alarm is raised (returns).
    limit, dead_band
        Of an alarm on a value, which is never negative: raised at `limit` or more, returns below
        `limit - dead_band`; same unit as the value. None: the condition is true or false, without dead band.
    suppressed_by
        Alarms that explain this one: while one stands, this one is not shown.
    latching
        A returned alarm stays in the list until it is acknowledged.
    shelvable, removable
        Whether it may be shelved (never with priority 1), and taken out of service.
    needs_plc_reset
        Nothing done here makes it return: somebody has to press reset at the PLC.

    Raises
    ------
    ConfigError
        The parameters contradict each other.
    """

    id: AlarmId
    priority: Priority
    consequence: Consequence
    on_delay_ns: int = 0
    off_delay_ns: int = 0
    limit: float | None = None
    dead_band: float = 0.0
    suppressed_by: tuple[AlarmId, ...] = ()
    latching: bool = False
    shelvable: bool = True
    removable: bool = True
    needs_plc_reset: bool = False

    def __post_init__(self) -> None:
        if self.priority is Priority.HIGH and self.shelvable:
            raise ConfigError(f"alarm {self.id}: priority 1 cannot be shelvable; set shelvable = False")
        if min(self.on_delay_ns, self.off_delay_ns) < 0:
            raise ConfigError(f"alarm {self.id}: a delay is negative; set it to 0 or more")
        if self.limit is None:
            if self.dead_band:
                raise ConfigError(f"alarm {self.id}: dead_band = {self.dead_band:g} needs a limit; give one")
        elif not (math.isfinite(self.limit) and 0 <= self.dead_band < self.limit):
            raise ConfigError(
                f"alarm {self.id}: with limit = {self.limit:g} and dead_band = {self.dead_band:g} it could "
                "never return; take 0 <= dead_band < limit"
            )


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known at this moment of what an alarm watches.

    Parameters
    ----------
    level
        True or false; for an alarm with a limit, the value (NaN counts as not known). None: not known.
    details
        What the alarm's texts name (see `AlarmText.details`); `value` and `limit` come by themselves.
    """

    level: bool | float | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)


UNKNOWN: Final = Condition()


@dataclass(frozen=True, slots=True)
class Shelf:
    """An alarm is put aside until a monotonic time."""

    until_ns: int
    reason: ShelveReason
    user: str
    since_ns: int


@dataclass(frozen=True, slots=True)
class Absence:
    """An alarm is out of service, until somebody puts it back."""

    reason: str
    user: str
    since_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEvent:
    """One thing that has happened to an alarm. `at_ns` is monotonic; who logs it stamps UTC.

    `state` is the alarm's afterwards: one that is raised while a cause stands says SUPPRESSED. `user` is empty
    for what happened by itself.
    """

    at_ns: int
    id: AlarmId
    priority: Priority
    change: AlarmChange
    state: AlarmState
    user: str = ""
    reason: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """One alarm as it stands, for whoever shows it. Times are monotonic ns.

    Attributes
    ----------
    version
        Goes up with every event of this alarm, over restarts too: whoever acts on it can say what he saw.
    phase
        Its life underneath; equal to `state` unless something hides it.
    consequence
        What happens to parts *now*: where the rule says rejected, but the line is held or the inspection is
        bypassed, it is that. Of one that has returned, or of a hold that is on its way back, it is what others
        do to them, or OVER; NOT_AFFECTED is only said of what never affects them, or was not raised.
    is_stale
        What it watches is not known at the moment: state and details are the last that were.
    value_at_trip
        The value when it was raised; None for an alarm that is true or false.
    count
        How often it was raised since the board began.
    hidden_by
        The alarms that suppress it, most urgent first.
    """

    id: AlarmId
    version: int
    priority: Priority
    state: AlarmState
    phase: AlarmState
    consequence: Consequence
    is_stale: bool
    raised_ns: int | None
    returned_ns: int | None
    acknowledged_ns: int | None
    acknowledged_by: str
    count: int
    value_at_trip: float | None
    details: Mapping[str, Detail]
    shelf: Shelf | None
    absence: Absence | None
    hidden_by: tuple[AlarmId, ...]


@dataclass(frozen=True, slots=True)
class Signals:
    """What the board asks of stack light and horn.

    The light is on while an alarm of priority 1 or 2 stands; the horn sounds while one of priority 1 waits to
    be acknowledged. Hidden alarms ask for nothing.
    """

    stack_light: bool
    horn: bool
