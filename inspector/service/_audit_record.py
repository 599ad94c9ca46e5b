"""One line of the audit log: what it holds, and how it is tied to the line before it.

``{"seq":7,"utc":…,…,"prev":"<hash of 6>","hash":"<SHA-256 of this line without its hash>"}``

The hash covers the bytes as they stand in the file, so nothing depends on how JSON is written.
The chain shows what was changed, taken out, put in or moved. It cannot show that everything from
some record on was written anew, or cut off, by somebody who may write the file: for that, keep a
head (`AuditLog.head`) elsewhere and give it to `verify_audit`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from inspector.domain.access import Identity
from inspector.domain.told import tell
from inspector.domain.told_texts import Told

GENESIS: Final = "0" * 64
"""What the first record has for the hash of the one before."""
SERVICE: Final = "service"
"""The role in a record of what nobody did."""
TEXT_MAX: Final = 1_000
"""Characters of a text that are kept."""
VALUE_MAX: Final = 16_000
"""Characters of JSON of an old or new value that are kept whole; of longer ones their digest is."""

_HASH_KEY: Final = b',"hash":"'
_TAIL: Final = len(_HASH_KEY) + 64 + len(b'"}')


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act, as the service knows it; the log adds number, time and chain.

    Parameters
    ----------
    who
        Person, role and console; None for what the service does by itself.
    act
        Dotted, e.g. `Permission.MANAGE_USERS`.
    target
        What was acted on: an alarm, a user, a recipe.
    old, new
        Values before and after; anything that JSON can hold. Never a secret.
    result
        How it went; "begun" and "done" by `AuditLog.act`.
    of
        `seq` of the record that this one completes.
    """

    who: Identity | None
    act: str
    target: str = ""
    old: Any = None
    new: Any = None
    reason: str = ""
    result: str = "done"
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One record as it was read; `fields` as in the file, in its order."""

    seq: int
    hash: str
    fields: dict[str, Any]


def fields_of(entry: AuditEntry, utc_ns: int, *, kept: bool = False) -> dict[str, Any]:
    """Return an entry as it will be written, bounded in size, fixed at this moment.

    `kept` says that it waited in memory: its line is younger than its act.
    """
    who = entry.who or Identity()
    return {
        "utc": utc_text(utc_ns),
        "user_id": _clipped(who.user_id),
        "user": _clipped(who.name),
        "role": who.role.value if entry.who else SERVICE,
        "console": _clipped(who.console),
        "act": _clipped(str(entry.act)),
        "target": _clipped(entry.target),
        "old": _plain(entry.old),
        "new": _plain(entry.new),
        "reason": _clipped(entry.reason),
        "result": _clipped(entry.result),
        "of": entry.of,
        "kept": kept,
    }


def line_of(seq: int, fields: dict[str, Any], prev: str) -> tuple[bytes, str]:
    """Return a record's line, with its newline, and its hash."""
    # backslashreplace turns a lone surrogate into its JSON escape, which reads back as it was.
    body = _json({"seq": seq, **fields, "prev": prev}).encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(body).hexdigest()
    return body[:-1] + _HASH_KEY + digest.encode() + b'"}\n', digest


def record_of(line: bytes) -> AuditRecord:
    """Read one line, without its newline.

    Raises
    ------
    ValueError
        It is not a record, or was changed.
    """
    body, stated = line[:-_TAIL] + b"}", line[-_TAIL:]
    digest = hashlib.sha256(body).hexdigest()
    if not stated.startswith(_HASH_KEY) or not stated.endswith(b'"}'):
        raise ValueError(tell(Told.RECORD_IS_NONE))
    if stated != _HASH_KEY + digest.encode() + b'"}':
        raise ValueError(tell(Told.RECORD_CHANGED))
    fields = json.loads(line)
    if not isinstance(fields.get("seq"), int) or not isinstance(fields.get("prev"), str):
        raise ValueError(tell(Told.RECORD_UNLINKED))
    return AuditRecord(seq=fields["seq"], hash=digest, fields=fields)


def utc_text(utc_ns: int) -> str:
    """Return a time as ISO 8601 in UTC with microseconds: as text it sorts as time does."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=utc_ns // 1000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _clipped(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def _plain(value: Any) -> Any:
    """Return a value as JSON will give it back; never fail, for an act that happened must be written."""
    try:
        text = _json(value)
    except (TypeError, ValueError, RecursionError):
        return _clipped(f"not JSON: {type(value).__name__}")
    if len(text) <= VALUE_MAX:
        return json.loads(text)
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return {"clipped": _clipped(text), "characters": len(text), "sha256": digest}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
