"""The actuation thread: alone with the PLC, and the owner of the part book."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty

from inspector.clock import monotonic_ns
from inspector.domain.book import PartBook
from inspector.domain.disposition import Cause
from inspector.domain.hold import Hold
from inspector.domain.ledger import PartRow, result_of
from inspector.domain.line import Control, LineDetails, LineSnapshot, ResultRecord
from inspector.domain.matching import JudgedFrame
from inspector.domain.part import PartIdentity
from inspector.domain.states import State
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import DeviceError
from inspector.ports import LineIO
from inspector.sharedmem import StationStatus
from inspector.station._capture import CameraClock, CameraRestarted, FrameSeen, ImageStored, Inbox
from inspector.station._holds import Holds
from inspector.station._mirror import MirrorWriter
from inspector.station._outlet import EVENT_HOLD, EVENT_STATE, LedgerOutlet

_HEAR_MAX = 64
"""Messages in one step: whatever floods the inbox must not keep the PLC waiting."""
_DETAILS_NS = 1_000_000_000
"""So often at least the slow block is read: the next lot or job may be named while the line stands."""
_RETRY_FIRST_NS = 50_000_000
_RETRY_MAX_NS = 500_000_000
_DOUBTS_MAX = 8
"""So many frames in a row at odd times are no stall any more: a clock has been set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActuationSettings:
    """How often actuation does what it does.

    Parameters
    ----------
    poll_ns
        Longest time between two reads of the PLC's fast block.
    mirror_ns
        Time between two writes of the mirror, and between two reads of the slow block; twice as long while frames
        are under way. The heartbeat has the mirror written every 100 ms in any case.
    max_pairing_failures
        So many tags in a row without a frame of their own hold the line.
    plc_silent_ns
        A PLC whose own heartbeat stands still for longer does not run its program, though its server may answer.
    job_id
        The station's job at the PLC; 0 = none, then it fits every one.
    check_details
        Compares the PLC's slow block with the configuration; returns "" or what does not match.
    renew_camera_clock
        Has the camera's clock read anew. Called when pairing has failed, since that clock may have been set.
    """

    poll_ns: int = 4_000_000
    mirror_ns: int = 50_000_000
    max_pairing_failures: int = 3
    plc_silent_ns: int = 500_000_000
    job_id: int = 0
    check_details: Callable[[LineDetails], str]
    renew_camera_clock: Callable[[], None]


class ActuationWorker:
    """Pairs verdicts with tags, answers the PLC, and keeps the ledger. One step is one wait and one talk.

    A verdict that finds its tag already known costs one transaction. The slow things (mirror, outcomes) wait
    until no frame is under way, unless they are overdue.
    """

    name = "actuation"

    def __init__(
        self,
        line: LineIO,
        book: PartBook,
        inbox: Inbox,
        outlet: LedgerOutlet,
        mirror: MirrorWriter,
        holds: Holds,
        status: StationStatus,
        settings: ActuationSettings,
    ) -> None:
        self._line = line
        self._book = book
        self._inbox = inbox
        self._outlet = outlet
        self._mirror = mirror
        self._holds = holds
        self._status = status
        self._settings = settings
        self._is_linked = False
        self._was_clearing = False
        self._retry_ns = 0
        self._retry_wait_ns = _RETRY_FIRST_NS
        self._read_ns = 0
        self._mirror_ns = 0
        self._details_ns = 0
        self._details_read_ns = 0
        self._outcome_tag = 0
        self._under_way = 0
        self._noted_state = 0
        self._wants_read = False
        self._last: LineSnapshot | None = None
        self._plc_beat = (-1, 0)  # the PLC's heartbeat, and when it changed
        self._images: deque[ImageStored] = deque()
        self.is_stopping = False
        self.has_told_stop = False
        """Whether the PLC has it in writing that the station stops and answers no more."""

    # -- one step

    def step(self) -> None:
        """Wait for news or for the next poll, then talk to the PLC as far as needed."""
        self._listen()
        now_ns = monotonic_ns()
        try:
            if self._is_linked:
                self._talk(now_ns)
            else:
                self._connect(now_ns)
        except DeviceError as error:
            self._lose_link(error)
        self._book.settle(monotonic_ns())
        self._assign_images()
        self._outlet.drain(self._book)
        self._check()

    def _listen(self) -> None:
        wait_ns = self._read_ns + self._settings.poll_ns - monotonic_ns() if self._is_linked else 20_000_000
        try:
            self._hear(
                self._inbox.get(timeout=max(0, wait_ns) / 1e9) if wait_ns > 0 else self._inbox.get_nowait()
            )
            for _ in range(_HEAR_MAX):
                self._hear(self._inbox.get_nowait())
        except Empty:
            return

    def _hear(
        self, message: FrameSeen | CameraRestarted | CameraClock | ImageStored | JudgedFrame | None
    ) -> None:
        match message:
            case JudgedFrame():
                self._under_way = max(0, self._under_way - 1)
                self._book.frame_judged(message)
            case FrameSeen():
                self._under_way += 1
                self._wants_read = True
                self._book.frame_seen(message.frame_id, message.device_ns, message.available_ns, message.view)
            case ImageStored():
                self._images.append(message)
            case CameraClock():
                self._book.camera_clock_read(message.latch)
            case CameraRestarted():
                self._under_way = 0
                self._book.camera_restarted(message.latch)
            case None:
                pass

    def _assign_images(self) -> None:
        """Name each stored picture in its part's row: once the part is known, and not before."""
        for image in list(self._images):
            if self._book.awaits_pairing(image.frame_id, image.available_ns):
                continue
            if self._book.image_stored(
                image.frame_id, image.available_ns, image.slot, image.generation
            ) or self._outlet.image_without_part(image.slot, image.generation):
                self._images.remove(image)

    # -- the link

    def _connect(self, now_ns: int) -> None:
        if now_ns < self._retry_ns:
            return
        self._line.open()
        self._is_linked = True
        self._read_ns = 0
        self._retry_wait_ns = _RETRY_FIRST_NS
        self._status.set("is_linked", 1)

    def _lose_link(self, error: DeviceError) -> None:
        """Close at once: whatever was under way is not sent again."""
        self._line.close()
        if self._is_linked:
            self._status.add("link_faults")
        self._is_linked = False
        self._status.set_text("link_fault", str(error))
        self._status.set("link_fault_ns", monotonic_ns())
        self._status.set("is_linked", 0)
        self._book.set_not_ready(Cause.LINK_FAULT)
        self._retry_ns = monotonic_ns() + self._retry_wait_ns
        self._retry_wait_ns = min(2 * self._retry_wait_ns, _RETRY_MAX_NS)

    def _talk(self, now_ns: int) -> None:
        if self._wants_read or now_ns - self._read_ns >= self._settings.poll_ns:
            self._exchange(None)
        self._answer()
        interval_ns = self._settings.mirror_ns
        if self._under_way:
            interval_ns *= 2
        if now_ns - self._mirror_ns >= interval_ns or self._mirror.is_beat_due(now_ns):
            self._tell(now_ns)
        self._read_outcomes(now_ns, interval_ns)
        if not self._book.is_ready and not self.is_stopping:
            self._get_ready(now_ns)

    def _answer(self) -> None:
        """Send every result that is due; the reply to each brings the newest triggers, too."""
        self._book.settle(monotonic_ns())
        while (row := self._book.next_answer()) is not None:
            self._outlet.note(row)
            self._mirror.note(row.causes, monotonic_ns())
            try:
                snapshot = self._exchange(result_of(row))
            except DeviceError:
                self._book.answer_failed(row)
                raise
            self._book.answered(row, snapshot.received_ns)
            self._measure(row)
            self._outlet.answered(row)
            self._book.settle(snapshot.received_ns)

    def _exchange(self, record: ResultRecord | None) -> LineSnapshot:
        snapshot = self._line.exchange(record)
        self._wants_read = False
        self._read_ns = snapshot.received_ns
        self._last = snapshot
        if snapshot.plc_heartbeat != self._plc_beat[0]:
            self._plc_beat = snapshot.plc_heartbeat, snapshot.received_ns
        was_ready = self._book.is_ready
        self._book.observe(snapshot)
        if was_ready and not self._book.is_ready:
            self._mirror_ns = 0  # another session: tell the PLC at once
        status = self._status
        status.add("torn_triggers", snapshot.torn_triggers)
        status.set("reject_fault", int(snapshot.reject_fault))
        status.set("is_line_running", int(Control.LINE_RUNNING in snapshot.control))
        status.set("control", int(snapshot.control))
        status.set("encoder", snapshot.encoder_counts)
        self._notice_controls(snapshot)
        return snapshot

    def _measure(self, row: PartRow) -> None:
        histograms = self._status.histograms
        if row.decided_ns:
            histograms["verdict_to_plc"].record_ns(row.sent_ns - row.decided_ns)
            histograms["trigger_to_plc"].record_ns(row.sent_ns - row.triggered_ns)

    # -- readiness and holds

    def _notice_controls(self, snapshot: LineSnapshot) -> None:
        """The operator's reset comes through the PLC; an empty line ends a hold for lost pairing."""
        self._mirror.is_bypassed = Control.BYPASS in snapshot.control
        is_clearing = bool(snapshot.control & Control.CLEAR_ERROR)
        if is_clearing and not self._was_clearing:
            self._mirror.forget_faults()
            for reason in (Hold.COUNTS, Hold.UNRECORDED, Hold.PAIRING, Hold.CONFIGURATION, Hold.WORKER):
                self._holds.lift(reason)
            self._book.forgive(snapshot.received_ns)
            self._outlet.forgive(self._book)
        self._was_clearing = is_clearing
        if snapshot.control & Control.LINE_EMPTY and Hold.PAIRING in self._holds:
            self._book.pairing_failures = 0
            self._holds.lift(Hold.PAIRING)

    def _may_run(self) -> bool:
        """Whether the next part could be paired, and the PLC is there and wants it."""
        last = self._last
        return (
            last is not None
            and self._book.are_clocks_known
            and last.received_ns - self._plc_beat[1] < self._settings.plc_silent_ns
            and Control.TRIGGER_ENABLE in last.control
            and Control.SET_OFFLINE not in last.control
        )

    def _get_ready(self, now_ns: int) -> None:
        """Compare the PLC with the configuration, zero the rings, send the echo; only then answer."""
        mirror, session = self._mirror, self._book.session
        if self._holds.first[0] or not self._may_run() or not (mirror.is_alive() and mirror.is_camera_ok()):
            return
        mismatch = self._settings.check_details(self._read_details())
        if mismatch:
            self._holds.put(Hold.CONFIGURATION, mismatch)
            return
        self._line.clear_results()
        mirror.write(self._book, will_be_ready=True, stopping=False)
        self._mirror_ns = now_ns
        self._exchange(None)
        if self._book.session != session or not self._may_run():
            self._mirror_ns = 0  # another PLC by now: it has not been looked at, nor has it been cleared
            return
        self._book.set_ready()
        if not self._status.get("ready_ns"):
            self._status.set("ready_ns", monotonic_ns())

    def _tell(self, now_ns: int) -> None:
        is_stopping, is_ready = self.is_stopping, self._book.is_ready
        self._mirror.write(self._book, will_be_ready=is_ready, stopping=is_stopping)
        self._mirror_ns = now_ns
        self.has_told_stop = is_stopping and not is_ready

    def _read_details(self) -> LineDetails:
        details = self._line.read_details()
        self._book.identity = PartIdentity(details.serial, details.lot, details.order)
        self._details_read_ns = monotonic_ns()
        if self._last is not None:
            counts = details.rejects_commanded, details.rejects_confirmed
            self._status.count_rejects(self._last.session, *counts)
        self._status.set("plc_job", details.job_id)
        self._book.is_other_job = bool(details.job_id) and self._settings.job_id not in {0, details.job_id}
        return details

    def _read_outcomes(self, now_ns: int, interval_ns: int) -> None:
        snapshot = self._last
        if snapshot is None or now_ns - self._details_ns < interval_ns:
            return
        self._details_ns = now_ns
        has_news = snapshot.last_outcome_tag != self._outcome_tag or self._outlet.is_waiting(self._book)
        # A PLC that has yet to follow a change of the product is looked at until it has.
        if not has_news and not self._book.is_other_job and now_ns - self._details_read_ns < _DETAILS_NS:
            return
        details = self._read_details()
        self._outcome_tag = snapshot.last_outcome_tag
        self._book.take_outcomes(details.outcomes, snapshot.last_outcome_tag, monotonic_ns())

    def _check(self) -> None:
        """Hold the line for whatever the book or the ledger cannot vouch for."""
        book, holds = self._book, self._holds
        if book.fault:
            holds.put(Hold.COUNTS, book.fault)
        elif book.totals.unaccounted:
            holds.put(Hold.COUNTS, tell(Told.PARTS_UNACCOUNTED, count=book.totals.unaccounted))
        self._check_pairing()
        self._outlet.check(book, holds)
        if book.is_ready and (holds.first[0] or self.is_stopping or not self._may_run()):
            book.set_not_ready(Cause.NOT_READY)
            self._mirror_ns = 0
        self._status.set("is_ready", int(book.is_ready))
        reason, text = holds.first
        if self._status.get("hold_code") != reason:
            self._status.set_text("hold_text", text)
            self._status.set("hold_code", int(reason))
            self._outlet.event(EVENT_HOLD, text or tell(Told.HOLD_LIFTED))
        state = self._status.get("state")
        if state != self._noted_state:
            self._noted_state = state
            self._outlet.event(EVENT_STATE, State(state).name)

    def _check_pairing(self) -> None:
        """Hold the line when parts get no frames of their own, and set right what that may come from."""
        book, holds = self._book, self._holds
        is_lost = book.pairing_failures >= self._settings.max_pairing_failures
        if not is_lost and book.doubtful_frames < _DOUBTS_MAX:
            return
        if Hold.PAIRING not in holds:
            self._settings.renew_camera_clock()
        count = max(book.pairing_failures, book.doubtful_frames)
        holds.put(Hold.PAIRING, tell(Told.PAIRING_FAILED, count=count))
