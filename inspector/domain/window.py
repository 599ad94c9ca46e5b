"""Counts on a belt: u32, wrapping; and the window of counts in which the gate acts on one part."""

from __future__ import annotations

from dataclasses import dataclass

U32 = 1 << 32
HALF_U32 = 1 << 31


def counts_ahead(count: int, reference: int) -> int:
    """Return how far `count` lies ahead of `reference` on a wrapping u32 counter, -2**31 … 2**31 - 1."""
    return (count - reference + HALF_U32) % U32 - HALF_U32


@dataclass(frozen=True, slots=True)
class RejectWindow:
    """The counts `[open_count, close_count)` in which the gate acts on one part; both u32, wrapping."""

    open_count: int
    close_count: int

    def __post_init__(self) -> None:
        """Refuse counts that are no u32, and windows that are empty or half the counter long.

        Raises
        ------
        ValueError
            Naming the values.
        """
        if not (0 <= self.open_count < U32 and 0 <= self.close_count < U32):
            raise ValueError(f"window [{self.open_count}, {self.close_count}) is not in u32 counts")
        if not 0 < self.width_counts < HALF_U32:
            raise ValueError(f"window [{self.open_count}, {self.close_count}) is empty or backwards")

    @classmethod
    def around(cls, centre_count: int, half_width_counts: int) -> RejectWindow:
        """Return the window of `2 * half_width_counts` whose middle is `centre_count`."""
        return cls((centre_count - half_width_counts) % U32, (centre_count + half_width_counts) % U32)

    @property
    def width_counts(self) -> int:
        """Length in counts."""
        return (self.close_count - self.open_count) % U32

    def contains(self, count: int) -> bool:
        """Whether the encoder stands inside; the closing count does not belong to it."""
        return (count - self.open_count) % U32 < self.width_counts

    def overlaps(self, other: RejectWindow) -> bool:
        """Whether any count belongs to both, so that one gate cannot serve both parts."""
        return self.contains(other.open_count) or other.contains(self.open_count)
