"""What a client tells its listener, in order."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.protocol import FrameHeader, Message, Snapshot


@dataclass(frozen=True, slots=True)
class Attached:
    """Everything as it is. Also after a gap or a restart: forget what you knew."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact on top of the snapshot; facts come in order, each once."""

    fact: Message
    t_ns: int
    """The station's monotonic clock when it was published."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing shown may be taken for the present any more. `Attached` follows when the service is back."""

    reason: str


@dataclass(frozen=True, slots=True)
class FrameReady:
    """A frame can be taken with `Client.take_frame`. Not said again until it has been."""


News = Attached | Changed | Lost | FrameReady


@dataclass(frozen=True, slots=True)
class Picture:
    """The newest frame.

    `pixels` is a read-only view that keeps its memory alive: uint8, height × width × channels (`raw`), or a
    JPEG file (`jpeg`).
    """

    header: FrameHeader
    pixels: memoryview
