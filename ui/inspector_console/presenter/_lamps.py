"""Six devices after NAMUR NE 107: what is good is quiet, what is not watched makes no claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum, auto
from types import MappingProxyType
from typing import Final

from inspector.domain.alarms import AlarmId
from inspector.protocol import Counters, StationState
from inspector_console.presenter._facts import is_active
from inspector_console.presenter._figures import stage_of
from inspector_console.presenter._lens import Lens
from inspector_console.words import Say


class LampKind(IntEnum):
    """NE 107's signals, worst last; and two for where there is nothing to signal."""

    NOT_WATCHED = 0
    """The station says nothing of this device."""
    NO_DATA = 1
    """Nobody has heard of the station lately."""
    GOOD = 2
    UPKEEP = 3
    """Maintenance required."""
    OUT_OF_SPEC = 4
    CHECK = 5
    """Function check."""
    FAILURE = 6


class Device(StrEnum):
    """What has a lamp, in the order of the lamps."""

    CAMERA = auto()
    LIGHT = auto()
    MODEL = auto()
    PLC = auto()
    UPLINK = auto()
    DISK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class LampView:
    """One lamp: a name, a signal, and a few words."""

    kind: LampKind
    name: str
    value: str


_A, _D, _K = AlarmId, Device, LampKind
_SIGNALS: Final[Mapping[str, tuple[Device, LampKind]]] = MappingProxyType(
    {
        _A.CAMERA_LOST: (_D.CAMERA, _K.FAILURE),
        _A.NO_PICTURE: (_D.CAMERA, _K.OUT_OF_SPEC),
        _A.UNDECIDED_HIGH: (_D.CAMERA, _K.UPKEEP),
        _A.MODEL_ERROR: (_D.MODEL, _K.FAILURE),
        _A.LATE: (_D.MODEL, _K.OUT_OF_SPEC),
        _A.LATENCY_HIGH: (_D.MODEL, _K.UPKEEP),
        _A.REALTIME_MISSING: (_D.MODEL, _K.UPKEEP),
        _A.PLC_LOST: (_D.PLC, _K.FAILURE),
        _A.PLC_UNSTABLE: (_D.PLC, _K.OUT_OF_SPEC),
        _A.PLC_REFUSES: (_D.PLC, _K.OUT_OF_SPEC),
        _A.DISK_FULL: (_D.DISK, _K.FAILURE),
        _A.RECORDER_DOWN: (_D.DISK, _K.FAILURE),
        _A.RECORDER_CANNOT_WRITE: (_D.DISK, _K.FAILURE),
        _A.DATABASE_DAMAGED: (_D.DISK, _K.OUT_OF_SPEC),
        _A.LEDGER_FILLING: (_D.DISK, _K.OUT_OF_SPEC),
        _A.OVER_QUOTA: (_D.DISK, _K.UPKEEP),
        _A.DISK_HIGH: (_D.DISK, _K.UPKEEP),
    }
)
"""What an alarm says of a device, shelved or not."""

_WATCHED: Final = frozenset({_D.CAMERA, _D.MODEL, _D.PLC, _D.DISK})
_SAID: Final = {
    _K.NOT_WATCHED: Say.LAMP_NOT_WATCHED,
    _K.NO_DATA: Say.LAMP_NO_DATA,
    _K.GOOD: Say.LAMP_GOOD,
    _K.UPKEEP: Say.LAMP_UPKEEP,
    _K.OUT_OF_SPEC: Say.LAMP_OUT_OF_SPEC,
    _K.CHECK: Say.LAMP_CHECK,
    _K.FAILURE: Say.LAMP_FAILURE,
}


def present_lamps(lens: Lens) -> tuple[LampView, ...]:
    """Return the six lamps, in order."""
    return tuple(_lamp(device, lens) for device in Device)


def _lamp(device: Device, lens: Lens) -> LampView:
    kind = _kind(device, lens)
    value = _value(device, lens) if kind is LampKind.GOOD else ""
    return LampView(kind=kind, name=lens.words(Say[device.name]), value=value or lens.words(_SAID[kind]))


def _kind(device: Device, lens: Lens) -> LampKind:
    facts = lens.facts
    if facts.is_old or facts.state is None:
        return LampKind.NO_DATA
    said = [
        _SIGNALS[alarm.id][1]
        for alarm in facts.alarms
        if alarm.id in _SIGNALS and _SIGNALS[alarm.id][0] is device and is_active(alarm)
    ]
    if device is Device.PLC and not facts.state.is_linked:
        said.append(LampKind.FAILURE)
    return max(said, default=LampKind.GOOD if device in _WATCHED else LampKind.NOT_WATCHED)


def _value(device: Device, lens: Lens) -> str:
    words, state, counters = lens.words, lens.facts.state or StationState(state="", parts_now=""), lens.facts
    match device:
        case Device.CAMERA if state.is_simulated:
            return words(Say.SIMULATED)
        case Device.CAMERA:
            lost = (counters.counters or Counters()).frames_lost
            return words(Say.FRAMES_LOST, count=words.number(lost))
        case Device.MODEL:
            stage = stage_of(lens, "run")
            return words(Say.MODEL_TIME, value=lens.ms(stage.p50_us)) if stage.count else ""
        case Device.PLC:
            return words(Say.PLC_LINKED)
        case _:
            return ""
