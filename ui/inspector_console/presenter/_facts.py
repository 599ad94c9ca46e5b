"""What is known of a station, and whether it is still true."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto

from inspector.client import Attached, Changed, Lost, News
from inspector.domain.alarms import ACTIVE, AlarmId
from inspector.protocol import (
    AlarmView,
    Counters,
    DeviceView,
    Event,
    LabelView,
    LeaseView,
    Mirror,
    Result,
    StationState,
)


class Link(StrEnum):
    """How the console stands to the service."""

    CONNECTING = auto()
    """It was never heard."""
    ATTACHED = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the service has said, at one moment.

    Attributes
    ----------
    reason
        Why the link is lost, in the client's words.
    heard_ns
        Station's monotonic clock at the last news, ns.
    utc_offset_ns
        What turns the station's monotonic times into UTC; None = not known.
    results, rejects, events, alarm_events
        Oldest first.
    devices
        By id.
    """

    link: Link = Link.CONNECTING
    reason: str = ""
    heard_ns: int = 0
    utc_offset_ns: int | None = None
    server: str = ""
    server_version: str = ""
    state: StationState | None = None
    counters: Counters | None = None
    lease: LeaseView = field(default_factory=LeaseView)
    alarms: tuple[AlarmView, ...] = ()
    results: tuple[Result, ...] = ()
    rejects: tuple[Result, ...] = ()
    labels: tuple[LabelView, ...] = ()
    devices: Mapping[str, DeviceView] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    alarm_events: tuple[Event, ...] = ()

    @property
    def is_station_lost(self) -> bool:
        """The service is there, and says that the station is not."""
        return any(alarm.id == AlarmId.STATION_LOST and is_active(alarm) for alarm in self.alarms)

    @property
    def is_old(self) -> bool:
        """Nothing of this may be taken for the present."""
        return self.link is not Link.ATTACHED or self.is_station_lost

    @property
    def last(self) -> Result | None:
        """The newest part."""
        return self.results[-1] if self.results else None


def is_active(alarm: AlarmView) -> bool:
    """Return whether what the alarm watches is wrong now, be the alarm hidden or not."""
    return (alarm.phase or alarm.state) in ACTIVE


class Keeper:
    """Gathers news into facts. `feed` is for the client's thread, `facts` for any; takes bounded memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mirror = Mirror()
        self._facts = Facts()

    def feed(self, news: News) -> bool:
        """Take in what the client tells; return whether it changes what is known."""
        with self._lock:
            match news:
                case Attached(snapshot):
                    self._mirror = Mirror.of(snapshot)
                    self._facts = Facts(
                        link=Link.ATTACHED,
                        heard_ns=snapshot.t_ns,
                        utc_offset_ns=snapshot.utc_ns - snapshot.t_ns,
                        server=snapshot.server,
                        server_version=snapshot.server_version,
                    )
                case Changed(fact, t_ns):
                    self._mirror.apply(fact)
                    self._facts = replace(self._facts, heard_ns=t_ns)
                case Lost(reason):
                    self._lose(reason)
                case _:
                    return False
        return True

    def lose(self, reason: str) -> bool:
        """Note that the client itself is gone; return whether that is news."""
        with self._lock:
            if self._facts.link is Link.LOST:
                return False
            self._lose(reason)
        return True

    def facts(self) -> Facts:
        """Return what is known now."""
        with self._lock:
            mirror = self._mirror
            return replace(
                self._facts,
                state=mirror.state,
                counters=mirror.counters,
                lease=mirror.lease,
                alarms=mirror.alarms,
                results=mirror.results,
                rejects=mirror.rejects,
                labels=mirror.labels,
                devices={device.id: device for device in mirror.devices},
                events=mirror.events,
                alarm_events=mirror.alarm_events,
            )

    def _lose(self, reason: str) -> None:
        was_heard = self._facts.utc_offset_ns is not None
        link = Link.LOST if was_heard else Link.CONNECTING
        self._facts = replace(self._facts, link=link, reason=reason)
