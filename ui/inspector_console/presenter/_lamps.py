"""Six devices after NAMUR NE 107: what is good is quiet, what is not there makes no claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.domain.device_states import Device, Signal, signal_of
from inspector.protocol import Counters, StationState
from inspector_console.presenter._facts import is_active
from inspector_console.presenter._figures import stage_of
from inspector_console.presenter._lens import Lens
from inspector_console.words import Say

LampKind = Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class LampView:
    """One lamp: a name, a signal, and a few words."""

    kind: LampKind
    name: str
    value: str


_K: Final = LampKind
_SAID: Final = {
    _K.NOT_SET_UP: Say.LAMP_NOT_SET_UP,
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
    kind = kind_of_device(device, lens)
    value = _value(device, lens) if kind is LampKind.GOOD else ""
    return LampView(kind=kind, name=lens.words(Say[device.name]), value=value or lens.words(said_of(kind)))


def said_of(kind: LampKind) -> Say:
    """Return the word for a state."""
    return _SAID[kind]


def kind_of_device(device: Device, lens: Lens) -> LampKind:
    """Return a device's state: the worst of what its alarms and the service say of it."""
    facts = lens.facts
    if facts.is_old or facts.state is None:
        return LampKind.NO_DATA
    view = facts.devices.get(device)
    named = view.state.upper() if view else ""
    told = Signal[named] if named in Signal.__members__ else signal_of(device, ())
    said = [signal_of(device, (alarm.id for alarm in facts.alarms if is_active(alarm)), told)]
    if device is Device.PLC and not facts.state.is_linked:
        said.append(LampKind.FAILURE)
    return max(said)


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
