from __future__ import annotations

from collections.abc import Callable

from console_rig import SCREENS, Panel
from PySide6.QtCore import QBuffer, QRectF
from PySide6.QtGui import QImage
from station_rig import Station, calm_facts, part

from inspector.protocol import Command, FrameHeader, GoldenSample, GoldenSet, ImageView, Reply, done

WIDTH, HEIGHT = 640, 512


def png(level: int) -> bytes:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_Grayscale8)
    image.fill(level)
    buffer = QBuffer()
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def with_golden(station: Station, *samples: GoldenSample) -> None:
    def read(command: Command) -> Reply:
        assert command.args == {"name": "golden/2.png"}
        return done(ImageView(region=(100, 50, 200, 200))).model_copy(update={"attachments": (png(200),)})

    station.answers["golden.list"] = lambda _: done(GoldenSet(samples=samples))
    station.answers["golden.read"] = read


def show_frame(station: Station, available_ns: int = 5) -> None:
    header = FrameHeader(
        width_px=WIDTH,
        height_px=HEIGHT,
        source_width_px=2 * WIDTH,
        source_height_px=2 * HEIGHT,
        frame_id=-1,
        available_ns=available_ns,
        region=(400, 200, 300, 300),
    )
    station.show(header, bytes([90]) * (WIDTH * HEIGHT))


def showing(station: Station, open_panel: Callable[..., Panel], *screen: float) -> Panel:
    station.publish(*calm_facts(), part(41, available_ns=5))
    panel = open_panel(*screen)
    panel.qtbot.waitUntil(station.server.wants_frames)
    show_frame(station)
    panel.qtbot.waitUntil(lambda: panel.shell.live.image.image is not None)
    return panel


def test_the_place_where_the_recipe_looks_is_marked_in_the_picture(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = showing(station, open_panel)
    live = panel.shell.live
    assert live.image.region == QRectF(200, 100, 150, 150)  # the picture is half the camera's size
    panel.touch(live.overlay)
    assert live.image.region is None


def test_the_golden_sample_of_a_good_part_stands_beside_the_picture(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    bad, good = (
        GoldenSample(name="golden/1.png", evaluation="NG"),
        GoldenSample(name="golden/2.png", evaluation="OK"),
    )
    with_golden(station, bad, good)
    for screen in SCREENS:
        panel = showing(station, open_panel, *screen)
        live = panel.shell.live
        panel.touch(live.compare)
        panel.qtbot.waitUntil(
            lambda live=live: live.image.golden is not None and live.image.golden.image is not None
        )
        panel.shows("Golden sample", "LIVE")
        picture = live.image.grab().toImage()
        middle = live.image.height() // 2
        assert picture.pixelColor(live.image.width() // 4, middle).value() == 200
        assert picture.pixelColor(live.image.width() * 3 // 4, middle).value() == 90
        assert panel.unreadable() == {}
        panel.touch(live.one_to_one)
        assert not live.compare.isChecked()
        assert live.image.golden is None
        panel.close()


def test_without_a_golden_sample_it_is_said(station: Station, open_panel: Callable[..., Panel]) -> None:
    with_golden(station)
    panel = showing(station, open_panel)
    panel.touch(panel.shell.live.compare)
    panel.shows("There is no golden sample", "LIVE")
