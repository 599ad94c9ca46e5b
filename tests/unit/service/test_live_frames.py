from __future__ import annotations

import numpy as np
import pytest

from inspector.protocol import FrameHeader, Result
from inspector.service import View
from inspector.service._live_frames import LiveFrames

MS = 1_000_000
S = 1_000 * MS
PIXELS = np.zeros((4, 6), np.uint8)


class Line:
    """Frames at given times, each decided a while later, and a clock that goes on as long as is waited."""

    def __init__(self, times_ns: list[int], decided_after_ns: int = 3 * MS) -> None:
        self.times_ns, self.decided_after_ns = times_ns, decided_after_ns
        self.now_ns = times_ns[0]
        self.ages_ns: dict[int, int] = {}
        self.named: list[int] = []
        self.looks = 0
        self.lost_ns: set[int] = set()
        self.copied_ns: dict[int, int] = {}
        self.frames = LiveFrames(self, self.part_of, self.show)

    def newer_than(self, after_ns: int) -> int | None:
        self.looks += 1
        newest_ns = max((at for at in self.times_ns if at <= self.now_ns), default=0)
        return newest_ns if newest_ns > after_ns else None

    def copy_of(self, available_ns: int) -> View | None:
        self.copied_ns[available_ns] = self.now_ns
        return None if available_ns in self.lost_ns else View(PIXELS, available_ns)

    def part_of(self, available_ns: int) -> Result | None:
        if self.now_ns < available_ns + self.decided_after_ns:
            return None
        number = self.times_ns.index(available_ns) + 1
        return Result(session=7, tag=number, ordinal=number, evaluation="OK", available_ns=available_ns)

    def show(self, header: FrameHeader, _: memoryview) -> None:
        self.ages_ns[header.available_ns] = self.now_ns - header.available_ns
        self.named.append(header.ordinal)

    def run(self, until_ns: int) -> Line:
        while self.now_ns < until_ns:
            self.frames.step(self.now_ns)
            self.now_ns += self.frames.patience_ms(self.now_ns) * MS
        return self


def every(interval_ns: int, seconds: int = 3) -> list[int]:
    return list(range(S, (1 + seconds) * S, interval_ns))


@pytest.mark.parametrize("per_minute", [1200, 1800, 2000, 6000])
def test_a_frame_is_shown_as_soon_as_its_part_is_decided_at_any_rate(per_minute: int) -> None:
    line = Line(every(60 * S // per_minute)).run(4 * S)
    ages = sorted(line.ages_ns.values())
    assert ages[len(ages) // 2] <= 6 * MS
    assert all(line.named)


@pytest.mark.parametrize(("per_minute", "shown"), [(600, 30), (1200, 60), (1800, 90), (2000, 91), (6000, 90)])
def test_at_most_thirty_a_second_are_shown_and_hardly_fewer(per_minute: int, shown: int) -> None:
    line = Line(every(60 * S // per_minute)).run(4 * S)
    assert abs(len(line.ages_ns) - shown) <= 3


def test_the_last_frame_of_a_line_that_stops_is_shown_though_it_came_too_early() -> None:
    times_ns = [S, S + 5 * MS, S + 10 * MS, S + 15 * MS]
    line = Line(times_ns, decided_after_ns=0).run(2 * S)
    assert max(line.ages_ns) == times_ns[-1]
    assert len(line.ages_ns) < len(times_ns)


def test_a_frame_waits_a_moment_for_its_decision_and_no_longer() -> None:
    line = Line([S], decided_after_ns=S).run(S + 9 * MS)
    assert (line.frames.is_waiting, line.named) == (True, [])
    line.run(S + 20 * MS)
    assert (line.frames.is_waiting, line.named) == (False, [0])


def test_a_frame_is_shown_once() -> None:
    assert len(Line([S]).run(3 * S).named) == 1


def test_nobody_looks_often_where_nothing_comes() -> None:
    line = Line([S]).run(2 * S)
    line.looks = 0
    line.run(3 * S)
    assert line.looks <= 70


def test_a_frame_for_which_nobody_waits_any_more_is_dropped() -> None:
    line = Line([S], decided_after_ns=S).run(S + 5 * MS)
    line.frames.drop(0)
    assert not line.frames.is_waiting


def test_no_frame_is_copied_while_the_station_judges_it() -> None:
    line = Line(every(30 * MS), decided_after_ns=4 * MS).run(4 * S)
    assert len(line.copied_ns) > 50
    assert all(at_ns - frame_ns >= 4 * MS for frame_ns, at_ns in line.copied_ns.items())


def test_after_a_frame_that_the_camera_has_drawn_over_the_next_one_is_shown() -> None:
    line = Line([S, S + 50 * MS])
    line.lost_ns = {S}
    line.run(2 * S)
    assert list(line.ages_ns) == [S + 50 * MS]
