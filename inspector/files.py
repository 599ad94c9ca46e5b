"""Files: read without waiting; written for their owner alone, either the old or the new one, never half of it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600


def read_regular(path: Path) -> bytes:
    """Return what a file holds, without ever waiting for somebody to write it.

    Raises
    ------
    OSError
        It cannot be read, or is something else: a folder, a named pipe, a device, a socket.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", os.fspath(path))
        return file.read()


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, unless it is there.

    Raises
    ------
    OSError
        It cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the disk know which files a folder holds: a new name is lost in a power cut otherwise."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside `path` (mode 0600) that takes its place only when it is whole and on disk.

    Raises
    ------
    OSError
        It cannot be written; what was at `path` is still there.
    """
    # One fixed name: what a power cut leaves behind is overwritten, not piled up.
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def is_private(path: Path) -> bool:
    """Whether a file belongs to this user, and nobody else may read or change it. Links never do."""
    found = path.lstat()
    return not path.is_symlink() and found.st_uid == os.geteuid() and not found.st_mode & 0o077
