"""How a camera in another process hands over its frames: one segment of slots, one datagram per frame.

Ownership is that of GenTL: a slot is FREE (the camera may draw into it) or FILLED (it belongs to the
consumer until that marks it FREE). The camera raises a slot's generation before it touches the pixels;
a reader that finds another generation than it was told has been overwritten.

The consumer binds `camera.sock`; the camera sends one `MESSAGE` per frame there, and one with `NO_SLOT`
when it goes away. Nobody bound there means that nobody is acquiring.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.sharedmem import HEADER_BYTES, Segment

MAGIC = b"INSCAMRA"
VERSION = 1
SEGMENT_NAME, SOCKET_NAME, LOCK_NAME = "camera", "camera.sock", "camera.lock"

FREE, FILLED = 0, 1
NO_SLOT = 0xFFFFFFFF
SILENT_AFTER_NS = 1_000_000_000
"""A camera whose `alive_ns` is older than this is gone."""

MESSAGE = struct.Struct("<IIII")  # slot, its generation, the device's generation, 0

HEADER = np.dtype(
    [
        ("width", "u4"),
        ("height", "u4"),
        ("channels", "u4"),
        ("slots", "u4"),
        ("device_generation", "u4"),  # changes at each (re)connect
        ("connected", "u4"),
        ("min_latency_ns", "i8"),  # exposure + readout: no frame is available sooner after its device stamp
        ("alive_ns", "i8"),  # the camera's heartbeat, monotonic
        ("device_now_ns", "i8"),  # the device's clock, latched with each heartbeat
        ("ignored_triggers", "u8"),
        ("frames_dropped", "u8"),  # no slot was free
        ("frames_unclaimed", "u8"),  # nobody was acquiring
    ]
)
SLOT = np.dtype(
    [
        ("state", "u4"),
        ("generation", "u4"),
        ("frame_id", "u8"),
        ("trigger_count", "u8"),
        ("device_timestamp_ns", "i8"),
        ("available_ns", "i8"),
        ("height", "u4"),
        ("width", "u4"),
        ("health", "u4"),
        ("_pad", "u4"),
        ("_line", "u8"),  # one cache line per slot
    ]
)
SLOT_FIELDS = struct.Struct("<IIQQqqIII")
"""`SLOT` for one read with the standard library; several times faster than a numpy record."""
_SLOTS_AT = 128
_ALIGN = 4096
_PIXELS_AT = 2 * _ALIGN  # from the file's start: pages of their own


def _round_up(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


@dataclass(frozen=True, slots=True)
class CameraMemory:
    """Views of the segment, in either process.

    Parameters
    ----------
    header, slots
        Records of `HEADER` (one) and `SLOT`.
    slot_bytes
        The slots' records as raw memory, for `SLOT_FIELDS`.
    pixels
        uint8, shape (H, W) or (H, W, 3), one per slot, page-aligned.
    """

    segment: Segment
    header: NDArray[Any]
    slots: NDArray[Any]
    slot_bytes: memoryview
    pixels: tuple[NDArray[np.uint8], ...]

    @classmethod
    def create(cls, path: Path, height: int, width: int, channels: int, slots: int) -> CameraMemory:
        """Make the segment, all slots free, not connected. Raises SharedMemoryError."""
        size = _PIXELS_AT - HEADER_BYTES + slots * _round_up(height * width * channels)
        segment = Segment.create(path, size, magic=MAGIC, version=VERSION)
        header = segment.array(HEADER, 1)
        header["height"], header["width"] = height, width
        header["channels"], header["slots"] = channels, slots
        return cls._view(segment)

    @classmethod
    def attach(cls, path: Path) -> CameraMemory:
        """Map what a camera has made. Raises SharedMemoryError."""
        return cls._view(Segment.attach(path, magic=MAGIC, version=VERSION))

    @classmethod
    def _view(cls, segment: Segment) -> CameraMemory:
        header = segment.array(HEADER, 1)
        height, width, channels, count = (int(header[n][0]) for n in ("height", "width", "channels", "slots"))
        shape = (height, width) if channels == 1 else (height, width, channels)
        stride = _round_up(height * width * channels)
        starts = (_PIXELS_AT - HEADER_BYTES + i * stride for i in range(count))
        pixels = tuple(segment.array(np.uint8, shape, start) for start in starts)
        slots = segment.array(SLOT, count, _SLOTS_AT)
        return cls(segment, header, slots, slots.view(np.uint8).data, pixels)
