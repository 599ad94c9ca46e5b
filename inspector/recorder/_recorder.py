"""The recorder's work, one bounded step at a time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.recorder._batch import BatchMaker
from inspector.recorder._errors import OutboxError
from inspector.recorder._notice import Notice
from inspector.recorder._options import RecorderOptions
from inspector.recorder._retention import free_disk
from inspector.recorder._rows import RecorderCode, columns, enriched, plain_row
from inspector.recorder._schema import IMAGES_NAME
from inspector.recorder._store import Store
from inspector.sharedmem import (
    ClassNames,
    ImagePool,
    LedgerRing,
    RecorderBoard,
    RecorderError,
    RecorderState,
    RowKind,
)

_MAX_ROWS: Final = 500
_BACKOFF_NS: Final = (100_000_000, 5_000_000_000)
_FATAL: Final = frozenset({RecorderError.UNKNOWN_DATABASE})


class Recorder:
    """Moves rows and images from shared memory to disk.

    The order makes it safe to be killed anywhere: image files are on disk before the row that names them is
    committed; the cursor is committed with the rows; only then is the room in the ring given back. So a row
    is either still in the ring or in the outbox, and the cursor says which.
    """

    def __init__(self, options: RecorderOptions) -> None:
        """Map the shared memory.

        Raises
        ------
        SharedMemoryError
            The launcher has not made it, or it is of another version.
        """
        self._options = options
        self._ring = LedgerRing.attach(options.ring_path)
        self._pool = ImagePool.attach(options.pool_path)
        self._notice = Notice(RecorderBoard.ensure(options.board_path))
        self._maker = BatchMaker(self._pool, self._notice, ClassNames(Path(options.run_dir), options.classes))
        # An epoch per start for its own events: their numbers never repeat, even if the outbox is lost.
        self._own_epoch = secrets.randbelow(2**52 - 1) + 1
        self._own_seq = 0
        self._store: Store | None = None
        self._retry_ns = 0
        self._backoff_ns = 0
        self._failing_since_ns = 0
        self._is_disk_full = False

    @property
    def waiting(self) -> int:
        """Rows in the ring that are not on disk yet."""
        return self._ring.written - self._ring.consumed

    @property
    def trouble(self) -> str:
        """Why nothing can be written at the moment, or ""."""
        return self._notice.failure

    def step(self, *, impatient: bool = False) -> bool:
        """Store one batch; True if more is waiting already. Takes up to about 200 ms on a healthy disk.

        Parameters
        ----------
        impatient
            Try at once even after a failure.

        Raises
        ------
        OutboxError
            Only what trying again cannot help.
        """
        if monotonic_ns() < self._retry_ns and not impatient:
            self._notice.publish()
            return False
        try:
            if self._is_disk_full:
                free_disk(Path(self._options.data_dir) / IMAGES_NAME, self._options.reserve_mb * 1e6)
            store = self._store or self._open()
            has_more = self._record(store)
            store.retention.enforce()
            self._succeeded(store)
        except OutboxError as error:
            self._failed(error)
            if error.code in _FATAL:
                raise
            return False
        return has_more

    def close(self, *, is_drained: bool) -> None:
        """Say goodbye in the outbox and on the board, and close both."""
        try:
            if self._store is not None and is_drained:
                self._tell(self._store, RecorderCode.STOPPED, "stopped in order")
        except OutboxError as error:
            self._failed(error)
        finally:
            self._close_store()
            self._notice.state = RecorderState.ABSENT if is_drained else RecorderState.FAILED
            self._notice.publish()
            self._notice.close()
            self._ring.close()
            self._pool.close()

    def _open(self) -> Store:
        """Open the outbox, and go on in the ring where the outbox says."""
        now_utc = datetime.fromtimestamp(utc_ns() // 1_000_000_000, UTC).strftime("%Y%m%dT%H%M%SZ")
        store = Store.open(self._options, now_utc)
        try:
            if store.outbox.cursor(self._own_epoch) is None:
                self._begin(store, self._own_epoch, self._own_seq + 1)
                self._tell(store, RecorderCode.STARTED, "recording")
            self._synchronise(store)
            if store.set_aside is not None:
                self._tell(store, RecorderCode.DATABASE_REPLACED, f"set aside in {store.set_aside.name}")
                text = tell(Told.OUTBOX_SET_ASIDE, path=str(store.set_aside))
                self._notice.remark(RecorderError.DATABASE_DAMAGED, text)
        except OutboxError:
            store.close()
            raise
        self._store = store
        return store

    def _begin(self, store: Store, epoch: int, first_seq: int) -> None:
        store.outbox.begin_epoch(epoch, self._options.station, self._options.station_id, first_seq)

    def _synchronise(self, store: Store) -> None:
        """Bring ring and outbox to the same place: the outbox's, unless that is an older copy of itself."""
        ring, outbox = self._ring, store.outbox
        cursor = outbox.cursor(ring.epoch)
        if cursor is None:
            self._begin(store, ring.epoch, ring.consumed + 1)
        elif cursor < ring.consumed:
            text = f"rows {cursor + 1} to {ring.consumed} are not here"
            self._tell(store, RecorderCode.CURSOR_BEHIND, text)
            outbox.commit(ring.epoch, (), ring.consumed, {})
        else:
            # Killed between commit and acknowledgement: those rows are safe already.
            while ring.consumed < min(cursor, ring.written):
                read = ring.read(min(_MAX_ROWS, cursor - ring.consumed))
                self._finish(read.rows, read.last)

    def _record(self, store: Store) -> bool:
        read = self._ring.read(_MAX_ROWS)
        if read.last == self._ring.consumed:
            return False
        batch = self._maker.make(store, self._ring.epoch, read)
        store.outbox.commit(self._ring.epoch, batch.rows, batch.cursor, batch.counts)
        self._finish(read.rows[read.rows["seq"] <= batch.cursor], batch.cursor)
        store.retention.refresh()
        return batch.cursor < read.last or len(batch.rows) == _MAX_ROWS

    def _finish(self, rows: NDArray[Any], last: int) -> None:
        """Give back what rows that are safe have occupied; the ring last, since it leads to the images."""
        for slot, generation in rows[["image_slot", "image_generation"]][rows["image_slot"] >= 0].tolist():
            self._pool.give_back(slot, generation)
        self._ring.acknowledge(last)

    def _tell(self, store: Store, code: RecorderCode, text: str) -> None:
        """Store an event of the recorder's own."""
        now_ns = monotonic_ns()
        row = plain_row(self._own_epoch, self._own_seq + 1, RowKind.RECORDER, code, text)
        row["station_id"] = self._options.station_id
        values = enriched(row, utc_offset_ns=utc_ns() - now_ns, now_ns=now_ns, classes=(), image=None)
        store.outbox.commit(self._own_epoch, [columns(values)], self._own_seq + 1, {"rows_written": 1})
        self._own_seq += 1

    def _succeeded(self, store: Store) -> None:
        if self._failing_since_ns:
            failed_s = (monotonic_ns() - self._failing_since_ns) / 1e9
            self._tell(store, RecorderCode.WRITING_AGAIN, f"nothing could be written for {failed_s:.1f} s")
            self._failing_since_ns = self._backoff_ns = 0
            self._is_disk_full = False
        self._notice.recover()
        self._notice.count(store.outbox.totals())
        self._notice.bytes_used = store.retention.used_bytes
        self._notice.publish()

    def _failed(self, error: OutboxError) -> None:
        """Say so, and try again later from the start: a commit that failed may still have happened."""
        first_ns, longest_ns = _BACKOFF_NS
        self._backoff_ns = min(max(first_ns, 2 * self._backoff_ns), longest_ns)
        self._retry_ns = monotonic_ns() + self._backoff_ns
        self._failing_since_ns = self._failing_since_ns or monotonic_ns()
        self._is_disk_full = error.code is RecorderError.DISK_FULL
        self._close_store()
        self._notice.fail(error)
        self._notice.publish()

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
