"""Sentences in slots of fixed size: they end behind a word, and one sees that there was more."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.sharedmem import StationStatus
from inspector.sharedmem._cut import cut_text
from inspector.sharedmem._ledger_row import event_text


@pytest.mark.parametrize("text", ["", "held", "ü" * 24, "x" * 48])
def test_what_fits_stays_as_it_is(text: str) -> None:
    assert cut_text(text, 48).decode() == text


def test_a_sentence_that_is_too_long_ends_behind_a_whole_word_with_an_ellipsis() -> None:
    assert cut_text("the counts of parts do not agree", 20).decode() == "the counts of…"


@pytest.mark.parametrize("room", range(8, 60))
@pytest.mark.parametrize(
    "text", ["Prüfgerät läuft über den Rand hinaus " * 3, "ü" * 99, "検査" * 50, "🙂" * 40]
)
def test_no_room_cuts_a_character_in_two(text: str, room: int) -> None:
    cut = cut_text(text, room)
    assert len(cut) <= room
    kept, end = cut.decode()[:-1], cut.decode()[-1]
    assert end == "…"
    assert text.startswith(kept)


def test_an_event_that_is_too_long_for_its_row_ends_behind_a_whole_word() -> None:
    said = b"".join(event_text("the line is held because three parts are not accounted for")).decode()
    assert said == "the line is held because three parts are not…"


def test_the_reason_of_a_hold_is_readable_to_its_last_character(tmp_path: Path) -> None:
    status = StationStatus.create(tmp_path / "status")
    status.set_text("hold_text", "Der Ausschussbehälter läuft über. " * 9)
    assert str(status.get("hold_text")).endswith(("läuft…", "über.…", "Ausschussbehälter…", "Der…"))
