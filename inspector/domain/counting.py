"""The PLC's own part count, and how far the station has taken it in."""

from __future__ import annotations

from inspector.domain.line import LineSnapshot
from inspector.domain.pairing import signed_u32
from inspector.domain.part import TAG_MAX, tag_distance
from inspector.domain.told import tell
from inspector.domain.told_texts import Told

_DOUBTS = 3
"""So many readings in a row must contradict what went before: a single one may have been torn."""


class TriggerCount:
    """Follows count and tag of one PLC session. `ordinal` is the count without its wrap at 32 bits.

    Attributes
    ----------
    session, ordinal, tag : int
        The newest part that has been taken in; tag 0 = none yet, or not to be relied on.
    newest_ordinal, newest_tag : int
        The newest part that the PLC has announced.
    fault : str
        Not empty once the counts contradict each other; nothing more is taken in until it is forgiven.
    """

    def __init__(self) -> None:
        self.session = self.ordinal = self.tag = 0
        self.newest_ordinal = self.newest_tag = 0
        self.fault = ""
        self._doubts = 0

    def resume(self, session: int, ordinal: int, tag: int) -> None:
        """Go on where a former process stopped."""
        self.session, self.ordinal, self.tag = session, ordinal, tag
        self.newest_ordinal, self.newest_tag = ordinal, tag

    def begin(self, snapshot: LineSnapshot) -> None:
        """Begin a session. A first sight counts from here on; a restarted PLC goes on counting, or starts at zero.

        Which of both cannot be told where the new count has passed the old one, and tags as a start at
        zero would: that is a fault, since parts could be forgotten.
        """
        count, tag = snapshot.part_count, snapshot.newest_tag
        is_first, self.session = self.session == 0, snapshot.session
        self._doubts, self.tag = 0, 0
        if is_first:
            self.ordinal, self.tag = count, tag
        elif count < self.ordinal & 0xFFFFFFFF:
            self.ordinal = 0
        elif self.ordinal and tag == (count - 1) % TAG_MAX + 1:
            self.fault = tell(Told.RESTARTED_PLC_COUNTS, count=count)
        self.newest_ordinal, self.newest_tag = self.ordinal, self.tag

    def look(self, snapshot: LineSnapshot) -> bool:
        """Take in what the PLC says; whether it agrees with what went before."""
        count, tag = snapshot.part_count, snapshot.newest_tag
        new = signed_u32(count - self.ordinal)
        if new < 0 and self.tag == 0:  # forgiven: count from here on
            self.ordinal, self.tag, new = count, tag, 0
        distance = tag_distance(tag, self.tag) if self.tag else new
        if new < 0 or (new - distance) % TAG_MAX:
            self._doubts += 1
            if self._doubts >= _DOUBTS and not self.fault:
                self.fault = tell(
                    Told.PLC_COUNTS_DISAGREE, ours=self.ordinal, theirs=count, our_tag=self.tag, tag=tag
                )
            return False
        self._doubts = 0
        self.newest_ordinal, self.newest_tag = self.ordinal + new, tag
        return True

    def take(self, limit: int) -> list[tuple[int, int]]:
        """Return ordinal and tag of at most `limit` parts that are new, oldest first; they are taken in now."""
        if self.fault:
            return []
        last = min(self.newest_ordinal, self.ordinal + limit)
        taken = [(ordinal, self.tag_of(ordinal)) for ordinal in range(self.ordinal + 1, last + 1)]
        if taken:
            self.ordinal, self.tag = taken[-1]
        return taken

    def tag_of(self, ordinal: int) -> int:
        """Return the tag of an announced part."""
        return (self.newest_tag - 1 - (self.newest_ordinal - ordinal)) % TAG_MAX + 1

    def ordinal_of(self, tag: int) -> int:
        """Return the ordinal of an announced tag."""
        return self.newest_ordinal - (self.newest_tag - tag) % TAG_MAX

    def forgive(self) -> None:
        """The operator has acknowledged the fault: trust the part count, whatever the tags say."""
        if self.fault:
            self.fault, self._doubts, self.tag = "", 0, 0
