"""The one place where time comes from.

Intervals are monotonic nanoseconds (`monotonic_ns`, shared by all processes of one machine).
UTC is stamped once per row, by the recorder.
"""

from __future__ import annotations

import datetime
import time

monotonic_ns = time.monotonic_ns
sleep_s = time.sleep


def utc_ns() -> int:
    """Nanoseconds since the Unix epoch, UTC. For the recorder and for file names only."""
    return time.time_ns()  # noqa: TID251 - the one permitted use


def local_day_minute() -> tuple[int, int]:
    """Day (any number that goes up by one) and its minute, 0…1439, by the clock on the wall.

    For people's shifts, never for an interval.
    """
    now = time.localtime()
    return datetime.date(now.tm_year, now.tm_mon, now.tm_mday).toordinal(), now.tm_hour * 60 + now.tm_min


def sleep_until_ns(deadline_ns: int) -> None:
    """Sleep until the monotonic clock reads `deadline_ns`; return at once if it has passed."""
    remaining_ns = deadline_ns - monotonic_ns()
    if remaining_ns > 0:
        sleep_s(remaining_ns / 1e9)
