"""The outbox for reading, and a row as the JSON object that docs/telemetry.md describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any, Final

import apsw

from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.frame import FrameHealth
from inspector.domain.verdict import Evaluation
from inspector.errors import TelemetryError
from inspector.recorder._errors import no_outbox, reading_errors
from inspector.recorder._outbox import BUSY_TIMEOUT_MS, check_owner
from inspector.recorder._rows import ImageState
from inspector.recorder._schema import IMAGES_NAME, OUTBOX_NAME
from inspector.sharedmem import RowFlags, RowKind

RECORD_SCHEMA: Final = "1.0.0"
"""Version of the JSON rows and of the export's files: major for what breaks readers, minor for additions."""
_ROWS_AT_ONCE: Final = 1000
_TIMES: Final = ("trigger_ns", "available_ns", "decided_ns", "sent_ns", "outcome_ns")


@dataclass(frozen=True, slots=True)
class Epoch:
    """One run of a ring (or of the recorder's own events), as the outbox knows it."""

    number: int
    epoch: int
    station: str
    station_id: int
    first_seq: int
    cursor: int
    exported: int


class OutboxReader:
    """A read-only connection; the recorder may write meanwhile. Every read is short, so nothing piles up."""

    def __init__(self, data_dir: Path) -> None:
        """Open the outbox of a data folder.

        Raises
        ------
        TelemetryError
            There is none, or it cannot be read.
        """
        self.path = data_dir / OUTBOX_NAME
        if not self.path.is_file():
            raise no_outbox(data_dir)
        with reading_errors(self.path):
            self._db = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
            self._db.set_busy_timeout(BUSY_TIMEOUT_MS)
            self._db.row_trace = _as_dict
            check_owner(self.path, self._db)

    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Return all rows of a query, by column name."""
        with reading_errors(self.path):
            return list(self._db.execute(sql, values))

    def epochs(self) -> list[Epoch]:
        """Return all epochs, the oldest first."""
        return [Epoch(**row) for row in self.query("SELECT * FROM epoch ORDER BY number")]

    def rows(self, epoch: int, after: int, limit: int, since_utc_ns: int) -> list[dict[str, Any]]:
        """Return up to `limit` rows of an epoch behind a sequence number, in order, as columns."""
        return self.query(
            "SELECT * FROM ledger WHERE epoch = ? AND seq > ? AND utc_ns >= ? ORDER BY seq LIMIT ?",
            epoch,
            after,
            since_utc_ns,
            limit,
        )

    def count(self, epoch: int, after: int, since_utc_ns: int) -> int:
        """Return how many rows `rows` would give without a limit."""
        sql = "SELECT count(*) AS n FROM ledger WHERE epoch = ? AND seq > ? AND utc_ns >= ?"
        return int(self.query(sql, epoch, after, since_utc_ns)[0]["n"])

    def close(self) -> None:
        """Close the connection. May be repeated."""
        self._db.close()


def rows(data_dir: Path | str, epoch: int, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield an epoch's rows behind a sequence number, as in the export's files; the recorder may be running.

    Raises
    ------
    TelemetryError
        There is no outbox, it does not know the epoch, or it cannot be read.
    """
    with closing(OutboxReader(Path(data_dir))) as reader:
        source = next((found for found in reader.epochs() if found.epoch == epoch), None)
        if source is None:
            raise TelemetryError(f"{reader.path} has no rows of epoch {epoch}")
        while found := reader.rows(epoch, after, _ROWS_AT_ONCE, 0):
            yield from (record(row, source.station) for row in found)
            after = found[-1]["seq"]


def last_parts(data_dir: Path | str, most: int) -> list[dict[str, Any]]:
    """Return the newest parts' rows, whatever their epoch, oldest first; the recorder may be running.

    Raises
    ------
    TelemetryError
        The outbox cannot be read. None at all is none to read.
    """
    if not (Path(data_dir) / OUTBOX_NAME).is_file():
        return []
    with closing(OutboxReader(Path(data_dir))) as reader:
        found: list[dict[str, Any]] = []
        for source in reversed(reader.epochs()):
            rows = reader.query(
                "SELECT * FROM ledger WHERE epoch = ? AND kind = ? ORDER BY seq DESC LIMIT ?",
                source.epoch,
                int(RowKind.PART),
                most - len(found),
            )
            found += [record(row, source.station) for row in rows]
            if len(found) >= most:
                break
    return found[::-1]


def record(row: dict[str, Any], station: str) -> dict[str, Any]:
    """Return a row's columns as the documented JSON object."""
    kind = RowKind(row["kind"])
    head = {
        "schema": RECORD_SCHEMA,
        "station": station,
        "station_id": row["station_id"],
        "epoch": row["epoch"],
        "seq": row["seq"],
        "kind": kind.name,
        "utc": utc_text(row["utc_ns"]),
        "utc_ns": row["utc_ns"],
    }
    if kind is RowKind.UNRECORDED:
        return head
    if kind is not RowKind.PART:
        return head | {"code": row["code"], "text": row["text"]}
    return head | _part(row)


def _part(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("session", "tag", "lane", "view_count", "attempt")},
        **{name: row[name] for name in ("serial", "lot", "order", "part_count", "encoder_counts")},
        **{name: row[name] or None for name in _TIMES},
        "latency_us": row["latency_us"] if row["decided_ns"] and row["available_ns"] else None,
        "frame_id": row["frame_id"] if row["available_ns"] else None,
        "health": flag_names(FrameHealth, row["health"]),
        "evaluation": enum_name(Evaluation, row["evaluation"]),
        "class_index": row["class_index"] if row["class_index"] >= 0 else None,
        "class_name": row["class_name"],
        "score_permille": row["score_permille"],
        "p_ok_permille": row["p_ok_permille"],
        "disposition": enum_name(Disposition, row["disposition"]),
        "cause": enum_name(Cause, row["cause"]),
        "causes": [enum_name(Cause, bit) for bit in range(1, 32) if row["causes"] >> bit & 1],
        "applied": enum_name(Applied, row["applied"]),
        "confirmed": enum_name(Confirmation, row["confirmed"]),
        "code": row["code"],
        "flags": flag_names(RowFlags, row["flags"]),
        "is_simulated": bool(row["flags"] & RowFlags.SIMULATED),
        "recipe_revision": row["recipe_revision"],
        "bundle_digest32": f"{row['bundle_digest32']:08x}",
        "image": _image(row),
    }


def _image(row: dict[str, Any]) -> dict[str, Any] | None:
    state = ImageState(row["image_state"])
    if state is ImageState.NONE:
        return None
    if state is ImageState.DROPPED:
        return {"state": state.name}
    return {
        "state": state.name,
        "file": f"{IMAGES_NAME}/{row['image_file']}",
        "bytes": row["image_bytes"],
        "sha256": row["image_sha256"],
    }


def enum_name(kind: type[IntEnum], value: int) -> str:
    """Return the member's name; a number that a newer station has added stays a number."""
    return kind(value).name if value in kind._value2member_map_ else str(value)


def flag_names(kind: type[IntFlag], value: int) -> list[str]:
    """Return the names of the bits that are set."""
    return [flag.name or str(int(flag)) for flag in kind if flag and flag in kind(value)]


def utc_text(utc_ns: int) -> str:
    """Return a time as RFC 3339 with nanoseconds."""
    seconds, fraction = divmod(utc_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"


def _as_dict(cursor: apsw.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip((name for name, *_ in cursor.get_description()), row, strict=True))
