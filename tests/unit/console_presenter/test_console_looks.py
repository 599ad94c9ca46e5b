from __future__ import annotations

import re
from pathlib import Path

import pytest

import inspector_console
from inspector.domain.access import Role as Person
from inspector.domain.alarm_texts import TEXTS, names_in
from inspector.domain.alarms import AlarmState, Consequence, ShelveReason
from inspector.domain.disposition import Cause
from inspector.errors import UsageError
from inspector_console.presenter import Device
from inspector_console.sizes import Sizes
from inspector_console.theme import PALETTES, TEXT_PAIRS, Role, contrast
from inspector_console.words import LANGUAGES, TABLES, Words

CONSOLE = Path(inspector_console.__file__).parent
DETAILS = dict.fromkeys(set().union(*(text.details for text in TEXTS.values())), 1)


def test_a_millimetre_is_as_many_pixels_as_the_diagonal_says() -> None:
    sizes = Sizes(1920, 1080, 21.5)
    assert sizes.px_per_mm == pytest.approx(4.034, abs=0.001)
    assert sizes.touch / sizes.px_per_mm >= 15
    assert sizes.frequent_touch / sizes.px_per_mm >= 20
    assert Sizes(1920, 1080, 15.6).touch > sizes.touch


def test_text_for_three_metres_has_capitals_of_sixteen_minutes_of_arc() -> None:
    sizes = Sizes(1920, 1080, 21.5)
    capital_mm = sizes.text_for(3.0) * 0.727 / sizes.px_per_mm
    assert 13.9 < capital_mm < 14.3


def test_people_read_a_small_panel_from_nearer_but_not_from_the_tip_of_the_nose() -> None:
    assert Sizes(1920, 1080, 21.5).reading_m == pytest.approx(0.70)
    assert Sizes(1280, 800, 10.1).reading_m == pytest.approx(0.45)
    assert Sizes(3840, 2160, 55).reading_m == pytest.approx(0.70)


@pytest.mark.parametrize(
    "size", [(1920, 1080, 0.0), (1920, 1080, 1000.0), (0, 800, 12.1), (800, 600, float("nan"))]
)
def test_a_screen_that_cannot_be_is_refused(size: tuple[int, int, float]) -> None:
    with pytest.raises(UsageError):
        Sizes(*size)


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_stands_out_from_its_ground(name: str) -> None:
    palette = PALETTES[name]
    assert set(palette) == set(Role)
    weak = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
def test_signs_that_mean_something_stand_out_from_the_field(name: str) -> None:
    palette = PALETTES[name]
    for role in (Role.URGENT, Role.NOTICE, Role.NG_MARK, Role.MARK, Role.UPKEEP):
        assert contrast(palette[role], palette[Role.RAISED]) >= 2.5, role


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_words_with_the_same_names_in_braces(language: str) -> None:
    words = Words(language)
    for kind, table in TABLES.items():
        assert set(table[language]) == set(kind)
        for say in kind:
            names = dict.fromkeys(names_in(table["en"][say]), "x")
            assert names_in(table[language][say]) == set(names), say
            assert words(say, **names).strip(), say


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alarm_has_words_that_name_the_same_things(language: str) -> None:
    words = Words(language)
    for name, english in TEXTS.items():
        texts = words._alarms[name]
        assert texts.details == english.details, name
        filled = words.alarm(name, DETAILS)
        assert filled is not None
        assert all((filled.text, filled.cause, filled.response)), name


def test_german_is_no_copy_of_english() -> None:
    german, english = Words("de"), Words("en")
    same = [name for name in TEXTS if german._alarms[name].text == english._alarms[name].text]
    assert not same


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_the_domain_has_words(language: str) -> None:
    words = Words(language)
    assert all(words.consequence(name) != name.value for name in Consequence)
    assert all(words.alarm_state(name) != name.value for name in AlarmState)
    assert all(words.shelve_reason(name) != name.value for name in ShelveReason)
    assert all(words.role(name) != name.value for name in Person)
    assert all(
        words.cause(cause.name) not in {"", cause.name}
        for cause in Cause
        if cause not in {Cause.NONE, Cause.NG}
    )


def test_names_of_a_newer_station_are_shown_as_they_come() -> None:
    assert Words("de").cause("SUNSPOTS") == "SUNSPOTS"
    assert Words("de").alarm("sunspots", {}) is None


def test_a_language_that_is_not_spoken_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="'fr'"):
        Words("fr")


def test_the_console_has_no_words_that_nobody_says() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in CONSOLE.rglob("*.py") if path.parent.name != "words"
    )
    said = {f"Say.{device.name}" for device in Device} | set(re.findall(r"\b(?=(\w+\.\w+))", source))
    keys = [f"{kind.__name__}.{say.name}" for kind in TABLES for say in kind]
    assert [key for key in keys if key not in said] == []
