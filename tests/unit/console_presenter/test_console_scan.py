"""What a scanner types, and which product it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol import ProductView
from inspector_console.presenter import Scanned, products_of

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
