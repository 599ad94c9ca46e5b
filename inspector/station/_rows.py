"""From the part book to the ledger ring and to the journal that survives a killed station."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.ledger import LedgerTotals, PartRow, permille
from inspector.domain.part import next_tag
from inspector.domain.verdict import Evaluation
from inspector.errors import SharedMemoryError
from inspector.sharedmem import LedgerRing, RowFields, Segment

MAGIC = b"INSJOURN"
VERSION = 3
JOURNAL_ROWS: Final = 1024
_ENUMS: dict[str, type] = {
    "evaluation": Evaluation,
    "disposition": Disposition,
    "cause": Cause,
    "applied": Applied,
    "confirmed": Confirmation,
    "is_seen": bool,
    "is_decided": bool,
    "is_offered": bool,
    "score": float,
    "p_ok": float,
}
# A station that was killed does not remember lot and serial of what was in transit; the PLC's tag is enough.
_NAMES = tuple(field.name for field in fields(PartRow) if field.name != "identity")
_ENTRY = np.dtype([("used", "u1")] + [(name, "f8" if name in ("score", "p_ok") else "i8") for name in _NAMES])
_COUNTS = tuple(field.name for field in fields(LedgerTotals) if field.name != "causes")
_PLACE = ("session", "last_ordinal", "last_tag", "rows", "forgiven", "recipe_revision", "bundle_digest32")
_HEAD = np.dtype([(name, "i8") for name in (*_PLACE, *_COUNTS)] + [("causes", "i8", (len(Cause),))])
_ENTRIES_OFFSET = 1024


@dataclass(slots=True, kw_only=True)
class Checkpoint:
    """How far a station had come: taken in from the PLC, written to the ledger, acknowledged by the operator.

    `rows` is the ledger's last sequence number that `totals` include. The last two were in force then.
    """

    session: int
    last_ordinal: int
    last_tag: int
    rows: int
    forgiven: int
    totals: LedgerTotals
    recipe_revision: int = 0
    bundle_digest32: int = 0


def ledger_fields(row: PartRow, *, station_id: int, bundle_digest32: int) -> RowFields:
    """Return a final row as the ledger ring stores it."""
    return {
        "station_id": station_id,
        "session": row.session,
        "tag": row.tag,
        "lane": row.lane,
        "attempt": row.attempt,
        "view_count": row.views,
        "part_count": row.ordinal & 0xFFFFFFFF,
        "encoder_counts": row.encoder_counts,
        "trigger_ns": row.triggered_ns,
        "available_ns": row.available_ns,
        "decided_ns": row.decided_ns,
        "sent_ns": row.sent_ns,
        "outcome_ns": row.outcome_ns,
        "frame_id": max(0, row.frame_id),
        "evaluation": int(row.evaluation),
        "class_index": row.class_index,
        "score_permille": permille(row.score),
        "p_ok_permille": permille(row.p_ok),
        "disposition": int(row.disposition),
        "cause": int(row.cause),
        "causes": row.causes,
        "applied": int(row.applied),
        "confirmed": int(row.confirmed),
        "flags": row.flags,
        "recipe_revision": row.recipe_revision,
        "bundle_digest32": row.bundle_digest32 or bundle_digest32,
        "latency_us": min(0xFFFFFFFF, max(0, row.decided_ns - row.available_ns) // 1000),
        "image_slot": row.image_slot,
        "image_generation": row.image_generation,
        "serial": _name(row.identity.serial),
        "lot": _name(row.identity.lot),
        "order": _name(row.identity.order),
    }


def _name(text: str) -> bytes:
    """Return a name as at most 16 bytes of whole characters."""
    return text.encode()[:16].decode(errors="ignore").encode()


class Journal:
    """The open rows, in shared memory: a station that was killed tells its successor what was in transit.

    Written by the actuation thread after every change; read once, at start. A kill at any instruction leaves
    it whole: nothing is overwritten that is in force, and one store puts the new in force.
    """

    def __init__(self, segment: Segment) -> None:
        self._current: NDArray[np.int64] = segment.array(np.int64, 1)
        self._heads: NDArray[Any] = segment.array(_HEAD, 2, 64)
        self._entries: NDArray[Any] = segment.array(_ENTRY, JOURNAL_ROWS, _ENTRIES_OFFSET)
        self._used = self._entries["used"]
        self._slots = {(row.session, row.ordinal): slot for slot, row in self._read()}
        self._free = sorted(set(range(JOURNAL_ROWS)) - set(self._slots.values()))
        self._used[self._free] = 0

    @classmethod
    def create(cls, path: Path) -> Journal:
        """Make an empty journal."""
        size = _ENTRIES_OFFSET + _ENTRY.itemsize * JOURNAL_ROWS
        return cls(Segment.create(path, size, magic=MAGIC, version=VERSION))

    @classmethod
    def attach(cls, path: Path) -> Journal:
        """Map an existing journal."""
        return cls(Segment.attach(path, magic=MAGIC, version=VERSION))

    @classmethod
    def ensure(cls, path: Path) -> Journal:
        """Keep the journal that a killed line has left; make an empty one where none is, or another version's."""
        try:
            return cls.attach(path)
        except SharedMemoryError:
            return cls.create(path)

    def put(self, row: PartRow) -> None:
        """Note a row as it is now."""
        slot = self._free.pop()
        self._entries[slot] = (0, *[getattr(row, name) for name in _NAMES])
        self._used[slot] = 1
        self.drop(row)
        self._slots[row.session, row.ordinal] = slot

    def drop(self, row: PartRow) -> None:
        """Forget a row: it is in the ledger."""
        slot = self._slots.pop((row.session, row.ordinal), None)
        if slot is not None:
            self._used[slot] = 0
            self._free.append(slot)

    def commit(self, point: Checkpoint) -> None:
        """Put a checkpoint in force."""
        other = 1 - int(self._current[0])
        totals = point.totals
        place = [getattr(point, name) for name in _PLACE]
        self._heads[other] = (*place, *[getattr(totals, name) for name in _COUNTS], totals.causes)
        self._current[0] = other

    def checkpoint(self) -> Checkpoint:
        """Return the checkpoint in force; session 0 = nothing was ever noted."""
        head = self._heads[int(self._current[0])]
        counts: dict[str, Any] = {name: int(head[name]) for name in _COUNTS}
        totals = LedgerTotals(causes=head["causes"].tolist(), **counts)
        return Checkpoint(**{name: int(head[name]) for name in _PLACE}, totals=totals)

    def rows(self) -> list[PartRow]:
        """Return the rows that were open, oldest first."""
        return sorted((row for _, row in self._read()), key=lambda row: row.ordinal)

    def left_open(self, ring: LedgerRing) -> list[PartRow]:
        """Return the rows that are neither final nor in the ledger, as a successor will find them."""
        return catch_up(self.checkpoint(), ring, self.rows())

    def _read(self) -> list[tuple[int, PartRow]]:
        """Return the rows with their slots; of a row that was being replaced, the newer one."""
        found: dict[tuple[int, int], tuple[int, PartRow]] = {}
        for slot in np.flatnonzero(self._used).tolist():
            entry = self._entries[slot]
            row = PartRow(**{name: _ENUMS.get(name, int)(entry[name].item()) for name in _NAMES})
            other = found.get((row.session, row.ordinal))
            if other is None or not other[1].is_decided:
                found[row.session, row.ordinal] = slot, row
        return list(found.values())


def catch_up(point: Checkpoint, ring: LedgerRing, noted: Iterable[PartRow]) -> list[PartRow]:
    """Bring a checkpoint in line with the ring, after a kill between writing a row, committing and dropping it.

    Returns the rows that are open indeed; the others may be dropped.
    """
    still_open = {(row.session, row.ordinal): row for row in noted}
    known = set(still_open)
    by_count = {(session, ordinal & 0xFFFFFFFF): row for (session, ordinal), row in still_open.items()}
    for entry in ring.since(max(0, point.rows - 2 * JOURNAL_ROWS)):
        row = by_count.get((int(entry["session"]), int(entry["part_count"])))
        if row is None or still_open.pop((row.session, row.ordinal), None) is None:
            continue
        if int(entry["seq"]) > point.rows:
            row.applied, row.cause = Applied(int(entry["applied"])), Cause(int(entry["cause"]))
            point.totals.count(row)
    while (point.session, point.last_ordinal + 1) in known:
        point.last_ordinal += 1
        point.last_tag = next_tag(point.last_tag) if point.last_tag else 0
    totals = point.totals
    totals.in_transit = len(still_open)
    # Triggers are counted when their rows are opened; a kill in between leaves the sum as the truth.
    totals.triggers = totals.closed + totals.in_transit
    point.rows = ring.written
    return list(still_open.values())


def count_anew(point: Checkpoint, rows: Sequence[PartRow]) -> None:
    """Begin the counts of another run with the parts that a killed one left open.

    Unrecorded parts that nobody had acknowledged hold the line still.
    """
    point.forgiven -= point.totals.unrecorded
    point.totals = LedgerTotals(triggers=len(rows), in_transit=len(rows))
