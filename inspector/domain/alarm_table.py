"""The table of alarms: what each watches, how urgent it is, and what it does to parts. Its words: `alarm_texts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from inspector.domain.alarms import AlarmId, AlarmRule, Consequence, Priority
from inspector.errors import ConfigError

_S: Final = 1_000_000_000
_A = AlarmId
_HIGH, _MEDIUM, _LOW = Priority
_REJECTED, _PARTLY_REJECTED, _NG_REJECTED, _HELD, _BYPASSED, _PASSED, _NOT_AFFECTED, _ = Consequence
_HOLDS: Final = tuple(id_ for id_ in AlarmId if id_.startswith("held_"))
"""One alarm per reason to hold: what to do about it is another each time."""


def _rule(
    id_: AlarmId,
    priority: Priority,
    consequence: Consequence,
    on_s: int,
    off_s: int,
    *causes: AlarmId,
    **others: Any,
) -> AlarmRule:
    """Return a rule. One of priority 1 is latching and never shelved; everything else is said where it differs."""
    is_high = priority is Priority.HIGH
    defaults: dict[str, Any] = {"shelvable": not is_high, "latching": is_high}
    return AlarmRule(
        id=id_,
        priority=priority,
        consequence=consequence,
        on_delay_ns=on_s * _S,
        off_delay_ns=off_s * _S,
        suppressed_by=causes,
        **defaults | others,
    )


def _hold(id_: AlarmId, priority: Priority = _HIGH, *causes: AlarmId, **others: Any) -> AlarmRule:
    """Return the rule of a hold by the station: the line stands, and nobody may overlook why."""
    others = {"shelvable": False, "removable": False} | others
    return _rule(id_, priority, _HELD, 0, 2, _A.STATION_LOST, *causes, **others)


def _fault(id_: AlarmId, priority: Priority) -> AlarmRule:
    """Return the rule of a fault latched in the PLC: only a reset there makes it return."""
    return _rule(id_, priority, _HELD, 0, 2, _A.PLC_LOST, shelvable=False, needs_plc_reset=True)


_RULES: Final = (
    # id, urgency, what parts do, on-delay and off-delay (s), what hides it. Unit of a limit: parts among the
    # last m (n in m), times within a while, or percent.
    #
    # -- the station
    _rule(_A.STATION_LOST, _HIGH, _REJECTED, 0, 2, removable=False),
    _rule(_A.STATION_UNSTABLE, _MEDIUM, _PARTLY_REJECTED, 0, 60, limit=2, dead_band=1, latching=True),
    _rule(_A.NOT_READY, _MEDIUM, _REJECTED, 10, 2, _A.CAMERA_LOST, _A.PLC_LOST, *_HOLDS),
    # Parts that nobody looks at: nothing hides it, not even a station that is gone.
    _rule(_A.BYPASSED, _HIGH, _BYPASSED, 0, 2, removable=False),
    # -- why the station holds the line
    _hold(_A.HELD_WORKER, needs_plc_reset=True),
    _hold(_A.HELD_LEDGER_FULL),
    _hold(_A.HELD_COUNTS, needs_plc_reset=True),
    _hold(_A.HELD_UNRECORDED, needs_plc_reset=True),
    # Without a camera no part has a picture: then that is what has to be mended.
    _hold(_A.HELD_PAIRING, _HIGH, _A.CAMERA_LOST),
    _hold(_A.HELD_CONFIGURATION, needs_plc_reset=True),
    _hold(_A.HELD_OPERATOR, _MEDIUM),
    # -- what the PLC has latched
    _fault(_A.FAULT_NOT_CONFIRMED, _HIGH),
    _fault(_A.FAULT_UNEXPECTED_REJECT, _MEDIUM),
    _fault(_A.FAULT_BIN_FULL, _MEDIUM),
    _fault(_A.FAULT_AIR_LOW, _MEDIUM),
    _fault(_A.FAULT_TRACKING_LOST, _HIGH),
    _fault(_A.FAULT_LATE_VERDICT, _MEDIUM),
    _fault(_A.FAULT_CONSECUTIVE, _MEDIUM),
    _fault(_A.FAULT_WATCHDOG, _HIGH),
    # -- camera and PLC
    _rule(_A.CAMERA_LOST, _HIGH, _REJECTED, 1, 3, _A.STATION_LOST),
    _rule(_A.NO_PICTURE, _HIGH, _PARTLY_REJECTED, 2, 2, _A.CAMERA_LOST, limit=5, dead_band=3),
    _rule(_A.CAMERA_FAULT, _HIGH, _PARTLY_REJECTED, 1, 2, _A.CAMERA_LOST, limit=3, dead_band=2),
    _rule(_A.PLC_LOST, _HIGH, _REJECTED, 1, 3, _A.STATION_LOST),
    _rule(
        _A.PLC_UNSTABLE, _MEDIUM, _PARTLY_REJECTED, 2, 60, _A.PLC_LOST, limit=3, dead_band=2, latching=True
    ),
    _rule(_A.PLC_REFUSES, _MEDIUM, _PARTLY_REJECTED, 2, 2, _A.PLC_LOST, limit=5, dead_band=3),
    # The PLC needs a moment to follow a change of the product.
    _rule(_A.RECIPE_MISMATCH, _HIGH, _REJECTED, 2, 2, _A.PLC_LOST),
    _rule(_A.PRODUCT_NOT_CHANGED, _MEDIUM, _NOT_AFFECTED, 0, 2, latching=True, shelvable=False),
    # What has gone out may be looked for in any case: nothing hides this one, either.
    _rule(_A.WRONGLY_ACCEPTED, _HIGH, _PASSED, 0, 5, removable=False),
    # -- deciding, and in time
    _rule(_A.MODEL_ERROR, _HIGH, _PARTLY_REJECTED, 1, 2, _A.STATION_LOST, limit=3, dead_band=2),
    _rule(_A.LATE, _HIGH, _PARTLY_REJECTED, 0, 2, _A.STATION_LOST, limit=5, dead_band=3),
    _rule(_A.LATENCY_HIGH, _LOW, _NOT_AFFECTED, 60, 30, _A.LATE, limit=80, dead_band=5),
    _rule(_A.REALTIME_MISSING, _LOW, _NOT_AFFECTED, 5, 2, _A.STATION_LOST),
    # -- what the parts are like
    _rule(_A.NG_RUN, _MEDIUM, _NG_REJECTED, 0, 5, _A.FAULT_CONSECUTIVE, limit=3, latching=True),
    _rule(
        _A.REJECT_RATE_HIGH,
        _MEDIUM,
        _NG_REJECTED,
        30,
        10,
        *(_A.UNDECIDED_HIGH, _A.NO_PICTURE, _A.CAMERA_FAULT, _A.LATE, _A.PLC_LOST),
        limit=20,
        dead_band=0.5,
    ),
    _rule(
        _A.UNDECIDED_HIGH,
        _MEDIUM,
        _PARTLY_REJECTED,
        20,
        10,
        *(_A.CAMERA_LOST, _A.CAMERA_FAULT, _A.MODEL_ERROR, _A.LIGHT_WRONG),
        limit=5,
        dead_band=1,
    ),
    # A hand in front of the lens is no lamp that has failed.
    _rule(_A.LIGHT_WRONG, _MEDIUM, _PARTLY_REJECTED, 5, 5, _A.CAMERA_LOST, _A.CAMERA_FAULT),
    # -- records
    _rule(_A.RECORDER_DOWN, _MEDIUM, _NOT_AFFECTED, 1, 2),
    _rule(_A.RECORDER_CANNOT_WRITE, _MEDIUM, _NOT_AFFECTED, 1, 5, _A.DISK_FULL, _A.RECORDER_DOWN),
    _rule(_A.LEDGER_FILLING, _MEDIUM, _NOT_AFFECTED, 5, 10, limit=50, dead_band=10, shelvable=False),
    _rule(_A.DATABASE_DAMAGED, _MEDIUM, _NOT_AFFECTED, 0, 5, latching=True),
    _rule(_A.OVER_QUOTA, _LOW, _NOT_AFFECTED, 10, 10, _A.DISK_FULL),
    _rule(_A.DISK_HIGH, _LOW, _NOT_AFFECTED, 60, 60, _A.DISK_FULL, limit=85, dead_band=2),
    # At once: it is the recorder that makes room from time to time, and the off-delay outlasts that.
    _rule(_A.DISK_FULL, _MEDIUM, _NOT_AFFECTED, 0, 10, limit=95, dead_band=1),
)

TABLE: Final[Mapping[AlarmId, AlarmRule]] = MappingProxyType({rule.id: rule for rule in _RULES})


def with_limits(limits: Mapping[AlarmId, float]) -> dict[AlarmId, AlarmRule]:
    """Return the table with a plant's own limits; a dead band keeps its share of the limit.

    Raises
    ------
    ConfigError
        An alarm has no limit, or the limit makes no sense.
    """
    table = dict(TABLE)
    for id_, limit in limits.items():
        rule = table[id_]
        if rule.limit is None:
            raise ConfigError(f"alarm {id_} has no limit to be set to {limit:g}; leave it out")
        table[id_] = replace(rule, limit=limit, dead_band=rule.dead_band * limit / rule.limit)
    return table
