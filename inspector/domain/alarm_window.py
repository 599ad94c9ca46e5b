"""A single late part is an event; n in m is the alarm. Counting among the last m parts."""

from __future__ import annotations

from collections import deque


class RecentCount:
    """How many of the last `parts` parts something has happened to, from two counters that only grow.

    The counters may be read as seldom as one likes: then some parts just before the last m count along, and
    never fewer. A counter that runs backwards belongs to another run; counting begins anew.

    Parameters
    ----------
    parts
        The m of n in m, at least 1.
    """

    def __init__(self, parts: int) -> None:
        if parts < 1:
            raise ValueError(f"{parts} parts are no window; take at least 1")
        self._parts = parts
        self._readings: deque[tuple[int, int]] = deque()

    def observe(self, parts: int, events: int) -> int:
        """Take in both counters, and return how many events belong to the last m parts."""
        readings = self._readings
        if readings and (parts < readings[-1][0] or events < readings[-1][1]):
            readings.clear()
        if not readings or parts > readings[-1][0]:  # the oldest reading of a part count: never fewer
            readings.append((parts, events))
        while len(readings) > 1 and readings[1][0] <= parts - self._parts:
            readings.popleft()
        return events - readings[0][1]
