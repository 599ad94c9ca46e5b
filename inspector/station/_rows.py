"""From the part book to the ledger ring and to the journal that survives a killed station."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.ledger import LedgerTotals, PartRow
from inspector.domain.verdict import Evaluation
from inspector.sharedmem import LedgerRing, RowFields, Segment

MAGIC = b"INSJOURN"
VERSION = 1
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
_NAMES = tuple(field.name for field in fields(PartRow))
_ENTRY = np.dtype([("used", "u1")] + [(name, "f8" if name in ("score", "p_ok") else "i8") for name in _NAMES])
_HEAD = np.dtype([("session", "i8"), ("last_ordinal", "i8"), ("last_tag", "i8")])


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
        "score_permille": _permille(row.score),
        "p_ok_permille": _permille(row.p_ok),
        "disposition": int(row.disposition),
        "cause": int(row.cause),
        "causes": row.causes,
        "applied": int(row.applied),
        "confirmed": int(row.confirmed),
        "flags": row.flags,
        "recipe_revision": row.recipe_revision,
        "bundle_digest32": bundle_digest32,
        "latency_us": min(0xFFFFFFFF, max(0, row.decided_ns - row.available_ns) // 1000),
        "image_slot": row.image_slot,
        "image_generation": row.image_generation,
    }


def _permille(probability: float) -> int:
    """Return a probability as 0…1000; one that is not a number as 0."""
    return min(1000, max(0, round(probability * 1000))) if probability == probability else 0


class Journal:
    """The open rows, in shared memory: a station that was killed tells its successor what was in transit.

    Written by the actuation thread after every change; read once, at start.
    """

    def __init__(self, segment: Segment) -> None:
        self._head: NDArray[Any] = segment.array(_HEAD, 1)
        self._entries: NDArray[Any] = segment.array(_ENTRY, JOURNAL_ROWS, 64)

    @classmethod
    def create(cls, path: Path) -> Journal:
        """Make an empty journal."""
        size = 64 + _ENTRY.itemsize * JOURNAL_ROWS
        return cls(Segment.create(path, size, magic=MAGIC, version=VERSION))

    @classmethod
    def attach(cls, path: Path) -> Journal:
        """Map an existing journal."""
        return cls(Segment.attach(path, magic=MAGIC, version=VERSION))

    def put(self, row: PartRow) -> None:
        """Note a row as it is now. The slot goes by its ordinal, so a newer row replaces one long gone."""
        self._entries[row.ordinal % JOURNAL_ROWS] = (1, *[getattr(row, name) for name in _NAMES])

    def drop(self, row: PartRow) -> None:
        """Forget a row: it is in the ledger."""
        slot = self._entries[row.ordinal % JOURNAL_ROWS]
        if slot["ordinal"] == row.ordinal:
            slot["used"] = 0

    def write_head(self, session: int, last_ordinal: int, last_tag: int) -> None:
        """Note how far the PLC's triggers have been taken in."""
        self._head[0] = (session, last_ordinal, last_tag)

    def read_head(self) -> tuple[int, int, int]:
        """Return (session, last ordinal, last tag); session 0 = nothing was ever noted."""
        session, last_ordinal, last_tag = self._head[0].item()
        return session, last_ordinal, last_tag

    def rows(self) -> list[PartRow]:
        """Return the rows that were open, oldest first."""
        used = [entry for entry in self._entries if entry["used"]]
        rows = [
            PartRow(**{name: _ENUMS.get(name, int)(entry[name].item()) for name in _NAMES}) for entry in used
        ]
        return sorted(rows, key=lambda row: row.ordinal)


def catch_up(
    totals: LedgerTotals, ring: LedgerRing, rows_included: int, open_rows: Iterable[PartRow]
) -> list[PartRow]:
    """Bring totals and open rows in line with the ring, after a kill between writing a row and counting it.

    Returns the rows that are open indeed.
    """
    still_open = {(row.session, row.ordinal & 0xFFFFFFFF): row for row in open_rows}
    for entry in ring.since(rows_included):
        row = still_open.pop((int(entry["session"]), int(entry["part_count"])), None)
        if row is not None:
            row.applied, row.cause = Applied(int(entry["applied"])), Cause(int(entry["cause"]))
            totals.count(row)
    totals.in_transit = len(still_open)
    return list(still_open.values())
