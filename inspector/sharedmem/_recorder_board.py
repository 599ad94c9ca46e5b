"""The recorder's notice board: how it is, for whoever cannot ask it because it may hang or be dead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from inspector.sharedmem._board import Board


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


@dataclass(frozen=True, slots=True)
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


class RecorderBoard(Board[RecorderStatus]):
    """How the recorder is. The recorder writes."""

    notice = RecorderStatus
    magic = b"INSRECRD"
    version = 1
