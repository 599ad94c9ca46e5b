"""The camera's end of the shared memory: whose slot is whose, and handing frames over."""

from __future__ import annotations

import random
import socket
import struct
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.devices._shm_layout import (
    FILLED,
    FREE,
    MESSAGE,
    NO_SLOT,
    SEGMENT_NAME,
    SLOT,
    SLOT_FIELDS,
    SOCKET_NAME,
    CameraMemory,
)

_U32 = 0xFFFFFFFF


class Delivery(Enum):
    """What became of a frame that was handed over."""

    SENT = "sent"
    DROPPED = "dropped"
    """The consumer has not read ten announcements."""
    UNCLAIMED = "unclaimed"
    """Nobody is acquiring."""


class CameraPort:
    """Creates the segment and fills it. One thread.

    A slot is the camera's while its state is FREE. `take` reserves one for drawing, until `publish` hands
    it to the consumer or `give_back` drops it.
    """

    def __init__(
        self, run_dir: Path, *, height: int, width: int, channels: int, slots: int, min_latency_ns: int
    ) -> None:
        self.memory = CameraMemory.create(run_dir / SEGMENT_NAME, height, width, channels, slots)
        self._header = self.memory.header
        self._header["min_latency_ns"] = min_latency_ns
        # Random, so that a consumer of an earlier camera process cannot take this one for it.
        self._header["device_generation"] = random.SystemRandom().randrange(1, 1 << 31)
        self._states = self.memory.slots["state"]
        self._generations = [0] * slots
        self._reserved: set[int] = set()
        self._last = slots - 1
        self._outlet = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._outlet.setblocking(False)
        self._address = str(run_dir / SOCKET_NAME)
        for pixels in self.memory.pixels:
            pixels[...] = 0  # fault the pages in now, not at the first parts

    @property
    def is_connected(self) -> bool:
        """Whether the camera has power and its cable."""
        return bool(self._header["connected"][0])

    @property
    def generation(self) -> int:
        """The device's generation, which changes at each connect."""
        return int(self._header["device_generation"][0])

    def connect(self) -> None:
        """Appear, as another device generation."""
        self._header["device_generation"] = (self.generation + 1) & _U32
        self._header["connected"] = 1

    def disconnect(self) -> None:
        """Disappear, and wake the consumer so that it sees that at once."""
        self._header["connected"] = 0
        self._send(NO_SLOT, 0)

    def beat(self, now_ns: int, device_now_ns: int = 0) -> None:
        """Show that this process lives, and what the camera's own clock reads."""
        self._header["device_now_ns"] = device_now_ns
        self._header["alive_ns"] = now_ns

    def count_ignored(self) -> None:
        """Count a trigger that came too soon after the last."""
        self._header["ignored_triggers"] += 1

    def count_dropped(self) -> None:
        """Count a frame for which no slot was free."""
        self._header["frames_dropped"] += 1

    def free_slots(self) -> int:
        """Return how many slots could be taken."""
        return int((self._states == FREE).sum()) - len(self._reserved)

    def take(self) -> int | None:
        """Reserve the free slot that has been free longest by position, and raise its generation."""
        states, count = self._states.tolist(), len(self._generations)
        for step in range(1, count + 1):
            slot = (self._last + step) % count
            if states[slot] == FREE and slot not in self._reserved:
                self._last = slot
                self._reserved.add(slot)
                generation = self._generations[slot] = (self._generations[slot] + 1) & _U32
                struct.pack_into("<II", self.memory.slot_bytes, slot * SLOT.itemsize, FREE, generation)
                return slot
        return None

    def give_back(self, slot: int) -> None:
        """Drop what was drawn into a reserved slot."""
        self._reserved.discard(slot)

    def pixels(self, slot: int) -> NDArray[np.uint8]:
        """Return the slot's frame, uint8, (H, W) or (H, W, 3), writable; for a reserved slot only."""
        return self.memory.pixels[slot]

    def publish(
        self,
        slot: int,
        *,
        frame_id: int,
        trigger_count: int,
        device_timestamp_ns: int,
        available_ns: int,
        size: tuple[int, int],
        health: int = 0,
    ) -> Delivery:
        """Stamp a reserved slot, hand it to the consumer and wake that. The slot is no longer reserved."""
        at, generation = slot * SLOT.itemsize, self._generations[slot]
        SLOT_FIELDS.pack_into(
            self.memory.slot_bytes, at, FREE, generation, frame_id, trigger_count, device_timestamp_ns,
            available_ns, *size, health,
        )  # fmt: skip
        self._reserved.discard(slot)
        struct.pack_into("<I", self.memory.slot_bytes, at, FILLED)
        delivery = self._send(slot, generation)
        if delivery is not Delivery.SENT:
            struct.pack_into("<I", self.memory.slot_bytes, at, FREE)
            self._header["frames_dropped" if delivery is Delivery.DROPPED else "frames_unclaimed"] += 1
        return delivery

    def _send(self, slot: int, generation: int) -> Delivery:
        try:
            self._outlet.sendto(MESSAGE.pack(slot, generation, self.generation, 0), self._address)
        except BlockingIOError:
            return Delivery.DROPPED
        except (FileNotFoundError, ConnectionError):
            return Delivery.UNCLAIMED
        return Delivery.SENT

    def close(self) -> None:
        """Disappear for good."""
        if self.is_connected:
            self.disconnect()
        self._outlet.close()
        self.memory.segment.unlink()
