"""The log: what happened at the station and needs nobody's response, kept over restarts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from inspector.clock import utc_ns
from inspector.domain.access import Permission
from inspector.domain.told import recognise, tell
from inspector.domain.told_texts import Told
from inspector.files import PRIVATE, private_folder
from inspector.protocol import Command, Event, Reply
from inspector.service._access import Access
from inspector.service._audit_record import AuditEntry
from inspector.service._desk import Later
from inspector.service._table import BOM, cell, csv_line

WAITING_MAX: Final = 2_000
"""Lines that wait in memory for a disk; older ones make room."""
_NO_ALARM: Final = b'"alarm":""'
_COLUMNS: Final = ("utc", "source", "code", "text", "user", "alarm", "change")


class Logbook:
    """Two files of JSON Lines (`log.jsonl`, and the one before it): old lines make room by themselves.

    Not a record of who did what (that is the audit log): what a full disk swallows is gone. `take` is for
    the server's thread and never waits; everything else waits for the disk, in one thread at a time.

    Parameters
    ----------
    folder
        Made with mode 0700.
    file_bytes
        A new file is begun when one has reached this size.
    """

    def __init__(self, folder: Path, *, file_bytes: int = 4 * 2**20) -> None:
        self._path, self._before = folder / "log.jsonl", folder / "log.1.jsonl"
        self._file_bytes = file_bytes
        self._lock = threading.Lock()
        self._waiting: deque[Event] = deque(maxlen=WAITING_MAX)

    def take(self, event: Event) -> None:
        """Take note of a line; the next flush writes it."""
        with self._lock:
            self._waiting.append(event)

    def flush(self) -> str:
        """Write what waits; return why that was not possible, or ""."""
        with self._lock:
            waiting = list(self._waiting)
        if not waiting:
            return ""
        try:
            self._append(b"".join(event.model_dump_json().encode() + b"\n" for event in waiting))
        except OSError as error:
            return tell(Told.LOG_NOT_KEPT, path=str(self._path), error=str(error.strerror or error))
        with self._lock:
            for _ in range(min(len(waiting), len(self._waiting))):
                self._waiting.popleft()
        return ""

    def last(self, count: int) -> list[Event]:
        """Return the newest lines, and the newest about alarms, as many of each, oldest first.

        What cannot be read is left out.
        """
        kept: list[Event] = []
        about_alarms = 0
        for raw in self._raw_newest_first():
            is_recent = len(kept) < count
            if not is_recent and about_alarms == count:
                break
            if not is_recent and _NO_ALARM in raw:  # most lines, and reading one takes its time
                continue
            line = _event(raw)
            if line is not None and (is_recent or line.alarm):
                kept.append(line)
                about_alarms += bool(line.alarm)
        return kept[::-1]

    def table(self) -> tuple[int, bytes]:
        """Return all of it as a table (CSV, oldest first), and how many lines there are."""
        self.flush()
        lines = [_line(event) for event in self._newest_first()]
        return len(lines), BOM + csv_line(_COLUMNS) + b"".join(reversed(lines))

    def _append(self, lines: bytes) -> None:
        private_folder(self._path.parent)
        if self._path.exists() and self._path.stat().st_size >= self._file_bytes:
            self._path.replace(self._before)
        with self._path.open("ab") as file:
            self._path.chmod(PRIVATE)
            # After a power cut in the middle of a line, the next one begins on its own.
            file.write(b"" if self._ends_well() else b"\n")
            file.write(lines)

    def _ends_well(self) -> bool:
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 1))
            return file.read(1) in {b"", b"\n"}

    def _newest_first(self) -> Iterator[Event]:
        return (event for line in self._raw_newest_first() if (event := _event(line)) is not None)

    def _raw_newest_first(self) -> Iterator[bytes]:
        for path in (self._path, self._before):
            with suppress(OSError):
                yield from reversed(path.read_bytes().split(b"\n"))


def event(source: str, text: str, user: str = "", *, code: int = 0, at_utc_ns: int | None = None) -> Event:
    """Return a line, of now unless told otherwise; a known sentence goes with its code and what it names."""
    told = recognise(text)
    return Event(
        code=code,
        source=source,
        text=str(text),
        user=user,
        utc_ns=utc_ns() if at_utc_ns is None else at_utc_ns,
        telling=told.code if told else "",
        details=dict(told.details) if told else {},
    )


class LogDesk:
    """The command `log.export`: the log leaves the station, and the audit log says with whom."""

    def __init__(self, access: Access, logbook: Logbook) -> None:
        self._access, self._logbook = access, logbook

    def export(self, command: Command) -> Later:
        """Hand out all of the log as a table. Called in the server's thread; the worker does it."""
        who = self._access.permit(command, Permission.EXPORT)
        entry = AuditEntry(who=who, act=Permission.EXPORT, target="log")

        def job() -> tuple[int, bytes]:
            with self._access.act(command, entry) as act:
                count, table = self._logbook.table()
                act.new = {"records": count}
                return count, table

        def finish(table: tuple[int, bytes]) -> Reply:
            return Reply(body={"records": table[0]}, attachments=(table[1],))

        return Later(self._access.worker.do(job), finish)


def _event(line: bytes) -> Event | None:
    try:
        return Event.model_validate_json(line) if line else None
    except ValidationError:
        return None


def _line(event: Event) -> bytes:
    fields = event.model_dump() | {"utc": _utc(event.utc_ns)}
    return csv_line([cell(fields[column]) for column in _COLUMNS])


def _utc(utc_ns: int) -> str:
    if not utc_ns:
        return ""
    try:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=utc_ns // 1000)
    except OverflowError:  # a clock beyond all calendars
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
