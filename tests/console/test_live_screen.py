from __future__ import annotations

from collections.abc import Callable

import pytest
from console_rig import Panel
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage
from station_rig import Station, alarm, bad, calm_facts, counters, part, state, troubled_facts

from inspector.protocol import Code, FrameHeader, ImageView, LeaseView, Reply, done, refused
from inspector_console.bridge import Step


def picture(shade: int, width: int = 640, height: int = 480) -> bytes:
    return bytes([shade]) * (width * height)


def header(ordinal: int, **fields: int) -> FrameHeader:
    return FrameHeader(
        **{"width_px": 640, "height_px": 480, "frame_id": ordinal, "session": 7} | fields, ordinal=ordinal
    )


def png(shade: int) -> bytes:
    image = QImage(64, 48, QImage.Format.Format_Grayscale8)
    image.fill(shade)
    return file_of(image)


def file_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def shade(panel: Panel) -> int:
    """The grey in the middle of the shown picture; -1 = there is none."""
    image = panel.shell.live.image.image
    return -1 if image is None else image.pixelColor(image.width() // 2, image.height() // 2).red()


def test_an_ng_part_appears_with_its_class_its_score_and_its_place_among_the_last_forty(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    station.publish(bad(41, "porosity"))
    panel.shows("NG", "Porosity", "0.94 · #41")


def test_a_calm_line_shows_no_colour_but_that_of_its_one_reject(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    image = panel.shell.grab().toImage()
    colourful = 0
    for y in range(0, image.height(), 3):
        for x in range(0, image.width(), 3):
            colour = image.pixelColor(x, y)
            colourful += colour.saturation() > 150 and colour.value() > 100
    assert 0 < colourful < 250  # the tick of one NG part


def test_ok_and_ng_differ_in_grey(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(state(), part(1))
    panel = open_panel()
    panel.shows("No defect")
    ok = _brightness(panel)
    station.publish(bad(2))
    panel.shows("0.94 · #2")
    assert abs(ok - _brightness(panel)) > 60


def _brightness(panel: Panel) -> float:
    grey = panel.shell.live.verdict.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return float(grey.pixelColor(8, grey.height() // 3).red())


def test_a_station_that_falls_silent_is_blanked_and_veiled_within_two_seconds(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect", "No active alarms")
    station.do(lambda: setattr(station, "_is_over", True))
    for _ in range(200):  # two seconds, or as many looks where the machine has no time for them
        if panel.bridge.facts().is_old:
            break
        panel.qtbot.wait(10)
    assert panel.bridge.facts().is_old
    panel.shows("No connection to the station")
    texts = panel.texts()
    assert "– –" in texts
    assert "No data" in texts
    assert "No active alarms" not in texts
    assert sum(text.startswith("old, ") for text in texts) == 5
    assert not panel.shell.nav.hold.isEnabled()


def test_a_service_that_comes_back_is_found_again(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    station.close()
    panel.shows("No connection to the station")
    again = Station(station.endpoints)
    try:
        again.publish(state(station="Line 4"), bad(3))
        panel.shows("0.94 · #3", "Line 4")
    finally:
        again.close()


def test_before_there_is_a_service_the_console_says_that_it_looks_for_one(
    open_panel: Callable[..., Panel],
) -> None:
    panel = open_panel()
    panel.shows("Looking for the station", "What happens to parts is not known here")
    assert "No active alarms" not in panel.texts()


def test_acknowledging_takes_one_touch_and_names_the_version_that_was_seen(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("ng_run", version=7, details={"value": 3}))
    panel = open_panel()
    panel.shows("Bad parts in a row", "Only bad parts are being rejected", "Acknowledge")
    panel.touch(panel.shell.alarms.button)
    panel.qtbot.waitUntil(lambda: "alarm.acknowledge" in station.kinds())
    command = station.commands[-1]
    assert (command.args, command.expected_version, command.name) == ({"alarm": "ng_run"}, 7, "Panel 1")


def test_the_alarm_row_says_the_figure_behind_an_alarm_where_there_is_room_for_all_of_it(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(1920, 1080, 21.5)
    panel.shows("Too many rejects", "3.5 % of the last 200 parts were rejected; the limit is 3 %.")
    panel = open_panel(1280, 800, 12.1)
    panel.shows("Too many rejects")
    assert "cut" not in panel.unreadable()


def test_why_something_was_not_done_is_said(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.answers["alarm.acknowledge"] = lambda _: refused(Code.CONFLICT, "somebody else was quicker")
    station.publish(state(), alarm("ng_run"))
    panel = open_panel()
    panel.shows("Acknowledge")
    panel.touch(panel.shell.alarms.button)
    panel.shows("Not done: somebody else was quicker")


def test_only_the_symbol_of_a_waiting_alarm_blinks(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("ng_run"))
    panel = open_panel()
    panel.shows("Bad parts in a row")
    row = panel.shell.alarms
    assert row._blink.isActive()
    before = row.grab().toImage()
    row._on_blink()
    after = row.grab().toImage()
    changed = [
        x
        for x in range(0, row.width(), 2)
        if any(before.pixel(x, y) != after.pixel(x, y) for y in range(0, row.height(), 2))
    ]
    assert changed
    assert max(changed) < row.height() * 1.5
    station.publish(alarm("ng_run", state="acknowledged"))
    panel.qtbot.waitUntil(lambda: not row._blink.isActive())


def test_holding_the_line_takes_one_touch_and_no_right_to_write(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), LeaseView(client="other", name="Panel 2"))
    panel = open_panel()
    panel.shows("Hold line")
    panel.qtbot.waitUntil(panel.shell.nav.hold.isEnabled)
    panel.touch(panel.shell.nav.hold)
    panel.qtbot.waitUntil(lambda: "line.hold" in station.kinds())


def test_the_line_is_released_only_when_the_button_is_kept_pressed(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(
        state(state="HELD", hold_version=7), alarm("held_operator", details={"reason": "cleaning"})
    )
    panel = open_panel()
    panel.shows("Release line", "keep pressed")
    hold = panel.shell.nav.hold
    panel.touch(hold)
    panel.qtbot.wait(100)
    assert "line.release" not in station.kinds()
    panel.qtbot.mousePress(hold, Qt.MouseButton.LeftButton)
    panel.qtbot.waitUntil(lambda: "line.release" in station.kinds())
    panel.qtbot.mouseRelease(hold, Qt.MouseButton.LeftButton)
    panel.qtbot.waitUntil(lambda: not station.server.lease.client)
    assert "line.hold" not in station.kinds()
    assert [one.expected_version for one in station.commands if one.kind == "line.release"] == [7]


def test_the_finger_that_has_released_the_line_does_not_hold_it_again(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(state="HELD"), alarm("held_operator"))
    panel = open_panel()
    panel.shows("Release line")
    hold = panel.shell.nav.hold
    panel.qtbot.mousePress(hold, Qt.MouseButton.LeftButton)
    panel.qtbot.waitUntil(lambda: "line.release" in station.kinds(), timeout=3000)
    station.publish(state(), alarm("held_operator", state="returned", phase="returned", version=4))
    panel.shows("Hold line")
    panel.qtbot.mouseRelease(hold, Qt.MouseButton.LeftButton)
    panel.qtbot.wait(100)
    assert "line.hold" not in station.kinds()
    panel.touch(hold)
    panel.qtbot.waitUntil(lambda: "line.hold" in station.kinds())


def test_another_console_in_control_keeps_this_one_from_releasing_and_it_is_said_by_whom(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(state="HELD"), alarm("held_operator"))
    other = open_panel()
    other.bridge.ask(Step("control.take"))
    panel = open_panel()
    panel.shows("Release line")
    panel.qtbot.waitUntil(lambda: station.server.lease.client == other.bridge.identity)
    panel.bridge.release_line()
    panel.qtbot.waitUntil(lambda: any(text.startswith("Not done: ") for text in panel.texts()))
    assert "line.release" not in station.kinds()


def test_the_language_changes_at_a_touch_and_back(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(*troubled_facts())
    panel = open_panel()
    panel.shows("Too many rejects", "Yield this shift")
    panel.touch(panel.shell.header.language)
    panel.shows("Zu viel Ausschuss", "Ausbeute dieser Schicht", "DE")
    panel.touch(panel.shell.header.language)
    panel.shows("Too many rejects")


def test_the_live_picture_is_shown_with_the_verdict_of_its_own_part(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), part(1))
    panel = open_panel()
    panel.shows("No picture yet")
    panel.qtbot.waitUntil(station.server.wants_frames)
    station.show(header(2), picture(77))
    panel.qtbot.waitUntil(lambda: shade(panel) == 77)
    assert panel.shell.live.image.overlay is None  # its verdict is not known yet
    station.publish(bad(2, "dent"))
    panel.shows("Dent  0.94", "LIVE")
    panel.touch(panel.shell.live.overlay)
    panel.qtbot.waitUntil(lambda: "Dent  0.94" not in panel.texts())


def test_a_frozen_picture_stays_costs_the_station_nothing_and_says_that_it_is_frozen(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state())
    panel = open_panel()
    panel.qtbot.waitUntil(station.server.wants_frames)
    station.show(header(1), picture(50))
    panel.qtbot.waitUntil(lambda: shade(panel) == 50)
    panel.touch(panel.shell.live.freeze)
    panel.shows("FROZEN", "Live picture")
    panel.qtbot.waitUntil(lambda: not station.server.wants_frames())
    panel.touch(panel.shell.live.freeze)
    panel.qtbot.waitUntil(station.server.wants_frames)
    station.show(header(2), picture(90))
    panel.qtbot.waitUntil(lambda: shade(panel) == 90)
    panel.shows("LIVE")


def test_freezing_on_ng_stops_at_the_picture_of_the_bad_part(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), bad(1))
    panel = open_panel()
    panel.shows("0.94 · #1")
    panel.touch(panel.shell.live.freeze_on_ng)
    panel.qtbot.waitUntil(station.server.wants_frames)
    for ordinal, grey in ((2, 100), (3, 120)):
        station.show(header(ordinal), picture(grey))
        panel.qtbot.waitUntil(lambda grey=grey: shade(panel) == grey)
    assert not panel.shell.live.desk.is_frozen  # the bad part of before is no news
    station.publish(bad(2, "dent"))
    panel.shows("FROZEN", "Dent  0.94")
    assert shade(panel) == 100


def test_a_reject_that_is_not_at_the_gate_yet_gets_its_picture_later(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.answers["image.read"] = lambda command: Reply(attachments=(png(33),))
    station.publish(state(), bad(1, "stain", applied="UNKNOWN"))
    panel = open_panel()
    panel.shows("Stain")
    assert panel.shell.live.rejects._buttons[0].thumbnail is None
    station.publish(bad(1, "stain", image="a.png"))
    panel.qtbot.waitUntil(lambda: panel.shell.live.rejects._buttons[0].thumbnail is not None)


def test_a_reject_whose_frame_was_shown_live_has_its_picture_without_asking_for_it(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state())
    panel = open_panel()
    panel.qtbot.waitUntil(station.server.wants_frames)
    for ordinal, grey in ((1, 60), (2, 70), (3, 80)):
        station.publish((bad if ordinal == 2 else part)(ordinal, applied="UNKNOWN"))
        station.show(header(ordinal), picture(grey))
        panel.qtbot.waitUntil(lambda grey=grey: shade(panel) == grey)
    station.publish(bad(2, image="b.png"))
    row = panel.shell.live.rejects._buttons[0]
    panel.qtbot.waitUntil(lambda: row.thumbnail is not None)
    assert row.thumbnail is not None
    assert row.thumbnail.pixelColor(5, 5).value() == 70
    assert "image.read" not in station.kinds()


def test_a_frame_is_shown_with_the_verdict_of_its_own_part(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state())
    panel = open_panel()
    panel.qtbot.waitUntil(station.server.wants_frames)
    for ordinal, name in ((1, "dent"), (2, "stain"), (3, "crack")):
        station.publish(bad(ordinal, name, applied="UNKNOWN"))
        station.show(header(ordinal), picture(60 + ordinal))
        panel.qtbot.waitUntil(lambda grey=60 + ordinal: shade(panel) == grey)
        overlay = f"{name.capitalize()}  0.94"
        panel.qtbot.waitUntil(lambda text=overlay: overlay_text(panel) == text)


def overlay_text(panel: Panel) -> str:
    overlay = panel.shell.live.image.overlay
    return "" if overlay is None else overlay.text


def test_a_small_picture_shows_the_place_where_the_recipe_looks(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    frame = QImage(640, 480, QImage.Format.Format_Grayscale8)
    frame.fill(10)
    for x in range(300, 340):
        for y in range(200, 240):
            frame.setPixel(x, y, 0xFFFFFF)
    station.answers["image.read"] = lambda _: done(ImageView(region=(300, 200, 40, 40))).model_copy(
        update={"attachments": (file_of(frame),)}
    )
    station.publish(state(), bad(1, "stain", image="a.png"))
    panel = open_panel()
    row = panel.shell.live.rejects._buttons[0]
    panel.qtbot.waitUntil(lambda: row.thumbnail is not None)
    assert row.thumbnail is not None
    middle = row.thumbnail.height() // 2
    greys = [row.thumbnail.pixelColor(x, middle).value() for x in range(row.thumbnail.width())]
    assert sum(grey > 128 for grey in greys) > len(greys) * 0.6


def test_a_touch_on_a_reject_leads_to_the_rejects_and_the_live_picture_goes_on(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), bad(1, "stain"))
    panel = open_panel()
    panel.shows("Stain")
    panel.touch(panel.shell.live.rejects._buttons[0])
    assert panel.shell.stack.currentWidget() is panel.shell.rejects_screen
    assert panel.shell.nav.buttons["rejects"].isChecked()
    panel.touch(panel.shell.nav.buttons["live"])
    assert not panel.shell.live.desk.is_frozen


@pytest.mark.parametrize(
    "reply", [refused(Code.UNKNOWN, "no such image"), Reply(), Reply(attachments=(b"no picture",))]
)
def test_a_reject_whose_picture_is_gone_is_not_asked_for_for_ever(
    station: Station, open_panel: Callable[..., Panel], reply: Reply
) -> None:
    station.answers["image.read"] = lambda _: reply
    station.publish(state(), bad(1, image="a.png"))
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: "image.read" in station.kinds())
    panel.shell.live._pictures._pause.setInterval(1)
    panel.qtbot.waitUntil(lambda: station.kinds().count("image.read") == 4)
    station.publish(counters())
    panel.qtbot.wait(150)
    assert station.kinds().count("image.read") == 4


def test_a_picture_that_is_not_on_the_disk_yet_is_asked_for_again(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.answers["image.read"] = lambda command: (
        Reply(attachments=(png(33),))
        if station.kinds().count("image.read") > 2
        else refused(Code.FAILED, "the image is not there: not yet")
    )
    station.publish(state(), bad(1, image="a.png"))
    panel = open_panel()
    panel.shell.live._pictures._pause.setInterval(1)
    panel.qtbot.waitUntil(lambda: "a.png" in panel.shell.live._pictures.thumbnails)
    assert station.commands[-1].args == {"name": "a.png"}


def test_one_to_one_shows_the_pixels_and_a_touch_moves_the_middle(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state())
    panel = open_panel()
    panel.qtbot.waitUntil(station.server.wants_frames)
    columns = bytes(x * 255 // 3999 for x in range(4000)) * 200
    station.show(header(1, width_px=4000, height_px=200), columns)
    panel.qtbot.waitUntil(lambda: shade(panel) > 0)
    tile = panel.shell.live.image
    panel.touch(panel.shell.live.one_to_one)
    middle = _grey_in_the_middle(panel)
    assert middle == pytest.approx(127, abs=2)
    panel.qtbot.mouseClick(
        tile, Qt.MouseButton.LeftButton, pos=tile.rect().center() + tile.rect().center() / 2
    )
    assert _grey_in_the_middle(panel) > middle + 5


def _grey_in_the_middle(panel: Panel) -> int:
    image = panel.shell.live.image.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).red()
