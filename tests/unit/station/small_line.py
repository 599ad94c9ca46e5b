"""A small honest PLC and a camera without a driver, and a station's workers stepped by hand."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from inspector.clock import monotonic_ns
from inspector.domain.book import PartBook
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.frame import Frame
from inspector.domain.line import (
    Control,
    LineDetails,
    LineSnapshot,
    Mirror,
    PartOutcome,
    PlcCommand,
    RejectFault,
    ResultRecord,
    Status,
)
from inspector.domain.pairing import ClockMap, PairingRules
from inspector.domain.part import Trigger
from inspector.domain.verdict import Evaluation, Verdict
from inspector.errors import DeviceUnavailableError
from inspector.sharedmem import LedgerRing, StationStatus
from inspector.station import Journal, LedgerOutlet
from inspector.station._actuation import ActuationSettings, ActuationWorker
from inspector.station._capture import CameraRestarted, Inbox
from inspector.station._holds import Holds
from inspector.station._mirror import MirrorFacts, MirrorWriter

GOOD = Verdict(evaluation=Evaluation.OK, class_index=0, score=0.99, p_ok=0.99)


class SmallPlc:
    """A PLC that keeps the contract; the test is its operator. Implements `ports.LineIO`."""

    def __init__(self) -> None:
        self.session = 100
        self.count = 0
        self.heartbeat = 0
        self.runs = True
        self.is_linked = True
        self.control = Control.TRIGGER_ENABLE | Control.LINE_RUNNING
        self.triggers: deque[Trigger] = deque(maxlen=8)
        self.outcomes: deque[PartOutcome] = deque(maxlen=16)
        self.mirror: Mirror | None = None
        self.job = 0
        self.records: list[ResultRecord] = []
        self.log: list[str] = []
        self.restarts_after_mirror = False

    def part(self) -> Trigger:
        """A part reaches the eye now."""
        self.count += 1
        trigger = Trigger(tag=self.count, encoder_counts=self.count, time_100us=monotonic_ns() // 100_000)
        self.triggers.append(trigger)
        return trigger

    def outcome(self, tag: int, applied: Applied) -> None:
        """A part passes the gate."""
        self.outcomes.append(PartOutcome(tag=tag, applied=applied, confirmed=Confirmation.YES))

    def restart(self) -> None:
        """Power off and on; nothing is retained."""
        self.session += 1
        self.count = 0
        self.triggers.clear()
        self.outcomes.clear()

    @property
    def is_told_ready(self) -> bool:
        return self.mirror is not None and Status.TRIGGER_READY in self.mirror.status

    def _talk(self, what: str) -> None:
        if not self.is_linked:
            raise DeviceUnavailableError("no link")
        self.log.append(what)

    def open(self) -> None:
        self._talk("open")

    def exchange(self, record: ResultRecord | None) -> LineSnapshot:
        sent_ns = monotonic_ns()
        self._talk("exchange")
        if record is not None:
            self.records.append(record)
        self.heartbeat += self.runs
        now_ns = monotonic_ns()
        return LineSnapshot(
            plc_heartbeat=self.heartbeat,
            session=self.session,
            control=self.control,
            newest_tag=self.count,
            part_count=self.count,
            now_100us=now_ns // 100_000,
            encoder_counts=0,
            last_outcome_tag=self.outcomes[-1].tag if self.outcomes else 0,
            reject_fault=RejectFault.NONE,
            triggers=tuple(self.triggers),
            torn_triggers=0,
            sent_ns=sent_ns,
            received_ns=now_ns,
        )

    def read_details(self) -> LineDetails:
        self._talk("details")
        return LineDetails(
            command=PlcCommand.JOB if self.job else PlcCommand.NONE,
            command_argument=self.job,
            rejects_commanded=0,
            rejects_confirmed=0,
            late_verdicts=0,
            consecutive_rejects=0,
            scan_time_100us=20,
            counts_per_mm_x100=100,
            gate_counts=100,
            window_counts=8,
            deadline_counts=80,
            trigger_delay_100us=0,
            outcomes=tuple(self.outcomes),
        )

    def write_mirror(self, mirror: Mirror) -> None:
        self._talk("mirror")
        self.mirror = mirror
        if self.restarts_after_mirror and self.is_told_ready:
            self.restarts_after_mirror = False
            self.restart()

    def clear_results(self) -> None:
        self._talk("clear")

    def close(self) -> None:
        pass


class SmallCamera:
    """A camera whose frames a test puts in. Implements `ports.Camera`."""

    def __init__(self) -> None:
        self.clock_latch = (0, 0)
        self.frames: SimpleQueue[Frame] = SimpleQueue()
        self.is_overwritten = False
        self.released: list[int] = []

    def open(self) -> None:
        pass

    def start(self) -> None:
        self.clock_latch = (monotonic_ns(), monotonic_ns())

    def next_frame(self, timeout_s: float) -> Frame | None:
        if self.frames.empty():
            self.clock_latch = (monotonic_ns(), monotonic_ns())
            return None
        return self.frames.get()

    def release(self, frame: Frame) -> bool:
        self.released.append(frame.frame_id)
        return not self.is_overwritten

    def ensure_stopped(self) -> None:
        pass

    def close(self) -> None:
        pass


class SureClassifier:
    """Finds every part good, at once. Implements `ports.Classifier`."""

    last_preprocess_ns = 0
    last_run_ns = 0

    def warm_up(self, runs: int = 50) -> None:
        pass

    def classify(self, frame: Frame) -> Verdict:
        return GOOD

    def close(self) -> None:
        pass


def make_frame(frame_id: int) -> Frame:
    """Return a frame that was exposed now."""
    now_ns = monotonic_ns()
    return Frame(
        frame_id=frame_id,
        trigger_count=None,
        device_timestamp_ns=now_ns,
        available_ns=now_ns,
        received_ns=now_ns,
        pixels=np.zeros((4, 4), np.uint8),
        slot=0,
    )


class Bench:
    """The actuation thread of a station, stepped by hand, over real shared memory."""

    def __init__(
        self,
        folder: Path,
        plc: SmallPlc,
        *,
        capacity: int = 1024,
        is_same_run: bool = True,
        mirror_ns: int = 1_000_000,
    ) -> None:
        if not (folder / "status").exists():
            StationStatus.create(folder / "status")
            Journal.create(folder / "journal")
            LedgerRing.create(folder / "ledger", capacity=capacity)
            self.is_first = True
        else:
            self.is_first = False
        self.folder, self.plc = folder, plc
        self.status = StationStatus.attach(folder / "status")
        self.ring = LedgerRing.resume(folder / "ledger")
        self.journal = Journal.attach(folder / "journal")
        self.outlet = self.make_outlet(self.journal)
        self.book = make_book()
        if not self.is_first:
            self.outlet.resume(self.book, is_same_run=is_same_run)
        self.inbox: Inbox = SimpleQueue()
        self.holds = Holds()
        self.is_alive = True
        mirror = MirrorWriter(
            plc,
            self.holds,
            self.status,
            MirrorFacts(is_simulated=True, recipe_revision=1, job_id=1, config_checksum=0, bundle_digest32=0),
            is_alive=lambda: self.is_alive,
            is_camera_ok=lambda: True,
        )
        self.renewed: list[int] = []
        self.worker = ActuationWorker(
            plc,
            self.book,
            self.inbox,
            self.outlet,
            mirror,
            self.holds,
            self.status,
            ActuationSettings(
                poll_ns=100_000,
                mirror_ns=mirror_ns,
                job_id=1,
                check_details=lambda _: "",
                renew_camera_clock=lambda: self.renewed.append(monotonic_ns()),
            ),
        )

    def make_outlet(self, journal: Journal) -> LedgerOutlet:
        return LedgerOutlet(self.ring, journal, self.status, station_id=1, bundle_digest32=0)

    def restarted(self) -> Bench:
        """The process is killed, and another one takes over."""
        return Bench(self.folder, self.plc)

    def connect_camera(self) -> None:
        now_ns = monotonic_ns()
        self.inbox.put(CameraRestarted((now_ns, now_ns)))

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.worker.step()

    def get_ready(self) -> None:
        self.connect_camera()
        self.steps(40)
        assert self.book.is_ready

    def rows(self) -> list[tuple[int, int]]:
        """Session and count of all parts in the ledger."""
        return [(int(row["session"]), int(row["part_count"])) for row in self.ring.since(0)]


def make_book() -> PartBook:
    """Return an empty book."""
    return PartBook(
        PairingRules(epsilon_ns=1_500_000), deadline_ns=5_000_000, camera_clock=ClockMap(latency_ns=0)
    )
