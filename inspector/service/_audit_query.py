"""Questions to the audit log: a page of it for a screen, all of it as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inspector.files import replacing
from inspector.service._audit_files import audit_errors, audit_files, first_seq_of, readable_records
from inspector.service._audit_record import AuditRecord, utc_text
from inspector.service._table import BOM, cell, csv_line

PAGE_MAX: Final = 1_000
COLUMNS: Final = (
    "seq", "utc", "user", "user_id", "role", "console", "act", "target",
    "old", "new", "reason", "result", "of", "kept", "prev", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which records to show; an empty field lets all pass.

    Parameters
    ----------
    since_utc_ns, until_utc_ns
        From (inclusive) and to (exclusive), by the time that is written in the record.
    user
        Name or id of the account, without regard to case.
    act
        The act or its family: "users" finds "users.manage".
    """

    since_utc_ns: int | None = None
    until_utc_ns: int | None = None
    user: str = ""
    act: str = ""

    def passes(self, fields: dict[str, Any]) -> bool:
        """Whether a record is wanted."""
        utc = str(fields.get("utc", ""))
        return (
            (self.since_utc_ns is None or utc >= utc_text(self.since_utc_ns))
            and (self.until_utc_ns is None or utc < utc_text(self.until_utc_ns))
            and (not self.user or self._is_user(fields))
            and (not self.act or f"{fields.get('act', '')}.".startswith(f"{self.act}."))
        )

    def _is_user(self, fields: dict[str, Any]) -> bool:
        return self.user.casefold() in {str(fields.get(key, "")).casefold() for key in ("user", "user_id")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Some records, newest first.

    `next_before_seq` asks for the page after it, None at the end. `unreadable` counts lines that were
    passed over because they are damaged.
    """

    records: tuple[AuditRecord, ...]
    next_before_seq: int | None
    unreadable: int


def query_audit(
    folder: Path,
    wanted: AuditFilter | None = None,
    *,
    before_seq: int | None = None,
    limit: int = 100,
    folded: bool = False,
) -> AuditPage:
    """Return the newest records that are wanted, at most `limit` (and `PAGE_MAX`) of them.

    The cursor is a record's number, so a page stays the same page while records are being added.

    Parameters
    ----------
    folded
        Leave out that an act was begun where it is written, too, what came of it. A beginning that is the last
        record of its file, with its end on an earlier page, stays.

    Raises
    ------
    AuditError
        A file cannot be read.
    """
    wanted = wanted or AuditFilter()
    most = min(max(limit, 1), PAGE_MAX)
    found: list[AuditRecord] = []
    ended: set[object] = set()
    unreadable = 0
    for record in _newest_first(folder, before_seq):
        if record is None:
            unreadable += 1
            continue
        if folded and wanted.passes(record.fields):
            ended.add(record.fields.get("of"))
        if record.seq in ended or (before_seq is not None and record.seq >= before_seq):
            continue
        if wanted.passes(record.fields):
            if len(found) == most:
                return AuditPage(records=tuple(found), next_before_seq=found[-1].seq, unreadable=unreadable)
            found.append(record)
    return AuditPage(records=tuple(found), next_before_seq=None, unreadable=unreadable)


def export_audit_csv(folder: Path, path: Path, wanted: AuditFilter | None = None) -> int:
    """Write the wanted records as a table, oldest first, and return how many there were.

    UTF-8 with a byte order mark, because spreadsheets take anything else for their own code page.
    The file is private and appears when it is whole.

    Raises
    ------
    AuditError
        A file cannot be read, or the table cannot be written.
    """
    wanted = wanted or AuditFilter()
    count = 0
    with audit_errors(path), replacing(path) as file:
        file.write(BOM + csv_line(COLUMNS))
        for source in audit_files(folder):
            for record in reversed(list(readable_records(source))):
                if record is not None and wanted.passes(record.fields):
                    file.write(csv_line([cell(record.fields.get(column)) for column in COLUMNS]))
                    count += 1
    return count


def _newest_first(folder: Path, before_seq: int | None) -> Iterator[AuditRecord | None]:
    """Return what is in the files that hold anything before `before_seq`, newer records of theirs included."""
    for path in reversed(audit_files(folder)):
        if before_seq is not None and first_seq_of(path) >= before_seq:
            continue
        yield from readable_records(path)
