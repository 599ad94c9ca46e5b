"""Words 0…23 of block S: what the PLC may know of the station at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspector.clock import monotonic_ns
from inspector.domain.book import PartBook
from inspector.domain.disposition import Cause
from inspector.domain.hold import Hold
from inspector.domain.line import Mirror, Status
from inspector.domain.states import State
from inspector.ports import LineIO
from inspector.sharedmem import StationStatus
from inspector.station._holds import Holds

_HEARTBEAT_NS = 100_000_000
_SHOWN_NS = 1_000_000_000
_FLAG_OF = {
    Cause.FRAME_LOST: Status.MISSED_ACQ,
    Cause.OVERRUN: Status.RESULTS_OVERRUN,
    Cause.CAMERA_FAULT: Status.CAMERA_FAULT,
}
_COUNTERS = (
    "decided_ok",
    "decided_ng",
    "decided_indeterminate",
    "late",
    "overrun",
    "frames_lost",
    "link_faults",
    "missed_triggers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorFacts:
    """What does not change while the station runs."""

    is_simulated: bool
    recipe_revision: int
    job_id: int
    config_checksum: int
    bundle_digest32: int


class MirrorWriter:
    """Builds and writes the mirror. Owned by the actuation thread.

    The heartbeat advances every 100 ms, and only while `is_alive` says that capture, inspection and
    actuation all make progress: a station that cannot decide must not look alive.
    """

    def __init__(
        self,
        line: LineIO,
        holds: Holds,
        status: StationStatus,
        facts: MirrorFacts,
        *,
        is_alive: Callable[[], bool],
        is_camera_ok: Callable[[], bool],
    ) -> None:
        self._line = line
        self._holds = holds
        self._status = status
        self._facts = facts
        self.is_alive = is_alive
        self.is_camera_ok = is_camera_ok
        self.signals = Status(0)
        """Stack light and horn, as the alarms ask for them; set by the supervisor."""
        self.is_bypassed = False
        """Whether the PLC's key switch passes parts."""
        self._faults: dict[Status, int] = {}  # each with when a part last had it
        self._heartbeat = 0
        self._beat_ns = 0

    def note(self, causes: int, now_ns: int) -> None:
        """Take in why a part is rejected, as flags; what it does not suffer from any more is over after a second."""
        for cause, flag in _FLAG_OF.items():
            if causes >> cause & 1:
                self._faults[flag] = now_ns
            elif now_ns - self._faults.get(flag, now_ns) >= _SHOWN_NS:
                del self._faults[flag]

    def forget_faults(self) -> None:
        """Somebody has pressed reset at the PLC."""
        self._faults.clear()

    def is_beat_due(self, now_ns: int) -> bool:
        """Whether the mirror must be written for its heartbeat's sake, however seldom it is written otherwise."""
        return now_ns - self._beat_ns >= _HEARTBEAT_NS

    def write(self, book: PartBook, *, will_be_ready: bool, stopping: bool) -> None:
        """Write the mirror as things stand. Raises DeviceError like every talk with the PLC."""
        self._beat(monotonic_ns())
        status = self._status
        self._line.write_mirror(
            Mirror(
                heartbeat=self._heartbeat,
                status=self._flags(will_be_ready=will_be_ready, stopping=stopping),
                state=int(status.get("state")),
                job_id=self._facts.job_id,
                recipe_revision=self._facts.recipe_revision,
                error_code=int(self._holds.first[0]),
                session_echo=book.session if will_be_ready else 0,
                last_trigger_tag=book.last_tag,
                config_checksum=self._facts.config_checksum,
                bundle_digest=self._facts.bundle_digest32,
                counters=tuple(int(status.get(name)) & 0xFFFF for name in _COUNTERS),
            )
        )

    def _beat(self, now_ns: int) -> None:
        if not self.is_beat_due(now_ns):
            return
        self._beat_ns = now_ns
        if self.is_alive():
            self._heartbeat = (self._heartbeat + 1) & 0xFFFF
            self._status.set("heartbeat", self._heartbeat)

    def _flags(self, *, will_be_ready: bool, stopping: bool) -> Status:
        flags = Status.ONLINE | self.signals
        for flag in self._faults:
            flags |= flag
        if self.is_bypassed:
            flags |= Status.BYPASS_ACTIVE
        if will_be_ready:
            flags |= Status.TRIGGER_READY | Status.RESULTS_VALID
        if self._facts.is_simulated:
            flags |= Status.IS_SIMULATED
        if not self.is_camera_ok():
            flags |= Status.CAMERA_FAULT
        is_held = self._holds.first[0] is not Hold.NONE
        if is_held:
            flags |= Status.ERROR | Status.STACK_LIGHT
        if is_held or stopping:
            flags |= Status.STOP_REQUEST
        if self._status.get("state") == State.STARTING:
            flags |= Status.SYSTEM_BUSY
        return flags
