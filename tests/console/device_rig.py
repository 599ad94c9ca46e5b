"""People on the Devices screen, and what every page of it must be."""

from __future__ import annotations

from itertools import combinations

import device_facts
import pytest
from console_rig import SCREENS, Panel
from station_rig import Station

languages = pytest.mark.parametrize("language", ["en", "de"])
screens = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")


def opened(station: Station, panel: Panel, page: str = "") -> Panel:
    """Go to the screen, and to one of its pages."""
    station.answers["registers.read"] = device_facts.registers
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.shell.refresh()
    panel.touch(panel.shell.nav.buttons["devices"])
    if page:
        panel.touch(panel.shell.devices.overview.cards[page])
    return panel


def is_tidy(panel: Panel) -> None:
    panel.shell.refresh()
    assert panel.unreadable() == {}


def leave(panel: Panel) -> None:
    """Go back from the page that is open."""
    devices = panel.shell.devices
    backs = (devices.page.back, devices.times.back, devices.registers.back)
    (back,) = (button for button in backs if button.isVisible())
    panel.touch(back)


def can_be_touched(panel: Panel) -> None:
    per_mm = panel.sizes.px_per_mm
    places = {button.accessibleName() or button.text(): panel.place(button) for button in panel.buttons()}
    assert min(min(place.width(), place.height()) for place in places.values()) / per_mm >= 15
    assert [pair for pair in combinations(places, 2) if places[pair[0]].intersects(places[pair[1]])] == []
    assert all(panel.shell.rect().contains(place) for place in places.values())
