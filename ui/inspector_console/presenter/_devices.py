"""The Devices screen: six devices at a glance, and everything that is known of one."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from inspector.domain.access import Permission
from inspector.domain.alarms import AlarmId
from inspector.domain.device_states import Device, Signal, alarms_of
from inspector.protocol import DeviceChange, DeviceView
from inspector_console.presenter._alarm_row import line_of
from inspector_console.presenter._device_rows import clock, rows_of
from inspector_console.presenter._facts import is_active
from inspector_console.presenter._figures import old_mark
from inspector_console.presenter._lamps import LampKind, kind_of_device, said_of
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._rights import may
from inspector_console.words import Say, SayDevices

_ON_CARD: Final = 6
_LINE: Final = 40
"""Characters of a value that surely fit beside its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCardView:
    """One device at a glance.

    Attributes
    ----------
    state, since
        In words; how long it has been so, and what was before.
    reason
        Why it is not as it should be; empty = it is, or nobody knows.
    is_warned
        The reason has a sign of its own: that is for what is no device, and so has no state.
    consequence
        What parts do meanwhile; empty = there is nothing that could concern them.
    note
        Why there is no claim about it; empty = there is one.
    figures
        Name and value, the most telling ones.
    old
        Since when nothing new is known; empty = it is of the present.
    """

    id: str
    kind: LampKind
    name: str
    state: str
    since: str = ""
    reason: str = ""
    is_warned: bool = False
    consequence: str = ""
    note: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    old: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePageView:
    """Everything that is known of one device. Rows have a name (or a time) and a text.

    Attributes
    ----------
    test
        What the button says that tries the device out; empty = there is nothing to try.
    picture
        What the button says that shows the next picture; empty = it makes none, or none can be had.
    """

    card: DeviceCardView
    values_title: str
    values: tuple[tuple[str, str], ...]
    changes_title: str
    changes: tuple[tuple[str, str], ...]
    alarms_title: str
    alarms: tuple[tuple[str, str], ...]
    test: str = ""
    picture: str = ""


def present_cards(lens: Lens) -> tuple[DeviceCardView, ...]:
    """Return the six devices, in order."""
    return tuple(_card(device, lens) for device in Device)


def present_device(device: Device, lens: Lens) -> DevicePageView:
    """Return a device's page."""
    view, words = _view(device, lens), lens.words
    changes = tuple((clock(change.utc_ns, lens), _change(change, lens)) for change in view.changes)
    lines = [line_of(alarm, lens) for alarm in lens.facts.alarms if alarm.id in view.alarms]
    alarms = tuple(row for line in lines for row in ((line.since, line.text), ("", line.response)))
    return DevicePageView(
        card=_card(device, lens),
        values_title=words(SayDevices.VALUES),
        values=tuple(row for pair in rows_of(device, view.values, lens) for row in _broken(*pair)),
        changes_title=words(SayDevices.CHANGES),
        changes=changes or ((words(SayDevices.NO_CHANGES), ""),),
        alarms_title=words(SayDevices.RELATED),
        alarms=alarms or ((words(SayDevices.NO_ALARMS), ""),),
        test=words(SayDevices.TEST_SIGNALS) if _can_be_tested(device, lens) else "",
        picture=words(SayDevices.TAKE_PICTURE) if device is Device.CAMERA and not lens.facts.is_old else "",
    )


def _can_be_tested(device: Device, lens: Lens) -> bool:
    """Light and horn hang at the PLC: without it there is nothing to see, and nobody who may not is offered it."""
    state = lens.facts.state
    is_linked = state is not None and state.is_linked and not lens.facts.is_old
    return device is Device.PLC and is_linked and may(lens, Permission.TEST_DEVICE)


def _broken(name: str, text: str) -> list[tuple[str, str]]:
    """Return a row, or several where its text is a sentence."""
    first, *others = textwrap.wrap(text, _LINE) or [""]
    return [(name, first), *(("", line) for line in others)]


def _view(device: Device, lens: Lens) -> DeviceView:
    return lens.facts.devices.get(device, DeviceView(id=device.value, state=""))


def _card(device: Device, lens: Lens) -> DeviceCardView:
    view, words = _view(device, lens), lens.words
    kind = kind_of_device(device, lens)
    is_abnormal = kind > LampKind.GOOD
    is_told = (is_abnormal or view.consequence != "not_affected") and not lens.facts.is_old
    return DeviceCardView(
        id=device.value,
        kind=kind,
        name=words(Say[device.name]),
        state=words(said_of(kind)),
        since=_since(view, lens) if kind not in {LampKind.NO_DATA, LampKind.NOT_SET_UP} else "",
        reason=_reason(device, view, lens) if is_abnormal else "",
        consequence=words.consequence(view.consequence) if is_told else "",
        note=_note(device, kind, lens),
        figures=rows_of(device, view.values, lens)[:_ON_CARD],
        old=old_mark(lens),
    )


def _reason(device: Device, view: DeviceView, lens: Lens) -> str:
    """Return the worst alarm that stands about a device; where there is none, what its last change was for."""
    standing = {alarm.id: alarm for alarm in lens.facts.alarms if is_active(alarm)}
    for id_ in alarms_of(device, standing):
        return line_of(standing[id_], lens).text
    changed = _alarm_text(view.changes[0].reason, lens) if view.changes else ""
    return changed or (_alarm_text(AlarmId.PLC_LOST, lens) if device is Device.PLC else "")


def _alarm_text(name: str, lens: Lens) -> str:
    """Return an alarm's title, unless that needs to know more than its name."""
    alarm = lens.words.alarm(name, {}) if name else None
    return alarm.text if alarm and "?" not in alarm.text else ""


def _note(device: Device, kind: LampKind, lens: Lens) -> str:
    if kind is LampKind.NOT_SET_UP:
        return lens.words(SayDevices.NO_UPLINK_WHY)
    if kind is not LampKind.NO_DATA or lens.facts.is_old:
        return ""
    return lens.words(SayDevices.NO_PICTURE_WHY if device is Device.LIGHT else SayDevices.NO_DATA_WHY)


def _since(view: DeviceView, lens: Lens) -> str:
    if not view.changes:
        return ""
    newest = view.changes[0]
    time = clock(newest.utc_ns, lens)
    if not newest.before:
        return lens.words(SayDevices.SINCE, time=time)
    return lens.words(SayDevices.SINCE_FROM, time=time, before=_state(newest.before, lens))


def _change(change: DeviceChange, lens: Lens) -> str:
    words, after = lens.words, _state(change.after, lens)
    text = (
        words(SayDevices.CHANGED, before=_state(change.before, lens), after=after) if change.before else after
    )
    reason = _alarm_text(change.reason, lens)
    return words(SayDevices.BECAUSE, change=text, reason=reason) if reason else text


def _state(name: str, lens: Lens) -> str:
    """Return a state in words; one that only a newer station knows, as it is."""
    member = Signal.__members__.get(name.upper())
    return name if member is None else lens.words(said_of(member))
