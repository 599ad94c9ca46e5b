from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.devices.sim._conveyor import Belt, Mark, Passage
from inspector.devices.sim._options import Physics

LINE = Physics()
SECOND = 1_000_000_000
NOMINAL_MM_PER_S = 800.0

motions = st.lists(
    st.tuples(
        st.integers(1, SECOND // 2),
        st.sampled_from([0.0, -400.0, 100.0, 800.0, 4_000.0]),
        st.sampled_from([1.0, 0.0, 0.9]),
    ),
    max_size=12,
)


def make_belt(seed: int = 1, parts: int | None = 30, *, speed: float = NOMINAL_MM_PER_S) -> Belt:
    belt = Belt(LINE, random.Random(seed), parts, lead_in_mm=100.0, encoder=1e6)
    belt.set_motion(0, speed)
    return belt


def run_until(belt: Belt, t_ns: int) -> list[Passage]:
    seen = []
    while (upcoming := belt.next_passage()) is not None and upcoming.t_ns <= t_ns:
        passage = belt.take()
        assert passage == upcoming
        seen.append(passage)
    return seen


def run_out(belt: Belt) -> list[Passage]:
    seen = []
    while (passage := belt.take()) is not None:
        seen.append(passage)
        assert len(seen) < 10_000
    return seen


def moved(belt: Belt, schedule: list[tuple[int, float, float]]) -> list[Passage]:
    t_ns, seen = belt.t_ns, []
    for wait_ns, speed, factor in schedule:
        t_ns += wait_ns
        seen += run_until(belt, t_ns)
        belt.set_motion(t_ns, speed, factor)
    return seen


@given(seed=st.integers(0, 10_000))
def test_leading_edges_come_in_order_and_no_closer_than_the_smallest_pitch(seed: int) -> None:
    passages = [p for p in run_out(make_belt(seed)) if p.mark is Mark.LEADING]
    assert [p.part.number for p in passages] == list(range(30))
    gaps = [b.part.place_mm - a.part.place_mm for a, b in pairwise(passages)]
    assert min(gaps) >= LINE.min_pitch_mm
    assert max(gaps) <= 2 * LINE.pitch_mm - LINE.min_pitch_mm


def test_the_mean_pitch_is_the_nominal_one() -> None:
    last = [p for p in run_out(make_belt(parts=2_000)) if p.mark is Mark.LEADING][-1]
    assert (last.part.place_mm - 100.0) / 1_999 == pytest.approx(LINE.pitch_mm, rel=0.01)


@given(schedule=motions)
def test_travel_and_encoder_are_continuous_whatever_the_motion_does(
    schedule: list[tuple[int, float, float]],
) -> None:
    belt, t_ns = make_belt(), 0
    for wait_ns, speed, factor in schedule:
        t_ns += wait_ns
        run_until(belt, t_ns)
        travel, encoder = belt.travel_at(t_ns), belt.encoder_at(t_ns)
        belt.set_motion(t_ns, speed, factor)
        assert belt.travel_at(t_ns) == pytest.approx(travel, abs=1e-6)
        assert belt.encoder_at(t_ns) == pytest.approx(encoder, abs=1e-5)


@settings(max_examples=60)
@given(schedule=motions, seed=st.integers(0, 100))
def test_passages_come_in_time_order_and_each_where_its_part_then_is(
    schedule: list[tuple[int, float, float]], seed: int
) -> None:
    belt = make_belt(seed)
    seen = moved(belt, schedule)
    assert all(a.t_ns <= b.t_ns for a, b in pairwise(seen))
    belt.set_motion(belt.t_ns, NOMINAL_MM_PER_S)
    for passage in run_out(belt):
        assert belt.travel_at(passage.t_ns) == pytest.approx(passage.part.marks_mm[passage.mark], abs=1e-4)


@settings(max_examples=60)
@given(schedule=motions, seed=st.integers(0, 100))
def test_every_part_passes_the_gate_once_and_its_marks_one_step_at_a_time(
    schedule: list[tuple[int, float, float]], seed: int
) -> None:
    belt = make_belt(seed)
    seen = moved(belt, schedule)
    belt.set_motion(belt.t_ns, NOMINAL_MM_PER_S)
    seen += run_out(belt)
    assert belt.is_empty
    for number in range(30):
        level = 0
        for passage in (p for p in seen if p.part.number == number):
            level += 1 if passage.forward else -1
            assert passage.mark == (level - 1 if passage.forward else level)
        assert level == Mark.MIDDLE_AT_GATE + 1


@pytest.mark.parametrize("line", [Physics(pitch_jitter=0.0), Physics(min_pitch_mm=40.0)])
def test_parts_can_lie_at_one_and_the_same_distance(line: Physics) -> None:
    belt = Belt(line, random.Random(1), 5, lead_in_mm=0.0)
    places = [part.place_mm for part in belt.riding]
    assert [b - a for a, b in pairwise(places)] == [40.0] * 4


def test_a_belt_that_runs_backwards_brings_the_part_back_to_the_eye() -> None:
    belt = make_belt()
    leading, trailing = belt.take(), belt.take()
    assert leading is not None
    assert trailing is not None
    turned_ns = trailing.t_ns + 1_000_000
    belt.set_motion(turned_ns, -NOMINAL_MM_PER_S)
    back = run_until(belt, turned_ns + SECOND)
    assert [(p.mark, p.forward) for p in back] == [(Mark.TRAILING, False), (Mark.LEADING, False)]
    assert back[0].t_ns == pytest.approx(turned_ns + 1_000_000, abs=2)


def test_a_belt_at_rest_has_nothing_to_come() -> None:
    assert make_belt(speed=0.0).next_passage() is None


def test_the_past_cannot_be_changed() -> None:
    belt = make_belt()
    upcoming = belt.next_passage()
    assert upcoming is not None
    with pytest.raises(ValueError, match="already done"):
        belt.set_motion(upcoming.t_ns + 1, 0.0)


@pytest.mark.parametrize(("factor", "counts"), [(1.0, 8_000), (0.9, 7_200), (0.0, 0), (-1.0, -8_000)])
def test_the_encoder_follows_its_own_law_and_not_the_belts(factor: float, counts: float) -> None:
    belt = make_belt(speed=0.0)
    belt.set_motion(0, NOMINAL_MM_PER_S, factor)
    assert belt.encoder_at(SECOND) - 1e6 == pytest.approx(counts)
    assert belt.travel_at(SECOND) == pytest.approx(800.0)


def test_an_ejected_part_passes_the_sensor_in_the_chute_and_is_gone() -> None:
    belt = make_belt(parts=1)
    *_, gate = (belt.take() for _ in range(3))
    assert gate is not None
    assert gate.mark is Mark.MIDDLE_AT_GATE
    belt.eject(gate.part)
    assert not belt.is_empty
    confirm = belt.take()
    assert confirm is not None
    assert confirm.mark is Mark.CONFIRM
    assert (confirm.t_ns - gate.t_ns) * 1e-9 * NOMINAL_MM_PER_S == pytest.approx(LINE.confirm_mm)
    assert belt.is_empty


def test_parts_are_pushed_together_in_pairs_and_keep_their_order() -> None:
    belt = make_belt(parts=8)
    pairs = [belt.push_together(gap_mm) for gap_mm in (0.5, 0.7, 0.0, 0.1)]
    found = [pair for pair in pairs if pair is not None]
    assert [(front.number, behind.number) for front, behind in found] == [(0, 1), (2, 3), (4, 5)]
    assert found[0][1].place_mm - found[0][0].marks_mm[Mark.TRAILING] == pytest.approx(0.5)
    order = [p.part.number for p in run_out(belt) if p.mark is Mark.LEADING]
    assert order == list(range(8))


def test_a_part_laid_on_by_hand_lies_between_eye_and_gate_beside_the_others() -> None:
    belt = make_belt(parts=20)
    run_until(belt, SECOND)
    extra = belt.lay_on(SECOND)
    assert extra.number not in {p.number for p in belt.riding if p is not extra}
    assert extra.place_mm + LINE.part_mm < belt.travel_at(SECOND) < extra.marks_mm[Mark.MIDDLE_AT_GATE]
    places = [p.place_mm for p in belt.riding]
    assert places == sorted(places)
    seen = run_out(belt)
    assert [p.mark for p in seen if p.part is extra] == [Mark.MIDDLE_AT_GATE]
    assert belt.is_empty


def test_a_part_taken_off_never_reaches_the_gate() -> None:
    belt = make_belt(parts=3)
    assert belt.take_off() is None
    run_until(belt, SECOND // 4)
    taken = belt.take_off()
    assert taken is not None
    at_gate = [p.part.number for p in run_out(belt) if p.mark is Mark.MIDDLE_AT_GATE]
    assert at_gate == [n for n in range(3) if n != taken.number]


def test_the_same_seed_makes_the_same_belt() -> None:
    first, second, other = (run_out(make_belt(seed)) for seed in (7, 7, 8))
    assert [p.t_ns for p in first] == [p.t_ns for p in second]
    assert [p.t_ns for p in first] != [p.t_ns for p in other]
