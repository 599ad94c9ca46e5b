"""The devices as they stand: their state after NE 107, what parts do because of it, and how it has changed."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any, Final

from inspector.clock import utc_ns
from inspector.domain.alarms import ACTIVE, AlarmId, AlarmView, Consequence
from inspector.domain.device_states import WATCHED, Device, Signal, alarms_of, signal_of
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.files import private_folder, replacing
from inspector.protocol import LAST_CHANGES, DeviceChange, DeviceView
from inspector.service._alarms import Tell
from inspector.service._device_values import Sources, Values, values_of
from inspector.service._facts import Look

SCHEMA: Final = "inspector-devices"
VERSION: Final = 1
_STARTING_NS: Final = 20_000_000_000
"""A station that is still starting has not lost what it has not connected to yet."""
_WORST_FIRST: Final = (
    Consequence.HELD,
    Consequence.BYPASSED,
    Consequence.REJECTED,
    Consequence.PARTLY_REJECTED,
    Consequence.PASSED,
)
_OF_THE_LINE: Final = frozenset({Consequence.HELD, Consequence.BYPASSED})
_OF_STATION: Final = WATCHED - {Device.DISK}
"""Of these nothing is known without the station."""


class Devices:
    """Follows the devices and tells what has changed. Owned by the service's thread.

    Attributes
    ----------
    is_changed : bool
        A state has changed, which must outlive a restart; whoever keeps it sets this back.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._states: dict[Device, str] = {}
        self._changes: dict[Device, deque[DeviceChange]] = {
            device: deque(maxlen=LAST_CHANGES) for device in Device
        }
        self._values: dict[Device, Values] = {device: {} for device in Device}
        self._told: dict[Device, DeviceView] = {}
        self.is_changed = False

    def observe(self, look: Look, alarms: Iterable[AlarmView], parts_now: Consequence) -> None:
        """Look at every device's state; tell those that have changed."""
        views = {view.id.value: view for view in alarms}
        standing = {id_: view for id_, view in views.items() if view.phase in ACTIVE and view.absence is None}
        for device in Device:
            state = _state(device, look, standing)
            if state is None:
                continue
            if device is Device.LIGHT and views[AlarmId.LIGHT_WRONG].is_stale:
                state = Signal.NO_DATA  # there is no picture to see it by
            said = alarms_of(device, standing)
            self._note_state(device, state.name.lower(), said[0] if said else "")
            is_lost = device in _OF_STATION and (state is Signal.FAILURE or not look.is_alive)
            own = {standing[id_].consequence for id_ in said}
            self._publish(device, said, _consequence(own, parts_now, is_lost=is_lost))

    def take_values(self, sources: Sources) -> None:
        """Take in what is known of every device; what has changed is told with the next `observe`."""
        self._values = {device: values_of(device, sources) for device in Device}

    def _note_state(self, device: Device, state: str, reason: str) -> None:
        before = self._states.get(device, "")
        if state == before:
            return
        self._states[device] = state
        self._changes[device].appendleft(
            DeviceChange(utc_ns=utc_ns(), before=before, after=state, reason=reason)
        )
        self.is_changed = True

    def _publish(self, device: Device, said: tuple[str, ...], consequence: Consequence) -> None:
        view = DeviceView(
            id=device.value,
            state=self._states[device],
            consequence=consequence.value,
            alarms=said,
            changes=tuple(self._changes[device]),
            values=self._values[device],
        )
        if view != self._told.get(device):
            self._told[device] = view
            self._tell(view)

    # -- over a restart

    def kept(self) -> dict[str, Any]:
        """Return what must not be lost, as plain values for JSON."""
        return {
            device.value: {
                "state": state,
                "changes": [change.model_dump() for change in self._changes[device]],
            }
            for device, state in self._states.items()
        }

    def restore(self, path: Path) -> str:
        """Take in what `save_devices` kept; return why that cannot be used, or ""."""
        try:
            document = json.loads(path.read_bytes())
            if (document["schema"], document["version"]) != (SCHEMA, VERSION):
                raise ValueError(f"it is {document['schema']} version {document['version']}")
            for device in Device:
                self._take_back(device, document["devices"].get(device.value, {"state": "", "changes": []}))
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return tell(Told.CHANGES_UNUSABLE, path=str(path), error=repr(error))
        return ""

    def _take_back(self, device: Device, plain: Mapping[str, Any]) -> None:
        changes = [DeviceChange.model_validate(change) for change in plain["changes"]]
        if plain["state"]:
            self._states[device] = str(plain["state"])
        self._changes[device].extend(changes)


def save_devices(path: Path, kept: Mapping[str, Any]) -> str:
    """Write it, whole and on disk when this returns; return why that was not possible, or ""."""
    try:
        private_folder(path.parent)
        with replacing(path) as file:
            file.write(json.dumps({"schema": SCHEMA, "version": VERSION, "devices": kept}).encode())
    except OSError as error:
        return tell(Told.CHANGES_NOT_KEPT, path=str(path), error=str(error.strerror or error))
    return ""


def _state(device: Device, look: Look, standing: Mapping[str, AlarmView]) -> Signal | None:
    """Return a device's state; None where it is too early to say."""
    signal = signal_of(device, standing)
    if device not in _OF_STATION:
        return signal
    if not look.was_seen:
        return None
    if not look.is_alive:
        return Signal.NO_DATA
    is_there = {Device.CAMERA: look["is_camera_ok"], Device.PLC: look["is_linked"]}.get(device, 1)
    if is_there:
        return signal
    # At once: an alarm waits a moment, whoever looks at the device shall not.
    is_starting = not look["ready_ns"] and look.now_ns - look["started_ns"] < _STARTING_NS
    return None if is_starting else Signal.FAILURE


def _consequence(own: Set[Consequence], parts_now: Consequence, *, is_lost: bool) -> Consequence:
    """Return what parts do because of a device; one that is lost rejects, also before an alarm says so."""
    if is_lost:
        own = own | {parts_now if parts_now in _OF_THE_LINE else Consequence.REJECTED}
    return next((worse for worse in _WORST_FIRST if worse in own), Consequence.NOT_AFFECTED)
