"""From the ring's rows to the outbox's: the recorder adds UTC, names and what became of the image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from numpy.typing import NDArray

from inspector.recorder._schema import COLUMNS, TEXT_COLUMNS
from inspector.sharedmem import ROW_DEFAULTS, RowFlags, RowKind

if TYPE_CHECKING:  # who reads rows back needs no codec
    from inspector.recorder._images import ImageFile

_INTEGER_MAX: Final = 2**63 - 1
"""The largest integer that SQLite stores."""


_MOMENTS: Final = ("trigger_ns", "available_ns", "decided_ns", "outcome_ns")


class ImageState(IntEnum):
    """What became of a part's image."""

    NONE = 0
    """None was due."""
    STORED = 1
    DROPPED = 2
    """It was due and never stored: no free slot, no room, or the disk refused it."""
    EVICTED = 3
    """It was stored, and made room for a newer one."""
    DAMAGED = 4
    """Its file has other content than was stored; known only to an export, which leaves it out."""


class RecorderCode(IntEnum):
    """What a recorder's event (`RowKind.RECORDER`) is about."""

    STARTED = 1
    STOPPED = 2
    DATABASE_REPLACED = 3
    CURSOR_BEHIND = 4
    """The ring had been read further than this database says: older rows are in another one."""
    WRITING_AGAIN = 5
    """Writing had failed for a while."""


def ring_rows(rows: NDArray[Any]) -> list[dict[str, Any]]:
    """Return `LEDGER_ROW` records as plain values, texts decoded."""
    names = rows.dtype.names or ()
    return [_decoded(dict(zip(names, values, strict=True))) for values in rows.tolist()]


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    is_part = row["kind"] == RowKind.PART
    for name in TEXT_COLUMNS:
        row[name] = row[name].decode(errors="replace") if is_part else ""
    row["text"] = "" if is_part else row["text"].decode(errors="replace")
    row["frame_id"] = min(row["frame_id"], _INTEGER_MAX)
    return row


def plain_row(epoch: int, seq: int, kind: RowKind, code: int = 0, text: str = "") -> dict[str, Any]:
    """Return a row that the recorder makes itself."""
    own = {"epoch": epoch, "seq": seq, "kind": int(kind), "code": int(code), "text": text}
    return {**ROW_DEFAULTS, **dict.fromkeys(TEXT_COLUMNS, ""), **own}


def enriched(
    row: Mapping[str, Any],
    *,
    utc_offset_ns: int,
    now_ns: int,
    classes: Sequence[str],
    image: ImageFile | None,
) -> dict[str, Any]:
    """Return a row with what the recorder adds.

    UTC is that of the trigger; of the first thing known to have happened where the trigger was not seen.
    """
    happened_ns = next((row[name] for name in _MOMENTS if row[name]), now_ns)
    is_due = row["image_slot"] >= 0 or bool(row["flags"] & RowFlags.IMAGE_DROPPED)
    state = ImageState.STORED if image else ImageState.DROPPED if is_due else ImageState.NONE
    index = row["class_index"]
    return {
        **row,
        "flags": row["flags"] | (RowFlags.IMAGE_DROPPED if state is ImageState.DROPPED else 0),
        "utc_ns": happened_ns + utc_offset_ns,
        "class_name": classes[index] if 0 <= index < len(classes) else "",
        "image_state": int(state),
        "image_file": image.name if image else "",
        "image_bytes": image.size if image else 0,
        "image_sha256": image.sha256 if image else "",
    }


def columns(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return an enriched row as the outbox's columns."""
    return tuple(values[name] for name in COLUMNS)
