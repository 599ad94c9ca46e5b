"""What people have said of parts: a database of its own, so that nothing here waits for the recorder.

Rows make room one day, and a damaged outbox is set aside; what somebody has said stays, with the part's row
as it was then.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import apsw

from inspector.domain.labels import Judgement, Label, RowId, StaleLabelError
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import TelemetryError
from inspector.recorder._outbox import BUSY_TIMEOUT_MS

LABELS_NAME: Final = "labels.db"
_APPLICATION_ID: Final = 0x494E534C
"""'INSL' in the database's header."""
_USER_VERSION: Final = 1
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS label(
  number INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  judgement TEXT NOT NULL,
  class_name TEXT NOT NULL,
  note TEXT NOT NULL,
  user_id TEXT NOT NULL,
  user TEXT NOT NULL,
  console TEXT NOT NULL,
  utc_ns INTEGER NOT NULL,
  row TEXT NOT NULL,
  UNIQUE(epoch, seq, version)
) STRICT;
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_USER_VERSION};
"""
_FIELDS: Final = ("judgement", "class_name", "note", "user_id", "user", "console", "utc_ns", "version")
_SELECT: Final = f"SELECT {', '.join(_FIELDS)} FROM label WHERE epoch = ? AND seq = ? ORDER BY version"
_LATEST: Final = (
    f"SELECT epoch, seq, {', '.join(_FIELDS)}, row FROM label AS l WHERE version = "
    "(SELECT max(version) FROM label AS b WHERE b.epoch = l.epoch AND b.seq = l.seq) ORDER BY epoch, seq"
)


def put_label(data_dir: Path, part: RowId, label: Label, row: dict[str, Any], expected: int | None) -> Label:
    """Keep a label; it is on disk when this returns.

    Parameters
    ----------
    row
        The part's row as the documented JSON object.
    expected
        Version of the label that its author saw: 0 = none; None = he does not care.

    Returns
    -------
    Label
        With its version.

    Raises
    ------
    StaleLabelError
        Somebody else was faster.
    TelemetryError
        It cannot be kept.
    """
    path = data_dir / LABELS_NAME
    with _errors(path), _opened(path) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            sql = "SELECT coalesce(max(version), 0) FROM label WHERE epoch = ? AND seq = ?"
            ((version,),) = db.execute(sql, (part.epoch, part.seq))
            if expected is not None and expected != version:
                raise StaleLabelError(tell(Told.LABEL_CHANGED, part=str(part)), version)
            kept = replace(label, version=version + 1)
            values = [getattr(kept, name) for name in _FIELDS]
            db.execute(
                f"INSERT INTO label(epoch, seq, {', '.join(_FIELDS)}, row) VALUES(?, ?, {'?, ' * 8}?)",
                (part.epoch, part.seq, *values, json.dumps(row, ensure_ascii=False)),
            )
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    return kept


def labels_of(data_dir: Path, part: RowId) -> list[Label]:
    """Return all labels of a part, the oldest first; the last one counts.

    Raises
    ------
    TelemetryError
        They cannot be read.
    """
    path = data_dir / LABELS_NAME
    if not path.is_file():
        return []
    with _errors(path), _opened(path) as db:
        return [label_from(row) for row in db.execute(_SELECT, (part.epoch, part.seq))]


def latest_labels(data_dir: Path) -> list[tuple[RowId, Label, dict[str, Any]]]:
    """Return the label that counts of every labelled part, with the part's row as it was then.

    Raises
    ------
    TelemetryError
        They cannot be read.
    """
    path = data_dir / LABELS_NAME
    if not path.is_file():
        return []
    with _errors(path), _opened(path) as db:
        return [
            (RowId(epoch, seq), label_from(values), json.loads(row))
            for epoch, seq, *values, row in db.execute(_LATEST)
        ]


def labels_snapshot(data_dir: Path) -> bytes:
    """Return the database of labels as one file, whole while somebody labels; empty = there is none.

    Raises
    ------
    TelemetryError
        It cannot be read.
    """
    path = data_dir / LABELS_NAME
    if not path.is_file():
        return b""
    with _errors(path), _opened(path) as db:
        return db.serialize("main")


def label_from(values: Any) -> Label:
    """Return the columns `_FIELDS` as a label."""
    judgement, *rest = values
    return Label(**{**dict(zip(_FIELDS[1:], rest, strict=True)), "judgement": Judgement(judgement)})


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[apsw.Connection]:
    with contextlib.closing(apsw.Connection(str(path))) as db:
        db.set_busy_timeout(BUSY_TIMEOUT_MS)
        # A label is rare and small: one file that is always whole is worth more here than speed.
        db.pragma("journal_mode", "DELETE")
        db.pragma("synchronous", "EXTRA")
        if db.pragma("schema_version") == 0:
            db.execute(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT")  # another one may do so at the same moment
        found = db.pragma("application_id"), db.pragma("user_version")
        if found != (_APPLICATION_ID, _USER_VERSION):
            raise TelemetryError(
                tell(Told.LABELS_FOREIGN, path=str(path), version=found[1], known=_USER_VERSION)
            )
        yield db


@contextlib.contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise TelemetryError(tell(Told.LABELS_DAMAGED, path=str(path), error=str(error))) from error
    except apsw.FullError as error:
        raise TelemetryError(tell(Told.LABELS_FULL, path=str(path))) from error
    except apsw.Error as error:
        raise TelemetryError(tell(Told.LABELS_UNUSABLE, path=str(path), error=str(error))) from error
