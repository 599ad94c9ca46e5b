"""What is queued in a data folder."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.recorder._records import RECORD_SCHEMA, Epoch, OutboxReader, utc_text
from inspector.recorder._schema import USER_VERSION


def telemetry_status(data_dir: Path | str) -> dict[str, Any]:
    """Return what the outbox holds and what of it was not exported yet; the recorder may be running.

    Raises
    ------
    TelemetryError
        There is no outbox, or it cannot be read.
    """
    folder = Path(data_dir)
    with closing(OutboxReader(folder)) as reader:
        epochs = reader.epochs()
        totals = {row["name"]: row["value"] for row in reader.query("SELECT name, value FROM total")}
        found = reader.query("SELECT min(utc_ns) first, max(utc_ns) last, count(*) rows FROM ledger")[0]
        images = reader.query("SELECT count(*) AS n FROM ledger WHERE image_state = 1")[0]["n"]
        pages = reader.query("PRAGMA page_count")[0]["page_count"]
    return {
        "schema": RECORD_SCHEMA,
        "database_version": USER_VERSION,
        "data_dir": str(folder),
        "rows": found["rows"],
        "rows_not_exported": sum(epoch.cursor - epoch.exported for epoch in epochs),
        "oldest_utc": utc_text(found["first"]) if found["rows"] else None,
        "newest_utc": utc_text(found["last"]) if found["rows"] else None,
        "images": images,
        **{name: value for name, value in totals.items() if name != "image_bytes"},
        "image_bytes": totals["image_bytes"],
        "database_bytes": pages * 4096,
        "set_aside": sorted(path.name for path in folder.glob("damaged-*")),
        "epochs": [_epoch(epoch) for epoch in epochs],
    }


@dataclass(frozen=True, slots=True)
class StorageUse:
    """What rows and images take on disk, and when the oldest row is of; 0 = there is none."""

    rows_bytes: int
    images_bytes: int
    oldest_utc_ns: int


def storage_use(data_dir: Path | str) -> StorageUse:
    """Return what is in use; quick, however many rows there are.

    Raises
    ------
    TelemetryError
        There is no outbox, or it cannot be read.
    """
    with closing(OutboxReader(Path(data_dir))) as reader:
        pages = reader.query("PRAGMA page_count")[0]["page_count"]
        images = reader.query("SELECT value FROM total WHERE name = 'image_bytes'")
        oldest = reader.query(
            "SELECT l.utc_ns FROM ledger AS l JOIN epoch AS e ON l.epoch = e.epoch ORDER BY e.number, l.seq LIMIT 1"
        )
    return StorageUse(
        rows_bytes=pages * 4096,
        images_bytes=images[0]["value"] if images else 0,
        oldest_utc_ns=oldest[0]["utc_ns"] if oldest else 0,
    )


def rows_waiting(data_dir: Path | str) -> int:
    """Return how many rows were not exported yet; quicker than the whole status.

    Raises
    ------
    TelemetryError
        There is no outbox, or it cannot be read.
    """
    with closing(OutboxReader(Path(data_dir))) as reader:
        return sum(max(0, epoch.cursor - epoch.exported) for epoch in reader.epochs())


def _epoch(epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.epoch,
        "station": epoch.station,
        "station_id": epoch.station_id,
        "first_seq": epoch.first_seq,
        "last_seq": epoch.cursor,
        "exported_seq": epoch.exported,
    }
