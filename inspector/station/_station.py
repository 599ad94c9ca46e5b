"""The station: what it is made of, how it starts, how it is watched, how it stops."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue

from inspector.clock import monotonic_ns, sleep_s
from inspector.domain.book import PartBook
from inspector.domain.frame import Frame
from inspector.domain.hold import Hold
from inspector.domain.line import LineDetails, Status
from inspector.domain.states import Command, State, StateMachine
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import SharedMemoryError, WorkerDiedError, WorkerStuckError
from inspector.ports import Camera, Classifier, LineIO
from inspector.realtime import Grant, freeze_garbage_collector, request, share_interpreter_finely
from inspector.sharedmem import RequestBoard, StationStatus
from inspector.station._actuation import ActuationSettings, ActuationWorker
from inspector.station._capture import CaptureWorker, Inbox
from inspector.station._holds import Holds
from inspector.station._inspection import ImageSink, InspectionWorker
from inspector.station._mirror import MirrorFacts, MirrorWriter
from inspector.station._outlet import LedgerOutlet
from inspector.station._workers import WorkerThread

_WATCH_S = 0.02
_TOLD_S = 0.005
_ALIVE_NS = 300_000_000
"""A worker silent for longer stops the heartbeat; the PLC rejects from then on."""
_HUNG_NS = 1_000_000_000
_GIVEN_UP_NS = 10_000_000_000
_OWN_GAP_NS = 200_000_000
_JOIN_S = 2.0
_COLLECT_NS = 5_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSettings:
    """How the station runs; the composition root makes it from the configuration.

    Parameters
    ----------
    priority, core
        SCHED_FIFO priority of inspection (capture gets one more, actuation one less) and the core of all;
        0 and None leave them alone.
    queue_limit
        Frames that may wait for inspection; one more is an overrun.
    """

    deadline_ns: int = 5_000_000
    poll_ns: int = 4_000_000
    mirror_ns: int = 50_000_000
    max_pairing_failures: int = 3
    plc_silent_ns: int = 500_000_000
    queue_limit: int = 8
    keep_all_images: bool = False
    priority: int = 30
    core: int | None = -1
    lock_memory: bool = True
    wake_latency_us: int = -1
    is_simulated: bool = True
    recipe_revision: int = 1
    job_id: int = 0
    config_checksum: int = 0
    bundle_digest32: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StationParts:
    """The devices and stores that a station is composed of. It owns them from now on."""

    camera: Camera
    line: LineIO
    classifier: Classifier
    book: PartBook
    outlet: LedgerOutlet
    status: StationStatus
    images: ImageSink | None
    check_details: Callable[[LineDetails], str]
    requests: RequestBoard | None = None


class Station:
    """Three workers and a supervisor (the calling thread), which mostly sleeps.

    Order of the start: inspection, capture, actuation; only actuation makes the line Ready, and only when all
    make progress. Order of the stop: the line is told first, then the threads end, in reverse.
    """

    def __init__(self, parts: StationParts, settings: StationSettings) -> None:
        self._parts = parts
        self._settings = settings
        self._holds = Holds()
        self._machine = StateMachine()
        self._watched_ns = self._woke_ns = 0
        self._collected_ns = 0
        self.grants: dict[str, Grant] = {}
        frames: SimpleQueue[Frame | None] = SimpleQueue()
        inbox: Inbox = SimpleQueue()
        self._capture = CaptureWorker(
            parts.camera, frames, inbox, parts.status, queue_limit=settings.queue_limit
        )
        inspection = InspectionWorker(
            parts.classifier,
            parts.camera,
            frames,
            inbox,
            parts.status,
            deadline_ns=settings.deadline_ns,
            images=parts.images,
            keep_all_images=settings.keep_all_images,
        )
        self._actuation = self._make_actuation(inbox)
        self._threads = [
            self._thread(worker, offset)
            for worker, offset in ((inspection, 0), (self._capture, 1), (self._actuation, -1))
        ]

    def _make_actuation(self, inbox: Inbox) -> ActuationWorker:
        parts, settings = self._parts, self._settings
        mirror = self._mirror = MirrorWriter(
            parts.line,
            self._holds,
            parts.status,
            MirrorFacts(
                is_simulated=settings.is_simulated,
                recipe_revision=settings.recipe_revision,
                job_id=settings.job_id,
                config_checksum=settings.config_checksum,
                bundle_digest32=settings.bundle_digest32,
            ),
            is_alive=self._is_alive,
            is_camera_ok=lambda: self._capture.is_connected,
        )
        return ActuationWorker(
            parts.line,
            parts.book,
            inbox,
            parts.outlet,
            mirror,
            self._holds,
            parts.status,
            ActuationSettings(
                poll_ns=settings.poll_ns,
                mirror_ns=settings.mirror_ns,
                max_pairing_failures=settings.max_pairing_failures,
                plc_silent_ns=settings.plc_silent_ns,
                job_id=settings.job_id,
                check_details=parts.check_details,
                renew_camera_clock=self._capture.renew_clock,
            ),
        )

    def _thread(
        self, worker: CaptureWorker | InspectionWorker | ActuationWorker, offset: int
    ) -> WorkerThread:
        priority = self._settings.priority
        return WorkerThread(
            worker,
            priority=priority + offset if priority else 0,
            core=self._settings.core,
            on_failure=lambda text: self._holds.put(Hold.WORKER, text),
        )

    def _is_alive(self) -> bool:
        """Whether every worker has finished a step lately. The actuation thread asks, so it lives."""
        now_ns = monotonic_ns()
        return all(
            not thread.failure and now_ns - thread.last_step_ns < _ALIVE_NS
            for thread in self._threads
            if thread.name != self._actuation.name
        )

    # -- life

    def start(self) -> None:
        """Take real-time rights and start the workers. The classifier must be warm and tested by now."""
        settings = self._settings
        self.grants["supervisor"] = request(
            settings.priority + 2 if settings.priority else 0,
            settings.core,
            settings.lock_memory,
            settings.wake_latency_us,
        )
        share_interpreter_finely()
        freeze_garbage_collector()
        self._machine.request(Command.RESET)
        self._machine.done()
        self._publish_state()
        for thread in self._threads:
            thread.start()
        self._watched_ns = monotonic_ns()

    def supervise(self) -> None:
        """Look after the workers once, and sleep 20 ms.

        Raises
        ------
        WorkerDiedError
            A worker has ended, or hangs for good: only a new process can help.
        """
        sleep_s(_WATCH_S)
        now_ns = monotonic_ns()
        gap_ns, self._watched_ns = now_ns - self._watched_ns, now_ns
        # After a stop of the whole process everybody looks dead for a moment, the one that waits longest too.
        if gap_ns >= _OWN_GAP_NS:
            self._woke_ns = now_ns
        self._look_for_hung_workers(now_ns)
        for thread in self._threads:
            if thread.grant is not None:
                self.grants.setdefault(thread.name, thread.grant)
        self._obey()
        self._advance_state()
        self._publish_state()
        self._collect_garbage(now_ns)

    def _obey(self) -> None:
        """Hold the line for as long as a person wants it held; pass on what the alarms ask of light and horn."""
        if self._parts.requests is None:
            return
        try:
            requests = self._parts.requests.read()
        except SharedMemoryError:
            return  # its writer was killed in the middle: what was asked before stays in force
        if requests.is_held:
            self._holds.put(Hold.OPERATOR, requests.hold_text or tell(Told.HELD_BY_HAND))
        else:
            self._holds.lift(Hold.OPERATOR)
        light = Status.STACK_LIGHT if requests.is_light_on else Status(0)
        self._mirror.signals = light | (Status.HORN if requests.is_horn_on else Status(0))

    def _look_for_hung_workers(self, now_ns: int) -> None:
        for thread in self._threads:
            silent_ns = now_ns - max(thread.last_step_ns, self._woke_ns)
            if thread.failure:
                self._give_up(tell(Told.WORKER_DIED, worker=thread.name, failure=thread.failure))
            elif silent_ns > _HUNG_NS:
                seconds = f"{silent_ns / 1e9:.1f}"
                silence = tell(Told.WORKER_SILENT, worker=thread.name, seconds=seconds)
                if silent_ns > _GIVEN_UP_NS:
                    self._give_up(silence)
                self._holds.put(Hold.WORKER, silence)

    def _give_up(self, text: str) -> None:
        """Say why, in place of actuation that may be dead itself."""
        status = self._parts.status
        self._holds.put(Hold.WORKER, text)
        status.set_text("hold_text", text)
        status.set("hold_code", int(Hold.WORKER))
        status.set("is_ready", 0)
        raise WorkerDiedError(text)

    def _collect_garbage(self, now_ns: int) -> None:
        """Collect only while the line does not run: a collection stops every thread for milliseconds."""
        if self._machine.state is not State.EXECUTE and now_ns - self._collected_ns > _COLLECT_NS:
            self._collected_ns = now_ns
            gc.collect()

    def stop(self) -> None:
        """Tell the line, then end the workers.

        Raises
        ------
        WorkerStuckError
            A worker outlived its join limit; the process must exit all the same.
        """
        self._machine.request(Command.STOP)
        self._publish_state()
        self._actuation.is_stopping = True
        self._wait_until_told()
        stuck: list[WorkerStuckError] = []
        for thread in reversed(self._threads):
            thread.ask_to_stop()
        for thread in reversed(self._threads):
            try:
                thread.join(_JOIN_S)
            except WorkerStuckError as error:
                stuck.append(error)
        self._machine.done()
        self._publish_state()
        if stuck:
            raise stuck[0]
        self._close_parts()

    def _wait_until_told(self) -> None:
        """Give actuation the time to write TriggerReady = 0 and StopRequest, and to take in last outcomes."""
        status, deadline_ns = self._parts.status, monotonic_ns() + 400_000_000
        while monotonic_ns() < deadline_ns and status.get("is_linked"):
            if self._actuation.has_told_stop and not status.get("in_transit"):
                return
            sleep_s(_TOLD_S)

    def _close_parts(self) -> None:
        self._parts.camera.ensure_stopped()
        self._parts.camera.close()
        self._parts.line.close()
        self._parts.classifier.close()

    # -- state

    def _advance_state(self) -> None:
        """Follow what the workers report; the machine refuses what makes no sense."""
        machine, status = self._machine, self._parts.status
        reason, text = self._holds.first
        is_ready, runs = bool(status.get("is_ready")), bool(status.get("is_line_running"))
        match machine.state:
            case State.IDLE if is_ready:
                machine.request(Command.START)
            case State.EXECUTE | State.SUSPENDED if reason:
                machine.request(Command.HOLD, text)
            case State.EXECUTE if not (is_ready and runs):
                machine.request(Command.SUSPEND, "the line stands" if is_ready else "not ready")
            case State.SUSPENDED if is_ready and runs:
                machine.request(Command.UNSUSPEND)
            case State.HELD if not reason and is_ready:
                machine.request(Command.UNHOLD)
            case _:
                return
        machine.done()

    def _publish_state(self) -> None:
        self._parts.status.set("state", int(self._machine.state))

    @property
    def state(self) -> State:
        """Where the station is."""
        return self._machine.state
