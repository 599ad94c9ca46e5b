"""The part book: every trigger becomes exactly one row, every row gets exactly one disposition and one outcome.

Pure: the actuation thread feeds it what it hears from PLC and inspection, and carries out what it says.
A row starts as REJECT. Only a verdict OK, in time, on the frame that time pairs with this tag and no other,
turns it into ACCEPT; and once decided, a row never changes its mind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition, primary
from inspector.domain.ledger import LedgerTotals, PartRow
from inspector.domain.line import LineSnapshot, PartOutcome, ResultFlags, ResultRecord
from inspector.domain.matching import FrameTable, JudgedFrame, PendingFrame
from inspector.domain.pairing import ClockMap, PairingRules, TriggerCounterVeto, signed_u32
from inspector.domain.part import TAG_MAX, Trigger, tag_distance
from inspector.domain.verdict import Evaluation

OUTCOME_RING = 16


class PartBook:
    """Open parts of the PLC's session, and the rule by which they are decided and closed.

    Parameters
    ----------
    rules
        Pairing in time.
    deadline_ns
        From frame available to verdict; later is LATE.
    may_accept
        False where simulated pixels meet a PLC that is not simulated: nothing is ever accepted then.
    flags
        Flags for every result record.

    Attributes
    ----------
    closed : deque of PartRow
        Final rows, oldest first, for the ledger. The caller takes them out.
    pairing_failures : int
        Tags in a row that got no frame of their own. Three hold the line.
    fault : str
        Not empty once the counts contradict each other; the line must be held.
    """

    def __init__(
        self,
        rules: PairingRules,
        *,
        deadline_ns: int,
        may_accept: bool = True,
        flags: ResultFlags = ResultFlags.NONE,
        recipe_revision: int = 1,
        camera_clock: ClockMap | None = None,
    ) -> None:
        self.rules = rules
        self.totals = LedgerTotals()
        self.closed: deque[PartRow] = deque()
        self.entered: list[PartRow] = []
        self.pairing_failures = 0
        self.fault = ""
        self.session = 0
        self.last_ordinal = 0
        self.last_tag = 0
        self._deadline_ns = deadline_ns
        self._may_accept = may_accept
        self._flags = flags
        self._revision = recipe_revision
        self._frames = FrameTable(rules, camera_clock or ClockMap())
        self._veto = TriggerCounterVeto()
        self._open: dict[int, PartRow] = {}  # by ordinal, oldest first
        self._views: dict[int, dict[int, JudgedFrame]] = {}
        self._outbox: deque[PartRow] = deque()
        self._ready_after: int | None = None
        self._fresh_ns = 0

    # -- what the PLC says

    @property
    def orphan_frames(self) -> int:
        """Frames that found no tag."""
        return self._frames.orphans

    @property
    def are_clocks_known(self) -> bool:
        """Whether the next part could be paired; the line must not be Ready before."""
        return self._frames.are_clocks_known

    @property
    def open_rows(self) -> Iterable[PartRow]:
        """Rows whose outcome is not known yet, oldest first."""
        return self._open.values()

    def resume(self, session: int, last_ordinal: int, last_tag: int, rows: Iterable[PartRow]) -> None:
        """Go on where a former process of this station was killed: its undecided parts were not answered."""
        self.session, self.last_ordinal, self.last_tag = session, last_ordinal, last_tag
        for row in rows:
            self._open[row.ordinal] = row
            if not row.is_decided:
                self._reject(row, Cause.NOT_READY)
        self.totals.in_transit = len(self._open)

    def observe(self, snapshot: LineSnapshot) -> None:
        """Take in the PLC's fast block: a new session, its clock, its new triggers."""
        if snapshot.session != self.session:
            self._start_session(snapshot)
        self._frames.read_plc_clock(snapshot)
        self._fresh_ns = snapshot.sent_ns
        self._take_triggers(snapshot)

    def _start_session(self, snapshot: LineSnapshot) -> None:
        """Close the old session: what it had in transit was purged, or can no longer be known."""
        for row in list(self._open.values()):
            was_accepted = row.disposition is Disposition.ACCEPT and row.is_offered
            row.causes |= 1 << Cause.LINK_FAULT
            self._close(row, Applied.UNRECORDED if was_accepted else Applied.PURGED, snapshot.received_ns)
        first = self.session == 0
        self.session = snapshot.session
        # A first sight counts from here on. A restarted PLC may go on counting, or start at zero.
        if first or snapshot.part_count < self.last_ordinal:
            self.last_ordinal = snapshot.part_count if first else 0
        self.last_tag = snapshot.newest_tag if first or snapshot.part_count == self.last_ordinal else 0
        self._ready_after = None
        self._frames.plc_restarted()
        self._veto.reset()

    def _take_triggers(self, snapshot: LineSnapshot) -> None:
        new = signed_u32(snapshot.part_count - self.last_ordinal)
        if new == 0:
            return
        tags_agree = (
            self.last_tag == 0 or new % TAG_MAX == tag_distance(snapshot.newest_tag, self.last_tag) % TAG_MAX
        )
        if new < 0 or not tags_agree:
            self.fault = (
                f"the PLC's counts disagree: part count {self.last_ordinal} -> {snapshot.part_count}, "
                f"tag {self.last_tag} -> {snapshot.newest_tag}"
            )
            return
        records = {
            snapshot.part_count - tag_distance(snapshot.newest_tag, trigger.tag): trigger
            for trigger in snapshot.triggers
        }
        for ordinal in range(self.last_ordinal + 1, snapshot.part_count + 1):
            behind = snapshot.part_count - ordinal
            tag = (snapshot.newest_tag - 1 - behind) % TAG_MAX + 1
            self._enter(ordinal, tag, records.get(ordinal))
        self.last_ordinal, self.last_tag = snapshot.part_count, snapshot.newest_tag

    def _enter(self, ordinal: int, tag: int, trigger: Trigger | None) -> None:
        """Open a row, as REJECT."""
        row = PartRow(
            session=self.session,
            tag=tag,
            ordinal=ordinal,
            is_seen=trigger is not None,
            recipe_revision=self._revision,
            flags=int(self._flags),
        )
        self._open[ordinal] = row
        self.entered.append(row)
        self.totals.triggers += 1
        self.totals.in_transit += 1
        if trigger is not None:
            row.encoder_counts = trigger.encoder_counts
            row.plc_ns = self._frames.plc_ns(trigger.time_100us)
            row.triggered_ns = self._frames.triggered_ns(row)
        if trigger is None or self._ready_after is None or ordinal <= self._ready_after:
            self._reject(row, Cause.NOT_READY)

    # -- readiness

    @property
    def is_ready(self) -> bool:
        """Whether parts that are triggered from now on will be answered."""
        return self._ready_after is not None

    def set_ready(self) -> None:
        """Answer every part triggered after the newest one seen; call it when the PLC has the echo."""
        self._ready_after = self.last_ordinal
        self.pairing_failures = 0
        self._veto.reset()

    def set_not_ready(self, cause: Cause) -> None:
        """Answer nothing any more: what is undecided or unsent is rejected for `cause`."""
        self._ready_after = None
        while self._outbox:
            self._outbox.popleft().causes |= 1 << cause
        for row in self._open.values():
            if not row.is_decided:
                self._reject(row, cause)

    def camera_restarted(self, latch: tuple[int, int]) -> None:
        """Forget the camera's clock, its counter and its frames; `latch`: see `ports.Camera`."""
        self._frames.camera_restarted(latch)
        self._veto.reset()

    # -- what the camera and inspection say

    def frame_seen(self, frame_id: int, device_ns: int, received_ns: int, view: int = 0) -> None:
        """Take in that a frame has arrived, before it is judged: it is a candidate from now on."""
        self._frames.add(frame_id, device_ns, received_ns, view)

    def frame_judged(self, judged: JudgedFrame) -> None:
        """Take in what inspection made of a frame."""
        self._frames.judge(judged)

    def image_stored(self, frame_id: int, slot: int, generation: int) -> bool:
        """Note where a frame's picture lies; False if no open row has that frame."""
        for row in self._open.values():
            if row.frame_id == frame_id:
                row.image_slot, row.image_generation = slot, generation
                return True
        return False

    def settle(self, now_ns: int) -> None:
        """Pair what can be paired, and give up what has waited too long."""
        frames = self._frames
        for frame, judged in frames.judged(self._fresh_ns):
            self._pair(frame, judged)
        frames.drop_old(now_ns)
        for row in self._open.values():
            if not row.is_decided and now_ns - frames.triggered_ns(row) > self.rules.frame_timeout_ns:
                self.pairing_failures += 1
                self._reject(row, Cause.LATE if frames.has_frame_for(row) else Cause.FRAME_LOST)

    def _pair(self, frame: PendingFrame, judged: JudgedFrame) -> None:
        frames = self._frames
        rows = frames.rows_of(frame, self._open.values())
        if not rows:
            return  # its trigger may come with the next read
        has_rival = frames.rivals_of(frame, rows[0])
        frames.drop(frame)
        if all(row.is_decided for row in rows):
            frames.orphans += 1  # a duplicate, or too late for a tag that was given up
        elif len(rows) > 1 or has_rival:
            self._refuse(rows)
        else:
            self._take_view(rows[0], judged)

    def _refuse(self, rows: list[PartRow]) -> None:
        """More than one candidate: all tags concerned are doubtful."""
        for row in rows:
            if not row.is_decided:
                self.pairing_failures += 1
                self._reject(row, Cause.MISPAIR_REFUSED)

    def _take_view(self, row: PartRow, judged: JudgedFrame) -> None:
        """Note one view of a part; decide when all are there, by the worst of them."""
        if self._veto.objects(row.ordinal, judged.trigger_count):
            self._refuse([row])
            return
        views = self._views.setdefault(row.ordinal, {})
        if judged.view in views:
            self._refuse([row])
            return
        views[judged.view] = judged
        row.views = len(views)
        if len(views) == len(self.rules.view_delays_ns):
            self.pairing_failures = 0
            self._decide(row, list(views.values()))

    # -- deciding

    def _decide(self, row: PartRow, views: list[JudgedFrame]) -> None:
        worst = max(views, key=_badness)
        for view in views:
            row.causes |= self._causes_of(view)
        row.frame_id, row.available_ns = worst.frame_id, worst.available_ns
        row.decided_ns = max(view.decided_ns for view in views)
        verdict = worst.verdict
        row.class_index, row.score, row.p_ok = verdict.class_index, verdict.score, verdict.p_ok
        if not self._may_accept:
            row.causes |= 1 << Cause.INDETERMINATE
        self._settle_row(row, verdict.evaluation)

    def _causes_of(self, judged: JudgedFrame) -> int:
        causes = 0 if judged.cause is Cause.NONE else 1 << judged.cause
        if judged.decided_ns - judged.available_ns > self._deadline_ns:
            causes |= 1 << Cause.LATE
        if judged.verdict.evaluation is Evaluation.NG:
            causes |= 1 << Cause.NG
        elif judged.verdict.evaluation is not Evaluation.OK:
            causes |= 1 << Cause.INDETERMINATE
        return causes

    def _reject(self, row: PartRow, cause: Cause) -> None:
        """Decide a row without a usable frame."""
        row.causes |= 1 << cause
        self._settle_row(row, Evaluation.INDETERMINATE)

    def _settle_row(self, row: PartRow, evaluation: Evaluation) -> None:
        """Fix the disposition, once and for all, and queue the answer."""
        row.is_decided = True
        row.cause = primary(row.causes)
        row.disposition = Disposition.REJECT if row.causes else Disposition.ACCEPT
        row.evaluation = evaluation
        self._views.pop(row.ordinal, None)
        if row.is_seen and self._ready_after is not None and row.ordinal > self._ready_after:
            self._outbox.append(row)

    # -- answering

    def next_answer(self) -> PartRow | None:
        """Return the next row whose result must be sent, and forget that it has to: nothing is sent twice."""
        if not self._outbox:
            return None
        row = self._outbox.popleft()
        row.is_offered = True
        return row

    def record_of(self, row: PartRow) -> ResultRecord:
        """Return what the PLC is told of a row. Only an ACCEPT says OK."""
        evaluation = row.evaluation
        if evaluation is Evaluation.OK and row.disposition is not Disposition.ACCEPT:
            evaluation = Evaluation.INDETERMINATE
        latency_ns = max(0, row.decided_ns - row.available_ns)
        return ResultRecord(
            session=row.session,
            tag=row.tag,
            encoder_counts=row.encoder_counts,
            evaluation=evaluation,
            result_code=int(row.cause),
            reject_station_mask=0 if row.disposition is Disposition.ACCEPT else 1,
            acquisition_id=row.frame_id & 0xFFFF if row.frame_id >= 0 else 0,
            latency_100us=min(0xFFFF, latency_ns // 100_000),
            score_permille=min(1000, max(0, round(row.score * 1000))),
            flags=ResultFlags(row.flags),
        )

    def answered(self, row: PartRow, received_ns: int) -> None:
        """Note that the PLC has acknowledged a row's record."""
        row.sent_ns = received_ns

    def answer_failed(self, row: PartRow) -> None:
        """Note that a row's record may or may not have reached the PLC. It is not sent again."""
        row.causes |= 1 << Cause.LINK_FAULT

    # -- closing

    def take_outcomes(self, outcomes: Iterable[PartOutcome], last_outcome_tag: int, now_ns: int) -> None:
        """Close the rows whose outcome the PLC has written, and those whose outcome is lost."""
        by_tag = {row.tag: row for row in self._open.values()}
        for outcome in outcomes:
            row = by_tag.get(outcome.tag)
            if (
                row is not None
                and self._is_past(row, last_outcome_tag)
                and outcome.applied is not Applied.UNKNOWN
            ):
                row.confirmed = outcome.confirmed
                self._close(row, outcome.applied, now_ns)
        for row in [r for r in self._open.values() if self._is_lost(r, last_outcome_tag)]:
            was_accepted = row.disposition is Disposition.ACCEPT and row.is_offered
            self._close(row, Applied.UNRECORDED if was_accepted else Applied.REJECTED, now_ns)

    def _behind(self, row: PartRow, last_outcome_tag: int) -> int:
        """Return how many outcomes the PLC has written after this row's; negative if not its own yet."""
        if last_outcome_tag == 0:
            return -1
        newest_ordinal = self.last_ordinal - (self.last_tag - last_outcome_tag) % TAG_MAX
        return newest_ordinal - row.ordinal

    def _is_past(self, row: PartRow, last_outcome_tag: int) -> bool:
        return 0 <= self._behind(row, last_outcome_tag) < OUTCOME_RING

    def _is_lost(self, row: PartRow, last_outcome_tag: int) -> bool:
        """Whether the outcome ring has gone over this row. A REJECT is final, so its outcome is known anyway."""
        return self._behind(row, last_outcome_tag) >= OUTCOME_RING

    def _close(self, row: PartRow, applied: Applied, now_ns: int) -> None:
        if not row.is_decided:
            self._reject(row, Cause.NOT_READY)
        row.applied, row.outcome_ns = applied, now_ns
        if applied is Applied.REJECTED and row.disposition is Disposition.ACCEPT and not row.causes:
            row.causes |= 1 << (Cause.PLC_REFUSED if row.sent_ns else Cause.LINK_FAULT)
        row.cause = Cause.NONE if applied is Applied.ACCEPTED else primary(row.causes)
        if applied is Applied.REMOVED:
            row.confirmed = Confirmation.UNKNOWN
        del self._open[row.ordinal]
        self.totals.in_transit -= 1
        self.totals.count(row)
        self.closed.append(row)


def _badness(judged: JudgedFrame) -> int:
    """Order views from good to bad: OK, not decidable, not OK."""
    return (Evaluation.OK, Evaluation.INDETERMINATE, Evaluation.UNDEFINED, Evaluation.NG).index(
        judged.verdict.evaluation
    )
