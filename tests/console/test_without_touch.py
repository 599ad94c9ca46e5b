"""Whoever has a keyboard instead of a finger reaches everything, and sees where he is."""

from __future__ import annotations

from collections.abc import Callable

from all_screens import PLACES, furnish, go, leave
from console_rig import Panel
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from station_rig import Station

from inspector_console.widgets import PinPad

STEPS = 200
"""More than any screen has controls."""


def reached(panel: Panel) -> list[QWidget]:
    """Press Tab until it has come round; return where it has been."""
    found: list[QWidget] = []
    for _ in range(STEPS):
        panel.qtbot.keyClick(panel.shell.focusWidget() or panel.shell, Qt.Key.Key_Tab)
        here = panel.shell.focusWidget()
        if here is None or here in found:
            break
        found.append(here)
    return found


def is_typed(button: QAbstractButton) -> bool:
    """Whether it is one of the PIN pad's keys: those are pressed on the keyboard itself."""
    return isinstance(button.parentWidget(), PinPad)


def active(panel: Panel) -> Panel:
    """Have the window the keyboard's attention."""
    panel.shell.activateWindow()
    panel.qtbot.waitUntil(panel.shell.isActiveWindow)
    return panel


def looks_chosen(button: QAbstractButton) -> bool:
    """Whether it is painted in another way while it has the focus."""
    with_focus = button.grab().toImage()
    button.clearFocus()
    without = button.grab().toImage()
    button.setFocus()
    return bool(with_focus != without)


def test_the_tab_key_reaches_every_control_of_every_page(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    furnish(station)
    panel = active(open_panel())
    missed = {}
    for place in PLACES:
        go(panel, station, place)
        places = reached(panel)
        wanted = [button for button in panel.buttons() if button.isEnabled() and not is_typed(button)]
        if lost := [button.accessibleName() or button.text() for button in wanted if button not in places]:
            missed[place] = lost
        leave(panel)
    assert missed == {}


def test_the_control_that_the_keys_work_on_can_be_seen(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    furnish(station)
    panel = active(open_panel())
    unseen = {}
    for place in (place for place in PLACES if place.startswith(("devices", "system"))):
        go(panel, station, place)
        buttons = [widget for widget in reached(panel) if isinstance(widget, QAbstractButton)]
        for button in buttons:
            button.setFocus()
            if not button.isChecked() and not looks_chosen(button):
                unseen.setdefault(place, []).append(button.accessibleName() or button.text())
        leave(panel)
    assert unseen == {}


def test_a_page_of_devices_is_opened_and_left_with_the_keyboard_alone(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    furnish(station)
    panel = active(open_panel())
    go(panel, station, "devices")
    devices = panel.shell.devices
    for page, card in ((devices.page, "disk"), (devices.times, "times"), (devices.registers, "registers")):
        devices.overview.cards[card].setFocus()
        panel.qtbot.keyClick(devices.overview.cards[card], Qt.Key.Key_Space)
        assert page.isVisible()
        page.back.setFocus()
        panel.qtbot.keyClick(page.back, Qt.Key.Key_Space)
        assert devices.overview.isVisible()
