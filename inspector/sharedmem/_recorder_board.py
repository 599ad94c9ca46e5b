"""The recorder's notice board: how it is, for whoever cannot ask it because it may hang or be dead."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.clock import sleep_s
from inspector.errors import SharedMemoryError
from inspector.sharedmem._segment import Segment

_MAGIC = b"INSRECRD"
_VERSION = 1
_TEXT_BYTES = 128
_READ_TRIES = 100
_READ_PAUSE_S = 0.0001


class RecorderState(IntEnum):
    """What the recorder is doing."""

    ABSENT = 0
    """Not started yet, or stopped in order."""
    RECORDING = 1
    RETRYING = 2
    """It cannot write at the moment, and tries again; rows wait in the ring."""
    FAILED = 3
    """It gave up; the error says why."""


class RecorderError(IntEnum):
    """What is wrong, in the recorder's status."""

    NONE = 0
    DISK_FULL = 1
    CANNOT_WRITE = 2
    """The folder or the database cannot be written: permissions, a read-only disk, an I/O error."""
    DATABASE_DAMAGED = 3
    """The database was found damaged and set aside; a new one was begun."""
    ANOTHER_RECORDER = 4
    UNKNOWN_DATABASE = 5
    """The database belongs to another program, or to a newer version."""
    OVER_QUOTA = 6
    """Rows that were not exported yet fill the quota: they are kept, images are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderStatus:
    """One notice. Counts are since the database was made; bytes are those of rows and images on disk.

    `alive_ns` is monotonic; it stands still when the recorder hangs or is dead.
    """

    alive_ns: int = 0
    pid: int = 0
    rows_written: int = 0
    rows_evicted: int = 0
    unrecorded: int = 0
    images_written: int = 0
    images_dropped: int = 0
    images_evicted: int = 0
    bytes_used: int = 0
    state: RecorderState = RecorderState.ABSENT
    error_code: RecorderError = RecorderError.NONE
    error_text: str = ""

    def is_alive(self, now_ns: int, limit_ms: float = 2000.0) -> bool:
        """Say whether the recorder runs: it gave a sign within the limit, and did not say goodbye."""
        return self.state in {RecorderState.RECORDING, RecorderState.RETRYING} and (
            now_ns - self.alive_ns <= limit_ms * 1e6
        )


_DTYPE = np.dtype(
    [
        (field.name, f"S{_TEXT_BYTES}" if field.name == "error_text" else "<i8")
        for field in fields(RecorderStatus)
    ]
)
_VERSION_OFFSET = 0
_BODY_OFFSET = 64


class RecorderBoard:
    """One `RecorderStatus` in shared memory, under a sequence lock. One writer, any number of readers."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._version: NDArray[np.uint64] = segment.array(np.uint64, 1, _VERSION_OFFSET)
        self._body: NDArray[Any] = segment.array(_DTYPE, 1, _BODY_OFFSET)

    @classmethod
    def ensure(cls, path: Path) -> RecorderBoard:
        """Map the board, making it where there is none: the recorder and its readers may come in any order.

        Raises
        ------
        SharedMemoryError
            No space left, no permission, or what is there belongs to another version.
        """
        if path.exists():
            return cls.attach(path)
        return cls(Segment.create(path, _BODY_OFFSET + _DTYPE.itemsize, magic=_MAGIC, version=_VERSION))

    @classmethod
    def attach(cls, path: Path) -> RecorderBoard:
        """Map an existing board.

        Raises
        ------
        SharedMemoryError
            It is missing, or of another version.
        """
        return cls(Segment.attach(path, magic=_MAGIC, version=_VERSION))

    def publish(self, status: RecorderStatus) -> None:
        """Replace the notice. The recorder only."""
        values = asdict(status)
        values["error_text"] = status.error_text.encode()[:_TEXT_BYTES].decode(errors="ignore").encode()
        # Odd = being written. A recorder that was killed here left it odd: make it so in any case.
        version = int(self._version[0]) | 1
        self._version[0] = version
        self._body[0] = tuple(values.values())
        self._version[0] = version + 1

    def read(self) -> RecorderStatus:
        """Return the newest notice.

        Raises
        ------
        SharedMemoryError
            It stays half-written: the recorder was killed while writing it, or stopped.
        """
        for _ in range(_READ_TRIES):
            before = int(self._version[0])
            values = self._body[0].item()
            if before % 2 == 0 and int(self._version[0]) == before:
                return _status(values)
            sleep_s(_READ_PAUSE_S)
        raise SharedMemoryError(f"{self._segment.path} is half-written: the recorder was killed; restart it")

    def close(self) -> None:
        """Let go of the memory; the board stays. May be repeated."""
        self._segment.close()


def _status(values: tuple[Any, ...]) -> RecorderStatus:
    named = dict(zip(_DTYPE.names or (), values, strict=True))
    named["state"] = RecorderState(named["state"])
    named["error_code"] = RecorderError(named["error_code"])
    named["error_text"] = named["error_text"].decode(errors="replace")
    return RecorderStatus(**named)
