"""Images on their way from the station to the recorder: a few slots that are lent and given back.

Unlike rows, an image may be dropped: the station never waits for a free slot. A row names its image by
slot and generation; the generation never repeats, so a slot that was used again cannot be mistaken.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.errors import SharedMemoryError
from inspector.sharedmem._segment import HEADER_BYTES, Segment

IMAGE_SLOTS = 32
_MAGIC = b"INSIMAGE"
_VERSION = 1
_PAGE_BYTES = 4096
_HEADER = np.dtype([("slots", "<u4"), ("slot_bytes", "<u4"), ("generation", "<u8")])
_SLOT = np.dtype([("generation", "<u8"), ("shape", "<u4", 3), ("_pad", "<u4")])
_HEADER_ROOM = 64


class ImagePool:
    """Slots of `slot_bytes` each. One producer (`put`), one consumer (`take`, `give_back`).

    A slot is free when its image was given back. The producer writes the slots' heads and pixels, the
    consumer only the list of what it gave back; either may be killed at any instruction.
    """

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._header = segment.array(_HEADER, 1)
        self.slots, self.slot_bytes, self._floor = (int(value) for value in self._header[0].item())
        if segment.size != HEADER_BYTES + _data_bytes(self.slots, self.slot_bytes):
            raise SharedMemoryError(f"the image pool {segment.path} is damaged; remove it to begin a new one")
        heads, returned, pixels = _offsets(self.slots)
        self._heads = segment.array(_SLOT, self.slots, heads)
        self._returned = segment.array(np.uint64, self.slots, returned)
        self._pixels: NDArray[np.uint8] = segment.array(np.uint8, (self.slots, self.slot_bytes), pixels)
        self._generation = self._heads["generation"]
        self._next_slot = 0

    @classmethod
    def create(cls, path: Path, slot_bytes: int, *, slots: int = IMAGE_SLOTS) -> ImagePool:
        """Make a pool of free slots, replacing what is there.

        Raises
        ------
        SharedMemoryError
            No space left, or no permission.
        """
        segment = Segment.create(path, _data_bytes(slots, slot_bytes), magic=_MAGIC, version=_VERSION)
        # Generations go on from the clock: rows that name images of the pool before find none of theirs here.
        segment.array(_HEADER, 1)[0] = (slots, slot_bytes, monotonic_ns())
        return cls(segment)

    @classmethod
    def ensure(cls, path: Path, slot_bytes: int, *, slots: int = IMAGE_SLOTS) -> ImagePool:
        """Keep the pool that is there if it has this many slots of this size; otherwise make a new one.

        Raises
        ------
        SharedMemoryError
            No space left, no permission, or what is there belongs to another version.
        """
        if path.exists():
            pool = cls.attach(path)
            if (pool.slots, pool.slot_bytes) == (slots, slot_bytes):
                return pool
            pool.close()
        return cls.create(path, slot_bytes, slots=slots)

    @classmethod
    def attach(cls, path: Path) -> ImagePool:
        """Map an existing pool as its consumer.

        Raises
        ------
        SharedMemoryError
            It is missing, or of another version.
        """
        return cls(Segment.attach(path, magic=_MAGIC, version=_VERSION))

    @classmethod
    def resume(cls, path: Path) -> ImagePool:
        """Map an existing pool as its producer, and touch all its pages so that none faults later.

        Slots that an earlier producer had filled may be used again from now on: no row will be written any
        more for those that none names yet.

        Raises
        ------
        SharedMemoryError
            It is missing, or of another version.
        """
        pool = cls.attach(path)
        pages = pool._pixels.reshape(-1)[::_PAGE_BYTES]
        pages[:] = pages.copy()
        return pool

    def put(self, pixels: NDArray[np.uint8]) -> tuple[int, int] | None:
        """Copy an image into a free slot; return (slot, generation). None: no room for it.

        Never waits; costs one copy (1280×1024 mono: about 0.2 ms). Producer only. The row that names the
        image must follow: what no row names comes back only when the producer starts anew.

        Parameters
        ----------
        pixels
            uint8, shape (H, W) or (H, W, C); not kept.
        """
        slot = self._free_slot()
        if slot is None or pixels.nbytes > self.slot_bytes:
            return None
        generation = int(self._header["generation"][0]) + 1
        self._header["generation"][0] = generation
        self._generation[slot] = 0
        self._heads["shape"][slot] = (*pixels.shape, 0)[:3]
        np.copyto(self._pixels[slot, : pixels.nbytes].reshape(pixels.shape), pixels)
        self._generation[slot] = generation
        self._next_slot = (slot + 1) % self.slots
        return slot, generation

    def take(self, slot: int, generation: int) -> NDArray[np.uint8] | None:
        """Return a copy of an image, or None if the slot holds another one by now. Consumer only."""
        if not 0 <= slot < self.slots or int(self._generation[slot]) != generation:
            return None
        shape = tuple(int(n) for n in self._heads["shape"][slot] if n)
        size = int(np.prod(shape))
        if size > self.slot_bytes:
            return None
        pixels = self._pixels[slot, :size].reshape(shape).copy()
        return pixels if int(self._generation[slot]) == generation else None

    def give_back(self, slot: int, generation: int) -> None:
        """Free the slot, if it still holds that image. May be repeated. Consumer only."""
        if 0 <= slot < self.slots:
            self._returned[slot] = generation

    def close(self) -> None:
        """Let go of the memory; the pool stays. May be repeated."""
        self._segment.close()

    def _free_slot(self) -> int | None:
        for step in range(self.slots):
            slot = (self._next_slot + step) % self.slots
            generation = self._generation[slot]
            if generation == self._returned[slot] or generation <= self._floor:
                return slot
        return None


def _offsets(slots: int) -> tuple[int, int, int]:
    """Return where heads, given-back generations and pixels begin; the pixels on a page."""
    heads = _HEADER_ROOM
    returned = heads + -(-slots * _SLOT.itemsize // 64) * 64
    pixels = -(-(HEADER_BYTES + returned + 8 * slots) // _PAGE_BYTES) * _PAGE_BYTES - HEADER_BYTES
    return heads, returned, pixels


def _data_bytes(slots: int, slot_bytes: int) -> int:
    return _offsets(slots)[2] + slots * slot_bytes
