"""Room for languages that nobody has written yet: longer ones, and such that run from right to left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from all_screens import PLACES, furnish, go, leave
from console_rig import SCREENS, Panel
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from station_rig import Station, calm_facts, troubled_facts

from inspector.domain.alarm_texts import AlarmText
from inspector.protocol import Message
from inspector_console.words import Words

LONGER = 1.4
ACCENTS = str.maketrans("aeiouAEIOUncs", "áêïöüÂÉÎÔÛñçš")
SCENES: dict[str, Callable[[], list[Message]]] = {"calm": calm_facts, "troubled": troubled_facts}
TEXTS = (
    *("_messages", "_causes", "_roles", "_alarms", "_states", "_consequences", "_reasons"),
    *("_acts", "_changes", "_rights", "_sources", "_audited"),
)
screens = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")


def longer(text: str) -> str:
    """Return a text with accents and 40 % more letters; what stands in braces stays."""
    pieces = re.split(r"(\{[^}]*\})", text)
    return "".join(piece if piece.startswith("{") else _stretched(piece) for piece in pieces)


def _stretched(text: str) -> str:
    """Double letters until the text is long enough: the vowels first."""
    missing = round(len(text) * (LONGER - 1))
    letters = list(text)
    for kind in ("aeiou", "nrstlm"):
        for n, letter in enumerate(letters):
            if missing > 0 and letter in kind:
                letters[n] = letter * 2
                missing -= 1
    return "".join(letters).translate(ACCENTS)


class LongWords(Words):
    """English, 40 % longer."""

    def __init__(self) -> None:
        super().__init__("en")
        for name in TEXTS:
            setattr(self, name, {key: _longer(value) for key, value in getattr(self, name).items()})


def _longer(value: Any) -> Any:
    match value:
        case str():
            return longer(value)
        case AlarmText():
            return AlarmText(*(longer(text) for text in (value.text, value.cause, value.response)))
        case Mapping():
            return {key: _longer(one) for key, one in value.items()}
    raise TypeError(value)


@pytest.fixture
def right_to_left(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_longer_language_is_longer_and_keeps_what_is_filled_in() -> None:
    text = "Look at the rejects of the last {window} parts"
    assert longer(text).count("{window}") == 1
    assert 1.25 < len(longer(text)) / len(text) <= LONGER


def faults_everywhere(panel: Panel, station: Station) -> dict[str, object]:
    """Go everywhere, and return what does not fit there."""
    found: dict[str, object] = {}
    for place in PLACES:
        go(panel, station, place)
        if wrong := panel.unreadable():
            found[place] = wrong
        leave(panel)
    return found


@screens
@pytest.mark.parametrize("scene", SCENES)
def test_a_language_with_longer_words_has_room_for_every_figure(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], scene: str
) -> None:
    station.publish(*SCENES[scene]())
    panel = open_panel(*screen)
    panel.shell.words = LongWords()
    for place in ("live", "alarms"):
        go(panel, station, place)
        assert panel.unreadable() == {}, place


@screens
def test_a_language_with_longer_words_has_room_on_every_screen(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...]
) -> None:
    furnish(station)
    panel = open_panel(*screen)
    panel.shell.words = LongWords()
    assert faults_everywhere(panel, station) == {}


@screens
def test_a_language_with_longer_words_has_room_when_the_station_is_lost(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...]
) -> None:
    furnish(station)
    panel = open_panel(*screen)
    panel.shell.words = LongWords()
    go(panel, station, "live")
    panel.bridge._keeper.lose("silent")
    for place, button in panel.shell.nav.buttons.items():
        panel.touch(button)
        panel.shell.refresh()
        assert panel.unreadable() == {}, place


@screens
@pytest.mark.usefixtures("right_to_left")
def test_from_right_to_left_nothing_is_cut_or_lies_on_anything_else(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...]
) -> None:
    furnish(station)
    panel = open_panel(*screen)
    for place in PLACES:
        go(panel, station, place)
        assert panel.unreadable() == {}, place
        places = [panel.place(button) for button in panel.buttons()]
        assert all(panel.shell.rect().contains(one) for one in places), place
        assert not any(one.intersects(other) for n, one in enumerate(places) for other in places[:n]), place
        leave(panel)
