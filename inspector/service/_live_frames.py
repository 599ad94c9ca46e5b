"""The newest frame for whoever looks, with the part that it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inspector.protocol import FrameHeader, Result
from inspector.service._frame_desk import RecentFrames
from inspector.service._options import Frames, View

_UNDECIDED_NS: Final = 10_000_000
"""So long a frame waits for the decision about it: then whoever shows it knows what it shows."""
_INTERVAL_NS: Final = 33_333_333
"""Between two frames on average: nobody sees more than thirty a second."""
_LAST_NS: Final = 2 * _INTERVAL_NS
"""So long after the next frame was due there is none to come: then one that came too early is shown after all."""
_GLANCE_MS: Final = 2
_DECISION_GLANCE_MS: Final = 1
"""The decision is due by now: every glance late is the picture's age."""
_CALM_GLANCE_MS: Final = 16
_CALM: Final = 16
"""Between two glances goes this fraction of the time since the last frame: whoever waits long is not in a hurry."""


class LiveFrames:
    """Takes frames, and hands them on as soon as their part is known. Used by the service's thread.

    Whether it is a frame's turn goes by when it came, so that it is handed on at once or not at all: of 33 a
    second one in eleven is passed over, where a timer would hand on all of them late.

    Parameters
    ----------
    frames
        Where they come from. A frame is copied when its part is decided and not before: the station judges it
        until then, and a copy would take the memory's time from it.
    part_of
        Returns the part whose frame came at a time, if it has been decided.
    recent
        Keeps what was handed on, a while.
    """

    def __init__(
        self,
        frames: Frames,
        part_of: Callable[[int], Result | None],
        publish: Callable[[FrameHeader, memoryview], None],
        recent: RecentFrames | None = None,
    ) -> None:
        self._frames, self._part_of, self._publish = frames, part_of, publish
        self._recent = recent or RecentFrames()
        self._waiting_ns: int | None = None
        self._shown_ns = self._due_ns = 0

    @property
    def is_waiting(self) -> bool:
        """A frame is here whose part is not known yet."""
        return self._waiting_ns is not None

    def patience_ms(self, now_ns: int) -> int:
        """Return how long one may wait before the next look, without anybody noticing."""
        if self.is_waiting:
            return _DECISION_GLANCE_MS
        until_due_ms = (self._due_ns - now_ns) // 1_000_000
        calm_ms = (now_ns - self._shown_ns) // (_CALM * 1_000_000)
        return min(_CALM_GLANCE_MS, max(_GLANCE_MS, calm_ms, until_due_ms))

    def drop(self, now_ns: int) -> None:
        """Nobody looks any more."""
        self._waiting_ns = None
        self._recent.tidy(now_ns)

    def look(self, now_ns: int) -> bool:
        """Note the newest frame, if there is a new one and it is its time; return whether one is here."""
        if self._waiting_ns is None:
            self._waiting_ns = self._frames.newer_than(self._seen_ns(now_ns))
        return self.is_waiting

    def step(self, now_ns: int) -> None:
        """Show the newest frame, if there is a new one and its part is known."""
        self.look(now_ns)
        available_ns = self._waiting_ns
        if available_ns is None:
            return
        part = self._part_of(available_ns)
        if part is None and now_ns - available_ns < _UNDECIDED_NS:
            return
        self._waiting_ns = None
        view = self._frames.copy_of(available_ns)
        if view is not None:
            self._shown_ns = available_ns
            self._due_ns = max(self._due_ns + _INTERVAL_NS, available_ns)
            header, pixels = _header(view, part), view.pixels.data.cast("B")
            self._recent.keep(header, pixels)
            self._publish(header, pixels)

    def _seen_ns(self, now_ns: int) -> int:
        """Return until when frames are of no interest."""
        return self._shown_ns if now_ns - self._due_ns > _LAST_NS else max(self._shown_ns, self._due_ns - 1)


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
