"""A folder that belongs to one line, until the last of its processes has ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Final

from inspector.clock import monotonic_ns, sleep_s

_REMAINS_NS: Final = 10_000_000_000
"""What is left of a killed line tells the PLC and empties its ledger; so long another line waits for that."""


class InUseError(Exception):
    """A folder is another line's: the message says whose, and begins the remedy; not for people as it is."""


class Claim:
    """A folder that is one line's alone: a locked file, which the line's processes inherit.

    So it is taken until the last of them has ended, however the launcher did.

    Parameters
    ----------
    path
        The file; made if it is missing. Its text is the launcher's process id.

    Raises
    ------
    OSError
        The file cannot be made.
    InUseError
        Another line has it.
    """

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._wait(path)
        except BaseException:
            os.close(self.file)
            raise
        os.ftruncate(self.file, 0)
        os.pwrite(self.file, f"{os.getpid()}\n".encode(), 0)

    def _wait(self, path: Path) -> None:
        """Take the lock; wait for it only where nothing but the remains of a killed line has it."""
        deadline_ns = monotonic_ns() + _REMAINS_NS
        while True:
            try:
                return fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                owner = os.pread(self.file, 20, 0).decode("ascii", "replace").strip() or "unknown"
                if os.path.exists(f"/proc/{owner}/exe"):
                    raise InUseError(f"in use by another line (process {owner}); stop that one") from error
                if monotonic_ns() > deadline_ns:
                    left = ", ".join(map(str, _holders(path))) or "unknown"
                    raise InUseError(
                        f"still in use by what is left of a killed line (processes {left}); end those"
                    ) from error
            sleep_s(0.05)

    def release(self) -> None:
        """Let others have it, once our children have ended, too."""
        os.close(self.file)


def _holders(path: Path) -> list[int]:
    """Return the other processes that have a file open, as far as this user may know."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if link.samefile(path):
                found.add(int(link.parts[2]))
    return sorted(found - {os.getpid()})
