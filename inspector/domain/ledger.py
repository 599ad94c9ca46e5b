"""The ledger's row and its totals: ``triggers = accepted + rejected + … + in transit``, at every moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.line import ResultFlags, ResultRecord
from inspector.domain.part import NOBODY, PartIdentity
from inspector.domain.verdict import Evaluation


@dataclass(slots=True, kw_only=True)
class PartRow:
    """Everything the station knows of one part. Open until its outcome is known, then a row of the ledger.

    Times are monotonic nanoseconds, 0 = has not happened. `ordinal` is the PLC's part count of this part in
    its session. `causes` is a bit set of `Cause`; `cause` the primary one. `frame_id` -1 = no frame.
    """

    session: int
    tag: int
    ordinal: int
    encoder_counts: int = 0
    plc_ns: int = 0
    triggered_ns: int = 0
    is_seen: bool = True
    """False for a tag known only from the difference of the counts: its trigger record was never read."""
    frame_id: int = -1
    available_ns: int = 0
    decided_ns: int = 0
    sent_ns: int = 0
    outcome_ns: int = 0
    evaluation: Evaluation = Evaluation.UNDEFINED
    class_index: int = -1
    score: float = 0.0
    p_ok: float = 0.0
    disposition: Disposition = Disposition.REJECT
    causes: int = 0
    cause: Cause = Cause.NONE
    applied: Applied = Applied.UNKNOWN
    confirmed: Confirmation = Confirmation.UNKNOWN
    is_decided: bool = False
    is_offered: bool = False
    """Its record was handed to the link: from then on the PLC may know it."""
    views: int = 0
    lane: int = 0
    attempt: int = 1
    recipe_revision: int = 0
    bundle_digest32: int = 0
    """First 32 bits of the digest of the bundle that was in force when it was triggered."""
    image_slot: int = -1
    image_generation: int = 0
    flags: int = 0
    identity: PartIdentity = NOBODY
    """Serial, lot and order, as the PLC named them when the part was triggered."""


def permille(probability: float) -> int:
    """Return a probability as 0…1000; what is no number as 0."""
    return round(min(1.0, max(0.0, probability)) * 1000) if probability == probability else 0


def result_of(row: PartRow) -> ResultRecord:
    """Return what the PLC is told of a decided row. Only an ACCEPT says OK."""
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
        score_permille=permille(row.score),
        flags=ResultFlags(row.flags),
    )


@dataclass(slots=True, kw_only=True)
class LedgerTotals:
    """Counts of one run. Owned by the actuation thread; readers copy."""

    triggers: int = 0
    accepted: int = 0
    rejected: int = 0
    bypassed: int = 0
    purged: int = 0
    removed: int = 0
    unrecorded: int = 0
    in_transit: int = 0
    causes: list[int] = field(default_factory=lambda: [0] * len(Cause))
    disagreements: int = 0
    """Accepted by the PLC although the station had not told it to."""

    @property
    def closed(self) -> int:
        """Parts whose row is final."""
        return self.accepted + self.rejected + self.bypassed + self.purged + self.removed + self.unrecorded

    @property
    def unaccounted(self) -> int:
        """Triggers without a place in the ledger. Not zero holds the line."""
        return self.triggers - self.closed - self.in_transit

    def without(self, rows: Iterable[PartRow]) -> LedgerTotals:
        """Return a copy in which these counted rows are still in transit."""
        copy = replace(self, causes=list(self.causes))
        for row in rows:
            copy._add(row, -1)
            copy.in_transit += 1
        return copy

    def count(self, row: PartRow) -> None:
        """Add a final row (whose part is no longer in transit)."""
        self._add(row, 1)

    def _add(self, row: PartRow, amount: int) -> None:
        name = _PLACE[row.applied]
        setattr(self, name, getattr(self, name) + amount)
        if row.applied is Applied.REJECTED:
            self.causes[row.cause] += amount
        was_told = row.disposition is Disposition.ACCEPT and row.is_offered
        if row.applied is Applied.ACCEPTED and not was_told:
            self.disagreements += amount


_PLACE = {
    Applied.ACCEPTED: "accepted",
    Applied.REJECTED: "rejected",
    Applied.BYPASSED: "bypassed",
    Applied.PURGED: "purged",
    Applied.REMOVED: "removed",
    Applied.UNRECORDED: "unrecorded",
}
