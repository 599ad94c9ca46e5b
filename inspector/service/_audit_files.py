"""The audit log's files, read: which there are, what they hold, and whether the chain is whole.

Nothing here needs the service: it reads the same while a log is being written, or long after.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import AuditError
from inspector.service._audit_record import GENESIS, AuditRecord, record_of

REPAIRED: Final = "audit.repaired"
_NAME: Final = re.compile(r"audit-(\d{12})\.jsonl")


class Head(NamedTuple):
    """The newest record: its number and its hash."""

    seq: int
    hash: str


NOTHING: Final = Head(0, GENESIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRecord:
    """The first record that does not fit.

    `seq` is the number it should have, `line` counts from 1 (0: it should have been there and is not).
    """

    seq: int
    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `verify_audit` found.

    `repairs` counts records that say an unfinished line was set aside after a power cut.
    """

    records: int
    files: int
    repairs: int
    head: Head
    broken: BrokenRecord | None

    @property
    def is_whole(self) -> bool:
        """Every record is there and as it was written."""
        return self.broken is None


class _BrokenError(Exception):
    def __init__(self, broken: BrokenRecord) -> None:
        super().__init__(broken.why)
        self.broken = broken


def audit_file(folder: Path, first_seq: int) -> Path:
    """Return where the records from `first_seq` on lie."""
    return folder / f"audit-{first_seq:012d}.jsonl"


def audit_files(folder: Path) -> list[Path]:
    """Return the files there are, oldest first."""
    with audit_errors(folder):
        return sorted(folder / name for name in os.listdir(folder) if _NAME.fullmatch(name))


def first_seq_of(path: Path) -> int:
    """Return the number of the first record that belongs into a file."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        raise ValueError(f"{path.name} is not an audit file")
    return int(found[1])


def whole_lines(path: Path) -> list[bytes]:
    """Return a file's lines without their newlines; what is being written at this moment is not one."""
    with audit_errors(path):
        return path.read_bytes().split(b"\n")[:-1]


def verify_audit(folder: Path, *, anchor: Head | None = None) -> Verification:
    """Check every record and every link, from the first on.

    Parameters
    ----------
    anchor
        A head that was noted earlier and kept elsewhere: it shows that nothing up to it was written
        anew or cut off.

    Raises
    ------
    AuditError
        A file cannot be read.
    """
    walk = _Walk(anchor)
    files = audit_files(folder)
    try:
        for path in files:
            walk.file(path)
        walk.end(files[-1].name if files else "")
    except _BrokenError as error:
        return walk.result(len(files), error.broken)
    return walk.result(len(files), None)


class _Walk:
    """A chain, followed record by record."""

    def __init__(self, anchor: Head | None) -> None:
        self._anchor = anchor
        self._head = NOTHING
        self._records = 0
        self._repairs = 0

    def file(self, path: Path) -> None:
        """Follow the chain through one file."""
        with audit_errors(path), path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                self._record(path.name, number, line)

    def end(self, last: str) -> None:
        """Miss what the anchor has seen."""
        if self._anchor is not None and self._anchor.seq > self._head.seq:
            raise self._broken(last, 0, f"the log ends here, but reached record {self._anchor.seq} once")

    def result(self, files: int, broken: BrokenRecord | None) -> Verification:
        """Return what was found."""
        return Verification(
            records=self._records, files=files, repairs=self._repairs, head=self._head, broken=broken
        )

    def _record(self, name: str, number: int, line: bytes) -> None:
        try:
            record = record_of(line.removesuffix(b"\n"))
        except ValueError as error:
            raise self._broken(name, number, str(error)) from error
        if not line.endswith(b"\n"):
            raise self._broken(name, number, "it is not finished")
        self._link(name, number, record)
        self._head = Head(record.seq, record.hash)
        self._records += 1
        self._repairs += record.fields.get("act") == REPAIRED
        if self._anchor is not None and self._anchor.seq == record.seq and self._anchor.hash != record.hash:
            raise self._broken(name, number, "it is not the record that was there when the head was noted")

    def _link(self, name: str, number: int, record: AuditRecord) -> None:
        expected = self._head.seq + 1
        if record.seq > expected:
            raise self._broken(name, number, f"records {expected}…{record.seq - 1} are missing")
        if record.seq < expected:
            raise self._broken(name, number, tell(Told.RECORD_TWICE, seq=record.seq))
        if record.fields["prev"] != self._head.hash:
            raise self._broken(name, number, tell(Told.RECORD_OUT_OF_ORDER))

    def _broken(self, name: str, number: int, why: str) -> _BrokenError:
        return _BrokenError(BrokenRecord(seq=self._head.seq + 1, file=name, line=number, why=why))


@contextmanager
def audit_errors(path: Path) -> Iterator[None]:
    """Turn what the system raises into `AuditError`."""
    try:
        yield
    except OSError as error:
        why = str(error.strerror or error)
        raise AuditError(tell(Told.AUDIT_UNUSABLE, path=str(path), error=why)) from error


def readable_records(path: Path) -> Iterator[AuditRecord | None]:
    """Return a file's records, newest first; None for a line that is none (`verify_audit` names it)."""
    for line in reversed(whole_lines(path)):
        try:
            yield record_of(line)
        except ValueError:
            yield None
