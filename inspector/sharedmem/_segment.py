"""A shared-memory segment: one file, mapped by every process that knows its path."""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from inspector.errors import SharedMemoryError

_HEADER = struct.Struct("<8sIIQ")  # magic, version, reserved, size in bytes
HEADER_BYTES = 64
"""The header's room: one cache line, so that data starts aligned."""


class Segment:
    """A mapped file with a header that says what it is.

    The space is allocated when it is created, not when it is first touched: a sparse file on a full
    tmpfs kills the process that touches it (SIGBUS). The pages stay until the last process has unmapped
    them, so an unlinked segment is still safe to use.

    Not thread-safe by itself; what lies inside says who may write what.
    """

    def __init__(self, path: Path, file: int, size: int) -> None:
        self.path = path
        self.size = size
        self._map = mmap.mmap(file, size)

    @classmethod
    def create(cls, path: Path, size: int, *, magic: bytes, version: int) -> Segment:
        """Create the file, replacing a stale one, with `size` bytes behind the header, all zero.

        Raises
        ------
        SharedMemoryError
            No space left, or no permission.
        """
        total = HEADER_BYTES + size
        scratch = path.with_suffix(".new")
        try:
            file = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(file, 0, total)
                segment = cls(path, file, total)
            finally:
                os.close(file)
            _HEADER.pack_into(segment._map, 0, magic, version, 0, total)
            scratch.replace(path)
        except OSError as error:
            scratch.unlink(missing_ok=True)
            raise SharedMemoryError(
                f"cannot create shared memory {path} of {total / 1e6:.1f} MB: {error.strerror}; "
                "free some space there, or set [station] run_dir to a writable folder in memory with more room"
            ) from error
        return segment

    @classmethod
    def attach(cls, path: Path, *, magic: bytes, version: int) -> Segment:
        """Map an existing segment.

        Raises
        ------
        SharedMemoryError
            It is missing, or has another magic, version or size than expected.
        """
        try:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise SharedMemoryError(
                f"cannot open shared memory {path}: {error.strerror}; is the station running?"
            ) from error
        try:
            size = os.fstat(file).st_size
            if size < HEADER_BYTES:
                raise SharedMemoryError(
                    f"shared memory {path} is truncated ({size} bytes); start the station again"
                )
            segment = cls(path, file, size)
        finally:
            os.close(file)
        found_magic, found_version, _, found_size = _HEADER.unpack_from(segment._map, 0)
        if (found_magic, found_version, found_size) != (magic.ljust(8, b"\0"), version, size):
            segment.close()
            raise SharedMemoryError(
                f"shared memory {path} is {found_magic!r} version {found_version}, {found_size} bytes; expected "
                f"{magic!r} version {version}, {size} bytes: it belongs to another version of Inspector"
            )
        return segment

    def array(self, dtype: DTypeLike, shape: int | tuple[int, ...], offset: int = 0) -> NDArray[Any]:
        """Return a view of the data, `offset` bytes behind the header; valid until the process ends."""
        return np.ndarray(shape, dtype=dtype, buffer=self._map, offset=HEADER_BYTES + offset)

    def close(self) -> None:
        """Unmap where nothing views it any more; otherwise leave that to the end of the process. May be repeated."""
        try:
            self._map.close()
        except BufferError:
            # A numpy view is still alive. The mapping goes when that view does.
            return

    def unlink(self) -> None:
        """Remove the name. Processes that have it mapped keep it. May be repeated."""
        self.path.unlink(missing_ok=True)
