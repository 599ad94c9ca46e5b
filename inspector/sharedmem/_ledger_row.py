"""The ledger's record: what is kept of every part and every event, as 192 bytes.

One table of fields makes the numpy dtype (for the reader), the struct (for the writer) and the defaults.
"""

from __future__ import annotations

import struct
import zlib
from enum import IntEnum, IntFlag
from typing import Any, TypedDict

import numpy as np

from inspector.sharedmem._cut import cut_text

LEDGER_SCHEMA = 1
"""Goes up with every change of the fields below; part of the segment's header."""

ROW_BYTES = 192
TEXT_BYTES = 48
CRC_OFFSET = ROW_BYTES - 4


class RowKind(IntEnum):
    """What a row is about. The station writes the first two; the recorder makes the others."""

    PART = 1
    EVENT = 2
    """A change of state or a fault in the station."""
    UNRECORDED = 3
    """Stands for a row that was written but cannot be read any more; has only its place in the sequence."""
    RECORDER = 4
    """An event in the recorder, in the recorder's own epoch."""


class RowFlags(IntFlag):
    """Flags of a part's row; the first three are those of the result record."""

    NONE = 0
    SIMULATED = 1 << 0
    CHALLENGE = 1 << 1
    REWORK = 1 << 2
    BYPASS = 1 << 3
    IMAGE_DROPPED = 1 << 4
    """An image was due, but there was no free slot for it, or it was gone before it could be stored."""


class RowFields(TypedDict, total=False):
    """What the station may put into a row; what it leaves out is 0, empty or 'none'.

    Times are monotonic nanoseconds, 0 = never. `serial`, `lot` and `order` are at most 16 bytes of UTF-8.
    """

    trigger_ns: int
    """The part's trigger (an event's time) on the station's clock."""
    available_ns: int
    """t0: the frame was complete in host memory."""
    decided_ns: int
    """t1: the disposition was made."""
    sent_ns: int
    """t2: the PLC's response was received."""
    outcome_ns: int
    """The PLC's outcome was known: the row is final."""
    frame_id: int
    image_generation: int
    part_count: int
    """The PLC's 32-bit part count."""
    encoder_counts: int
    causes: int
    """Bit n set for `Cause(n)`."""
    bundle_digest32: int
    latency_us: int
    """t1 − t0."""
    station_id: int
    session: int
    tag: int
    code: int
    """An event's number, or a part's error code."""
    class_index: int
    score_permille: int
    p_ok_permille: int
    flags: int
    recipe_revision: int
    image_slot: int
    """Slot in the image pool, -1 = no image."""
    kind: int
    lane: int
    view_count: int
    attempt: int
    evaluation: int
    disposition: int
    cause: int
    """The primary cause."""
    applied: int
    confirmed: int
    health: int
    """`FrameHealth` of the worst frame."""
    serial: bytes
    lot: bytes
    order: bytes


# Name, struct code, default; the order is the order in memory, which keeps every number aligned.
_FIELDS: tuple[tuple[str, str, Any], ...] = (
    ("seq", "Q", 0),
    ("epoch", "Q", 0),
    ("trigger_ns", "q", 0),
    ("available_ns", "q", 0),
    ("decided_ns", "q", 0),
    ("sent_ns", "q", 0),
    ("outcome_ns", "q", 0),
    ("frame_id", "Q", 0),
    ("image_generation", "Q", 0),
    ("part_count", "I", 0),
    ("encoder_counts", "I", 0),
    ("causes", "I", 0),
    ("bundle_digest32", "I", 0),
    ("latency_us", "I", 0),
    ("station_id", "H", 0),
    ("session", "H", 0),
    ("tag", "H", 0),
    ("code", "H", 0),
    ("class_index", "h", -1),
    ("score_permille", "H", 0),
    ("p_ok_permille", "H", 0),
    ("flags", "H", 0),
    ("recipe_revision", "H", 0),
    ("image_slot", "h", -1),
    ("kind", "B", int(RowKind.PART)),
    ("lane", "B", 0),
    ("view_count", "B", 1),
    ("attempt", "B", 1),
    ("evaluation", "B", 0),
    ("disposition", "B", 0),
    ("cause", "B", 0),
    ("applied", "B", 0),
    ("confirmed", "B", 0),
    ("health", "B", 0),
    ("serial", "16s", b""),
    ("lot", "16s", b""),
    ("order", "16s", b""),
)
_NUMPY = {"Q": "<u8", "q": "<i8", "I": "<u4", "H": "<u2", "h": "<i2", "B": "u1", "16s": "S16"}

ROW_STRUCT = struct.Struct("<" + "".join(code for _, code, _ in _FIELDS))
ROW_DEFAULTS: dict[str, Any] = {name: default for name, _, default in _FIELDS}
CRC_STRUCT = struct.Struct("<I")


def _dtype() -> np.dtype[np.void]:
    offsets = {}
    offset = 0
    for name, code, _ in _FIELDS:
        offsets[name] = offset
        offset += struct.calcsize("<" + code)
    formats = [_NUMPY[code] for _, code, _ in _FIELDS]
    return np.dtype(
        {
            # An event's text lies where a part keeps its serial, lot and order.
            "names": [*offsets, "text", "crc"],
            "formats": [*formats, f"S{TEXT_BYTES}", "<u4"],
            "offsets": [*offsets.values(), offsets["serial"], CRC_OFFSET],
            "itemsize": ROW_BYTES,
        }
    )


LEDGER_ROW: np.dtype[np.void] = _dtype()
"""One record: the fields of `RowFields`, with `seq`, `epoch`, `text` (events) and `crc` (CRC-32)."""


def event_text(text: str) -> tuple[bytes, bytes, bytes]:
    """Return a text as the three 16-byte pieces of an event row, cut to 48 bytes of whole words."""
    raw = cut_text(text.replace("\0", " "), TEXT_BYTES)
    return raw[:16], raw[16:32], raw[32:]


def image_name(epoch: int, seq: int, suffix: str) -> str:
    """Return the name of a row's image file; `suffix` begins with a dot."""
    return f"{epoch:013x}-{seq:010d}{suffix}"


def row_crc(row: memoryview | bytes) -> int:
    """Return the CRC-32 that the first 188 bytes of a record should carry."""
    return zlib.crc32(row[:CRC_OFFSET])
