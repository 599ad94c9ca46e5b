"""The outbox's tables. docs/telemetry.md describes them for whoever reads the file directly."""

from __future__ import annotations

from typing import Final

from inspector.sharedmem import LEDGER_ROW

OUTBOX_NAME: Final = "outbox.db"
IMAGES_NAME: Final = "images"
APPLICATION_ID: Final = 0x494E5350
"""'INSP' in the database's header."""
USER_VERSION: Final = 1
"""Goes up with every change of the tables."""

RING_COLUMNS: Final = tuple(name for name in LEDGER_ROW.names or () if name not in {"text", "crc"})
"""Columns that hold a ring row's fields as they are."""
TEXT_COLUMNS: Final = frozenset({"serial", "lot", "order"})
_IMAGE_COLUMNS: Final = ("image_state", "image_file", "image_bytes", "image_sha256")
OWN_COLUMNS: Final = ("utc_ns", "text", "class_name", *_IMAGE_COLUMNS)
"""Columns that the recorder adds."""
COLUMNS: Final = RING_COLUMNS + OWN_COLUMNS

TOTALS: Final = (
    "rows_written",
    "rows_evicted",
    "unrecorded",
    "images_written",
    "images_dropped",
    "images_evicted",
    "image_bytes",
)
"""Durable counts; `image_bytes` is what lies on disk now."""


def _column(name: str) -> str:
    is_text = name in TEXT_COLUMNS or name in {"text", "class_name", "image_file", "image_sha256"}
    return f'"{name}" {"TEXT" if is_text else "INTEGER"} NOT NULL'


SCHEMA: Final = f"""
CREATE TABLE epoch(
  number INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL UNIQUE,
  station TEXT NOT NULL,
  station_id INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  exported INTEGER NOT NULL
) STRICT;
CREATE TABLE ledger(
  {", ".join(_column(name) for name in COLUMNS)},
  PRIMARY KEY(epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_images ON ledger(utc_ns) WHERE image_state = 1;
CREATE TABLE total(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO total VALUES {", ".join(f"('{name}', 0)" for name in TOTALS)};
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {USER_VERSION};
"""

INSERT: Final = f"INSERT INTO ledger VALUES({', '.join('?' * len(COLUMNS))})"
