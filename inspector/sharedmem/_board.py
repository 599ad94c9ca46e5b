"""A notice board: one dataclass in shared memory that one process writes and anybody reads."""

from __future__ import annotations

from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

from inspector.clock import sleep_s
from inspector.errors import SharedMemoryError
from inspector.sharedmem._cut import cut_text
from inspector.sharedmem._segment import Segment

Notice = TypeVar("Notice")
_READ_TRIES = 100
_READ_PAUSE_S = 0.0001
_VERSION_OFFSET = 0
_BODY_OFFSET = 64


class Board(Generic[Notice]):
    """One notice under a sequence lock. One writer, any number of readers, none waits for another.

    A kind of board names its dataclass, whose fields are texts (cut at `text_bytes`), numbers, truth values and
    enumerations of numbers; `magic` and `version` are those of its file.
    """

    notice: ClassVar[type[Any]]
    magic: ClassVar[bytes]
    version: ClassVar[int]
    text_bytes: ClassVar[int] = 128
    _dtype: ClassVar[np.dtype[Any]]
    _kinds: ClassVar[tuple[type[Any], ...]]

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls.notice)
        cls._kinds = tuple(hints[field.name] for field in fields(cls.notice))
        cls._dtype = np.dtype(
            [
                (field.name, f"S{cls.text_bytes}" if kind is str else "<i8")
                for field, kind in zip(fields(cls.notice), cls._kinds, strict=True)
            ]
        )

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._version: NDArray[np.uint64] = segment.array(np.uint64, 1, _VERSION_OFFSET)
        self._body: NDArray[Any] = segment.array(self._dtype, 1, _BODY_OFFSET)

    @classmethod
    def ensure(cls, path: Path) -> Self:
        """Map the board, making it where there is none: writer and readers may come in any order.

        Raises
        ------
        SharedMemoryError
            No space left, no permission, or what is there belongs to another version.
        """
        if path.exists():
            return cls.attach(path)
        size = _BODY_OFFSET + cls._dtype.itemsize
        return cls(Segment.create(path, size, magic=cls.magic, version=cls.version))

    @classmethod
    def attach(cls, path: Path) -> Self:
        """Map an existing board.

        Raises
        ------
        SharedMemoryError
            It is missing, or of another version.
        """
        return cls(Segment.attach(path, magic=cls.magic, version=cls.version))

    def publish(self, notice: Notice) -> None:
        """Replace the notice. Its one writer only."""
        values = tuple(self._stored(value) for value in astuple(notice))  # type: ignore[call-overload]
        # Odd = being written. A writer that was killed here left it odd: make it so in any case.
        version = int(self._version[0]) | 1
        self._version[0] = version
        self._body[0] = values
        self._version[0] = version + 1

    def read(self) -> Notice:
        """Return the newest notice.

        Raises
        ------
        SharedMemoryError
            It stays half-written: its writer was killed while writing it, or stopped.
        """
        for _ in range(_READ_TRIES):
            before = int(self._version[0])
            notice = self.glance()
            if before % 2 == 0 and int(self._version[0]) == before:
                return notice
            sleep_s(_READ_PAUSE_S)
        raise SharedMemoryError(f"{self._segment.path} is half-written: its writer was killed; restart it")

    def glance(self) -> Notice:
        """Return what stands there, also if it is half-written: its fields may be of two notices, texts mixed."""
        pairs = zip(self._kinds, self._body[0].item(), strict=True)
        notice: Notice = self.notice(*(_meant(kind, value) for kind, value in pairs))
        return notice

    def _stored(self, value: Any) -> Any:
        """Cut a text that is too long; numbers are as they are."""
        if not isinstance(value, str):
            return int(value)
        return cut_text(value, self.text_bytes)

    def close(self) -> None:
        """Let go of the memory; the board stays. May be repeated."""
        self._segment.close()


def _meant(kind: type[Any], value: Any) -> Any:
    return value.decode(errors="replace") if kind is str else kind(value)
