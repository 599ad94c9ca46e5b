from __future__ import annotations

from collections.abc import Callable

import pytest
from console_rig import Panel
from PySide6.QtCore import QEvent, QObject, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from station_rig import Station, calm_facts, part

from inspector.protocol import FrameHeader
from inspector_console.widgets._image import _paint_moving


class Painted(QObject):
    """Notes what Qt has a widget paint."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.rects: list[QRect] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it so
        if isinstance(event, QPaintEvent):
            self.rects.append(event.rect())
        return False


def show(station: Station, ordinal: int, shade: int, height: int = 480) -> None:
    names = {"session": 7, "ordinal": ordinal, "frame_id": ordinal}
    size = {"width_px": 640, "height_px": height, "source_width_px": 640, "source_height_px": height}
    header = FrameHeader(**size, **names, region=(ordinal, 0, 100, 100))
    station.show(header, bytes([shade]) * (640 * height))


def shade_of(panel: Panel) -> int:
    image = panel.shell.live.image.image
    return -1 if image is None else image.pixelColor(0, 0).red()


def see(panel: Panel, station: Station, ordinal: int, shade: int, height: int = 480) -> None:
    """Have a picture shown, and wait until it is painted and all is calm."""
    show(station, ordinal, shade, height)
    tile = panel.shell.live.image
    before = tile.paints
    panel.qtbot.waitUntil(lambda: shade_of(panel) == shade and tile.paints > before)
    panel.qtbot.wait(50)


@pytest.mark.usefixtures("steady")
def test_a_picture_of_the_same_size_paints_its_own_place_and_nothing_else(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), part(41), part(42))
    panel = open_panel()
    panel.shows("No defect", "#42")
    panel.settles()
    see(panel, station, 41, 50)
    tile, live = panel.shell.live.image, panel.shell.live
    others = [widget for widget in panel.painted() if widget is not tile]
    before, painted = [widget.paints for widget in others], Painted(tile)
    see(panel, station, 42, 90)
    assert [widget.paints for widget in others] == before
    assert painted.rects
    assert all(rect.width() < tile.width() or rect.height() < tile.height() for rect in painted.rects)
    assert all(abs(rect.width() / rect.height() - 640 / 480) < 0.1 for rect in painted.rects)
    assert live.image.grab().toImage().pixelColor(tile.width() // 2, tile.height() // 2).red() == 90


def test_a_picture_of_another_size_leaves_nothing_of_the_one_before(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    see(panel, station, 1, 200)
    painted = Painted(panel.shell.live.image)
    see(panel, station, 2, 90, height=160)
    assert panel.shell.live.image.rect() in painted.rects


@pytest.mark.parametrize("width", [648, 776])
def test_no_line_of_one_pixel_is_lost_in_a_moving_picture(width: int) -> None:
    places = range(1280 % 7, 1280, 7)
    assert not [at for at in places if _brightest(1280, 16, QRect(at, 0, 1, 16), width, 9) < 100]
    assert not [at for at in places if _brightest(16, 1280, QRect(0, at, 16, 1), 9, width) < 100]


def _brightest(width: int, height: int, line: QRect, shown_width: int, shown_height: int) -> int:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    pen = QPainter(image)
    pen.fillRect(line, 0xFFFFFFFF)
    pen.end()
    shown = QImage(shown_width, shown_height, QImage.Format.Format_RGB32)
    painter = QPainter(shown)
    _paint_moving(painter, QRectF(shown.rect()), image)
    painter.end()
    return max(bytes(shown.convertToFormat(QImage.Format.Format_Grayscale8).constBits()))
