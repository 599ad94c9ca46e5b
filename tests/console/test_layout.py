from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from console_rig import SCREENS, Panel
from station_rig import Station, alarm, bad, calm_facts, counters, state, troubled_facts

from inspector.domain.alarms import AlarmId
from inspector.protocol import Message
from inspector_console.presenter import Facts, Lens, Link, present_alarm_row
from inspector_console.widgets import TouchButton

SCENES: dict[str, Callable[[], list[Message]]] = {
    "calm": calm_facts,
    "troubled": troubled_facts,
    "nothing yet": lambda: [],
    "large numbers": lambda: [
        state(lot="L" * 16, deadline_us=123456),
        counters(
            accepted=1_234_567_890,
            rejected=98_765_432,
            late=1_234_567,
            bypassed=7,
            causes={"LATE": 12_345_678},
        ),
        *(bad(2**32 + n, "x" * 200) for n in range(40)),
    ],
}
languages = pytest.mark.parametrize("language", ["en", "de"])
screens = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")


@languages
@screens
@pytest.mark.parametrize("scene", SCENES)
def test_no_text_is_cut_leaves_its_place_or_lies_on_another(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str, scene: str
) -> None:
    station.publish(*SCENES[scene]())
    panel = open_panel(*screen, language=language)
    panel.shows("Live")
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.shell.refresh()
    assert panel.unreadable() == {}


@languages
@screens
def test_a_lost_station_leaves_no_text_cut_or_overlapping(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(*screen, language=language)
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.bridge._keeper.lose("silent")
    panel.shell.refresh()
    assert panel.unreadable() == {}


@languages
@screens
def test_no_alarm_has_a_name_too_long_for_its_row(
    open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    panel = open_panel(*screen, language=language)
    row, cut = panel.shell.alarms, []
    for name in AlarmId:
        facts = Facts(link=Link.ATTACHED, alarms=(alarm(name, priority=1, consequence="passed"),))
        row.show_view(present_alarm_row(Lens(facts=facts, words=panel.shell.words)))
        row.grab()
        assert row.view is not None
        assert row.view.top is not None
        assert row.view.top.text in {mark.text for mark in row.marks}
        cut += [mark.text for mark in row.marks if mark.is_cut and mark.text == row.view.top.text]
    assert cut == []


@languages
@screens
def test_whatever_can_be_touched_is_as_large_as_a_finger_and_apart_from_others(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(*screen, language=language)
    panel.shows("Live", {"en": "Scratch", "de": "Kratzer"}[language])
    per_mm = panel.sizes.px_per_mm
    places = {button.accessibleName() or button.text(): panel.place(button) for button in panel.buttons()}
    assert len(places) >= 9
    small = {
        name: (place.width() / per_mm, place.height() / per_mm)
        for name, place in places.items()
        if min(place.width(), place.height()) / per_mm < 15
    }
    assert small == {}
    assert [pair for pair in combinations(places, 2) if places[pair[0]].intersects(places[pair[1]])] == []
    assert all(panel.shell.rect().contains(place) for place in places.values())
    rejects = [button for button in panel.shell.live.rejects._buttons if button.isVisible()]
    assert len(rejects) >= 3
    often = {*panel.shell.nav.buttons.values(), panel.shell.nav.hold, *rejects}
    marked = {button for button in panel.buttons() if isinstance(button, TouchButton) and button.is_frequent}
    assert often <= marked
    assert all(min(button.width(), button.height()) / per_mm >= 20 for button in marked)


@languages
@screens
def test_verdict_yield_and_counts_can_be_read_from_where_people_glance_at_them(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(*screen, language=language)
    panel.shows("NG", "214")
    live = panel.shell.live
    distances = {live.verdict: ("NG", 3.0), live.yielded: ("97.4", 3.0), live.counts: ("214", 2.5)}
    for tile, (text, distance_m) in distances.items():
        px = next(mark.px for mark in tile.marks if mark.text.replace(",", ".") == text)
        assert px >= panel.sizes.text_from_afar(distance_m) * 0.98


@screens
def test_no_text_is_smaller_than_what_the_person_in_front_can_read(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...]
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(*screen, language="de")
    panel.shows("Live", "Kratzer")
    floor = panel.sizes.small * 0.79
    assert [
        (mark.text, mark.px) for _, mark, _ in panel.marks() if mark.px < floor and len(mark.text) > 1
    ] == []
