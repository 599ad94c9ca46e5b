"""The PLC's registers as they last went over the wire, for people who look at the link."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from inspector.clock import sleep_s
from inspector.errors import SharedMemoryError
from inspector.sharedmem._segment import Segment

MAGIC = b"INSREGIS"
VERSION = 1
_SLOT_BYTES: Final = 192
_READ_TRIES: Final = 100
_READ_PAUSE_S: Final = 0.0001
_COUNT: Final = struct.Struct("<Q")


class Words(IntEnum):
    """What is kept: one transfer of each kind."""

    MIRROR = 0
    """Written: what the PLC may know of the station."""
    RESULT = 1
    """Written: the last verdict."""
    FAST = 2
    """Read: clock, counts and triggers."""
    DETAILS = 3
    """Read: what the PLC was built for, its totals and texts."""
    OUTCOMES = 4
    """Read: what the line did with the last parts."""


WORDS: Final = {Words.MIRROR: 24, Words.RESULT: 12, Words.FAST: 60, Words.DETAILS: 60, Words.OUTCOMES: 48}
"""Registers of each."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer: its registers, and when it was (monotonic ns; 0 = not yet)."""

    words: tuple[int, ...]
    at_ns: int


class RegisterBoard:
    """The last transfer of each kind, each under a sequence lock. One writer, any number of readers, none waits.

    `note` takes about a microsecond and keeps nothing alive: it may stand on the way of a part.
    """

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._bytes = segment.array("u1", _SLOT_BYTES * len(Words)).data
        self._layouts = {kind: struct.Struct(f"<q{WORDS[kind]}H") for kind in Words}
        self._starts = {kind: _SLOT_BYTES * int(kind) for kind in Words}

    @classmethod
    def create(cls, path: Path) -> RegisterBoard:
        """Make the board, all zero. Raises SharedMemoryError."""
        return cls(Segment.create(path, _SLOT_BYTES * len(Words), magic=MAGIC, version=VERSION))

    @classmethod
    def attach(cls, path: Path) -> RegisterBoard:
        """Map an existing board. Raises SharedMemoryError."""
        return cls(Segment.attach(path, magic=MAGIC, version=VERSION))

    def note(self, kind: Words, words: Sequence[int], at_ns: int) -> None:
        """Keep a transfer instead of the one before. Its one writer only."""
        start, memory = self._starts[kind], self._bytes
        # Odd = being written. A writer that was killed here left it odd: make it so in any case.
        count = _COUNT.unpack_from(memory, start)[0] | 1
        _COUNT.pack_into(memory, start, count)
        self._layouts[kind].pack_into(memory, start + 8, at_ns, *words)
        _COUNT.pack_into(memory, start, count + 1)

    def read(self, kind: Words) -> Transfer:
        """Return the last transfer of a kind.

        Raises
        ------
        SharedMemoryError
            It stays half-written: its writer was killed while writing it, or stopped.
        """
        start, memory = self._starts[kind], self._bytes
        for _ in range(_READ_TRIES):
            before = _COUNT.unpack_from(memory, start)[0]
            at_ns, *words = self._layouts[kind].unpack_from(memory, start + 8)
            if before % 2 == 0 and _COUNT.unpack_from(memory, start)[0] == before:
                return Transfer(tuple(words), at_ns)
            sleep_s(_READ_PAUSE_S)
        raise SharedMemoryError(f"{self._segment.path} is half-written: its writer was stopped or killed")
