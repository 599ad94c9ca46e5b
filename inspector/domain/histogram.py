"""Latencies in log-linear buckets: fixed memory, exact count, sum and extremes, percentiles to 1.6 %.

The layout is that of HdrHistogram (Gil Tene, http://hdrhistogram.org; the index arithmetic of
`AbstractHistogram.getBucketIndex` / `getSubBucketIndex`): values below `2 * 64` have a bucket each, and
every further doubling is divided into 64 buckets, so that a bucket is at most 1/64 of its values wide.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

UNIT_NS = 1_000
"""Resolution: values are kept in whole microseconds."""
LARGEST_US = (1 << 26) - 1
"""67 s; anything longer shares one last bucket, which reads as the exact maximum."""

_SUB_BITS = 6
_SUB = 1 << _SUB_BITS
_SUM, _MIN, _MAX, _HEAD = 0, 1, 2, 3


def _bucket(value_us: int) -> int:
    shift = value_us.bit_length() - _SUB_BITS - 1
    return value_us if shift <= 0 else shift * _SUB + (value_us >> shift)


def _largest_in(bucket: int) -> int:
    """Return the largest value, in us, that falls into a bucket."""
    shift = bucket // _SUB - 1
    return bucket if shift <= 0 else ((bucket - shift * _SUB + 1) << shift) - 1


BUCKETS = _bucket(LARGEST_US + 1) + 1
WORDS = _HEAD + BUCKETS
"""Length of the memory that a histogram needs, in int64."""


class LatencyHistogram:
    """A histogram over its own memory or over somebody else's, such as a shared segment.

    One writer; any number of readers take a `copy()` first. A copy taken in the middle of a `record` may
    have a value in its buckets and not yet in sum, minimum and maximum, nothing worse. A writer that
    comes back after a crash finds what it had: an all-zero memory is an empty histogram.

    Parameters
    ----------
    memory
        Writable, contiguous buffer of `WORDS` int64 (a numpy array, an `array`, a memoryview); the caller
        owns it and keeps it alive. Default: private memory.

    Raises
    ------
    ValueError
        If the memory has another length.
    """

    __slots__ = ("_words",)

    def __init__(self, memory: Any = None) -> None:
        words = memoryview(bytearray(WORDS * 8) if memory is None else memory).cast("B").cast("q")
        if len(words) != WORDS:
            raise ValueError(f"a histogram needs {WORDS} int64, this memory has {len(words)}")
        self._words = words

    def record(self, value_us: int) -> None:
        """Count one value in whole microseconds; a negative one counts as 0. Takes about 0.9 us."""
        words = self._words
        if value_us < 0:
            value_us = 0
        words[_HEAD + _bucket(value_us if value_us <= LARGEST_US else LARGEST_US + 1)] += 1
        words[_SUM] += value_us
        if value_us > words[_MAX]:
            words[_MAX] = value_us
        # The minimum is kept with one added, so that zeroed memory needs no preparation.
        low = words[_MIN]
        if value_us < low - 1 or not low:
            words[_MIN] = value_us + 1

    def record_ns(self, value_ns: int) -> None:
        """Count one value in nanoseconds, rounded to the nearest microsecond."""
        self.record((value_ns + UNIT_NS // 2) // UNIT_NS)

    @property
    def count(self) -> int:
        """How many values."""
        return sum(self._words.tolist()[_HEAD:])

    @property
    def sum_us(self) -> int:
        """Their sum, exact."""
        return self._words[_SUM]

    @property
    def min_us(self) -> int:
        """The smallest, exact; 0 if there is none."""
        return max(0, self._words[_MIN] - 1)

    @property
    def max_us(self) -> int:
        """The largest, exact; 0 if there is none."""
        return self._words[_MAX]

    @property
    def mean_us(self) -> float:
        """The mean, exact; 0 if there is none."""
        count = self.count
        return self.sum_us / count if count else 0.0

    def percentile(self, percent: float) -> int:
        """Return the value, in us, that `percent` of the values do not exceed; at most 1.6 % too high.

        Between two values it takes the larger (as numpy's method "inverted_cdf"), and it never exceeds
        the exact maximum. 0 for an empty histogram.

        Raises
        ------
        ValueError
            For a percentage out of 0…100.
        """
        return self._percentiles((percent,))[0]

    def summary(self) -> dict[str, int]:
        """Return `p50`, `p99`, `p999`, `max` in us, and `count`."""
        p50, p99, p999 = self._percentiles((50.0, 99.0, 99.9))
        return {"p50": p50, "p99": p99, "p999": p999, "max": self.max_us, "count": self.count}

    def merge(self, other: LatencyHistogram) -> None:
        """Add everything that another histogram has counted."""
        mine, theirs = self._words, other._words
        low = min(mine[_MIN], theirs[_MIN]) or max(mine[_MIN], theirs[_MIN])  # 0 = empty
        high = max(mine[_MAX], theirs[_MAX])
        for index, value in enumerate(theirs.tolist()):
            mine[index] += value
        mine[_MIN], mine[_MAX] = low, high

    def copy(self) -> LatencyHistogram:
        """Return a private copy, for a reader."""
        return LatencyHistogram(bytearray(self._words))

    def since(self, earlier: LatencyHistogram) -> LatencyHistogram:
        """Return what was counted after an earlier copy; minimum and maximum stay those of everything."""
        newer = self.copy()
        for index, value in enumerate(earlier._words.tolist()):
            if index not in (_MIN, _MAX):
                newer._words[index] -= value
        return newer

    def clear(self) -> None:
        """Forget everything. Writer only."""
        self._words[:] = memoryview(bytes(WORDS * 8)).cast("q")

    def release(self) -> None:
        """Let go of the memory, so that its owner can unmap it; the histogram is done with."""
        self._words.release()

    def _percentiles(self, percents: Iterable[float]) -> list[int]:
        buckets = self._words.tolist()[_HEAD:]
        total = sum(buckets)
        return [self._at_rank(buckets, _rank(percent, total)) for percent in percents]

    def _at_rank(self, buckets: list[int], rank: int) -> int:
        seen = 0
        for bucket, count in enumerate(buckets):
            seen += count
            if count and seen >= rank:
                return self.max_us if bucket == BUCKETS - 1 else min(_largest_in(bucket), self.max_us)
        return 0


def _rank(percent: float, total: int) -> int:
    if not 0.0 <= percent <= 100.0:
        raise ValueError(f"percentile = {percent} must be 0 to 100")
    # Whole numbers, to 1e-6 %: a float's last digit must not make rank 1000 of 99.9 % of 1000.
    return max(1, -(-round(percent * 1_000_000) * total // 100_000_000))
