"""The photo-eye: which edges it really sees."""

from __future__ import annotations

from inspector.devices.sim._conveyor import Mark, Passage


class PhotoEye:
    """Turns passing parts into the level of one wire. Pure.

    Touching parts look like one long part; a blocked eye looks covered whatever passes.
    """

    def __init__(self) -> None:
        self.is_covered = False
        """What the wire says."""
        self.is_part_there = False
        self.is_blocked = False

    def part_passes(self, passage: Passage) -> bool:
        """Follow an edge of a part; return whether the wire changes."""
        part, mark = passage.part, passage.mark
        hidden = part.touches_previous if mark is Mark.LEADING else part.touches_next
        if not hidden:
            self.is_part_there = (mark is Mark.LEADING) == passage.forward
        return self.settle()

    def settle(self) -> bool:
        """Take the level that the eye's surroundings give; return whether the wire changes."""
        return self.set_level(self.is_part_there or self.is_blocked)

    def set_level(self, is_covered: bool) -> bool:
        """Force the wire's level (chatter); return whether it changes."""
        changed = is_covered != self.is_covered
        self.is_covered = is_covered
        return changed
