"""Which picture goes to whom: raw ones locally, JPEG at display size to whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from inspector.protocol import JPEG_WIDTHS_PX, RAW_FRAMES, FrameHeader, jpeg_frames

Encoder = Callable[[FrameHeader, memoryview, int], tuple[FrameHeader, bytes]]
"""(header, raw pixels, width in px) to (header of the JPEG, JPEG); never wider than asked for."""

_JPEG_INTERVAL_NS: Final = 100_000_000
_WIDTHS: Final[Mapping[str, int]] = {jpeg_frames(width): width for width in JPEG_WIDTHS_PX}


class Pictures:
    """Makes each wanted JPEG once per frame, and at most ten a second."""

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._due_ns = dict.fromkeys(_WIDTHS, 0)

    def offered(self, wanted: Iterable[str], now_ns: int) -> frozenset[str]:
        """Return the topics for which a frame should be made now."""
        return frozenset(topic for topic in wanted if self._is_due(topic, now_ns))

    def make(
        self, header: FrameHeader, pixels: memoryview, topics: Iterable[str], now_ns: int
    ) -> dict[str, tuple[FrameHeader, memoryview | bytes]]:
        """Return header and content for each topic."""
        made: dict[str, tuple[FrameHeader, memoryview | bytes]] = {}
        for topic in self.offered(topics, now_ns):
            if topic == RAW_FRAMES:
                made[topic] = header, pixels
            elif self._encoder is not None:
                made[topic] = self._encoder(header, pixels, _WIDTHS[topic])
                self._due_ns[topic] = now_ns + _JPEG_INTERVAL_NS
        return made

    def _is_due(self, topic: str, now_ns: int) -> bool:
        if topic == RAW_FRAMES:
            return True
        return self._encoder is not None and now_ns >= self._due_ns[topic]
