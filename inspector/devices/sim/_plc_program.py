"""The PLC's program: what a controller's ladder or structured text would do, scan by scan.

Pure and deterministic: inputs and station registers in, outputs and register image out; no I/O, no
clock. Every part is REJECT from the moment the photo-eye sees it. Only a record of the station that
names exactly this part, says OK and comes before the deadline count changes that.
"""

from __future__ import annotations

from collections import deque

from inspector.devices.sim._plc_settings import (
    PlcInputs,
    PlcOutputs,
    PlcSettings,
    Receipt,
    SensorEvent,
    Totals,
)
from inspector.devices.sim._plc_track import Entry, Track
from inspector.devices.sim._plc_watch import LateWatch, StationWatch
from inspector.devices.sim._wires import EventKind, outputs_fall_ns
from inspector.domain.disposition import Applied
from inspector.domain.line import (
    Control,
    LineDetails,
    LineSnapshot,
    PartOutcome,
    PlcCommand,
    RejectFault,
    ResultFlags,
    Status,
)
from inspector.domain.part import Trigger, next_tag
from inspector.domain.verdict import Evaluation

_RESULT_SLOTS = 16


class PlcProgram:
    """One run of the program, from power-up to power-down: one session. One thread.

    Parameters
    ----------
    session
        New and non-zero at every start.
    totals
        Counters, retained by the caller over restarts if it wants to.

    Attributes
    ----------
    wanted_job : int
        The job that somebody has set here; 0 = none: the program follows the station.
    """

    def __init__(self, settings: PlcSettings, session: int, totals: Totals | None = None) -> None:
        self.settings = settings
        self.session = session
        self.totals = totals or Totals()
        self.track = Track(settings, self.totals)
        self.station = StationWatch(settings, session)
        self.newest_tag = 0
        self.part_count = 0
        self.outcomes = dict.fromkeys(Applied, 0)
        self.latched = RejectFault.NONE
        self.is_running = False
        self.ignored_records = 0
        self._late = LateWatch(settings)
        self._finished: deque[Entry] = deque()
        self._last_outcome_tag = 0
        self._next_publish_ns = 0
        self._alive_ns = 0
        self._presses: int | None = None
        self._clear_error_until_ns = 0
        self._heartbeat = 0
        self.job = 0
        self.wanted_job = 0
        self._control = Control.TRIGGER_ENABLE

    @property
    def in_transit(self) -> int:
        """Parts counted whose outcome is not published yet."""
        return len(self.track.entries) + len(self._finished)

    def take_changed(self) -> list[Entry]:
        """Return the parts about which something has become known since the last call."""
        changed, self.track.changed = self.track.changed, []
        return changed

    def sense(self, event: SensorEvent) -> Trigger | None:
        """Take up a sensor's edge, at once (interrupt) or at the scan; return the trigger of a new part.

        A program that did not run for longer than its outputs live has rejected physically since they died,
        whatever it had decided: the parts concerned are refused, so that the outcome says what happened.
        """
        self._notice_death(event.t_ns)
        if event.kind is EventKind.EYE_RISE:
            return self._count_part(event)
        if event.kind is EventKind.EYE_FALL:
            self.track.eye_fell(event)
        elif event.kind is EventKind.GATE_EYE:
            self.track.gate_saw(event)
        else:
            self.track.chute_saw(event)
        return None

    def _notice_death(self, now_ns: int) -> None:
        """Take up that the outputs fell to their safe state because the program has not run for so long."""
        died_ns = outputs_fall_ns(self._alive_ns, self.settings.outputs_stale_ms)
        if self._alive_ns and now_ns > died_ns:
            self.track.outputs_died(died_ns)

    def _count_part(self, event: SensorEvent) -> Trigger:
        self.newest_tag = next_tag(self.newest_tag)
        self.part_count += 1
        expects = self.station.is_ready and not self.latched
        self.track.eye_rose(event, self.newest_tag, self.session, expects)
        return Trigger(tag=self.newest_tag, encoder_counts=event.encoder, time_100us=event.time_100us)

    def scan(self, inputs: PlcInputs, now_100us: int) -> PlcOutputs:
        """Run once: inputs, program, outputs."""
        for event in inputs.events:
            self.sense(event)
        self._notice_death(inputs.now_ns)
        self._alive_ns = inputs.now_ns
        self.track.bypass = inputs.bypass_key
        self.track.move(inputs.encoder, inputs.now_ns)
        self.station.look(inputs.mirror, inputs.now_ns)
        if not self.station.is_fresh:
            self.track.refuse_all()
        for receipt in inputs.receipts:
            self._consume(receipt, inputs.now_ns)
        self._count_late(inputs.now_ns)
        self._finished.extend(self.track.settle(inputs.horizon_encoder))
        self._latch(inputs)
        self._reset_if_pressed(inputs)
        self._run_or_stop(inputs)
        self._choose_job()
        self._heartbeat = (self._heartbeat + 1) & 0xFFFF
        return self._outputs(inputs, now_100us)

    # Records

    def _consume(self, receipt: Receipt, now_ns: int) -> None:
        """Let a record clear REJECT, if it is for exactly this part, says OK, and comes in time."""
        entry = self._addressed(receipt)
        if entry is None:
            self.ignored_records += 1
            return
        record = receipt.record
        assert record is not None
        entry.answered = True
        entry.record_ns = receipt.received_ns
        entry.evaluation, entry.acquisition = record.evaluation, record.acquisition_id
        self.track.changed.append(entry)
        is_simulated = bool(record.flags & ResultFlags.SIMULATED)
        if (
            record.evaluation is not Evaluation.OK
            or (is_simulated and not self.settings.accepts_simulated)
            or entry.refused
            or not self.station.is_fresh
        ):
            entry.refused = True
        else:
            entry.released, entry.released_ns = True, now_ns

    def _addressed(self, receipt: Receipt) -> Entry | None:
        """Return the part for which a record is the first valid one in time; None = ignore the record."""
        record = receipt.record
        if record is None or record.session != self.session or record.tag % _RESULT_SLOTS != receipt.slot:
            return None
        entry = self.track.find(record.tag)
        if entry is None or entry.answered or entry.due or entry.passed:
            return None
        is_before_deadline = self.track.position - entry.position < self.settings.deadline_counts
        if record.encoder_counts != entry.event.encoder or not is_before_deadline:
            return None
        return entry

    def _count_late(self, now_ns: int) -> None:
        for entry in self.track.fall_due():
            if not entry.expects_verdict or not self.station.is_fresh:
                continue
            self._late.note(late=not entry.answered)
            self.totals.late_verdicts += not entry.answered
        if not (self.station.is_fresh and self.is_running):
            self._late.forget()
        if self._late.is_lasting(now_ns):
            self.track.faults |= RejectFault.LATE_VERDICT

    # Faults, and whether the belt runs

    def _latch(self, inputs: PlcInputs) -> None:
        found, self.track.faults = self.track.faults, RejectFault.NONE
        if not inputs.air_ok:
            found |= RejectFault.AIR_LOW
        if inputs.bin_full:
            found |= RejectFault.BIN_FULL
        if self.is_running and self.station.age_ms(inputs.now_ns) >= self.settings.heartbeat_hold_ms:
            found |= RejectFault.WATCHDOG
        limit = self.settings.consecutive_limit
        if limit and self.totals.consecutive_rejects >= limit:
            found |= RejectFault.CONSECUTIVE
        self.latched |= found

    def _reset_if_pressed(self, inputs: PlcInputs) -> None:
        """Clear what has no reason any more, and let the station see the reset long enough."""
        if self._presses is None:
            self._presses = inputs.reset_presses
        if inputs.reset_presses == self._presses:
            return
        self._presses = inputs.reset_presses
        self._clear_error_until_ns = inputs.now_ns + int(self.settings.clear_error_ms * 1e6)
        if self.track.is_lost:
            self.track.recover()
        self.track.forgive()
        self._late.forget()
        self.totals.consecutive_rejects = 0
        self.latched = self._remaining(inputs)

    def _remaining(self, inputs: PlcInputs) -> RejectFault:
        """Return those latched faults whose reason is still there."""
        reasons = RejectFault.NONE
        if not inputs.air_ok:
            reasons |= RejectFault.AIR_LOW
        if inputs.bin_full:
            reasons |= RejectFault.BIN_FULL
        if not self.station.is_fresh:
            reasons |= RejectFault.WATCHDOG
        if self.track.is_lost:
            reasons |= RejectFault.TRACKING_LOST
        return self.latched & reasons

    def _run_or_stop(self, inputs: PlcInputs) -> None:
        """Start only with a station that is ready in this session; then run until something says stop."""
        may_run = inputs.run_commanded and not self.latched and not self.station.requests_stop
        self.is_running = may_run and (self.is_running or self.station.is_ready)
        self.track.is_running = self.is_running

    def _choose_job(self) -> None:
        """Run the job that was asked for; else take over that of a station that is ready."""
        if self.wanted_job:
            self.job = self.wanted_job
        elif self.station.is_ready:
            self.job = self.station.job_id

    # What others see

    def _outputs(self, inputs: PlcInputs, now_100us: int) -> PlcOutputs:
        clear_error = inputs.now_ns < self._clear_error_until_ns
        self._control = _control(inputs, self.is_running, self.track.is_empty, clear_error)
        details = self._details(inputs, self._publish(inputs.now_ns))
        status = self.station.status
        return PlcOutputs(
            conveyor_run=self.is_running,
            stack_light=bool(self.latched) or inputs.bypass_key or Status.STACK_LIGHT in status,
            horn=Status.HORN in status or bool(self.latched & RejectFault.TRACKING_LOST),
            windows=self.track.drive(inputs.now_ns),
            snapshot=self.snapshot(now_100us, inputs.encoder),
            details=details,
        )

    def snapshot(self, now_100us: int, encoder: int) -> LineSnapshot:
        """Return the header of the fast part as it stands; without triggers, see `sense`."""
        return LineSnapshot(
            plc_heartbeat=self._heartbeat,
            session=self.session,
            control=self._control,
            newest_tag=self.newest_tag,
            part_count=self.part_count,
            now_100us=now_100us,
            encoder_counts=encoder,
            last_outcome_tag=self._last_outcome_tag,
            reject_fault=self.latched,
            triggers=(),
            torn_triggers=0,
            sent_ns=0,
            received_ns=0,
        )

    def _publish(self, now_ns: int) -> tuple[PartOutcome, ...]:
        """Return the outcomes that may be told now, no faster than the ring of 16 is read."""
        published: list[PartOutcome] = []
        interval_ns = int(self.settings.outcome_interval_ms * 1e6)
        while self._finished and now_ns >= self._next_publish_ns:
            entry = self._finished.popleft()
            self._next_publish_ns = max(self._next_publish_ns, now_ns - 2 * interval_ns) + interval_ns
            self._last_outcome_tag = entry.tag
            self.outcomes[entry.applied] += 1
            self.track.changed.append(entry)
            published.append(PartOutcome(tag=entry.tag, applied=entry.applied, confirmed=entry.confirmed))
        return tuple(published)

    def _details(self, inputs: PlcInputs, outcomes: tuple[PartOutcome, ...]) -> LineDetails:
        settings, totals = self.settings, self.totals
        return LineDetails(
            command=PlcCommand.JOB if self.job else PlcCommand.NONE,
            command_argument=self.job,
            rejects_commanded=totals.rejects_commanded & 0xFFFF,
            rejects_confirmed=totals.rejects_confirmed & 0xFFFF,
            late_verdicts=totals.late_verdicts & 0xFFFF,
            consecutive_rejects=totals.consecutive_rejects & 0xFFFF,
            scan_time_100us=round((inputs.scan_ms or settings.scan_ms) * 10),
            counts_per_mm_x100=round(settings.counts_per_mm * 100),
            gate_counts=settings.gate_counts,
            window_counts=settings.window_counts,
            deadline_counts=settings.deadline_counts,
            trigger_delay_100us=round(settings.trigger_delay_us / 100),
            outcomes=outcomes,
        )


def _control(inputs: PlcInputs, is_running: bool, is_empty: bool, clear_error: bool) -> Control:
    control = Control.TRIGGER_ENABLE
    for is_set, bit in (
        (clear_error, Control.CLEAR_ERROR),
        (is_running, Control.LINE_RUNNING),
        (inputs.air_ok, Control.AIR_OK),
        (inputs.bypass_key, Control.BYPASS),
        (inputs.challenge_key, Control.CHALLENGE_MODE),
        (is_empty, Control.LINE_EMPTY),
    ):
        if is_set:
            control |= bit
    return control
