"""Looking through the rejects, newest first, a bounded piece at a time; the recorder notices nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from inspector.domain.disposition import Applied, Cause, Disposition
from inspector.domain.labels import Label, RejectFilter, RowId
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import TelemetryError
from inspector.recorder._labels import LABELS_NAME, labels_of, put_label
from inspector.recorder._records import Epoch, OutboxReader, record
from inspector.recorder._schema import OUTBOX_NAME
from inspector.sharedmem import RowKind

MOST_REJECTS: Final = 100
"""In one answer."""
_WINDOW: Final = 20_000
_MOST_ROWS: Final = 200_000
"""Looked at for one answer; whoever wants more goes on where it ends."""
_LATE_NS: Final = 3_600_000_000_000
"""Rows stand in the order in which parts were closed, which is nearly that of their times."""
_LABEL: Final = ("version", "judgement", "class_name", "note", "user", "utc_ns")
_LABELS: Final = (
    "labels.label AS b ON b.epoch = ledger.epoch AND b.seq = ledger.seq AND b.version ="
    " (SELECT max(version) FROM labels.label AS c WHERE c.epoch = ledger.epoch AND c.seq = ledger.seq)"
)
_NO_LABELS: Final = f"(SELECT {', '.join(f'NULL AS {name}' for name in _LABEL)}) AS b ON FALSE"
_Conditions = tuple[list[str], list[Any]]
"""SQL conditions, and the values for their question marks."""
_REJECTED: Final = (
    f"kind = {int(RowKind.PART)} AND (applied = {int(Applied.REJECTED)}"
    f" OR (applied = {int(Applied.UNKNOWN)} AND disposition = {int(Disposition.REJECT)}))"
)


def find_rejects(
    data_dir: Path | str, wanted: RejectFilter, before: RowId | None = None, most: int = MOST_REJECTS
) -> tuple[list[dict[str, Any]], RowId | None]:
    """Return rejected parts, newest first, as documented rows with `part` and `label`.

    Parameters
    ----------
    before
        Where an earlier answer ended.
    most
        At most `MOST_REJECTS`.

    Returns
    -------
    rows, next
        `next` is None when there are no more; otherwise there may be some behind it, even if `rows` is empty.

    Raises
    ------
    TelemetryError
        The outbox cannot be read. None at all has no rejects.
    """
    folder, most, conditions = Path(data_dir), max(1, min(most, MOST_REJECTS)), _conditions(wanted)
    if not (folder / OUTBOX_NAME).is_file():
        return [], None
    found: list[dict[str, Any]] = []
    looked = 0
    has_labels = (folder / LABELS_NAME).is_file()
    with _reader(folder, has_labels=has_labels) as reader:
        source = _LABELS if has_labels else _NO_LABELS
        for epoch, top in _windows(reader, wanted, before):
            if looked >= _MOST_ROWS:
                return found, RowId(epoch.epoch, top)
            rows = _look(reader, source, conditions, epoch, top, most - len(found))
            found += [_shown(row, epoch.station) for row in rows]
            looked += _WINDOW
            if len(found) >= most:
                return found, RowId(epoch.epoch, rows[-1]["seq"])
    return found, None


def find_reject(data_dir: Path | str, part: RowId) -> tuple[dict[str, Any], list[Label]]:
    """Return one part's row, with all that was said of it, the oldest first.

    Raises
    ------
    TelemetryError
        There is no such part (any more), or the outbox cannot be read.
    """
    folder = Path(data_dir)
    with closing(OutboxReader(folder)) as reader:
        rows = reader.query(
            "SELECT l.*, e.station AS station_name FROM ledger l JOIN epoch e USING(epoch)"
            " WHERE l.epoch = ? AND l.seq = ? AND l.kind = ?",
            part.epoch,
            part.seq,
            int(RowKind.PART),
        )
    if not rows:
        raise TelemetryError(tell(Told.NO_SUCH_PART, part=str(part)))
    return record(rows[0], rows[0]["station_name"]) | {"part": str(part)}, labels_of(folder, part)


def parts_around(
    data_dir: Path | str, part: RowId, most: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the parts that were closed before and after one, at most so many each, as documented rows, oldest first.

    Raises
    ------
    TelemetryError
        The outbox cannot be read.
    """
    sides = (("<", "DESC"), (">", "ASC"))
    with closing(OutboxReader(Path(data_dir))) as reader:
        before, after = (
            reader.query(
                f"SELECT l.*, e.station AS station_name FROM ledger l JOIN epoch e USING(epoch)"
                f" WHERE l.epoch = ? AND l.seq {side} ? AND l.kind = ? ORDER BY l.seq {order} LIMIT ?",
                part.epoch,
                part.seq,
                int(RowKind.PART),
                most,
            )
            for side, order in sides
        )
    documented = ([record(row, row["station_name"]) for row in rows] for rows in (before[::-1], after))
    earlier, later = documented
    return earlier, later


def label_reject(data_dir: Path | str, part: RowId, label: Label, expected: int | None) -> Label:
    """Keep what somebody says of a part; the row itself is never touched.

    Raises
    ------
    StaleLabelError
        Somebody else has labelled it since its label had the version `expected`.
    TelemetryError
        There is no such part, or the label cannot be kept.
    """
    row, _ = find_reject(data_dir, part)
    return put_label(Path(data_dir), part, label, row, expected)


@contextmanager
def _reader(folder: Path, *, has_labels: bool) -> Iterator[OutboxReader]:
    with closing(OutboxReader(folder)) as reader:
        # What is attached to a connection that may only read can only be read, too.
        if has_labels:
            reader.query("ATTACH ? AS labels", str(folder / LABELS_NAME))
        yield reader


def _windows(reader: OutboxReader, wanted: RejectFilter, before: RowId | None) -> Iterator[tuple[Epoch, int]]:
    """Yield pieces of the outbox, newest first: an epoch, and the number below which its rows are meant."""
    is_begun = before is None
    for epoch in reversed(reader.epochs()):
        top = epoch.cursor + 1
        if before is not None and not is_begun:
            if epoch.epoch != before.epoch:
                continue
            is_begun, top = True, before.seq
        while top > epoch.first_seq and not _is_too_old(reader, wanted, epoch, top):
            yield epoch, top
            top -= _WINDOW


def _is_too_old(reader: OutboxReader, wanted: RejectFilter, epoch: Epoch, top: int) -> bool:
    """Say whether neither the row below `top` nor any before it can be recent enough."""
    sql = "SELECT utc_ns FROM ledger WHERE epoch = ? AND seq < ? ORDER BY seq DESC LIMIT 1"
    newest = reader.query(sql, epoch.epoch, top)
    if not newest:
        return True
    return wanted.since_utc_ns is not None and newest[0]["utc_ns"] < wanted.since_utc_ns - _LATE_NS


def _look(
    reader: OutboxReader, source: str, wanted: _Conditions, epoch: Epoch, top: int, most: int
) -> list[dict[str, Any]]:
    conditions, values = wanted
    columns = ", ".join(f"b.{name} AS label_{name}" for name in _LABEL)
    return reader.query(
        f"SELECT ledger.*, {columns} FROM ledger LEFT JOIN {source}"
        f" WHERE ledger.epoch = ? AND ledger.seq < ? AND ledger.seq >= ? AND {_REJECTED}"
        f" {''.join(f' AND {condition}' for condition in conditions)} ORDER BY ledger.seq DESC LIMIT ?",
        epoch.epoch,
        top,
        top - _WINDOW,
        *values,
        most,
    )


def _conditions(wanted: RejectFilter) -> _Conditions:
    """Return SQL conditions and their values."""
    bounds: dict[str, Any] = {
        "ledger.utc_ns >= ?": wanted.since_utc_ns,
        "ledger.utc_ns <= ?": wanted.until_utc_ns,
        "ledger.class_name = ?": wanted.class_name or None,
        "ledger.cause = ?": _cause(wanted.cause),
        "ledger.score_permille >= ?": wanted.score_min_permille,
        "ledger.score_permille <= ?": wanted.score_max_permille,
    }
    given = {condition: value for condition, value in bounds.items() if value is not None}
    conditions = [*given]
    if wanted.score_min_permille is not None or wanted.score_max_permille is not None:
        conditions.append("ledger.class_index >= 0")
    if wanted.is_judged is not None:
        conditions.append(f"b.version IS {'NOT ' if wanted.is_judged else ''}NULL")
    return conditions, [*given.values()]


def _cause(name: str) -> int | None:
    if not name:
        return None
    try:
        return int(Cause[name])
    except KeyError:
        known = ", ".join(cause.name for cause in Cause if cause)
        raise TelemetryError(f"{name[:40]!r} is no cause; use one of {known}") from None


def _shown(row: dict[str, Any], station: str) -> dict[str, Any]:
    label = {name: row[f"label_{name}"] for name in _LABEL} if row["label_version"] else None
    part = RowId(row["epoch"], row["seq"])
    return record(row, station) | {"part": str(part), "label": label}
