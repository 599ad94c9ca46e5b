"""What the facts add up to: the same on both sides, so that two consoles cannot disagree."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from inspector.protocol._facts import (
    LAST_EVENTS,
    LAST_LABELS,
    LAST_REJECTS,
    LAST_RESULTS,
    MAX_ALARMS,
    MAX_DEVICES,
    AlarmView,
    Counters,
    DeviceView,
    Event,
    LabelView,
    LeaseView,
    Result,
    Snapshot,
    StationState,
)
from inspector.protocol._model import Message


class Mirror:
    """The newest state and counters, the alarms, the last results, rejects and events. Not thread-safe.

    The service keeps one to answer `snapshot` from; a console may keep one to show.
    """

    def __init__(self) -> None:
        self.state: StationState | None = None
        self.counters: Counters | None = None
        self.lease = LeaseView()
        self._devices: dict[str, DeviceView] = {}
        self._alarms: dict[str, AlarmView] = {}
        self._results: dict[tuple[int, int], Result] = {}
        self._rejects: dict[tuple[int, int], Result] = {}
        self._events: deque[Event] = deque(maxlen=LAST_EVENTS)
        self._alarm_events: deque[Event] = deque(maxlen=LAST_EVENTS)
        self._labels: dict[str, LabelView] = {}

    @classmethod
    def of(cls, snapshot: Snapshot) -> Mirror:
        """Return what a snapshot says."""
        mirror = cls()
        mirror.state, mirror.counters, mirror.lease = snapshot.state, snapshot.counters, snapshot.lease
        mirror._alarms = {alarm.id: alarm for alarm in snapshot.alarms}
        mirror._devices = {device.id: device for device in snapshot.devices}
        mirror._results = {result.key: result for result in snapshot.results}
        mirror._rejects = {result.key: result for result in snapshot.rejects}
        mirror._events.extend(snapshot.events)
        mirror._alarm_events.extend(snapshot.alarm_events)
        mirror._labels = {label.part: label for label in snapshot.labels}
        return mirror

    @property
    def alarms(self) -> tuple[AlarmView, ...]:
        """All that are not normal, in the order of their appearance."""
        return tuple(self._alarms.values())

    @property
    def devices(self) -> tuple[DeviceView, ...]:
        """All that are known, in the order of their appearance."""
        return tuple(self._devices.values())

    @property
    def results(self) -> tuple[Result, ...]:
        """The last parts, oldest first."""
        return tuple(self._results.values())

    @property
    def rejects(self) -> tuple[Result, ...]:
        """The last rejected parts, oldest first."""
        return tuple(self._rejects.values())

    @property
    def labels(self) -> tuple[LabelView, ...]:
        """The last labels, oldest first, one of each part."""
        return tuple(self._labels.values())

    @property
    def events(self) -> tuple[Event, ...]:
        """The end of the log, oldest first."""
        return tuple(self._events)

    @property
    def alarm_events(self) -> tuple[Event, ...]:
        """The end of what the log says of alarms, oldest first."""
        return tuple(self._alarm_events)

    def restore(self, facts: Iterable[Message]) -> None:
        """Take in what happened before the service started, oldest first."""
        for fact in facts:
            self.apply(fact)

    def apply(self, fact: Message) -> None:
        """Take in one fact, in the order of their sequence."""
        match fact:
            case StationState():
                self.state = fact
            case Counters():
                self.counters = fact
            case LeaseView():
                self.lease = fact
            case DeviceView() if fact.id in self._devices or len(self._devices) < MAX_DEVICES:
                self._devices[fact.id] = fact
            case AlarmView():
                self._note_alarm(fact)
            case Result():
                self._note_result(fact)
            case Event():
                self._events.append(fact)
                if fact.alarm:
                    self._alarm_events.append(fact)
            case LabelView():
                self._note_label(fact)
            case _:
                pass  # a heartbeat or a frame leaves nothing behind

    def _note_alarm(self, alarm: AlarmView) -> None:
        if alarm.state == "normal":
            self._alarms.pop(alarm.id, None)
        elif alarm.id in self._alarms or len(self._alarms) < MAX_ALARMS:
            self._alarms[alarm.id] = alarm

    def _note_label(self, label: LabelView) -> None:
        self._labels.pop(label.part, None)
        self._labels[label.part] = label
        if len(self._labels) > LAST_LABELS:
            del self._labels[next(iter(self._labels))]

    def _note_result(self, result: Result) -> None:
        _put(self._results, result, LAST_RESULTS)
        if result.is_reject:
            _put(self._rejects, result, LAST_REJECTS)
        else:
            self._rejects.pop(result.key, None)


def _put(results: dict[tuple[int, int], Result], result: Result, limit: int) -> None:
    """Add a part, or replace it where it stands; the oldest one makes room."""
    results[result.key] = result
    if len(results) > limit:
        del results[next(iter(results))]
