"""The last parts that the PLC has been answered: known long before the line has done with them as decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inspector.domain.ledger import PartRow, permille
from inspector.sharedmem._segment import Segment

MAGIC = b"INSDECID"
VERSION = 1
DECISIONS: Final = 128
"""Kept at least: more than a second of parts at the highest rate."""
_BODY_OFFSET: Final = 64
DECISION = np.dtype(
    [
        ("session", "<u4"),
        ("ordinal", "<u4"),
        ("tag", "<u4"),
        ("frame_id", "<i8"),
        ("triggered_ns", "<i8"),
        ("available_ns", "<i8"),
        ("decided_ns", "<i8"),
        ("sent_ns", "<i8"),
        ("causes", "<u4"),
        ("class_index", "<i4"),
        ("score_permille", "<u2"),
        ("p_ok_permille", "<u2"),
        ("recipe_revision", "<u2"),
        ("flags", "<u2"),
        ("evaluation", "u1"),
        ("disposition", "u1"),
        ("cause", "u1"),
        ("lane", "u1"),
        ("attempt", "<u4"),
        ("bundle_digest32", "<u4"),
    ]
)


class DecisionRing:
    """Parts in the order of their answers. One writer that never waits; readers copy, and may come too late."""

    def __init__(self, segment: Segment) -> None:
        self._count: NDArray[np.uint64] = segment.array(np.uint64, 1)
        self._rows: NDArray[Any] = segment.array(DECISION, DECISIONS, _BODY_OFFSET)

    @classmethod
    def create(cls, path: Path) -> DecisionRing:
        """Make the ring, empty. Raises SharedMemoryError."""
        size = _BODY_OFFSET + DECISIONS * DECISION.itemsize
        return cls(Segment.create(path, size, magic=MAGIC, version=VERSION))

    @classmethod
    def attach(cls, path: Path) -> DecisionRing:
        """Map an existing ring. Raises SharedMemoryError."""
        return cls(Segment.attach(path, magic=MAGIC, version=VERSION))

    @property
    def written(self) -> int:
        """How many there have been."""
        return int(self._count[0])

    def append(self, row: PartRow) -> None:
        """Add a part. Its one writer only; takes a few microseconds."""
        count = int(self._count[0])
        self._rows[count % DECISIONS] = (
            row.session,
            row.ordinal & 0xFFFFFFFF,  # as the PLC counts, and as the ledger's rows have it
            row.tag,
            row.frame_id,
            row.triggered_ns,
            row.available_ns,
            row.decided_ns,
            row.sent_ns,
            row.causes,
            row.class_index,
            permille(row.score),
            permille(row.p_ok),
            row.recipe_revision,
            row.flags,
            row.evaluation,
            row.disposition,
            row.cause,
            row.lane,
            row.attempt,
            row.bundle_digest32,
        )
        self._count[0] = count + 1

    def since(self, seen: int) -> NDArray[Any]:
        """Return a copy of those after the first `seen`, oldest first, without those that are gone by now."""
        written = self.written
        first = max(seen, written - DECISIONS + 1)
        rows = self._rows[np.arange(first, written) % DECISIONS]
        # What was overwritten while it was being copied, the oldest of all, is not believed.
        return rows[max(0, self.written - DECISIONS + 1 - first) :]
