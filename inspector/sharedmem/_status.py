"""The station's status block: what everybody may know of it, without asking it anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inspector.domain.disposition import Cause
from inspector.domain.histogram import WORDS, LatencyHistogram
from inspector.domain.ledger import LedgerTotals
from inspector.domain.line import counted_on
from inspector.sharedmem._cut import cut_text
from inspector.sharedmem._segment import Segment

MAGIC = b"INSSTATU"
VERSION = 4
STAGES: Final = ("frame_to_verdict", "verdict_to_plc", "trigger_to_plc", "preprocess", "run")
_TEXT_BYTES = 32768
SLOW_ROWS = 256
SLOW = np.dtype(
    [
        # A frame whose verdict took longer than the deadline, and where the time went.
        ("available_ns", "i8"),
        ("received_ns", "i8"),
        ("started_ns", "i8"),
        ("preprocess_ns", "i8"),
        ("run_ns", "i8"),
        ("decided_ns", "i8"),
    ]
)

STATUS = np.dtype(
    [
        ("pid", "i8"),
        ("starts", "u4"),  # how many stations have used this block: 1 = never restarted
        ("state", "u1"),  # PackML number
        ("is_ready", "u1"),
        ("is_linked", "u1"),
        ("is_line_running", "u1"),
        ("started_ns", "i8"),
        ("ready_ns", "i8"),  # when this station was Ready for the first time
        ("updated_ns", "i8"),
        ("heartbeat", "u4"),
        ("session", "u4"),
        ("hold_code", "u4"),
        ("reject_fault", "u4"),
        ("hold_text", "S200"),
        ("decided_ok", "u8"),
        ("decided_ng", "u8"),
        ("decided_indeterminate", "u8"),
        ("late", "u8"),
        ("overrun", "u8"),
        ("frames", "u8"),
        ("frames_lost", "u8"),
        ("orphan_frames", "u8"),
        ("link_faults", "u8"),
        ("missed_triggers", "u8"),
        ("model_faults", "u8"),
        ("images_dropped", "u8"),
        ("mispair_refused", "u8"),
        ("torn_triggers", "u8"),
        ("triggers", "u8"),
        ("accepted", "u8"),
        ("rejected", "u8"),
        ("bypassed", "u8"),
        ("purged", "u8"),
        ("removed", "u8"),
        ("unrecorded", "u8"),
        ("in_transit", "u8"),
        ("disagreements", "u8"),
        ("causes", "u8", (len(Cause),)),
        ("rows", "u8"),  # ledger rows that the totals include
        ("encoder", "u4"),
        ("part_count", "u4"),
        ("control", "u4"),  # the PLC's control word, as it was last read
        ("is_camera_ok", "u1"),
        ("link_fault", "S200"),  # why the link to the PLC was last lost, or could not be had
        ("link_fault_ns", "i8"),
        ("rejects_commanded", "u8"),  # by the PLC's own counters, since the run began
        ("rejects_confirmed", "u8"),
        ("plc_rejects", "u4", (3,)),  # session, commanded, confirmed, as last read; session 0 = not yet
        ("plc_job", "u4"),  # the job that the PLC says it runs; 0 = it does not say
    ]
)
_TOTALS = ("triggers", "accepted", "rejected", "bypassed", "purged", "removed", "unrecorded", "in_transit")


class StationStatus:
    """Typed view of the block. The station's threads write, each its own fields; everybody else copies.

    Attributes
    ----------
    row : structured array of one `STATUS`
        The fields.
    histograms : dict of LatencyHistogram
        One per stage, living in the segment, so that they survive a killed station.
    """

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.row: NDArray[Any] = segment.array(STATUS, 1)
        offset = -(-STATUS.itemsize // 64) * 64
        self._text: NDArray[np.uint8] = segment.array("u1", _TEXT_BYTES, offset)
        offset += _TEXT_BYTES
        self._slow: NDArray[Any] = segment.array(SLOW, SLOW_ROWS, offset)
        offset += SLOW_ROWS * SLOW.itemsize
        counts: NDArray[np.int64] = segment.array("i8", (len(STAGES), WORDS), offset)
        self.histograms = {stage: LatencyHistogram(counts[i]) for i, stage in enumerate(STAGES)}

    @classmethod
    def create(cls, path: Path) -> StationStatus:
        """Make the block, all zero."""
        size = (
            -(-STATUS.itemsize // 64) * 64 + _TEXT_BYTES + SLOW_ROWS * SLOW.itemsize + len(STAGES) * WORDS * 8
        )
        return cls(Segment.create(path, size, magic=MAGIC, version=VERSION))

    @classmethod
    def attach(cls, path: Path) -> StationStatus:
        """Map an existing block."""
        return cls(Segment.attach(path, magic=MAGIC, version=VERSION))

    def get(self, name: str) -> Any:
        """Return one field as a plain Python value."""
        value = self.row[name][0]
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value.item()

    def set(self, name: str, value: object) -> None:
        """Write one field."""
        self.row[name][0] = value

    def set_text(self, name: str, text: str) -> None:
        """Write one field that is a sentence; one that is too long ends behind a whole word, with "…"."""
        self.set(name, cut_text(text, STATUS[name].itemsize))

    def add(self, name: str, amount: int = 1) -> None:
        """Count. Each counter has one writing thread."""
        self.row[name][0] += amount

    def note_slow(self, *times_ns: int) -> None:
        """Keep where a late frame's time went (the fields of `SLOW`); the newest 256 stay. Inspection only."""
        self._slow[int(self.row["late"][0]) % SLOW_ROWS] = times_ns

    def slow_frames(self) -> list[dict[str, int]]:
        """Return the late frames that are still kept, in order."""
        rows = self._slow[self._slow["decided_ns"] > 0]
        names = SLOW.names or ()
        return [{name: int(row[name]) for name in names} for row in np.sort(rows, order="available_ns")]

    def count_rejects(self, session: int, commanded: int, confirmed: int) -> None:
        """Count the PLC's rejects on, over wraps and restarts of it. Actuation thread only."""
        row = self.row[0]
        before_session, *before = (int(value) for value in row["plc_rejects"])
        for name, last, now in zip(
            ("rejects_commanded", "rejects_confirmed"), before, (commanded, confirmed), strict=True
        ):
            if before_session:
                row[name] += counted_on(last, now, is_same_session=session == before_session)
        row["plc_rejects"] = session, commanded, confirmed

    def write_totals(self, totals: LedgerTotals, rows: int) -> None:
        """Publish the ledger's totals and how many ledger rows they include. Actuation thread only."""
        row = self.row[0]
        for name in _TOTALS:
            row[name] = getattr(totals, name)
        row["causes"] = totals.causes
        row["disagreements"] = totals.disagreements
        row["rows"] = rows

    def read_totals(self) -> LedgerTotals:
        """Return the totals as last published."""
        totals = LedgerTotals(**{name: self.get(name) for name in _TOTALS})
        totals.causes = [int(count) for count in self.row["causes"][0]]
        totals.disagreements = self.get("disagreements")
        return totals

    def write_text(self, facts: dict[str, object]) -> None:
        """Publish what does not change while the station runs, as JSON (rights granted, bundle, versions).

        Where that is too long, the last of the facts make room.
        """
        kept = dict(facts)
        while len(data := json.dumps(kept).encode()) >= _TEXT_BYTES:
            kept.popitem()
        self._text[:] = 0
        self._text[: len(data)] = np.frombuffer(data, np.uint8)

    def read_text(self) -> dict[str, Any]:
        """Return what `write_text` published; empty if nothing yet."""
        data = bytes(self._text).rstrip(b"\0")
        if not data:
            return {}
        facts: dict[str, Any] = json.loads(data)
        return facts
