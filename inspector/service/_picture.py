"""Which picture goes to whom: raw ones locally, as they are or fitted; JPEG at display size to whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from inspector.protocol import (
    FITTED_WIDTHS_PX,
    JPEG_WIDTHS_PX,
    FrameHeader,
    fitted_frames,
    jpeg_frames,
)

Content = memoryview | bytes
Encoder = Callable[[FrameHeader, memoryview, int], tuple[FrameHeader, Content]]
"""(header, raw pixels, width in px) to (header, JPEG or raw pixels) of a picture never wider than asked for."""

_JPEG_INTERVAL_NS: Final = 100_000_000
_JPEG_WIDTHS: Final[Mapping[str, int]] = {jpeg_frames(width): width for width in JPEG_WIDTHS_PX}
_FITTED_WIDTHS: Final[Mapping[str, int]] = {fitted_frames(width): width for width in FITTED_WIDTHS_PX}
_MOST_FITTED: Final = 4
"""Sizes that are made of one frame, whoever asks for how many; who comes too late gets it as it is."""


class Pictures:
    """Makes each wanted picture once per frame, and at most ten JPEG a second of a size.

    Parameters
    ----------
    encoder
        Makes JPEG pictures; without it there are none.
    fitter
        Makes raw pictures smaller; without it they go as they are.
    """

    def __init__(self, encoder: Encoder | None, fitter: Encoder | None = None) -> None:
        self._encoder, self._fitter = encoder, fitter
        self._due_ns = dict.fromkeys(_JPEG_WIDTHS, 0)

    def offered(self, wanted: Iterable[str], now_ns: int) -> frozenset[str]:
        """Return the topics for which a frame should be made now."""
        return frozenset(topic for topic in wanted if self._is_due(topic, now_ns))

    def make(
        self, header: FrameHeader, pixels: memoryview, topics: Iterable[str], now_ns: int
    ) -> dict[str, tuple[FrameHeader, Content]]:
        """Return header and content for each topic."""
        offered = self.offered(topics, now_ns)
        raw: tuple[FrameHeader, Content] = (header, pixels)
        made = dict.fromkeys(offered - _JPEG_WIDTHS.keys(), raw)
        if self._fitter is not None:
            for topic in sorted(offered & _FITTED_WIDTHS.keys())[:_MOST_FITTED]:
                made[topic] = self._fitter(header, pixels, _FITTED_WIDTHS[topic])
        if self._encoder is not None:
            for topic in offered & _JPEG_WIDTHS.keys():
                made[topic] = self._encoder(header, pixels, _JPEG_WIDTHS[topic])
                self._due_ns[topic] = now_ns + _JPEG_INTERVAL_NS
        return made

    def _is_due(self, topic: str, now_ns: int) -> bool:
        if topic not in _JPEG_WIDTHS:
            return True
        return self._encoder is not None and now_ns >= self._due_ns[topic]
