"""The lossless channel: a ring of ledger rows from the station to the recorder.

One producer (the station's actuation thread), one consumer (the recorder). Neither waits for the other,
and either may be killed at any instruction::

    written   last sequence number published; only the producer writes it
    consumed  last sequence number that is safe on disk; only the consumer writes it

A row is written completely, then published by advancing `written`; so whatever lies behind `written` was
never promised to anyone, and a row torn by a kill is overwritten by the next producer. A row lies in its
slot until `consumed` has passed it.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from inspector.clock import sleep_s
from inspector.errors import SharedMemoryError
from inspector.sharedmem._ledger_row import (
    CRC_OFFSET,
    CRC_STRUCT,
    LEDGER_ROW,
    LEDGER_SCHEMA,
    ROW_BYTES,
    ROW_DEFAULTS,
    ROW_STRUCT,
    RowFields,
    RowKind,
    event_text,
    row_crc,
)
from inspector.sharedmem._segment import HEADER_BYTES, Segment

LEDGER_CAPACITY = 65_536
_MAGIC = b"INSLEDGR"
_PAGE_BYTES = 4096
# Each side's counter has a cache line to itself; the rows begin on a page.
_HEADER = np.dtype([("capacity", "<u4"), ("row_bytes", "<u4"), ("epoch", "<u8"), ("home", "<u8")])
_WRITTEN_OFFSET = 64
_CONSUMED_OFFSET = 128
_ROWS_OFFSET = _PAGE_BYTES - HEADER_BYTES
# Processors that reorder stores may show `written` a moment before the row behind it.
_SETTLE_TRIES = 20
_SETTLE_S = 0.001


@dataclass(frozen=True, slots=True)
class LedgerBatch:
    """What one read brought.

    Parameters
    ----------
    rows
        `LEDGER_ROW`, shape (n,), a copy, ascending by `seq`; every one has the right number, epoch and CRC.
    lost
        Sequence numbers that were published but whose rows are damaged.
    last
        The number to acknowledge once rows and losses are safe.
    """

    rows: NDArray[Any]
    lost: tuple[int, ...]
    last: int


class LedgerRing:
    """Fixed rows in shared memory; a row's identity is (station, `epoch`, `seq`), with `seq` from 1.

    The epoch is a random number below 2**52 that is drawn when the ring is made: with it, numbers never
    repeat although a new ring begins at 1.
    """

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._header = segment.array(_HEADER, 1)
        capacity, row_bytes, epoch, _ = self._header[0].item()
        if row_bytes != ROW_BYTES or segment.size != HEADER_BYTES + _data_bytes(capacity):
            raise SharedMemoryError(f"the ring {segment.path} is damaged; remove it to begin a new one")
        self.capacity: int = capacity
        self.epoch: int = epoch
        self._raw: NDArray[np.uint8] = segment.array(np.uint8, (capacity, ROW_BYTES), _ROWS_OFFSET)
        self._bytes = self._raw.data.cast("B")
        self._written = segment.array(np.uint64, 1, _WRITTEN_OFFSET).data
        self._consumed = segment.array(np.uint64, 1, _CONSUMED_OFFSET).data

    @classmethod
    def create(cls, path: Path, *, capacity: int = LEDGER_CAPACITY, home: int = 0) -> LedgerRing:
        """Make an empty ring with a new epoch, replacing what is there; `home`: see `ensure`.

        Raises
        ------
        SharedMemoryError
            No space left, or no permission.
        """
        segment = Segment.create(path, _data_bytes(capacity), magic=_MAGIC, version=LEDGER_SCHEMA)
        segment.array(_HEADER, 1)[0] = (capacity, ROW_BYTES, secrets.randbelow(2**52 - 1) + 1, home)
        return cls(segment)

    @classmethod
    def ensure(cls, path: Path, home: int) -> LedgerRing:
        """Keep the ring that is there, unless its rows go somewhere else from now on; make one where none is.

        An epoch whose rows went to several places would have holes in each of them, so another home begins
        another epoch. Rows that nobody has read yet are kept all the same, and go to the new home.

        Parameters
        ----------
        home
            Identity of the data directory that keeps the rows; 0 = unknown, or none: always another one.

        Raises
        ------
        SharedMemoryError
            What is there belongs to another version, or there is no room for a new one.
        """
        if not path.exists():
            return cls.create(path, home=home)
        ring = cls.attach(path)
        if ring.written == ring.consumed and (not home or ring.home != home):
            ring.close()
            return cls.create(path, home=home)
        ring._header["home"][0] = home
        return ring

    @classmethod
    def attach(cls, path: Path) -> LedgerRing:
        """Map an existing ring, as its consumer or to look at it.

        Raises
        ------
        SharedMemoryError
            It is missing, or of another version.
        """
        return cls(Segment.attach(path, magic=_MAGIC, version=LEDGER_SCHEMA))

    @classmethod
    def resume(cls, path: Path) -> LedgerRing:
        """Map an existing ring as its producer: go on where the one before stopped, or was killed.

        A row that was complete, but not yet published, counts; a torn one does not. All pages are touched,
        so that none of them faults later.

        Raises
        ------
        SharedMemoryError
            It is missing, or of another version.
        """
        ring = cls.attach(path)
        ring._bytes[::_PAGE_BYTES] = bytes(ring._bytes[::_PAGE_BYTES])
        if ring._is_sound(ring.written + 1):
            ring._written[0] = ring.written + 1
        return ring

    @property
    def home(self) -> int:
        """Identity of the data directory to which the rows go; 0 = unknown, or none."""
        return int(self._header["home"][0])

    @property
    def written(self) -> int:
        """The newest row's sequence number; 0 = none yet."""
        return int(self._written[0])

    @property
    def consumed(self) -> int:
        """The newest sequence number that is safe on disk."""
        return int(self._consumed[0])

    @property
    def free(self) -> int:
        """How many rows still fit."""
        return self.capacity - (self.written - self.consumed)

    def append(self, **fields: Unpack[RowFields]) -> bool:
        """Write and publish one row; False if the ring is full. Never waits. Producer only; about 5 µs.

        Raises
        ------
        ValueError
            A field is unknown, out of range or of the wrong type: nothing was written.
        """
        seq = int(self._written[0]) + 1
        if seq - int(self._consumed[0]) > self.capacity:
            return False
        values = {**ROW_DEFAULTS, **fields, "seq": seq, "epoch": self.epoch}
        offset = (seq - 1) % self.capacity * ROW_BYTES
        try:
            ROW_STRUCT.pack_into(self._bytes, offset, *values.values())
        except struct.error as error:
            raise ValueError(f"a ledger row cannot hold {fields}: {error}") from error
        crc = row_crc(self._bytes[offset : offset + ROW_BYTES])
        CRC_STRUCT.pack_into(self._bytes, offset + CRC_OFFSET, crc)
        self._written[0] = seq
        return True

    def append_event(self, code: int, text: str, /, **fields: Unpack[RowFields]) -> bool:
        """Write an event row with up to 48 bytes of text; False if the ring is full. Producer only."""
        serial, lot, order = event_text(text)
        row: RowFields = {**fields, "kind": RowKind.EVENT, "code": code}
        row.update({"serial": serial, "lot": lot, "order": order})
        return self.append(**row)

    def recent(self, after: int) -> NDArray[Any]:
        """Return copies of the rows behind `after` that are still in the ring, consumed or not, oldest first.

        So a restarted producer finds what it had recorded. Damaged rows are left out.
        """
        first = max(after, self.written - self.capacity) + 1
        numbers = np.arange(first, self.written + 1, dtype=np.uint64)
        rows = self._copy(numbers)
        return rows[self._sound(rows, numbers)]

    def since(self, seq: int) -> NDArray[Any]:
        """Return copies of the parts' rows behind `seq`: what a restarted producer has written, but not counted."""
        rows = self.recent(seq)
        parts: NDArray[Any] = rows[rows["kind"] == int(RowKind.PART)]
        return parts

    def read(self, max_rows: int = 256) -> LedgerBatch:
        """Return the oldest rows that are not acknowledged; the same again until they are. Consumer only.

        Rows that stay damaged for 20 ms are named as lost.
        """
        first = self.consumed + 1
        numbers = np.arange(first, min(self.written, self.consumed + max_rows) + 1, dtype=np.uint64)
        rows = self._copy(numbers)
        sound = self._sound(rows, numbers)
        for _ in range(_SETTLE_TRIES):
            if sound.all():
                break
            sleep_s(_SETTLE_S)
            rows = self._copy(numbers)
            sound = self._sound(rows, numbers)
        return LedgerBatch(rows[sound], tuple(numbers[~sound].tolist()), first - 1 + len(numbers))

    def acknowledge(self, seq: int) -> None:
        """Give back the room of all rows up to `seq`: they are safe. Consumer only.

        Raises
        ------
        ValueError
            It is not between what is acknowledged and what is written.
        """
        if not self.consumed <= seq <= self.written:
            raise ValueError(f"cannot acknowledge row {seq}: it must be {self.consumed}…{self.written}")
        self._consumed[0] = seq

    def close(self) -> None:
        """Let go of the memory; the ring stays. May be repeated; nothing else may be called afterwards."""
        for view in (self._bytes, self._written, self._consumed):
            view.release()
        self._segment.close()

    def _is_sound(self, seq: int) -> bool:
        numbers = np.array([seq], dtype=np.uint64)
        return bool(self._sound(self._copy(numbers), numbers).all())

    def _copy(self, numbers: NDArray[np.uint64]) -> NDArray[Any]:
        raw = self._raw[(numbers.astype(np.int64) - 1) % self.capacity]
        return raw.view(LEDGER_ROW)[:, 0]

    def _sound(self, rows: NDArray[Any], numbers: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Say which rows have the number and epoch they should have, and the CRC of their content."""
        raw = rows.view(np.uint8).reshape(len(rows), ROW_BYTES)
        crcs = np.fromiter((row_crc(row.data) for row in raw), np.uint32, len(rows))
        named = (rows["seq"] == numbers) & (rows["epoch"] == self.epoch)
        sound: NDArray[np.bool_] = named & (rows["crc"] == crcs)
        return sound


def _data_bytes(capacity: int) -> int:
    return _ROWS_OFFSET + capacity * ROW_BYTES
