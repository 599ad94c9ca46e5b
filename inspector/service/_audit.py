"""The audit log, written: every act on disk before it counts, in an unbroken chain."""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from inspector.clock import utc_ns
from inspector.domain.access import RefusedError
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import AuditError
from inspector.files import PRIVATE, private_folder, sync_folder
from inspector.service._audit_files import NOTHING, REPAIRED, Head, audit_errors, audit_file
from inspector.service._audit_record import AuditEntry, fields_of, line_of
from inspector.service._audit_tail import recover_tail
from inspector.service._lapsed import LapsedError

KEPT_MAX: Final = 2_000
"""Records that wait in memory for a disk; more are counted, and the log says how many there were."""
LOST: Final = "audit.lost"


@dataclass(slots=True)
class Act:
    """An act that is being done; whoever does it may still say what came of it."""

    seq: int
    new: Any = None
    result: str = "done"


class AuditLog:
    """Append-only JSON Lines in a folder of its own (`audit-<first number>.jsonl`, mode 0600).

    Making one never raises: a disk that is full at the start is tried again at every `write` and
    `flush`, and `trouble` says so until then. One process writes; anybody may read (`query_audit`,
    `verify_audit`). Thread-safe: `write`, `act` and `flush` wait for the disk, `keep` never does.

    Parameters
    ----------
    folder
        Made with mode 0700.
    file_bytes
        A new file is begun when the last one has reached this size; the chain goes on. Files are
        never removed from here.
    """

    def __init__(
        self, folder: Path, *, file_bytes: int = 8 * 2**20, now_utc_ns: Callable[[], int] = utc_ns
    ) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._now_utc_ns = now_utc_ns
        self._lock = threading.Lock()
        self._kept_lock = threading.Lock()
        self._kept: deque[dict[str, Any]] = deque()
        self._lost = 0
        self._lock_file = -1
        self._file = -1
        self._size = 0
        self._ready = False
        self._closed = False
        self._head = NOTHING
        self._trouble = ""
        self.repairs = 0
        """Unfinished lines that were set aside since the start; each is told in the log itself."""
        self.flush()

    @property
    def head(self) -> Head:
        """The newest record. Note it elsewhere now and then; `verify_audit` compares."""
        return self._head

    @property
    def trouble(self) -> str:
        """Why nothing could be written at the last attempt; empty if it could."""
        return self._trouble

    @property
    def waiting(self) -> int:
        """How many acts were done and are not on disk yet."""
        return len(self._kept)

    @property
    def lost(self) -> int:
        """How many acts were done for which there was no room even in memory, and the log does not say yet."""
        return self._lost

    def write(self, entry: AuditEntry) -> int:
        """Write one record and return its number; it is on disk when this returns.

        Raises
        ------
        AuditError
            It is not on disk: do not do what it tells.
        """
        fields = fields_of(entry, self._now_utc_ns())
        with self._lock:
            self._append([fields])
            return self._head.seq

    def keep(self, entry: AuditEntry) -> None:
        """Take note of an act that must not wait, and return at once; the next `write` or `flush` writes it."""
        fields = fields_of(entry, self._now_utc_ns(), kept=True)
        with self._kept_lock:
            if len(self._kept) < KEPT_MAX:
                self._kept.append(fields)
            else:
                self._lost += 1

    def flush(self) -> int:
        """Write what was kept, if the disk lets it; return how many still wait. Call it every second or so."""
        with self._lock:
            try:
                self._append([])
            except AuditError as error:
                # It is not lost: it is counted in `waiting`, and said in `trouble`.
                self._trouble = str(error)
        return self.waiting

    @contextmanager
    def act(self, entry: AuditEntry) -> Iterator[Act]:
        """Surround an act: "begun" is on disk before it is done, and how it went is written after it.

        Raises
        ------
        AuditError
            Before the act: it cannot be audited, so it is not done.
        """
        act = Act(seq=self.write(replace(entry, result="begun")), new=entry.new)
        try:
            yield act
        except BaseException as error:
            refused = isinstance(error, RefusedError | LapsedError)
            act.result = f"{'refused' if refused else 'failed'}: {error}"
            raise
        finally:
            # The act is over, whatever the disk says: this record may wait.
            self.keep(replace(entry, new=act.new, result=act.result, of=act.seq))
            self.flush()

    def close(self) -> None:
        """Write what was kept and let another process write. What cannot be written now is lost: see `waiting`."""
        self.flush()
        with self._lock:
            self._ready, self._closed = False, True
            self._close_file()
            if self._lock_file >= 0:
                os.close(self._lock_file)
                self._lock_file = -1

    def _append(self, batch: list[dict[str, Any]]) -> None:
        """Write what was kept, then `batch`, as one step: all of it or nothing."""
        try:
            self._prepare()
            with self._kept_lock:
                kept, lost = list(self._kept), self._lost
            self._write_lines([*kept, *self._told_lost(lost), *batch])
        except AuditError as error:
            self._trouble = str(error)
            raise
        with self._kept_lock:
            for _ in kept:
                self._kept.popleft()
            self._lost -= lost
        self._trouble = ""

    def _told_lost(self, lost: int) -> list[dict[str, Any]]:
        entry = AuditEntry(who=None, act=LOST, new={"records": lost}, reason=tell(Told.NO_ROOM_IN_MEMORY))
        return [fields_of(entry, self._now_utc_ns())] if lost else []

    def _write_lines(self, batch: list[dict[str, Any]]) -> None:
        if not batch:
            return
        lines, head = b"", self._head
        for fields in batch:
            line, digest = line_of(head.seq + 1, fields, head.hash)
            lines, head = lines + line, Head(head.seq + 1, digest)
        with audit_errors(self._folder):
            if self._file < 0 or self._size >= self._file_bytes:
                self._begin_file(audit_file(self._folder, self._head.seq + 1))
            self._write_whole(lines)
        self._head = head
        self._size += len(lines)

    def _write_whole(self, lines: bytes) -> None:
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            self._undo()
            raise

    def _undo(self) -> None:
        """Take back half a line, so that the log never tells of an act that was refused."""
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            # Then the next attempt begins as after a power cut, and sets it aside.
            self._ready = False

    def _prepare(self) -> None:
        if self._ready:
            return
        if self._closed:
            raise AuditError(tell(Told.AUDIT_CLOSED))
        with audit_errors(self._folder):
            self._close_file()
            private_folder(self._folder)
            self._take_lock()
            tail = recover_tail(self._folder)
            self._head = tail.head
            if tail.path is not None:
                self._begin_file(tail.path)
        self._ready = True
        for found in tail.set_aside:
            self.repairs += 1
            self.keep(
                AuditEntry(who=None, act=REPAIRED, target=found["file"], new=found, reason=_WHY_REPAIRED)
            )

    def _take_lock(self) -> None:
        if self._lock_file >= 0:
            return
        path = self._folder / "audit.lock"
        lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock_file)
            raise AuditError(tell(Told.AUDIT_TAKEN, folder=str(self._folder))) from None
        self._lock_file = lock_file

    def _begin_file(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(path, flags, PRIVATE)
        self._close_file()
        self._file, self._size = file, os.fstat(file).st_size
        sync_folder(self._folder)

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


_WHY_REPAIRED: Final = tell(Told.LOG_ENDED_EARLY)
