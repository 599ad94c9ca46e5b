from __future__ import annotations

from collections.abc import Callable

import pytest
from console_rig import Panel
from PySide6.QtCore import QEvent, QObject, QRect, QRectF
from PySide6.QtGui import QPaintEvent
from station_rig import Station, calm_facts, part

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.protocol import Code, Command, FrameHeader, Reply, done, refused

PATTERN = bytes(at * 37 % 251 for at in range(1280)) * 1024


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


def show_large(station: Station, available_ns: int) -> None:
    size = {"width_px": 1280, "height_px": 1024, "source_width_px": 1280, "source_height_px": 1024}
    header = FrameHeader(**size, frame_id=-1, available_ns=available_ns)
    station.show(header, PATTERN)


def with_large(station: Station, open_panel: Callable[..., Panel]) -> Panel:
    """Return a console that shows a large frame in the size that it has room for."""
    station.publish(*calm_facts())
    panel = open_panel()
    tile = panel.shell.live.image
    stamps = iter(range(1, 10_000))

    def is_fitted() -> bool:
        show_large(station, next(stamps))
        return tile.image is not None and tile.image.width() < 1280

    panel.qtbot.waitUntil(is_fitted)
    panel.qtbot.wait(50)
    return panel


def test_a_live_picture_comes_in_the_size_that_it_is_shown_in(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = with_large(station, open_panel)
    tile = panel.shell.live.image
    assert tile.image is not None
    assert tile.width() - 32 < tile.image.width() <= tile.width()
    place = tile._target(QRectF(tile.rect())).toRect()
    assert place.size() == tile.image.size()
    shown = tile.grab(place.adjusted(10, place.height() // 2, -10, -10)).toImage()
    own = tile.image.copy(10, place.height() // 2, shown.width(), shown.height())
    assert shown.convertToFormat(own.format()) == own


def test_a_picture_that_is_frozen_is_the_whole_frame_in_the_same_place(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    asked: list[object] = []

    def read(command: Command) -> Reply:
        asked.append(command.args["available_ns"])
        size = {"width_px": 1280, "height_px": 1024, "source_width_px": 1280, "source_height_px": 1024}
        header = FrameHeader(**size, frame_id=-1, available_ns=asked[-1])
        return done(header).model_copy(update={"attachments": (PATTERN,)})

    station.answers["frame.read"] = read
    panel = with_large(station, open_panel)
    tile, desk = panel.shell.live.image, panel.shell.live.desk
    painted = Painted(tile)
    show_large(station, 20_000)
    panel.qtbot.waitUntil(lambda: desk.live_ns == 20_000 and bool(painted.rects))
    live = painted.rects[-1]
    panel.touch(panel.shell.live.freeze)
    panel.qtbot.waitUntil(lambda: tile.image is not None and tile.image.width() == 1280)
    assert asked == [20_000]
    panel.shows("FROZEN")
    panel.qtbot.waitUntil(lambda: tile._covered == live)
    panel.touch(panel.shell.live.one_to_one)
    panel.qtbot.wait(50)
    assert asked == [20_000]


def test_a_frame_that_the_station_has_no_longer_stays_as_it_is(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.answers["frame.read"] = lambda _: refused(Code.IMPOSSIBLE, tell(Told.FRAME_GONE))
    panel = with_large(station, open_panel)
    panel.touch(panel.shell.live.freeze)
    panel.qtbot.waitUntil(lambda: "frame.read" in station.kinds())
    panel.shows("FROZEN")
    assert panel.shell.live.image.image is not None
    assert panel.shell.live.image.image.width() < 1280
