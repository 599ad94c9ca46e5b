"""What was recent, as far as a service that may have come later can know it."""

from __future__ import annotations

from inspector.domain.alarm_window import RecentCount


class Recent:
    """n in m parts, where a beginning that nobody saw counts as unknown.

    Parameters
    ----------
    window
        The m of n in m.
    """

    def __init__(self, window: int) -> None:
        self.window = window
        self.events = 0
        """How many events belong to the last `window` parts, at least."""
        self.parts = 0
        """Of so many parts that is known; at most the window."""
        self._is_begun = False
        self._last = 0
        self._begin()

    def _begin(self) -> None:
        self._counts = RecentCount(self.window), RecentCount(self.window)

    def observe(self, position: int, events: int) -> None:
        """Take in two counters of a run."""
        if position < self._last:
            self._begin()
            self._is_begun = False
        if not self._is_begun and position <= self.window:  # all of the run is recent
            self._take(0, 0)
        self._is_begun, self._last = True, position
        self._take(position, events)

    def _take(self, position: int, events: int) -> None:
        event_count, part_count = self._counts
        self.events = event_count.observe(position, events)
        self.parts = min(self.window, part_count.observe(position, position))

    @property
    def is_whole(self) -> bool:
        """Whether everything recent was seen: the whole window, or the whole run."""
        return self.parts >= min(self.window, self._last)

    def level(self, limit: float) -> float | None:
        """Return the events for an alarm with a limit; None where more may have gone unseen."""
        return float(self.events) if self.is_whole or self.events >= limit else None

    def percent(self, least: int) -> float | None:
        """Return the share of parts with an event, %; None for fewer than `least` parts."""
        return 100.0 * self.events / self.parts if self.parts >= least else None
