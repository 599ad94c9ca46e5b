"""Where rows go: journal, ledger ring, checkpoint. In that order, so that a kill in between can be made good."""

from __future__ import annotations

from inspector.clock import monotonic_ns
from inspector.domain.book import PartBook
from inspector.domain.disposition import Applied, Cause
from inspector.domain.hold import Hold
from inspector.domain.ledger import PartRow
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.sharedmem import DecisionRing, LedgerRing, StationStatus
from inspector.station._holds import Holds
from inspector.station._rows import Checkpoint, Journal, catch_up, count_anew, ledger_fields

EVENT_STATE = 1
EVENT_HOLD = 2
EVENT_IMAGE = 3
_FULL_MARGIN = 256
"""Room that must be left: the parts in transit still need their rows once the line is held."""
_RESUME_FREE = 4096


class LedgerOutlet:
    """Takes the book's closed rows to the ledger. Owned by the actuation thread."""

    def __init__(
        self,
        ring: LedgerRing,
        journal: Journal,
        status: StationStatus,
        *,
        station_id: int,
        bundle_digest32: int,
        decisions: DecisionRing | None = None,
    ) -> None:
        self._ring = ring
        self._journal = journal
        self._status = status
        self._station_id = station_id
        self._digest = bundle_digest32
        self._decisions = decisions
        self._forgiven = 0
        self._lost_tag = 0
        self._committed: tuple[int, ...] = ()

    def resume(self, book: PartBook, *, is_same_run: bool = True) -> None:
        """Go on where a killed predecessor stopped; another run's counts only take over what it left open."""
        point, noted = self._journal.checkpoint(), self._journal.rows()
        rows = catch_up(point, self._ring, noted)
        if not is_same_run:
            count_anew(point, rows)
        self._forgiven = point.forgiven
        book.totals = point.totals
        before = (point.recipe_revision, point.bundle_digest32) if point.session else None
        book.in_force.inherit(before, rows)
        book.resume(point.session, point.last_ordinal, point.last_tag, rows)
        self._commit(book)
        still_open = {(row.session, row.ordinal) for row in rows}
        for row in noted:
            if (row.session, row.ordinal) not in still_open:
                self._journal.drop(row)

    def note(self, row: PartRow) -> None:
        """Note a row's decision, before the PLC hears of it: a successor then knows what may have been accepted."""
        self._journal.put(row)

    def answered(self, row: PartRow) -> None:
        """Let people know of a decision that the PLC has: its row is final only when the part has passed the gate."""
        if self._decisions is not None:
            self._decisions.append(row)

    def drain(self, book: PartBook) -> None:
        """Write what has been closed, as far as the ring takes it, and publish the totals."""
        for row in book.entered:
            self._journal.put(row)
        book.entered.clear()
        written = []
        while book.closed and self._write(book.closed[0]):
            written.append(book.closed.popleft())
        self._commit(book)
        for row in written:
            self._journal.drop(row)
        self._publish(book)

    def _commit(self, book: PartBook) -> None:
        """Note how far we are, if that has changed. Totals for a successor only include what is in the ring."""
        rows = self._ring.written
        place = (book.session, book.last_ordinal, rows, len(book.closed), self._forgiven)
        if place == self._committed:
            return
        self._committed = place
        self._journal.commit(
            Checkpoint(
                session=book.session,
                last_ordinal=book.last_ordinal,
                last_tag=book.last_tag,
                rows=rows,
                forgiven=self._forgiven,
                recipe_revision=book.in_force.now[0],
                bundle_digest32=book.in_force.now[1],
                totals=book.totals.without(book.closed) if book.closed else book.totals,
            )
        )
        self._status.write_totals(book.totals, rows)

    def _write(self, row: PartRow) -> bool:
        fields = ledger_fields(row, station_id=self._station_id, bundle_digest32=self._digest)
        if not self._ring.append(**fields):
            return False
        if not row.is_seen:
            self._status.add("missed_triggers")
        if row.causes >> Cause.MISPAIR_REFUSED & 1:
            self._status.add("mispair_refused")
        if row.applied is Applied.UNRECORDED:
            self._lost_tag = self._lost_tag or row.tag
        return True

    def _publish(self, book: PartBook) -> None:
        status = self._status
        status.set("orphan_frames", book.orphan_frames)
        status.set("session", book.session)
        status.set("part_count", book.last_ordinal & 0xFFFFFFFF)
        status.set("updated_ns", monotonic_ns())

    def image_without_part(self, slot: int, generation: int) -> bool:
        """Record a picture that belongs to no part, so that its slot comes back; False if the ring is full."""
        return self._ring.append_event(
            EVENT_IMAGE,
            tell(Told.FRAME_WITHOUT_PART),
            trigger_ns=monotonic_ns(),
            image_slot=slot,
            image_generation=generation,
        )

    def event(self, code: int, text: str) -> None:
        """Record a change of state; dropped when the ring is full, since parts come first."""
        if self._ring.free > _FULL_MARGIN:
            self._ring.append_event(code, text, trigger_ns=monotonic_ns(), station_id=self._station_id)

    def is_waiting(self, book: PartBook) -> bool:
        """Whether rows are open that the PLC might have closed."""
        return any(row.applied is Applied.UNKNOWN for row in book.open_rows)

    def forgive(self, book: PartBook) -> None:
        """The operator has acknowledged what is unrecorded so far; a restarted station knows that, too."""
        self._forgiven = book.totals.unrecorded
        self._lost_tag = 0

    def check(self, book: PartBook, holds: Holds) -> None:
        """Hold the line when the ledger is about to overflow, or has a hole."""
        if self._ring.free < _FULL_MARGIN + len(book.closed):
            holds.put(
                Hold.LEDGER_FULL,
                tell(Told.LEDGER_FULL, rows=self._ring.capacity),
            )
        elif Hold.LEDGER_FULL in holds and self._ring.free >= min(_RESUME_FREE, self._ring.capacity // 2):
            holds.lift(Hold.LEDGER_FULL)
        if book.totals.unrecorded > self._forgiven:
            count = book.totals.unrecorded - self._forgiven
            holds.put(
                Hold.UNRECORDED,
                tell(Told.PARTS_UNRECORDED_SINCE, count=count, tag=self._lost_tag)
                if self._lost_tag
                else tell(Told.PARTS_UNRECORDED, count=count),
            )
