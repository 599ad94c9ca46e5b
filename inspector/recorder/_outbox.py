"""The durable queue of rows: SQLite, one writer, every commit on disk before it counts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.recorder._errors import OutboxError, outbox_errors
from inspector.recorder._schema import APPLICATION_ID, INSERT, OUTBOX_NAME, SCHEMA, USER_VERSION
from inspector.sharedmem import RecorderError

BUSY_TIMEOUT_MS: Final = 5000
# A full check reads the whole file. Larger ones are trusted until a page proves to be wrong; then the
# same happens as here, only later.
_CHECK_LIMIT_BYTES: Final = 256_000_000


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image on disk, by the row that names it."""

    epoch: int
    seq: int
    file: str
    size: int


class Outbox:
    """The recorder's connection. Every method may raise `OutboxError`, after which nothing has changed.

    A commit that failed may still have happened: read the cursor again before going on.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / OUTBOX_NAME
        with outbox_errors(self.path):
            self._db = apsw.Connection(str(self.path))
            try:
                self.is_new = self._prepare()
            except BaseException:
                self._db.close(True)
                raise

    def _prepare(self) -> bool:
        db = self._db
        db.set_busy_timeout(BUSY_TIMEOUT_MS)
        is_new = bool(db.pragma("schema_version") == 0)
        if not is_new:
            check_owner(self.path, db)
        # FULL: a power cut takes no committed row. (NORMAL loses the last ones.)
        db.pragma("journal_mode", "WAL")
        db.pragma("synchronous", "FULL")
        if is_new:
            with self._transaction():
                db.execute(SCHEMA)
        elif self.path.stat().st_size <= _CHECK_LIMIT_BYTES and db.pragma("quick_check", 1) != "ok":
            raise OutboxError(
                RecorderError.DATABASE_DAMAGED, tell(Told.OUTBOX_CHECK_FAILED, path=str(self.path))
            )
        return is_new

    def cursor(self, epoch: int) -> int | None:
        """Return the last sequence number of an epoch that is safe, or None for an unknown epoch."""
        with outbox_errors(self.path):
            found = self._db.execute("SELECT cursor FROM epoch WHERE epoch = ?", (epoch,)).fetchone()
        return int(found[0]) if found else None

    def totals(self) -> dict[str, int]:
        """Return the durable counts."""
        with outbox_errors(self.path):
            return dict(self._db.execute("SELECT name, value FROM total"))

    def begin_epoch(self, epoch: int, station: str, station_id: int, first_seq: int) -> None:
        """Enter an epoch whose first row here will be `first_seq`."""
        last = first_seq - 1
        with outbox_errors(self.path), self._transaction():
            self._db.execute(
                "INSERT INTO epoch(epoch, station, station_id, first_seq, cursor, exported)"
                " VALUES(?, ?, ?, ?, ?, ?)",
                (epoch, station, station_id, first_seq, last, last),
            )

    def commit(
        self, epoch: int, rows: Iterable[Sequence[Any]], cursor: int, counts: Mapping[str, int]
    ) -> None:
        """Store rows, the cursor behind them and what they add to the totals, all or nothing."""
        with outbox_errors(self.path), self._transaction():
            self._db.executemany(INSERT, rows)
            self._db.execute("UPDATE epoch SET cursor = ? WHERE epoch = ?", (cursor, epoch))
            self._count(counts)

    def stored_images(self, limit: int = -1) -> list[StoredImage]:
        """Return the images on disk, the oldest first."""
        with outbox_errors(self.path):
            found = self._db.execute(
                "SELECT epoch, seq, image_file, image_bytes FROM ledger WHERE image_state = 1"
                " ORDER BY utc_ns LIMIT ?",
                (limit,),
            )
            return [StoredImage(*row) for row in found]

    def mark_evicted(self, images: Sequence[StoredImage]) -> None:
        """Note in their rows that these images are gone, and count them."""
        with outbox_errors(self.path), self._transaction():
            self._db.executemany(
                "UPDATE ledger SET image_state = 3 WHERE epoch = ? AND seq = ?",
                [(image.epoch, image.seq) for image in images],
            )
            self._count({"images_evicted": len(images), "image_bytes": -sum(image.size for image in images)})

    def evict_rows(self, limit: int) -> int:
        """Delete up to `limit` of the oldest rows that were exported; return how many."""
        with outbox_errors(self.path), self._transaction():
            oldest = self._db.execute(
                "SELECT l.epoch, l.seq FROM epoch e CROSS JOIN ledger l ON l.epoch = e.epoch"
                " AND l.seq <= e.exported AND l.image_state <> 1 ORDER BY e.number, l.seq LIMIT ?",
                (limit,),
            ).fetchall()
            self._db.executemany("DELETE FROM ledger WHERE epoch = ? AND seq = ?", oldest)
            self._count({"rows_evicted": len(oldest)})
        return len(oldest)

    def live_bytes(self) -> int:
        """Return the bytes of the database that hold something."""
        with outbox_errors(self.path):
            pages = self._db.pragma("page_count") - self._db.pragma("freelist_count")
            return int(pages * self._db.pragma("page_size"))

    def close(self) -> None:
        """Bring everything into the database file and close it. May be repeated; never raises."""
        # What cannot be brought over now stays in the write-ahead log, and is when it is opened again.
        with contextlib.suppress(apsw.Error):
            self._db.close()

    def _count(self, counts: Mapping[str, int]) -> None:
        changes = [(n, name) for name, n in counts.items() if n]
        self._db.executemany("UPDATE total SET value = value + ? WHERE name = ?", changes)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # After some errors SQLite has rolled back by itself.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


def check_owner(path: Path, db: apsw.Connection) -> None:
    """Refuse a database that is not an outbox, or newer than this program; raises OutboxError."""
    if db.pragma("application_id") != APPLICATION_ID:
        raise OutboxError(
            RecorderError.UNKNOWN_DATABASE,
            tell(Told.OUTBOX_FOREIGN, path=str(path)),
        )
    version = db.pragma("user_version")
    if version > USER_VERSION:
        raise OutboxError(
            RecorderError.UNKNOWN_DATABASE,
            tell(Told.OUTBOX_NEWER, path=str(path), version=version, known=USER_VERSION),
        )


def mark_exported(path: Path, epoch: int, seq: int) -> None:
    """Note that an epoch's rows up to `seq` were carried away, and may go when room is short.

    Uses a connection of its own, for an instant; the recorder may be running.

    Raises
    ------
    OutboxError
        The outbox cannot be written.
    """
    with outbox_errors(path), _opened(path) as db:
        db.execute("UPDATE epoch SET exported = max(exported, ?) WHERE epoch = ?", (seq, epoch))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[apsw.Connection]:
    with contextlib.closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as db:
        db.set_busy_timeout(BUSY_TIMEOUT_MS)
        yield db
