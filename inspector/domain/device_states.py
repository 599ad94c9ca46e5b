"""The devices of a station after NAMUR NE 107, and which alarm says what of which of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum, auto
from types import MappingProxyType
from typing import Final

from inspector.domain.alarms import AlarmId


class Device(StrEnum):
    """What has a lamp, in the order of the lamps."""

    CAMERA = auto()
    LIGHT = auto()
    MODEL = auto()
    PLC = auto()
    UPLINK = auto()
    DISK = auto()


class Signal(IntEnum):
    """NE 107's signals, worst last; and two for where there is nothing to signal."""

    NOT_SET_UP = 0
    """There is no such device here."""
    NO_DATA = 1
    """Nothing is known of it at the moment."""
    GOOD = 2
    UPKEEP = 3
    """Maintenance required."""
    OUT_OF_SPEC = 4
    CHECK = 5
    """Function check."""
    FAILURE = 6


_A, _D, _S = AlarmId, Device, Signal
SIGNALS: Final[Mapping[str, tuple[Device, Signal]]] = MappingProxyType(
    {
        _A.CAMERA_LOST: (_D.CAMERA, _S.FAILURE),
        _A.CAMERA_FAULT: (_D.CAMERA, _S.FAILURE),
        _A.NO_PICTURE: (_D.CAMERA, _S.OUT_OF_SPEC),
        _A.UNDECIDED_HIGH: (_D.CAMERA, _S.UPKEEP),
        _A.LIGHT_WRONG: (_D.LIGHT, _S.OUT_OF_SPEC),
        _A.MODEL_ERROR: (_D.MODEL, _S.FAILURE),
        _A.LATE: (_D.MODEL, _S.OUT_OF_SPEC),
        _A.LATENCY_HIGH: (_D.MODEL, _S.UPKEEP),
        _A.REALTIME_MISSING: (_D.MODEL, _S.UPKEEP),
        _A.PLC_LOST: (_D.PLC, _S.FAILURE),
        _A.PLC_UNSTABLE: (_D.PLC, _S.OUT_OF_SPEC),
        _A.PLC_REFUSES: (_D.PLC, _S.OUT_OF_SPEC),
        _A.DISK_FULL: (_D.DISK, _S.FAILURE),
        _A.RECORDER_DOWN: (_D.DISK, _S.FAILURE),
        _A.RECORDER_CANNOT_WRITE: (_D.DISK, _S.FAILURE),
        _A.DATABASE_DAMAGED: (_D.DISK, _S.OUT_OF_SPEC),
        _A.LEDGER_FILLING: (_D.DISK, _S.OUT_OF_SPEC),
        _A.OVER_QUOTA: (_D.DISK, _S.UPKEEP),
        _A.DISK_HIGH: (_D.DISK, _S.UPKEEP),
    }
)
"""What an alarm says of a device, shelved or not."""
WATCHED: Final = frozenset(Device) - {Device.UPLINK}
"""What is there: what is recorded stays at the station until somebody carries it away."""


def alarms_of(device: Device, standing: Iterable[str]) -> tuple[str, ...]:
    """Return those of some alarms that say something of a device, the worst first."""
    said = [id_ for id_ in standing if id_ in SIGNALS and SIGNALS[id_][0] is device]
    return tuple(sorted(said, key=lambda id_: -SIGNALS[id_][1]))


def signal_of(device: Device, standing: Iterable[str], told: Signal | None = None) -> Signal:
    """Return what the alarms that stand say of a device, or what is told of it if that is worse.

    `told` is how it is without alarms; None: as it should be.
    """
    if told is None:
        told = Signal.GOOD if device in WATCHED else Signal.NOT_SET_UP
    return max((told, *(SIGNALS[id_][1] for id_ in alarms_of(device, standing))))
