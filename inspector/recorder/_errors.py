"""What can go wrong with the outbox, told apart by what helps."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import TelemetryError
from inspector.recorder._schema import OUTBOX_NAME
from inspector.sharedmem import RecorderError


class OutboxError(TelemetryError):
    """The outbox cannot be used at the moment; `code` says in which way."""

    def __init__(self, code: RecorderError, message: str) -> None:
        super().__init__(message)
        self.code = code
        if code is RecorderError.UNKNOWN_DATABASE:
            self.exit_code = 2


class OutboxUnreadableError(TelemetryError):
    """The system does not let the outbox be read: the wrong folder, or the wrong user."""

    exit_code = 2


class OutboxMissingError(TelemetryError):
    """A folder holds no outbox: it is not the station's data folder, or nothing was recorded yet."""

    exit_code = 2


def no_outbox(data_dir: Path) -> OutboxMissingError:
    """Return the error for a folder that is not a station's data folder."""
    return OutboxMissingError(
        f"there is no outbox in {data_dir} ({OUTBOX_NAME} is missing); name the station's data folder"
    )


def cannot_write(path: Path, error: OSError) -> OutboxError:
    """Return the error for a file or folder that the system refuses to write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return disk_full(path)
    reason = error.strerror or str(error)
    return OutboxError(
        RecorderError.CANNOT_WRITE,
        tell(Told.ROWS_NOT_WRITTEN, path=str(path), error=reason),
    )


def disk_full(path: Path) -> OutboxError:
    """Return the error for a disk without room."""
    return OutboxError(RecorderError.DISK_FULL, tell(Told.DISK_FULL, path=str(path)))


@contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise when the outbox is only read into `TelemetryError`."""
    try:
        with outbox_errors(path):
            yield
    except OutboxError as error:
        if error.code is not RecorderError.CANNOT_WRITE:
            raise
        raise OutboxUnreadableError(
            tell(Told.OUTBOX_NOT_READ, path=str(path), error=str(error.__cause__))
        ) from error


@contextmanager
def outbox_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into `OutboxError`."""
    try:
        yield
    except apsw.FullError as error:
        raise disk_full(path) from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise OutboxError(
            RecorderError.DATABASE_DAMAGED,
            tell(Told.OUTBOX_DAMAGED, path=str(path), error=str(error)),
        ) from error
    except apsw.Error as error:
        raise OutboxError(
            RecorderError.CANNOT_WRITE,
            tell(Told.OUTBOX_NOT_WRITTEN, path=str(path), error=str(error)),
        ) from error
    except OSError as error:
        raise cannot_write(path, error) from error
