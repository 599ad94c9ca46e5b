"""What a scanner types, and which product it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol import ProductView
from inspector_console.presenter import Scanned, Swiped, products_of

SECOND = 1_000_000_000
FLANGES = (
    ProductView(name="own", scan_code="4711-A"),
    ProductView(name="strict", scan_code="4711-B"),
    ProductView(name="left", scan_code="88"),
    ProductView(name="right", scan_code="88"),
    ProductView(name="4711-b"),
)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64))
def test_a_code_is_what_was_typed_before_enter_and_counts_once(code: str) -> None:
    scanned = Scanned()
    for at, character in enumerate(code):
        scanned.take(character, (at + 1) * SECOND // 100)
    assert scanned.end(SECOND) == code
    assert scanned.end(SECOND) == ""


def test_what_was_touched_by_mistake_before_a_pause_is_not_part_of_the_code() -> None:
    scanned = Scanned()
    scanned.take("x", SECOND)
    scanned.take("7", 4 * SECOND)
    assert scanned.end(4 * SECOND) == "7"
    scanned.take("8", 5 * SECOND)
    assert scanned.end(9 * SECOND) == ""


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("4711-a", ("own",)),
        ("4711-B", ("strict",)),  # a code goes before another product's name
        ("STRICT", ("strict",)),
        ("88", ("left", "right")),
        ("4712", ()),
    ],
)
def test_a_code_means_the_products_that_have_it_or_else_that_name(code: str, names: tuple[str, ...]) -> None:
    assert products_of(code, FLANGES) == names


# -- badges

CODES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=64)


@given(CODES, st.lists(st.integers(0, 40), min_size=65, max_size=65))
def test_what_comes_faster_than_people_type_is_a_badge_and_counts_once(
    code: str, pauses_ms: list[int]
) -> None:
    swiped, at_ms = Swiped(), 1_000
    for character, pause_ms in zip(code, pauses_ms, strict=False):
        at_ms += pause_ms
        swiped.take(character, at_ms)
    assert swiped.end(at_ms + pauses_ms[-1]) == code
    assert swiped.end(at_ms + pauses_ms[-1]) == ""


@given(CODES, st.integers(0, 63), st.integers(41, 10_000))
def test_one_pause_of_a_person_is_enough_to_tell(code: str, slow: int, pause_ms: int) -> None:
    swiped, at_ms = Swiped(), 1_000
    slow = slow % len(code)
    for at, character in enumerate(code):
        at_ms += pause_ms if at == slow else 5
        swiped.take(character, at_ms)
    rest = code[slow:]
    assert swiped.end(at_ms) == (rest if len(rest) >= 6 else "")
    for character in code:
        swiped.take(character, at_ms)
    assert swiped.end(at_ms + pause_ms) == ""


def test_few_characters_and_a_clock_that_goes_back_are_no_badge() -> None:
    swiped = Swiped()
    for character in "12345":
        swiped.take(character, 1_000)
    assert swiped.end(1_000) == ""
    for at, character in enumerate("123456"):
        swiped.take(character, 5_000 - at)
    assert swiped.end(5_000) == ""
