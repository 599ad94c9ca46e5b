"""One device's page: room for all that is said of it, and the camera's picture."""

from __future__ import annotations

from collections.abc import Callable

import device_facts
from console_rig import Panel
from device_rig import can_be_touched, is_tidy, languages, leave, opened, screens
from station_rig import Station

from inspector.clock import monotonic_ns
from inspector.domain.device_states import Device
from inspector.protocol import (
    FrameHeader,
)


def seen(station: Station, grey: int = 90) -> None:
    """Have the camera see a part, as soon as somebody wants to see it."""
    header = FrameHeader(
        width_px=64,
        height_px=48,
        source_width_px=64,
        source_height_px=48,
        frame_id=1,
        available_ns=monotonic_ns(),
    )
    station.show(header, bytes([grey]) * (64 * 48))


@languages
@screens
def test_the_camera_s_page_shows_one_picture_for_whoever_asks(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(*device_facts.troubled_devices())
    panel = opened(station, open_panel(*screen, language=language), Device.CAMERA)
    page = panel.shell.devices.page
    panel.qtbot.waitUntil(lambda: not station.server.wants_frames())
    panel.touch(page.picture)
    assert page.snapshot.isVisible()
    assert not page.changes.isVisible()
    is_tidy(panel)
    panel.qtbot.waitUntil(station.server.wants_frames)
    seen(station)
    panel.qtbot.waitUntil(lambda: page.snapshot.image is not None)
    panel.qtbot.waitUntil(lambda: not station.server.wants_frames())  # one is enough
    is_tidy(panel)
    can_be_touched(panel)
    panel.touch(page.picture)
    assert page.changes.isVisible()
    assert not page.snapshot.isVisible()


def test_a_picture_that_is_waited_for_goes_to_the_live_screen_when_somebody_goes_there(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel(), Device.CAMERA)
    panel.touch(panel.shell.devices.page.picture)
    panel.touch(panel.shell.nav.buttons["live"])
    panel.qtbot.waitUntil(station.server.wants_frames)
    for grey in (80, 90):
        seen(station, grey)
        panel.qtbot.waitUntil(
            lambda grey=grey: (
                (image := panel.shell.live.image.image) is not None and image.pixelColor(5, 5).red() == grey
            )
        )
    assert not panel.shell.devices.page.picture.isChecked()


def test_a_page_has_room_for_all_that_is_said_of_its_device_and_not_for_more(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel(), Device.CAMERA)
    page = panel.shell.devices.page
    panel.shows("good")
    before = page.values.y()
    station.publish(device_facts.lost_camera())
    panel.shows("The camera is lost")
    assert page.values.y() > before
    is_tidy(panel)


def test_there_is_no_picture_of_what_is_no_camera_or_of_a_lost_station(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*device_facts.calm_devices())
    panel = opened(station, open_panel(), Device.DISK)
    page = panel.shell.devices.page
    assert not page.picture.isVisible()
    leave(panel)
    panel.touch(panel.shell.devices.overview.cards[Device.CAMERA])
    panel.touch(page.picture)
    panel.bridge._keeper.lose("silent")
    panel.shell.refresh()
    assert not page.picture.isVisible()
    assert page.changes.isVisible()
