"""What of the alarms outlives the service: one JSON document, whole or set aside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.files import private_folder, replacing

SCHEMA: Final = "inspector-alarms"
VERSION: Final = 1


class Kept(NamedTuple):
    """The board's snapshot (`AlarmBoard.snapshot`), when it was made, and what the alarms had told already."""

    board: Mapping[str, Any]
    utc_ns: int
    passed: int


def load_state(path: Path) -> tuple[Kept | None, str]:
    """Return what was kept, and why it cannot be used. A missing file is a first start, and no trouble."""
    try:
        document = json.loads(path.read_bytes())
        if (document["schema"], document["version"]) != (SCHEMA, VERSION):
            raise ValueError(f"it is {document['schema']} version {document['version']}")
        return Kept(dict(document["board"]), int(document["utc_ns"]), int(document["passed"])), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        return None, tell(Told.ALARMS_UNUSABLE, path=str(path), error=repr(error))


def save_state(path: Path, kept: Kept) -> str:
    """Write it, whole and on disk when this returns; return why that was not possible, or ""."""
    document = {"schema": SCHEMA, "version": VERSION, **kept._asdict()}
    try:
        private_folder(path.parent)
        with replacing(path) as file:
            file.write(json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace"))
    except OSError as error:
        return tell(Told.ALARMS_NOT_KEPT, path=str(path), error=str(error.strerror or error))
    return ""
