"""The service as a whole: looks at the station, tells everybody, and has commands carried out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.alarm_table import with_limits
from inspector.domain.alarms import AlarmId
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import InspectorError
from inspector.protocol import LAST_EVENTS, Counters, Event, Message, StationState
from inspector.service._access import Access, console_mark
from inspector.service._accounts import Act
from inspector.service._alarms import Alarms
from inspector.service._commands import FREE, Commands
from inspector.service._conditions import Known, Watch
from inspector.service._device_desk import DeviceDesk
from inspector.service._disk_watch import DiskWatch
from inspector.service._facts import Look, counters, latencies, read_facts, read_recorder, station_state
from inspector.service._frame_desk import FrameDesk, RecentFrames
from inspector.service._golden import GoldenDesk
from inspector.service._lease import Lease
from inspector.service._live_frames import LiveFrames
from inspector.service._logbook import Logbook, event
from inspector.service._machine_desk import MachineDesk
from inspector.service._options import ServiceFiles, ServiceParts, ServiceSettings
from inspector.service._products import ProductDesk
from inspector.service._rejects import Rejects
from inspector.service._results import Results
from inspector.service._server import Server
from inspector.service._shift_counter import ShiftCounter
from inspector.service._state_file import Kept, load_state, save_state
from inspector.service._wishes import Wishes
from inspector.service._worker import Worker
from inspector.sharedmem import (
    ELLIPSIS,
    DecisionRing,
    LedgerRing,
    ProductBoard,
    RecorderBoard,
    RequestBoard,
    StationStatus,
)

_LOOK_NS: Final = 50_000_000
_ALARMS_NS: Final = 200_000_000
_KEEP_NS: Final = 1_000_000_000
_COUNTS_NS: Final = 10_000_000_000
_HISTORY: Final = 40
_STOP_LOOK_MS: Final = 50
_GLANCES_NS: Final = 25_000_000


class _Timer:
    """Says when something is due again, on average so often; what was missed is not made up for."""

    def __init__(self, interval_ns: int) -> None:
        self._interval_ns, self._due_ns = interval_ns, 0

    def is_due(self, now_ns: int) -> bool:
        if now_ns < self._due_ns:
            return False
        self._due_ns = max(self._due_ns + self._interval_ns, now_ns)
        return True


class Service:
    """Everything behind the protocol. One thread calls `run`; a second one does what waits for disks.

    Parameters
    ----------
    files
        Shared memory that the launcher has made, and folders.
    parts
        What other rooms bring along; owned from now on.

    Raises
    ------
    SharedMemoryError
        The line's memory is missing, or of another version.
    ServiceUnavailableError, ConfigError
        An address cannot be had.
    """

    def __init__(self, settings: ServiceSettings, files: ServiceFiles, parts: ServiceParts) -> None:
        self._settings, self._files, self._parts = settings, files, parts
        self._started_ns = monotonic_ns()
        self._status = StationStatus.attach(files.status)
        self._recorder = RecorderBoard.ensure(files.recorder)
        self._wishes = Wishes(RequestBoard.ensure(files.requests), self._status)
        self._results = _results_of(settings, files, parts)
        self._worker = Worker()
        self._shift = ShiftCounter(
            files.own / "counts.json", settings.shifts, settings.since_utc_ns, self._worker
        )
        self._devices = DeviceDesk(settings, files, parts, self._worker, self._tell)
        lease = Lease()
        self._access = Access(files.own, settings.policy, self._worker, settings.hash_cost, lease)
        self._logbook = Logbook(files.own / "log")
        table = with_limits(settings.limits)
        self._reject_limit = round(10 * (table[AlarmId.REJECT_RATE_HIGH].limit or 100.0))
        self._watch = Watch(table, settings, self._started_ns)
        self._alarms = Alarms(table, self._tell, self._wishes)
        self._rejects = Rejects(self._access, parts.rejects, lambda: self._facts, self._tell)
        board = ProductBoard.ensure(files.products or files.requests.with_name("products.board"))
        self._recent = RecentFrames()
        self._products = ProductDesk(self._access, parts.products, self._wishes, board, self._tell)
        commands = self._commands()
        self._server = Server(
            settings.local,
            commands.handle,
            authority=self._access.standing,
            kept_out=commands.kept_out,
            free=FREE,
            remote=settings.remote,
            encoder=parts.encoder,
            fitter=parts.fitter,
            name=settings.station,
            version=settings.version,
            lease=lease,
        )
        self._timers = {ns: _Timer(ns) for ns in (_LOOK_NS, _ALARMS_NS, _KEEP_NS, _COUNTS_NS)}
        self._state: StationState | None = None
        self._counters: Counters | None = None
        self._latency = latencies(self._status)
        self._facts: dict[str, Any] = {}
        self._disk = DiskWatch(files.data_dir)
        self._chores: Future[None] | None = None
        self._saving: Future[str] | None = None
        self._frames = (
            LiveFrames(parts.frames, self._results.part_of, self._server.publish_frame, self._recent)
            if parts.frames
            else None
        )
        self._skipped = 0
        self._troubles: dict[str, str] = {}
        self._log_trouble = ""
        self._begin()

    def _begin(self) -> None:
        """Take up what was before: the last parts, and the alarms with all that people did about them."""
        try:
            history = list(self._parts.history(_HISTORY)) if self._parts.history else []
        except InspectorError as error:
            history = []
            self._say(tell(Told.EARLIER_PARTS_UNKNOWN, error=str(error)))
        self._server.restore([*self._results.last(history), *self._logbook.last(LAST_EVENTS)])
        kept, complaint = load_state(self._files.own / "alarms.json")
        complaints = [complaint] if complaint else []
        if kept is not None:
            self._watch.passed = kept.passed
            complaints += self._alarms.restore(kept, monotonic_ns())
        self._say(tell(Told.SERVICE_BEGUN, version=self._settings.version or "?"))
        for text in (*complaints, self._devices.restore(), self._shift.restore(), self._access.trouble):
            if text:
                self._say(text)

    def _commands(self) -> Commands:
        return Commands(
            self._access,
            self._alarms,
            self._wishes,
            self._files.data_dir / "images",
            self._files.own / "audit",
            self._logbook,
            self._tell,
            self._more_acts(),
            self._parts.registers,
            self._parts.region_in_file,
        )

    def _more_acts(self) -> dict[str, Act]:
        golden = GoldenDesk(self._access, self._parts.golden, self._parts.region_in_file)
        frames = FrameDesk(self._access, self._recent)
        parts, own = self._parts, self._files.own
        machine = MachineDesk(self._access, own, parts.machine, parts.back_up)
        return {
            **self._rejects.acts,
            **self._products.acts,
            **golden.acts,
            **frames.acts,
            **machine.acts,
        }

    # -- the loop

    def run(self, is_over: Callable[[], bool]) -> None:
        """Serve until `is_over` says so (asked some twenty times a second); then keep what must outlive it."""
        try:
            while not is_over():
                self.step()
        finally:
            self.close()

    def step(self) -> None:
        """Wait for commands, at most 50 ms, and do what is due."""
        frames = self._frames if self._server.wants_frames() else None
        if frames:
            self._watch_for(frames)
        self._server.step(0 if frames else _STOP_LOOK_MS)
        now_ns = monotonic_ns()
        if self._timers[_LOOK_NS].is_due(now_ns):
            look = Look(self._status, now_ns, self._started_ns)
            self._follow_parts()
            if self._timers[_ALARMS_NS].is_due(now_ns):
                self._look_for_alarms(look)
            self._follow_state(look)
        if frames:
            # First the parts: whoever gets the frame then knows the one that it shows.
            self._follow_decisions()
            frames.step(monotonic_ns())
        elif self._frames:
            self._frames.drop(now_ns)

    def _watch_for(self, frames: LiveFrames) -> None:
        """Wait for a frame or a command, a while at most."""
        now_ns = monotonic_ns()
        until_ns = now_ns + _GLANCES_NS
        while not self._server.is_called(frames.patience_ms(now_ns)):
            now_ns = monotonic_ns()
            if frames.look(now_ns) or now_ns >= until_ns:
                return

    def _follow_decisions(self) -> None:
        for part in self._results.decided():
            self._tell(part)

    def _follow_parts(self) -> None:
        self._follow_decisions()
        for fact in self._results.new():
            self._tell(self._whole(fact) if isinstance(fact, Event) else fact)
        if self._results.skipped > self._skipped:
            count = self._results.skipped - self._skipped
            self._skipped = self._results.skipped
            self._say(tell(Told.PARTS_PASSED_OVER, count=count))

    def _follow_state(self, look: Look) -> None:
        """Tell the state when it has changed; the time of its last sign of life alone is no change."""
        state = station_state(
            look,
            self._settings,
            product=self._products.look(),
            parts_now=self._alarms.board.parts_now.value,
            facts=self._facts,
            latency=self._latency,
            talk=self._devices.talk,
            hold_version=self._wishes.hold_version,
        )
        if self._state is None or state.model_copy(update={"updated_ns": self._state.updated_ns}) != (
            self._state
        ):
            self._state = state
            self._tell(state)

    def _look_for_alarms(self, look: Look) -> None:
        is_thorough = self._timers[_KEEP_NS].is_due(look.now_ns)
        if is_thorough:
            self._latency = latencies(self._status)
            self._facts = read_facts(self._status) or self._facts
        self._disk.step(look.now_ns)
        known = Known(
            look=look,
            recorder=read_recorder(self._recorder),
            ledger_percent=self._results.filled_percent,
            disk=self._disk.fill,
            disk_trouble=self._disk.trouble,
            ng_run=self._results.ng_run,
            facts=self._facts,
            product=self._products.look(),
            brightness_percent=self._devices.brightness_percent,
            picture_ns=self._devices.picture_ns,
            latency=self._status.histograms["frame_to_verdict"].copy() if is_thorough else None,
        )
        board, conditions = self._alarms.board, self._watch.conditions(known)
        self._alarms.note(board.observe(conditions, look.now_ns, is_line_held=look.is_line_held))
        self._devices.look(known, board, self._latency)
        self._count(look)
        if is_thorough:
            self._keep_house()

    def _count(self, look: Look) -> None:
        rejects = self._watch.rejects
        of_run = counters(
            look,
            since_utc_ns=self._settings.since_utc_ns,
            recent_parts=rejects.parts,
            recent_rejected=rejects.events,
            reject_trend_permille=self._watch.reject_trend.permille,
            reject_limit_permille=min(1000, self._reject_limit),
            yield_target_permille=round(10 * (self._settings.yield_target_percent or 0)),
        )
        found = self._shift.of_shift(of_run)
        if found != self._counters:
            self._counters = found
            self._tell(found)

    # -- once a second

    def _keep_house(self) -> None:
        """End log-ins that are over, and have the worker write what waits; a hanging disk holds up nothing."""
        lease = self._server.lease
        for who in self._access.take_ended():
            if lease.user == who.name and who.console.endswith(console_mark(lease.client)):
                self._server.revoke_lease()
        if self._chores is None or self._chores.done():
            self._chores = self._worker.chore(self._do_chores)
        self._complain("audit", self._access.audit.trouble)
        self._complain("log", self._log_trouble)
        self._complain("devices", self._devices.keep())
        if self._timers[_COUNTS_NS].is_due(monotonic_ns()):
            self._complain("counts", self._shift.keep())
        self._keep_alarms()

    def _complain(self, of: str, trouble: str) -> None:
        """Say what is wrong, once."""
        if trouble and trouble != self._troubles.get(of):
            self._say(trouble)
        self._troubles[of] = trouble

    def _do_chores(self) -> None:
        """Flush the logs. In the worker."""
        self._access.audit.flush()
        self._log_trouble = self._logbook.flush()

    def _keep_alarms(self) -> None:
        if self._saving is not None:
            if not self._saving.done():
                return
            trouble, self._saving = self._saving.result(), None
            self._alarms.is_changed |= bool(trouble)
            self._complain("alarms", trouble)
        if self._alarms.is_changed:
            self._alarms.is_changed = False
            kept, path = self._kept(), self._files.own / "alarms.json"
            self._saving = self._worker.chore(lambda: save_state(path, kept))

    def _kept(self) -> Kept:
        return Kept(self._alarms.board.snapshot(monotonic_ns()), utc_ns(), self._watch.passed)

    def close(self) -> None:
        """Keep what must outlive the service, and leave."""
        self._disk.close()
        self._worker.close()
        self._rejects.close()
        save_state(self._files.own / "alarms.json", self._kept())
        self._devices.close()
        self._shift.close()
        self._access.audit.close()
        self._logbook.flush()
        self._server.close()

    def _tell(self, fact: Message) -> None:
        if isinstance(fact, Event):
            self._logbook.take(fact)
        self._server.publish(fact)

    def _whole(self, line: Event) -> Event:
        """Return a line of the station's with all of its text: a row has room for its beginning alone."""
        held = bytes(self._status.row["hold_text"][0]).decode("utf-8", "replace")
        text = held if line.text and held.startswith(line.text.removesuffix(ELLIPSIS)) else line.text
        return event(line.source, text, code=line.code, at_utc_ns=line.utc_ns)

    def _say(self, text: str) -> None:
        self._tell(event("service", text))


def _results_of(settings: ServiceSettings, files: ServiceFiles, parts: ServiceParts) -> Results:
    decisions = DecisionRing.attach(files.decisions) if files.decisions else None
    ledger = LedgerRing.attach(files.ledger)
    return Results(ledger, settings.classes, files.image_suffix, decisions, parts.class_names)
