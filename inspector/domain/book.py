"""The part book: every trigger becomes exactly one row, every row gets exactly one disposition and one outcome.

Pure: the actuation thread feeds it what it hears from PLC and inspection, and carries out what it says.
A row starts as REJECT. Only a verdict OK, in time, on the frame that time pairs with this tag and no other,
turns it into ACCEPT; and once decided, a row never changes its mind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from inspector.domain.counting import TriggerCount
from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition, primary
from inspector.domain.in_force import InForce
from inspector.domain.ledger import LedgerTotals, PartRow
from inspector.domain.line import LineSnapshot, PartOutcome, ResultFlags
from inspector.domain.matching import FrameTable, JudgedFrame, PendingFrame
from inspector.domain.pairing import ClockMap, PairingRules, TriggerCounterVeto
from inspector.domain.part import NOBODY, Trigger
from inspector.domain.verdict import Evaluation

OUTCOME_RING = 16
OPEN_LIMIT = 1000
"""Rows that may be open, or closed and not in the ledger yet. Triggers beyond are taken in as these go."""


class PartBook:
    """Open parts of the PLC's session, and the rule by which they are decided and closed.

    Parameters
    ----------
    rules
        Pairing in time.
    deadline_ns
        From frame available to verdict.
    in_force
        What parts are judged by.
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
    is_other_job : bool
        Whether the PLC makes another product than the station judges by: then no part is accepted.
    """

    def __init__(
        self,
        rules: PairingRules,
        *,
        deadline_ns: int,
        may_accept: bool = True,
        flags: ResultFlags = ResultFlags.NONE,
        in_force: InForce | None = None,
        camera_clock: ClockMap | None = None,
    ) -> None:
        self.rules = rules
        self.totals = LedgerTotals()
        self.closed: deque[PartRow] = deque()
        self.entered: list[PartRow] = []
        self.identity = NOBODY
        self.pairing_failures = 0
        self.is_other_job = False
        self._count = TriggerCount()
        self._deadline_ns, self._may_accept, self._flags = deadline_ns, may_accept, flags
        self.in_force = in_force or InForce()
        self._frames = FrameTable(rules, camera_clock or ClockMap())
        self._veto = TriggerCounterVeto()
        self._open: dict[int, PartRow] = {}  # by ordinal, oldest first
        self._views: dict[int, dict[int, JudgedFrame]] = {}
        self._outbox: deque[PartRow] = deque()
        self._ready_after: int | None = None
        self._fresh_ns = 0

    # -- what the PLC says

    @property
    def session(self) -> int:
        """The PLC's session; 0 = none seen yet."""
        return self._count.session

    @property
    def last_ordinal(self) -> int:
        """Ordinal of the newest part that has a row."""
        return self._count.ordinal

    @property
    def last_tag(self) -> int:
        """Tag of the newest part that has a row."""
        return self._count.tag

    @property
    def fault(self) -> str:
        """Not empty once the counts contradict each other; the line must be held."""
        return self._count.fault

    @property
    def orphan_frames(self) -> int:
        """Frames that found no tag."""
        return self._frames.orphans

    @property
    def doubtful_frames(self) -> int:
        """Frames in a row, up to the newest, that came at another time than their stamps say."""
        return self._frames.doubts

    @property
    def are_clocks_known(self) -> bool:
        """Whether the next part could be paired; the line must not be Ready before."""
        return self._frames.are_clocks_known

    @property
    def open_rows(self) -> Iterable[PartRow]:
        """Rows whose outcome is not known yet, oldest first."""
        return self._open.values()

    def resume(self, session: int, last_ordinal: int, last_tag: int, rows: Iterable[PartRow]) -> None:
        """Go on where a former process of this station has ended: its undecided parts were not answered."""
        self._count.resume(session, last_ordinal, last_tag)
        for row in rows:
            self._open[row.ordinal] = row
            if not row.is_decided:
                self._reject(row, Cause.NOT_READY)
        self.totals.in_transit = len(self._open)

    def observe(self, snapshot: LineSnapshot) -> None:
        """Take in the PLC's fast block: a new session, its clock, its new triggers.

        A new session only closes the old one; its triggers come with the next snapshot, so that the caller
        can put away the rows of the old one before. Session 0 is a PLC that is not up yet.
        """
        if not snapshot.session or snapshot.session != self.session:
            self._end_session(snapshot.received_ns)
            if snapshot.session:
                self._count.begin(snapshot)
            return
        if not self._frames.read_plc_clock(snapshot):
            self.set_not_ready(Cause.LINK_FAULT)  # what was triggered before the jump pairs with nothing
        self._fresh_ns = snapshot.sent_ns
        if self._count.look(snapshot):
            self._take_triggers(snapshot)

    def _end_session(self, now_ns: int) -> None:
        """Close the old session, whose parts nobody answers any more."""
        self._abandon(now_ns)
        self._ready_after = None
        self.in_force.new_session()
        self._frames.plc_restarted()
        self._veto.reset()

    def _abandon(self, now_ns: int) -> None:
        """Close all open rows: their parts were purged, or what became of them can no longer be known."""
        for row in list(self._open.values()):
            was_accepted = row.disposition is Disposition.ACCEPT and row.is_offered
            row.causes |= 1 << Cause.LINK_FAULT
            self._close(row, Applied.UNRECORDED if was_accepted else Applied.PURGED, now_ns)

    def forgive(self, now_ns: int) -> None:
        """Count afresh, since the operator has acknowledged the fault and the pairing failures."""
        self.pairing_failures = 0
        if self._count.fault:
            self._abandon(now_ns)
            self._count.forgive()

    def _take_triggers(self, snapshot: LineSnapshot) -> None:
        count = self._count
        records = {count.ordinal_of(trigger.tag): trigger for trigger in snapshot.triggers}
        for ordinal, tag in count.take(max(0, OPEN_LIMIT - len(self._open) - len(self.closed))):
            if ordinal not in self._open:  # a killed predecessor may have noted it already
                self._enter(ordinal, tag, records.get(ordinal))

    def _enter(self, ordinal: int, tag: int, trigger: Trigger | None) -> None:
        """Open a row, as REJECT."""
        row = PartRow(
            session=self.session,
            tag=tag,
            ordinal=ordinal,
            is_seen=trigger is not None,
            flags=int(self._flags),
            identity=self.identity,
        )
        self.in_force.mark(row)
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
        elif self._frames.is_plc_behind:
            # A clock that is set back for a moment has stamped it with the time of a neighbour.
            self._reject(row, Cause.MISPAIR_REFUSED)

    # -- readiness

    @property
    def is_ready(self) -> bool:
        """Whether parts that are triggered from now on will be answered."""
        return self._ready_after is not None

    def set_ready(self) -> None:
        """Answer every part triggered after the newest one seen; call it when the PLC has the echo."""
        self._ready_after = self._count.newest_ordinal
        self.in_force.begin(self._ready_after)
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

    def camera_clock_read(self, latch: tuple[int, int]) -> None:
        """Take in a reading of the camera's clock, as often as there are no frames to tell the time."""
        self._frames.read_camera_clock(latch)

    def frame_seen(self, frame_id: int, device_ns: int, received_ns: int, view: int = 0) -> None:
        """Take in that a frame has arrived, before it is judged: it is a candidate from now on."""
        self._frames.add(frame_id, device_ns, received_ns, view)

    def frame_judged(self, judged: JudgedFrame) -> None:
        """Take in what inspection made of a frame."""
        self._frames.judge(judged)

    def awaits_pairing(self, frame_id: int, available_ns: int) -> bool:
        """Whether a judged frame may still find its tag."""
        return self._frames.has(frame_id, available_ns)

    def image_stored(self, frame_id: int, available_ns: int, slot: int, generation: int) -> bool:
        """Note where a frame's picture lies; False if no open row has that frame. An id alone may come again."""
        for row in self._open.values():
            if (row.frame_id, row.available_ns) == (frame_id, available_ns):
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
        elif frame.is_doubtful:
            for row in rows:
                self._reject(row, Cause.LATE)
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
        views = self._views.setdefault(row.ordinal, {})
        if self._veto.objects(row.ordinal, judged.trigger_count) or judged.view in views:
            self._refuse([row])
            return
        views[judged.view] = judged
        row.views = len(views)
        if len(views) == len(self.rules.view_delays_ns):
            self.pairing_failures = 0
            self._decide(row, list(views.values()))

    # -- deciding

    def _decide(self, row: PartRow, views: list[JudgedFrame]) -> None:
        worst = max(views, key=lambda view: view.verdict.evaluation.badness)
        for view in views:
            row.causes |= view.causes(self._deadline_ns)
        row.frame_id, row.available_ns = worst.frame_id, worst.available_ns
        row.decided_ns = max(view.decided_ns for view in views)
        verdict = worst.verdict
        row.class_index, row.score, row.p_ok = verdict.class_index, verdict.score, verdict.p_ok
        if not self._may_accept:
            row.causes |= 1 << Cause.INDETERMINATE
        if self.is_other_job:
            row.causes |= 1 << Cause.NOT_READY
        self._settle_row(row, verdict.evaluation)

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
        while self._outbox:
            row = self._outbox.popleft()
            if self._open.get(row.ordinal) is row:  # not closed meanwhile
                row.is_offered = True
                return row
        return None

    def answered(self, row: PartRow, received_ns: int) -> None:
        """Note that the PLC has acknowledged a row's record."""
        row.sent_ns = received_ns

    def answer_failed(self, row: PartRow) -> None:
        """Note that a row's record may or may not have reached the PLC. It is not sent again."""
        row.causes |= 1 << Cause.LINK_FAULT

    # -- closing

    def take_outcomes(self, outcomes: Sequence[PartOutcome], last_outcome_tag: int, now_ns: int) -> None:
        """Close the rows whose outcome the PLC has written, and those whose outcome is lost."""
        by_tag = {row.tag: row for row in self._open.values()}
        may_differ = any(outcome.applied in _NOT_AS_TOLD for outcome in outcomes)
        for outcome in outcomes:
            row = by_tag.get(outcome.tag)
            is_known = outcome.applied is not Applied.UNKNOWN
            if row is not None and is_known and self._is_past(row, last_outcome_tag):
                row.confirmed = outcome.confirmed
                self._close(row, outcome.applied, now_ns)
        for row in [r for r in self._open.values() if self._is_lost(r, last_outcome_tag)]:
            is_known = not ((row.disposition is Disposition.ACCEPT and row.is_offered) or may_differ)
            self._close(row, Applied.REJECTED if is_known else Applied.UNRECORDED, now_ns)

    def _behind(self, row: PartRow, last_outcome_tag: int) -> int:
        """Return how many outcomes the PLC has written after this row's; negative if not its own yet."""
        if last_outcome_tag == 0:
            return -1
        return self._count.ordinal_of(last_outcome_tag) - row.ordinal

    def _is_past(self, row: PartRow, last_outcome_tag: int) -> bool:
        return 0 <= self._behind(row, last_outcome_tag) < OUTCOME_RING

    def _is_lost(self, row: PartRow, last_outcome_tag: int) -> bool:
        """Whether the outcome ring has gone over this row."""
        return self._behind(row, last_outcome_tag) >= OUTCOME_RING

    def _close(self, row: PartRow, applied: Applied, now_ns: int) -> None:
        if not row.is_decided:
            self._reject(row, Cause.NOT_READY)
        row.applied, row.outcome_ns = applied, now_ns
        if applied is Applied.REJECTED and row.disposition is Disposition.ACCEPT and not row.causes:
            row.causes |= 1 << self.in_force.why_refused(row)
        row.cause = Cause.NONE if applied is Applied.ACCEPTED else primary(row.causes)
        if applied is Applied.REMOVED:
            row.confirmed = Confirmation.UNKNOWN
        del self._open[row.ordinal]
        self.totals.in_transit -= 1
        self.totals.count(row)
        self.closed.append(row)


# Seen in the ring, they may have befallen the lost parts, too; else a REJECT, which is final, was rejected.
_NOT_AS_TOLD = (Applied.BYPASSED, Applied.PURGED, Applied.REMOVED)
