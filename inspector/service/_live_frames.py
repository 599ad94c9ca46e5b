"""The newest frame for whoever looks, with the part that it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inspector.protocol import FrameHeader, Result
from inspector.service._options import View

_UNDECIDED_NS: Final = 10_000_000
"""So long a frame waits for the decision about it: then whoever shows it knows what it shows."""


class LiveFrames:
    """Takes frames, and hands them on once their part is known. Used by the service's thread.

    Parameters
    ----------
    look
        Returns the newest frame if it is newer than a time (monotonic ns), else None.
    part_of
        Returns the part whose frame came at a time, if it has been decided.
    """

    def __init__(
        self,
        look: Callable[[int], View | None],
        part_of: Callable[[int], Result | None],
        publish: Callable[[FrameHeader, memoryview], None],
    ) -> None:
        self._look, self._part_of, self._publish = look, part_of, publish
        self._waiting: View | None = None
        self._shown_ns = 0

    @property
    def is_waiting(self) -> bool:
        """A frame is here whose part is not known yet."""
        return self._waiting is not None

    def drop(self) -> None:
        """Nobody looks any more."""
        self._waiting = None

    def step(self, now_ns: int) -> None:
        """Show the newest frame, if there is a new one and it is its time."""
        view = self._waiting = self._waiting or self._look(self._shown_ns)
        if view is None:
            return
        part = self._part_of(view.available_ns)
        if part is None and now_ns - view.available_ns < _UNDECIDED_NS:
            return
        self._waiting, self._shown_ns = None, view.available_ns
        self._publish(_header(view, part), view.pixels.data)


def _header(view: View, part: Result | None) -> FrameHeader:
    height, width = view.pixels.shape[:2]
    shown = {name: getattr(part, name) for name in ("session", "tag", "ordinal")} if part else {}
    return FrameHeader(
        width_px=width,
        height_px=height,
        channels=view.pixels.shape[2] if view.pixels.ndim == 3 else 1,
        source_width_px=width,
        source_height_px=height,
        frame_id=part.frame_id if part else -1,
        available_ns=view.available_ns,
        region=view.region,
        **shown,
    )
