"""Writing files that are complete or not there: temporary name, forced to disk, renamed."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from inspector.errors import TelemetryError
from inspector.files import sync_folder

_PART: Final = ".part"


@contextmanager
def target_errors(out: Path) -> Iterator[None]:
    """Turn what the system raises while writing into one clear error."""
    try:
        yield
    except OSError as error:
        if isinstance(error, TelemetryError):
            raise
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        reason = "no space left there" if full else error.strerror or str(error)
        raise TelemetryError(
            f"cannot write into {out}: {reason}; what is complete there stays; run this again to go on"
        ) from error


def open_target(out: Path, *folders: str) -> None:
    """Make the folders, and remove what an interrupted run has left half-written."""
    with target_errors(out):
        for folder in (out, *(out / name for name in folders)):
            folder.mkdir(parents=True, exist_ok=True)
            for stale in folder.glob(f"*{_PART}"):
                stale.unlink()


def put_file(path: Path, data: bytes) -> str:
    """Write a file whole, and return its SHA-256; the folder must still be forced to disk."""
    part = path.with_name(path.name + _PART)
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return digest(data)


def has_file(path: Path, sha256: str) -> bool:
    """Say whether the file is there with that content."""
    return path.is_file() and digest(path.read_bytes()) == sha256


def digest(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def settle(*folders: Path) -> None:
    """Force the names of what was written to disk."""
    for folder in folders:
        sync_folder(folder)
