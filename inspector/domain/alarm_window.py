"""A single late part is an event; n in m is the alarm. Counting what is recent."""

from __future__ import annotations

from collections import deque


class RecentCount:
    """How many events belong to the last `window` parts (or seconds), from two counters that only grow.

    The counters may be read as seldom as one likes: then some parts just before the window count along, and
    never fewer. A counter that runs backwards belongs to another run; counting begins anew.

    Parameters
    ----------
    window
        The m of n in m, at least 1, in the unit of `position`. So many readings are kept at most, and two more.

    Raises
    ------
    ValueError
        The window is empty.
    """

    def __init__(self, window: int) -> None:
        if window < 1:
            raise ValueError(f"{window} parts are no window; take at least 1")
        self._window = window
        self._readings: deque[tuple[int, int]] = deque()

    def observe(self, position: int, events: int) -> int:
        """Take in how many parts (or whole seconds) have passed and how many events; return the recent events."""
        readings = self._readings
        if readings and (position < readings[-1][0] or events < readings[-1][1]):
            readings.clear()
        if not readings or position > readings[-1][0]:  # the first reading of a position: never fewer
            readings.append((position, events))
        while len(readings) > 1 and readings[1][0] <= position - self._window:
            readings.popleft()
        return events - readings[0][1]
