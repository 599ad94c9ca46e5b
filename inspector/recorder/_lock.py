"""One recorder per folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.recorder._errors import OutboxError, outbox_errors
from inspector.sharedmem import RecorderError


class FolderLock:
    """Held from its making until `close`; the system lets go of it however the process ends.

    Raises
    ------
    OutboxError
        Another recorder holds it, or the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "recorder.lock"
        with outbox_errors(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise OutboxError(
                RecorderError.ANOTHER_RECORDER,
                tell(Told.OTHER_RECORDER, folder=str(folder)),
            ) from error

    def close(self) -> None:
        """Let others have the folder."""
        os.close(self._file)
