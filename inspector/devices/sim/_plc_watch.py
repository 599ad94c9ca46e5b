"""What the PLC knows of the station: whether it is alive and in charge, and whether it is in time.

Pure: no clock, no I/O.
"""

from __future__ import annotations

from collections import deque

from inspector.devices.sim._plc_settings import PlcSettings
from inspector.domain.line import Mirror, Status


class StationWatch:
    """The station as its mirror shows it. A heartbeat counts only once it has been seen to *change*.

    Registers that survived a restart of the PLC hold an old heartbeat; it proves nothing.
    """

    def __init__(self, settings: PlcSettings, session: int) -> None:
        self._settings = settings
        self._session = session
        self._heartbeat: int | None = None
        self._changed_ns: int | None = None
        self._mirror: Mirror | None = None
        self.is_fresh = False

    def look(self, mirror: Mirror | None, now_ns: int) -> None:
        """Take up the mirror as it stands at this scan."""
        self._mirror = mirror
        if mirror is not None and mirror.heartbeat != self._heartbeat:
            if self._heartbeat is not None:
                self._changed_ns = now_ns
            self._heartbeat = mirror.heartbeat
        self.is_fresh = self.age_ms(now_ns) < self._settings.heartbeat_stale_ms

    def age_ms(self, now_ns: int) -> float:
        """Return how long ago the heartbeat advanced; infinite if it never did."""
        return float("inf") if self._changed_ns is None else (now_ns - self._changed_ns) / 1e6

    @property
    def status(self) -> Status:
        """The station's status word; nothing if it is not alive."""
        return self._mirror.status if self._mirror and self.is_fresh else Status.NONE

    @property
    def job_id(self) -> int:
        """The job that the station says it runs; 0 = none."""
        return self._mirror.job_id if self._mirror else 0

    @property
    def is_ready(self) -> bool:
        """Whether it is alive, ready for triggers, and works in this session."""
        echoes = self._mirror is not None and self._mirror.session_echo == self._session
        return echoes and Status.TRIGGER_READY in self.status

    @property
    def requests_stop(self) -> bool:
        """Whether it asks for the belt to be stopped."""
        return Status.STOP_REQUEST in self.status


class LateWatch:
    """Counts verdicts that did not come in time: a line is held for n in m that last, never for one."""

    def __init__(self, settings: PlcSettings) -> None:
        self._limit = settings.late_limit
        self._sustain_ns = int(settings.late_sustain_ms * 1e6)
        self._recent: deque[bool] = deque(maxlen=settings.late_span)
        self._since_ns: int | None = None

    def note(self, *, late: bool) -> None:
        """Take up one part for which a verdict was due."""
        self._recent.append(late)

    def forget(self) -> None:
        """Start afresh."""
        self._recent.clear()
        self._since_ns = None

    def is_lasting(self, now_ns: int) -> bool:
        """Whether too many have been late for too long."""
        if sum(self._recent) < self._limit:
            self._since_ns = None
            return False
        if self._since_ns is None:
            self._since_ns = now_ns
        return now_ns - self._since_ns >= self._sustain_ns
