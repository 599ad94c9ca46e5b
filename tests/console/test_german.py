"""On German screens everything is German."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from all_screens import NAMES, PLACES, REGISTER_NAMES, furnish, go, leave
from console_rig import Panel
from german import IN_ENGLISH, IN_GERMAN, english_in
from station_rig import Station

from inspector_console.screens.devices import REGISTERS

LARGE = (1920, 1080, 21.5)


def read(panel: Panel) -> list[str]:
    """What can be read: painted, or on buttons."""
    return [*panel.texts(), *(button.text() for button in panel.buttons())]


def test_english_words_are_found() -> None:
    assert len(IN_ENGLISH - IN_GERMAN) > 500
    assert english_in(["Linie gehalten", "Kratzer", "Details", "7,5 ms"]) == {}
    assert english_in(["Linie held", "Scratch 0,94"]) == {"Linie held": {"held"}, "Scratch 0,94": {"scratch"}}


def test_a_german_screen_has_no_english_words_and_no_number_with_a_decimal_point(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    furnish(station)
    panel = open_panel(*LARGE, language="de")
    for place in PLACES:
        go(panel, station, place)
        texts = read(panel)
        assert len(texts) > 20, place
        names = {*NAMES, *REGISTER_NAMES} if place.endswith(REGISTERS) else NAMES
        # Bits go by the names that they have in the PLC.
        plain = [text for text in texts if not re.match(r"b\d+ ", text)]
        assert english_in(plain, *names) == {}, place
        assert "versions" in place or with_points(texts) == [], place
        leave(panel)


def with_points(texts: list[str]) -> list[str]:
    """Numbers with a decimal point; a date, a version, and an address have points, too."""
    plain = [re.sub(r"\d+\.\d+\.[\d.:]*|\S*\d\.\d+ \(", "", text) for text in texts]
    return [text for text in plain if re.search(r"\d\.\d", text)]


def test_a_decimal_point_is_found() -> None:
    said = ["7.5 ms", "7,5 ms", "15.01.2027 12:00", "tcp://10.0.0.9:502"]
    assert with_points(said) == ["7.5 ms"]


@pytest.mark.parametrize("place", ["live", "alarms", "rejects", "product", "devices", "system/log", "login"])
def test_a_german_screen_has_no_english_words_when_the_station_is_lost(
    station: Station, open_panel: Callable[..., Panel], place: str
) -> None:
    furnish(station)
    panel = open_panel(*LARGE, language="de")
    go(panel, station, place)
    panel.bridge._keeper.lose("silent")
    panel.shell.refresh()
    assert english_in(read(panel), *NAMES) == {}
