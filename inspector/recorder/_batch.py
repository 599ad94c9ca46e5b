"""From a read of the ring to one transaction: images are written here, rows after them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.recorder._errors import OutboxError
from inspector.recorder._images import ImageFile
from inspector.recorder._notice import Notice
from inspector.recorder._rows import ImageState, columns, enriched, plain_row, ring_rows
from inspector.recorder._store import Store
from inspector.sharedmem import ClassNames, ImagePool, LedgerBatch, RecorderError, RowKind

# Together with one image and the commit, a transaction stays below 200 ms on a healthy disk.
_BATCH_NS: Final = 100_000_000


@dataclass(slots=True)
class Batch:
    """What one transaction will hold."""

    cursor: int
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class BatchMaker:
    """Writes the images of a read and makes the rows that name them."""

    def __init__(self, pool: ImagePool, notice: Notice, classes: ClassNames) -> None:
        self._pool = pool
        self._notice = notice
        self._classes = classes

    def make(self, store: Store, epoch: int, read: LedgerBatch) -> Batch:
        """Return the rows, in sequence, as far as there was time for their images; those are on disk then.

        Raises
        ------
        OutboxError
            The images' folder cannot be forced to disk.
        """
        begun_ns = monotonic_ns()
        utc_offset_ns = utc_ns() - begun_ns
        found = {row["seq"]: row for row in ring_rows(read.rows)}
        batch = Batch(cursor=read.last - len(read.rows) - len(read.lost))
        for seq in range(batch.cursor + 1, read.last + 1):
            row = found.get(seq) or plain_row(epoch, seq, RowKind.UNRECORDED)
            if row["image_slot"] >= 0 and batch.rows and monotonic_ns() - begun_ns > _BATCH_NS:
                break
            image = self._image(store, row)
            values = enriched(
                row,
                utc_offset_ns=utc_offset_ns,
                now_ns=begun_ns,
                classes=self._classes.of(row["bundle_digest32"]),
                image=image,
            )
            batch.rows.append(columns(values))
            batch.cursor = seq
            _count(batch.counts, values)
        if batch.counts["images_written"]:
            store.images.sync()
        return batch

    def _image(self, store: Store, row: dict[str, Any]) -> ImageFile | None:
        """Store the row's image; None if it has none or cannot be kept: rows do not wait for images."""
        if row["image_slot"] < 0:
            return None
        pixels = self._pool.take(row["image_slot"], row["image_generation"])
        if pixels is None:
            return None
        self._notice.publish()
        try:
            data = store.images.encode(pixels)
            if not store.retention.make_room(len(data)):
                self._complain_of_room(store)
                return None
            image = store.images.write(row["epoch"], row["seq"], data)
        except (OutboxError, ValueError) as error:
            code = error.code if isinstance(error, OutboxError) else RecorderError.CANNOT_WRITE
            self._notice.complain(code, f"images are dropped: {error}")
            return None
        self._notice.complain(RecorderError.NONE, "")
        store.retention.added_image(image.size)
        return image

    def _complain_of_room(self, store: Store) -> None:
        if store.retention.is_over_quota:
            code, told = RecorderError.OVER_QUOTA, Told.IMAGES_DROPPED_EXPORT
        else:
            code, told = RecorderError.DISK_FULL, Told.IMAGES_DROPPED_ROOM
        self._notice.complain(code, tell(told))


def _count(counts: Counter[str], values: dict[str, Any]) -> None:
    counts["rows_written"] += 1
    counts["unrecorded"] += values["kind"] == RowKind.UNRECORDED
    counts["images_written"] += values["image_state"] == ImageState.STORED
    counts["images_dropped"] += values["image_state"] == ImageState.DROPPED
    counts["image_bytes"] += values["image_bytes"]
