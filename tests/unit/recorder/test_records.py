from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.frame import FrameHealth
from inspector.domain.verdict import Evaluation
from inspector.recorder import RecorderOptions
from inspector.recorder._images import ImageFile
from inspector.recorder._records import RECORD_SCHEMA, enum_name, record, utc_text
from inspector.recorder._rows import ImageState, RecorderCode, columns, enriched, plain_row
from inspector.recorder._schema import COLUMNS, TOTALS, USER_VERSION
from inspector.sharedmem import RowFlags, RowKind

DOCUMENT = Path(__file__).parents[3] / "docs" / "telemetry.md"
IMAGE = ImageFile("5-1.png", 10, "ab" * 32)


def part(image: ImageFile | None = None, **fields: Any) -> dict[str, Any]:
    row = plain_row(5, 1, RowKind.PART) | fields
    return enriched(row, utc_offset_ns=1_000_000, now_ns=77, classes=("ok", "dent"), image=image)


def test_utc_is_that_of_the_trigger() -> None:
    assert part(trigger_ns=50, available_ns=60)["utc_ns"] == 1_000_050


@pytest.mark.parametrize(
    ("fields", "expected"), [({"available_ns": 60, "decided_ns": 70}, 60), ({"outcome_ns": 9}, 9)]
)
def test_utc_is_that_of_the_first_thing_known_where_the_trigger_was_not_seen(
    fields: dict[str, int], expected: int
) -> None:
    assert part(**fields)["utc_ns"] == 1_000_000 + expected


def test_utc_is_that_of_recording_where_nothing_is_known() -> None:
    assert part()["utc_ns"] == 1_000_077


@pytest.mark.parametrize(
    ("image", "fields", "state"),
    [
        (None, {}, ImageState.NONE),
        (None, {"image_slot": 3}, ImageState.DROPPED),
        (None, {"flags": RowFlags.IMAGE_DROPPED}, ImageState.DROPPED),
        (IMAGE, {"image_slot": 3}, ImageState.STORED),
    ],
)
def test_a_row_says_what_became_of_its_image(
    image: ImageFile | None, fields: dict[str, int], state: ImageState
) -> None:
    row = part(image, **fields)
    assert row["image_state"] == state
    assert bool(row["flags"] & RowFlags.IMAGE_DROPPED) is (state is ImageState.DROPPED)


@pytest.mark.parametrize(("index", "name"), [(-1, ""), (0, "ok"), (1, "dent"), (2, "")])
def test_a_class_index_gets_its_name_while_the_bundle_is_known(index: int, name: str) -> None:
    assert part(class_index=index)["class_name"] == name


def test_a_row_has_exactly_the_columns_of_the_table() -> None:
    row = part()
    assert set(row) == set(COLUMNS)
    assert len(columns(row)) == len(COLUMNS)


def test_a_number_that_a_newer_station_has_added_stays_a_number() -> None:
    assert enum_name(Cause, 1) == "NG"
    assert enum_name(Cause, 99) == "99"


def test_utc_is_written_with_all_its_nanoseconds() -> None:
    assert utc_text(1_700_000_000_000_000_007) == "2023-11-14T22:13:20.000000007Z"


def test_options_survive_their_journey_as_json() -> None:
    options = RecorderOptions(
        run_dir="/r", data_dir="/d", station="é", station_id=2, classes=("ok", "ng"), core=-1
    )
    assert RecorderOptions.from_json(options.to_json()) == options


def test_every_field_version_and_word_of_the_formats_is_documented() -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", DOCUMENT.read_text())
    words = set(re.findall(r"`([^`]+)`", text))
    row = record(part(IMAGE, image_slot=1), "demo")
    fields = [*row, *row["image"], *record(plain_row(1, 1, RowKind.EVENT) | {"utc_ns": 0}, "demo")]
    names = [
        member.name
        for kind in (RowKind, Cause, Applied, Confirmation, Disposition, Evaluation, FrameHealth, RowFlags)
        for member in kind
    ]
    states = [state.name for state in ImageState if state]
    missing = {*fields, *names, *states, *TOTALS} - words
    assert not missing
    assert f'"{RECORD_SCHEMA}"' in text
    assert f"`user_version` {USER_VERSION}." in text
    assert f"{max(RecorderCode)} writing works again" in text
