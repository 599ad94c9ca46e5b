"""The end of an audit log after a restart: where the chain goes on, and what a power cut left behind it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.files import replacing
from inspector.service._audit_files import NOTHING, Head, audit_files
from inspector.service._audit_record import record_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Where to go on writing.

    `path` is None if the next record begins a file; `set_aside` tells what was cut off, for the log itself.
    """

    head: Head
    path: Path | None
    set_aside: tuple[dict[str, Any], ...]


def recover_tail(folder: Path) -> Tail:
    """Find the last whole record; what follows it is moved into a file of its own, never thrown away.

    Raises
    ------
    OSError
        A file cannot be read, or cannot be set aside; nothing is lost, try again.
    AuditError
        The folder cannot be read.
    """
    set_aside: list[dict[str, Any]] = []
    newest: Path | None = None
    for path in reversed(audit_files(folder)):
        newest = newest or path
        content = path.read_bytes()
        end, head = _last_record(content)
        if end < len(content):
            set_aside.append(_set_aside(path, content, end))
        if head is not None:
            return Tail(head=head, path=path if path == newest else None, set_aside=tuple(set_aside))
    return Tail(head=NOTHING, path=None, set_aside=tuple(set_aside))


def _last_record(content: bytes) -> tuple[int, Head | None]:
    """Return where the last whole record ends, and what it is."""
    end = content.rfind(b"\n") + 1
    while end > 0:
        start = content.rfind(b"\n", 0, end - 1) + 1
        try:
            record = record_of(content[start : end - 1])
        except ValueError:
            end = start
        else:
            return end, Head(record.seq, record.hash)
    return 0, None


def _set_aside(path: Path, content: bytes, end: int) -> dict[str, Any]:
    rest = content[end:]
    digest = hashlib.sha256(rest).hexdigest()
    aside = path.with_name(f"set-aside-{path.stem}-{digest[:8]}.bin")
    # Copied first and cut off then: a power cut between the two only repeats it.
    with replacing(aside) as file:
        file.write(rest)
    with path.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
    return {"file": path.name, "bytes": len(rest), "sha256": digest, "kept_in": aside.name}
