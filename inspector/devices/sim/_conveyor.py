"""The belt: parts at jittered distances, where they are at any time, and what they pass next.

Pure: no clock, no I/O. Time is given in true nanoseconds, places in mm of belt travel. A part's place is
the travel at which its leading edge is at the photo-eye; everything else follows from the line's
dimensions. Speeds are piecewise constant; the encoder follows the belt with a factor of its own, so that
it can lie.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from operator import attrgetter

from inspector.devices.sim._options import Physics

_AHEAD = 6
"""Parts known before they reach the eye, so that their frames can be drawn ahead."""


class Mark(IntEnum):
    """What a part passes, in order."""

    LEADING = 0
    """Its leading edge is at the photo-eye."""
    TRAILING = 1
    MIDDLE_AT_GATE = 2
    CONFIRM = 3
    """Ejected: it passes the sensor in the chute."""


@dataclass(slots=True, eq=False)
class BeltPart:
    """One part on the belt. `next_mark` is the mark that it passes next when the belt runs forward."""

    number: int
    place_mm: float
    marks_mm: tuple[float, float, float, float]
    next_mark: int = 0
    next_mm: float = 0.0
    touches_next: bool = False
    touches_previous: bool = False
    row: int = -1
    """Row in the truth table; -1 until it has reached the eye."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part passes a mark at a true time; `forward` is False while the belt runs backwards."""

    t_ns: int
    mark: Mark
    part: BeltPart
    forward: bool = True


def spacing_mm(physics: Physics, rng: random.Random) -> Iterator[float]:
    """Yield distances between leading edges: a normal distribution, cut off on both sides of its mean."""
    mean = physics.pitch_mm
    reach = mean - physics.min_pitch_mm
    deviation = min(mean * physics.pitch_jitter, reach)  # no more: most draws would be thrown away
    while True:
        offset = rng.gauss(0.0, deviation)
        if abs(offset) <= reach:
            yield mean + offset


@dataclass(slots=True)
class Belt:
    """The belt with all parts that are on it or about to be. One thread.

    Parameters
    ----------
    rng
        Draws the spacing; same seed, same belt.
    parts
        How many parts come; None = endless.
    lead_in_mm
        Travel before the first part's leading edge is at the eye.
    t_ns
        Time origin; the belt stands still until `set_motion`.
    encoder
        What the encoder reads at the origin, in counts.
    """

    physics: Physics
    rng: random.Random
    parts: int | None
    lead_in_mm: float
    t_ns: int = 0
    encoder: float = 0.0
    travel_mm: float = 0.0
    mm_per_s: float = 0.0
    encoder_factor: float = 1.0
    riding: list[BeltPart] = field(default_factory=list)
    """In order along the belt, the foremost first; the ones not yet at the eye last."""
    _made: int = 0
    _next_place_mm: float = 0.0
    _spacing: Iterator[float] = field(init=False)
    _next: Passage | None = None
    _is_next_known: bool = False

    def __post_init__(self) -> None:
        self._spacing = spacing_mm(self.physics, self.rng)
        self._next_place_mm = self.travel_mm + self.lead_in_mm
        self._fill()

    # -- where things are

    def travel_at(self, t_ns: int) -> float:
        """Return the belt's true travel in mm."""
        return self.travel_mm + (t_ns - self.t_ns) * 1e-9 * self.mm_per_s

    @property
    def counts_per_s(self) -> float:
        """What the encoder counts per second; negative when it seems to run backwards."""
        return self.mm_per_s * self.encoder_factor * self.physics.counts_per_mm

    def encoder_at(self, t_ns: int) -> float:
        """Return what the encoder reads, in counts, not wrapped."""
        return self.encoder + (t_ns - self.t_ns) * 1e-9 * self.counts_per_s

    @property
    def is_empty(self) -> bool:
        """Whether the last part has come and gone."""
        return not self.riding

    def coming(self) -> list[BeltPart]:
        """Return the parts that have not reached the eye, the next one first."""
        return [part for part in self.riding if part.next_mark == Mark.LEADING]

    def between_eye_and_gate(self) -> list[BeltPart]:
        """Return the parts that have left the eye and not reached the gate, the foremost first."""
        return [part for part in self.riding if part.next_mark == Mark.MIDDLE_AT_GATE]

    # -- motion

    def set_motion(self, t_ns: int, mm_per_s: float, encoder_factor: float = 1.0) -> None:
        """Run at another speed from `t_ns` on; travel and encoder stay continuous.

        Raises
        ------
        ValueError
            A part passes a mark before `t_ns`: what has happened cannot be changed.
        """
        upcoming = self.next_passage()
        if t_ns < self.t_ns or (upcoming is not None and upcoming.t_ns < t_ns):
            raise ValueError(f"the belt cannot change its motion at {t_ns}, before what it has already done")
        self.travel_mm, self.encoder = self.travel_at(t_ns), self.encoder_at(t_ns)
        self.t_ns, self.mm_per_s, self.encoder_factor = t_ns, mm_per_s, encoder_factor
        self._is_next_known = False

    # -- what happens next

    def next_passage(self) -> Passage | None:
        """Return what happens next if the motion stays as it is; None while nothing moves towards a mark."""
        if not self._is_next_known:
            self._next, self._is_next_known = self._find_next(), True
        return self._next

    def _find_next(self) -> Passage | None:
        if not self.riding or self.mm_per_s == 0:
            return None
        if self.mm_per_s > 0:
            part = min(self.riding, key=attrgetter("next_mm"))
            return Passage(self._time_at(part.next_mm), Mark(part.next_mark), part)
        at_eye = [part for part in self.riding if part.next_mark in {Mark.TRAILING, Mark.MIDDLE_AT_GATE}]
        if not at_eye:
            return None
        part = max(at_eye, key=lambda each: each.marks_mm[each.next_mark - 1])
        mark = Mark(part.next_mark - 1)
        return Passage(self._time_at(part.marks_mm[mark]), mark, part, forward=False)

    def _time_at(self, mm: float) -> int:
        return max(self.t_ns, self.t_ns + round((mm - self.travel_mm) / self.mm_per_s * 1e9))

    def take(self) -> Passage | None:
        """Return what happens next and let it have happened.

        A part whose middle has passed the gate leaves the belt unless `eject` is called for it.
        """
        passage = self.next_passage()
        if passage is None:
            return None
        part = passage.part
        if passage.forward:
            self._move_on(part)
        else:
            part.next_mark -= 1
            part.next_mm = part.marks_mm[part.next_mark]
        self._is_next_known = False
        return passage

    def _move_on(self, part: BeltPart) -> None:
        mark = part.next_mark
        if mark >= Mark.MIDDLE_AT_GATE:
            self.riding.remove(part)
            return
        part.next_mark = mark + 1
        part.next_mm = part.marks_mm[mark + 1]
        if mark == Mark.LEADING:
            self._fill()

    def eject(self, part: BeltPart) -> None:
        """Let a part that has just passed the gate fall into the chute, past the sensor there."""
        part.next_mark, part.next_mm = Mark.CONFIRM, part.marks_mm[Mark.CONFIRM]
        self.riding.insert(0, part)
        self._is_next_known = False

    # -- parts that come, go, and move

    def _fill(self) -> None:
        for _ in range(_AHEAD - len(self.coming())):
            if self.parts is not None and self._made >= self.parts:
                return
            self.riding.append(self._part(self._next_place_mm))
            self._next_place_mm += next(self._spacing)

    def end_feed(self) -> None:
        """Let no further part come; those that have reached the eye run out."""
        self.riding = [part for part in self.riding if part.row >= 0]
        if self.riding:
            self.riding[-1].touches_next = False
        self.parts = self._made
        self._is_next_known = False

    def _part(self, place_mm: float) -> BeltPart:
        part = BeltPart(self._made, place_mm, self._marks(place_mm), next_mm=place_mm)
        self._made += 1
        return part

    def _marks(self, place_mm: float) -> tuple[float, float, float, float]:
        line = self.physics
        gate = place_mm + line.part_mm / 2 + line.eye_to_gate_mm
        return (place_mm, place_mm + line.part_mm, gate, gate + line.confirm_mm)

    def push_together(self, gap_mm: float) -> tuple[BeltPart, BeltPart] | None:
        """Move a coming part up to `gap_mm` behind the one before it; None if there are no two loose ones."""
        for front, behind in pairwise(self.coming()):
            if not (front.touches_next or front.touches_previous or behind.touches_next):
                behind.place_mm = front.place_mm + self.physics.part_mm + gap_mm
                behind.marks_mm = self._marks(behind.place_mm)
                behind.next_mm = behind.place_mm
                front.touches_next = behind.touches_previous = True
                self._is_next_known = False
                return front, behind
        return None

    def lay_on(self, t_ns: int) -> BeltPart:
        """Lay an extra part on the belt between eye and gate, in the middle of the widest gap."""
        line, travel = self.physics, self.travel_at(t_ns)
        span = (travel - line.eye_to_gate_mm + line.part_mm, travel - 2 * line.part_mm)
        places = (part.place_mm for part in self.between_eye_and_gate())
        edges = sorted([*span, *(place for place in places if span[0] <= place <= span[1])])
        _, place = max((after - before, (after + before) / 2) for before, after in pairwise(edges))
        part = self._part(place)
        part.next_mark, part.next_mm = Mark.MIDDLE_AT_GATE, part.marks_mm[Mark.MIDDLE_AT_GATE]
        index = next((i for i, other in enumerate(self.riding) if other.place_mm > place), len(self.riding))
        self.riding.insert(index, part)
        if self.parts is not None:
            self.parts += 1
        self._is_next_known = False
        return part

    def take_off(self) -> BeltPart | None:
        """Remove by hand the part that has left the eye last; None if there is none."""
        candidates = self.between_eye_and_gate()
        if not candidates:
            return None
        self.riding.remove(candidates[-1])
        self._is_next_known = False
        return candidates[-1]
