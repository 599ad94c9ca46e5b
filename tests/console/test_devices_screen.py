"""The Devices screen as people use it: at a glance, one device, times, registers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import device_facts
import pytest
from console_rig import Panel
from device_rig import can_be_touched, is_tidy, languages, leave, opened, screens
from station_rig import Station, calm_facts, state

from inspector.devices._regmap import GROUPS
from inspector.domain.device_states import Device
from inspector.protocol import (
    Code,
    DeviceView,
    Message,
    Register,
    RegisterTable,
    Rights,
    done,
    refused,
)
from inspector_console.screens.devices import REGISTERS, TIMES

SCENES: dict[str, Callable[[], list[Message]]] = {
    "calm": device_facts.calm_devices,
    "troubled": device_facts.troubled_devices,
    "nothing said": calm_facts,
    "nothing yet": list,
}
PAGES = (*Device, TIMES, REGISTERS)


@languages
@screens
@pytest.mark.parametrize("scene", SCENES)
def test_no_text_of_the_overview_is_cut_or_overlaps(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str, scene: str
) -> None:
    station.publish(*SCENES[scene]())
    panel = opened(station, open_panel(*screen, language=language))
    is_tidy(panel)
    panel.bridge._keeper.lose("silent")
    is_tidy(panel)


@languages
@screens
def test_no_text_of_a_page_is_cut_or_overlaps_and_all_of_it_can_be_touched(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*device_facts.troubled_devices())
    panel = opened(station, open_panel(*screen, language=language))
    for page in PAGES:
        panel.touch(panel.shell.devices.overview.cards[page])
        if page == REGISTERS:
            panel.shows("65000")
        is_tidy(panel)
        can_be_touched(panel)
        if page != REGISTERS:
            leave(panel)
    panel.bridge._keeper.lose("silent")
    is_tidy(panel)  # the registers, as they were
    for page in PAGES:
        leave(panel)
        panel.touch(panel.shell.devices.overview.cards[page])
        is_tidy(panel)


@languages
@screens
def test_every_figure_on_the_cards_is_whole(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel(*screen, language=language))
    panel.shell.refresh()
    cards = panel.shell.devices.overview.cards.values()
    assert [mark.text for widget, mark, _ in panel.marks() if widget in cards and mark.is_cut] == []


def test_every_card_is_as_large_as_a_finger_and_apart_from_others(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel(1280, 800, 12.1))
    places = [panel.place(card) for card in panel.shell.devices.overview.cards.values()]
    assert len(places) == 8
    assert not any(one.intersects(other) for one, other in combinations(places, 2))
    assert all(panel.shell.rect().contains(place) for place in places)


def test_a_lost_camera_is_seen_at_a_glance_and_its_page_says_why(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel())
    panel.shows("Camera", "good", "1280 × 1024 mono")
    assert "All parts are being rejected" not in panel.texts()
    station.publish(device_facts.lost_camera())
    panel.shows("failure", "All parts are being rejected")
    assert any(text.endswith("before: good") for text in panel.texts())
    panel.touch(panel.shell.devices.overview.cards[Device.CAMERA])
    panel.shows("Camera", "good → failure: The camera is lost", "Frames lost", "Trigger delay")
    panel.touch(panel.shell.devices.page.back)
    panel.shows("Model", "PLC")


def said_by(panel: Panel, card: str) -> list[str]:
    """Return what stands on a card."""
    found = panel.shell.devices.overview.cards[card]
    return [mark.text for widget, mark, _ in panel.marks() if widget is found]


def test_a_state_that_is_not_good_says_why_and_what_parts_do(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.troubled_devices())
    panel = opened(station, open_panel())
    panel.shows("maintenance", "failure")
    assert said_by(panel, "disk")[:4] == [
        "Disk",
        "maintenance",
        "The disk fills up",
        "Parts are not affected",
    ]
    assert said_by(panel, "camera")[2:4] == ["The camera is lost", "All parts are being rejected"]
    assert "Parts are not affected" not in said_by(panel, "model")  # it is good: there is nothing to say


def test_a_state_that_has_no_alarm_says_what_it_changed_for(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices(), device_facts.lost_camera())
    panel = opened(station, open_panel())
    panel.shows("failure")
    assert "The camera is lost" in said_by(panel, "camera")


def test_a_device_of_which_nothing_is_known_says_so(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    silent = (DeviceView(id="light", state="no_data"), DeviceView(id="model", state="no_data"))
    station.publish(*device_facts.calm_devices(), *silent)
    panel = opened(station, open_panel())
    panel.shows("no data")
    assert "There is no picture to see it by" in " ".join(said_by(panel, "light"))
    assert "The station says nothing of it at the moment" in " ".join(said_by(panel, "model"))


@languages
@screens
def test_everything_below_the_names_of_the_cards_has_one_size(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*device_facts.troubled_devices())
    panel = opened(station, open_panel(*screen, language=language))
    cards = panel.shell.devices.overview.cards
    names = {"!", *(card.view.name for card in cards.values() if card.view)}
    written = [mark for widget, mark, _ in panel.marks() if widget in cards.values()]
    assert len(written) > 60
    assert len({mark.px for mark in written if mark.text not in names}) == 1


def test_times_and_rights_say_what_was_refused_and_what_to_do(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel())
    panel.shows("not all granted", "Verdict p50 / p99", "0.73 / 1.14 ms")
    assert "The station runs without its rights to the computer" in " ".join(said_by(panel, TIMES))
    panel.touch(panel.shell.devices.overview.cards[TIMES])
    panel.shows("Frame to verdict", "0.73", "1.14", "FIFO 30", device_facts.REFUSAL)
    panel.shows("An engineer grants what stands in brackets and starts the station anew.")


def test_a_refused_right_has_a_warning_sign_before_it(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel())
    panel.touch(panel.shell.devices.overview.cards[TIMES])
    panel.shows(device_facts.REFUSAL)
    table = panel.shell.devices.times.rights
    begins = {mark.text: mark.rect.left() for widget, mark, _ in panel.marks() if widget is table}
    assert begins[device_facts.REFUSAL] > begins["Refused"] + panel.sizes.small  # the sign stands there
    assert begins["–"] == begins["Refused"]


def test_granted_rights_warn_of_nothing(station: Station, open_panel: Callable[..., Panel]) -> None:
    granted = Rights(thread="capture", priority=31, core=1, memory_locked=True)
    station.publish(*device_facts.calm_devices(), state(rights=(granted,)))
    panel = opened(station, open_panel())
    panel.shows("all granted")
    assert panel.shell.devices.overview.cards[TIMES].view.reason == ""


def test_what_a_register_means_takes_few_lines_and_refers_to_nothing_elsewhere(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    fields = [field for group in GROUPS for field in group.fields]
    assert [field.name for field in fields if "below" in field.meaning] == []
    longest = max(fields, key=lambda field: len(field.meaning))
    row = Register(name=longest.name, address=3, words=(7,), value="7", meaning=longest.meaning)
    told = done(RegisterTable(group="mirror", at_ns=1, rows=(row,)))
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel(1280, 800, 12.1))
    station.answers["registers.read"] = lambda _: told
    panel.touch(panel.shell.devices.overview.cards[REGISTERS])
    panel.shows(longest.name)
    assert len(panel.shell.devices.registers.view.rows) <= len(longest.meaning) // 60 + 1
    assert panel.unreadable() == {}


def test_registers_are_asked_for_only_while_somebody_looks(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel())
    panel.qtbot.wait(600)
    assert "registers.read" not in station.kinds()
    panel.touch(panel.shell.devices.overview.cards[REGISTERS])
    panel.qtbot.waitUntil(lambda: station.kinds().count("registers.read") >= 3)
    panel.shows("EncoderAtTrigger", "1234 abcd")
    page = panel.shell.devices.registers
    panel.touch(page.groups["triggers"])
    panel.shows("EncoderAtTrigger [0]")
    assert station.commands[-1].args == {"group": "triggers"}
    while "65023" not in panel.texts():
        panel.touch(page.down)
    while page.up.isVisible() and page.up.isEnabled():
        panel.touch(page.up)
    panel.shows("65000")
    panel.touch(panel.shell.nav.buttons["live"])

    def is_quiet() -> bool:
        asked = station.kinds().count("registers.read")
        panel.qtbot.wait(800)  # it asks twice a second
        return station.kinds().count("registers.read") == asked

    assert is_quiet() or is_quiet()  # one may have been on its way


def test_registers_that_cannot_be_had_say_why(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(*device_facts.calm_devices())
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    station.answers["registers.read"] = lambda _: refused(Code.IMPOSSIBLE, "nobody reads along")
    panel.touch(panel.shell.nav.buttons["devices"])
    panel.touch(panel.shell.devices.overview.cards[REGISTERS])
    panel.shows("The registers cannot be had: nobody reads along")


@pytest.mark.usefixtures("steady")
def test_nothing_is_painted_again_while_nothing_changes(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel())
    panel.shows("Camera", "good")
    panel.settles()
    before = {card: card.paints for card in panel.shell.devices.overview.cards.values()}
    panel.qtbot.wait(1000)
    assert {card: card.paints for card in before} == before


def test_values_of_a_lost_station_are_marked_as_old(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.troubled_devices())
    panel = opened(station, open_panel())
    panel.bridge._keeper.lose("silent")
    panel.shell.refresh()
    texts = panel.texts()
    assert sum(text.startswith("old, ") for text in texts) == 6
    assert "All parts are being rejected" not in texts
    assert "no data" in texts
