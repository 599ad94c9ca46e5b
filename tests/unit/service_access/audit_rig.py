"""Audit logs, written and read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from access_rig import ENGINEER, Clock

from inspector.domain.access import Permission
from inspector.service._audit import AuditLog
from inspector.service._audit_files import Head
from inspector.service._audit_query import query_audit
from inspector.service._audit_record import AuditEntry

ENTRY = AuditEntry(
    who=ENGINEER,
    act=Permission.EDIT_RECIPE,
    target="flange@7",
    old={"accept_min": 0.5},
    new={"accept_min": 0.55},
    reason="too many false rejects",
)


def log_at(folder: Path, clock: Clock | None = None, *, file_bytes: int = 8 * 2**20) -> AuditLog:
    return AuditLog(folder, file_bytes=file_bytes, now_utc_ns=(clock or Clock()).utc)


def written(folder: Path, count: int, *, file_bytes: int = 8 * 2**20) -> Head:
    """Write so many records, and close the log."""
    log = log_at(folder, file_bytes=file_bytes)
    for i in range(count):
        log.write(replace(ENTRY, target=f"part {i + 1}"))
    log.close()
    return log.head


def fields(folder: Path) -> list[dict[str, Any]]:
    """All records, oldest first."""
    return [record.fields for record in reversed(query_audit(folder, limit=1000).records)]


def acts(folder: Path) -> list[tuple[str, str]]:
    return [(record["act"], record["result"]) for record in fields(folder)]
