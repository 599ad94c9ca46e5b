"""What an alarm says of parts, over every alarm, line and bypass: it never contradicts what the alarm says."""

from __future__ import annotations

import pytest
from console_facts import lens, state
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import AlarmId, Condition, Consequence
from inspector.service._alarms import _fact
from inspector_console.presenter import AlarmLine, Lens, present_alarm_row, present_alarms

S = 1_000_000_000
KINDS = {Consequence.REJECTED, Consequence.PARTLY_REJECTED, Consequence.NG_REJECTED}
REJECTING = [id_ for id_ in AlarmId if TABLE[id_].consequence in KINDS]
LONG_S = 700
LINES = [
    pytest.param((), False, "", id="running"),
    pytest.param((AlarmId.HELD_OPERATOR,), False, "held", id="held by somebody"),
    pytest.param((AlarmId.FAULT_BIN_FULL,), False, "held", id="held by the PLC"),
    pytest.param((), True, "held", id="standing after a hold"),
    pytest.param((AlarmId.BYPASSED,), False, "bypassed", id="bypassed"),
    pytest.param((AlarmId.BYPASSED, AlarmId.HELD_OPERATOR), False, "held", id="bypassed and held"),
]
Moment = tuple[frozenset[AlarmId], bool, int]
MOMENTS = st.tuples(
    st.frozensets(st.sampled_from(AlarmId), max_size=6), st.booleans(), st.sampled_from([0, 1, 3, LONG_S])
)


def conditions(standing: frozenset[AlarmId]) -> dict[AlarmId, Condition]:
    found = {}
    for id_, rule in TABLE.items():
        stands = id_ in standing
        found[id_] = Condition(stands if rule.limit is None else rule.limit * stands)
    return found


def board_after(*moments: Moment) -> AlarmBoard:
    """A board that has seen these one after the other: what stood, whether the line did, and for how long (s)."""
    board, now_ns = AlarmBoard(TABLE), 0
    for standing, is_line_held, seconds in moments:
        for wait_s in (0, seconds):
            now_ns += wait_s * S
            board.observe(conditions(standing), now_ns, is_line_held=is_line_held)
    return board


def lens_on(board: AlarmBoard, language: str) -> Lens:
    facts = [_fact(view, TABLE[view.id]) for view in board.views()]
    return lens(state(parts_now=board.parts_now.value), *facts, language=language)


def lines_of(seen: Lens) -> list[AlarmLine]:
    top = present_alarm_row(seen).top
    return [*present_alarms(seen).lines, *([top] if top else [])]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("others", "is_line_held", "expected"), LINES)
def test_whatever_rejects_parts_says_what_happens_to_them_now(
    others: tuple[AlarmId, ...], is_line_held: bool, expected: str, language: str
) -> None:
    for id_ in REJECTING:
        board = board_after((frozenset({id_, *others}), is_line_held, LONG_S))
        seen = lens_on(board, language)
        said = {line.consequence for line in lines_of(seen) if line.id == id_}
        assert said == {seen.words.consequence(expected or TABLE[id_].consequence)}, id_


@pytest.mark.parametrize("language", ["en", "de"])
@given(st.lists(MOMENTS, min_size=1, max_size=4))
def test_no_alarm_says_that_nothing_happens_while_it_says_that_something_is_wrong(
    language: str, moments: list[Moment]
) -> None:
    seen = lens_on(board_after(*moments), language)
    words = seen.words
    harmless = {words.consequence("not_affected"), words.consequence("over"), ""}
    for line in lines_of(seen):
        rule, texts = TABLE[AlarmId(line.id)], words.alarm(line.id, {})
        assert texts is not None
        says_it_stands = line.text.startswith(texts.text.split("{")[0])
        if rule.consequence in {Consequence.REJECTED, Consequence.HELD, Consequence.BYPASSED}:
            assert not says_it_stands or line.consequence not in harmless
            assert line.consequence != words.consequence("not_affected")


@pytest.mark.parametrize(
    ("language", "says", "others", "parts"),
    [("en", "Over: ", (), "over"), ("de", "Vorbei: ", (AlarmId.LATE,), "partly_rejected")],
)
def test_a_hold_that_has_ended_says_so_at_once_and_what_parts_do_now(
    language: str, says: str, others: tuple[AlarmId, ...], parts: str
) -> None:
    held = frozenset({AlarmId.HELD_OPERATOR, *others})
    seen = lens_on(board_after((held, False, LONG_S), (frozenset(others), False, 1)), language)
    lines = [line for line in lines_of(seen) if line.id == AlarmId.HELD_OPERATOR]
    assert lines
    assert {line.text.startswith(says) for line in lines} == {True}
    assert {line.consequence for line in lines} == {seen.words.consequence(parts)}
