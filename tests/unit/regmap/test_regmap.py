"""The register map: what it promises to a PLC programmer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from inspector.devices import _regdoc
from inspector.devices._regmap import (
    DETAILS,
    FAST,
    FAST_WORDS,
    GROUPS,
    MIRROR,
    OUTCOMES,
    READ_COMFORT,
    READ_MAX,
    READ_WRITE_MAX,
    RESULTS,
    SLOW_WORDS,
    TEXTS,
    TRIGGERS,
    WRITE_MAX,
    Group,
    MapOptions,
    block_words,
)
from inspector.errors import ConfigError

REFERENCE = Path(__file__).parents[3] / "docs" / "registers.md"


def registers_of(group: Group) -> list[tuple[int, str]]:
    """Every register of the block that a field of the group takes, in every entry of a ring."""
    return [
        (group.slot(entry) + field.offset + word, f"{group.name}[{entry}].{field.name}")
        for entry in range(group.entries)
        for field in group.fields
        for word in range(field.words)
    ]


@pytest.mark.parametrize("block", ["S", "P"])
def test_no_two_fields_share_a_register(block: str) -> None:
    taken = sorted(place for group in GROUPS if group.block == block for place in registers_of(group))
    for (register, name), (next_register, next_name) in pairwise(taken):
        assert register < next_register, f"{name} and {next_name} both take register {register}"


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_fields_of_a_group_stay_inside_their_entry(group: Group) -> None:
    for field in group.fields:
        assert field.offset >= 0
        assert field.offset + field.words <= group.words, field.name


@pytest.mark.parametrize("block", ["S", "P"])
def test_groups_do_not_overlap(block: str) -> None:
    spans = sorted((g.offset, g.offset + g.total_words, g.name) for g in GROUPS if g.block == block)
    for (_, end, name), (start, _, next_name) in pairwise(spans):
        assert end <= start, f"{name} reaches into {next_name}"


def test_every_request_of_the_station_fits_its_function_code() -> None:
    assert MIRROR.total_words <= WRITE_MAX == 123
    assert RESULTS.words <= READ_WRITE_MAX == 121
    assert RESULTS.words <= WRITE_MAX
    for words in (FAST_WORDS, SLOW_WORDS, OUTCOMES.total_words, MIRROR.total_words):
        assert words <= READ_COMFORT <= READ_MAX == 125


def test_what_is_read_together_lies_together() -> None:
    assert FAST.offset + FAST.words == TRIGGERS.offset
    assert DETAILS.offset + DETAILS.words == TEXTS.offset
    assert (FAST_WORDS, SLOW_WORDS) == (60, 60)


def test_rings_begin_where_the_contract_says() -> None:
    assert [RESULTS.slot(tag) for tag in (1, 15, 16, 65535)] == [112, 280, 100, 280]
    assert [TRIGGERS.slot(tag) for tag in (1, 7, 8, 65535)] == [18, 54, 12, 54]
    assert [OUTCOMES.slot(tag) for tag in (1, 15, 16, 65535)] == [203, 245, 200, 245]
    assert (block_words("S"), block_words("P")) == (292, 248)


def test_the_reference_is_the_one_that_the_map_generates() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == _regdoc.render(), (
        "run: python -m inspector.devices._regdoc > docs/registers.md"
    )


def test_the_reference_names_every_field() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for group in GROUPS:
        for field in group.fields:
            assert f"| {field.name} | {field.kind} |" in text


def test_addresses_are_base_plus_offset() -> None:
    options = MapOptions(base_s=4000, base_p=7000)
    assert options.address(MIRROR) == 4000
    assert options.address(RESULTS, 17) == 4112
    assert options.address(TRIGGERS, 9) == 7018


def test_blocks_may_touch_but_not_overlap() -> None:
    MapOptions(base_s=0, base_p=292)
    MapOptions(base_s=65536 - 292, base_p=0)
    with pytest.raises(ConfigError, match=r"S \(0…291\) and P \(291…538\) overlap"):
        MapOptions(base_s=0, base_p=291)


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"base_s": -1}, "block S"),
        ({"base_p": 65536 - 247}, "block P"),
        ({"word_order": "middle"}, "word_order = 'middle'"),
        ({"string_order": ""}, "string_order = ''"),
        ({"string_encoding": "ebcdic-of-mars"}, "ebcdic-of-mars"),
    ],
)
def test_an_impossible_layout_is_refused_by_name(setting: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        MapOptions(**setting)  # type: ignore[arg-type]
