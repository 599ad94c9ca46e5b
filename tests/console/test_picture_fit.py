"""A picture is fitted to the part in it, and what marks the part cannot be taken for a defect that was found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from inspector_console.presenter import OverlayView, VerdictKind
from inspector_console.sizes import Sizes
from inspector_console.theme import Role
from inspector_console.widgets import ImageTile, Style

WIDTH, HEIGHT = 940, 760


@pytest.fixture
def tile(qtbot: QtBot) -> ImageTile:
    tile = ImageTile(Style(Sizes(1920, 1080, 21.5)))
    qtbot.addWidget(tile)
    tile.resize(WIDTH, HEIGHT)
    return tile


def paint(tile: ImageTile, part: QRect, focus: QRect | None, kind: VerdictKind) -> QImage:
    """Return the tile as it is painted for a white part on black."""
    image = QImage(1280, 1024, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.fillRect(part, QColor("white"))
    painter.end()
    tile.show_image(image)
    place = None if focus is None else QRectF(focus)
    overlay = OverlayView(kind=kind, text="Scratch  0.92")
    tile.describe(
        overlay=overlay,
        badge="LIVE",
        note="",
        none="",
        is_live=True,
        is_one_to_one=False,
        region=place,
        focus=place,
    )
    return tile.grab().toImage()


def white_rows(painted: QImage) -> int:
    return sum(painted.pixelColor(WIDTH // 2, y).lightness() > 200 for y in range(HEIGHT))


PART = QRect(200, 100, 400, 400)


@pytest.mark.parametrize("part", [PART, QRect(0, 0, 400, 400), QRect(880, 624, 400, 400)])
def test_the_part_fills_the_tile_wherever_in_the_picture_it_lies(tile: ImageTile, part: QRect) -> None:
    assert 0.8 * HEIGHT < white_rows(paint(tile, part, part, VerdictKind.OK)) < 0.95 * HEIGHT


def test_without_a_known_place_the_whole_picture_is_shown(tile: ImageTile) -> None:
    middle = QRect(440, 312, 400, 400)
    assert white_rows(paint(tile, middle, None, VerdictKind.OK)) < 0.45 * HEIGHT


def test_a_tiny_place_is_not_blown_up_beyond_what_there_is_to_see(tile: ImageTile) -> None:
    assert white_rows(paint(tile, QRect(640, 512, 20, 20), QRect(640, 512, 20, 20), VerdictKind.OK)) <= 62


def test_of_an_ng_part_only_the_corners_are_marked(tile: ImageTile) -> None:
    painted = paint(tile, PART, PART, VerdictKind.NG)
    colour = tile.look.colour(Role.NG_MARK).rgb()
    scale = white_rows(painted) / PART.height()
    side = PART.width() * scale
    left, top = round((WIDTH - side) / 2), round((HEIGHT - side) / 2)

    def is_marked(x: int, y: int) -> bool:
        near = (painted.pixel(QPoint(x + dx, y + dy)) for dx in range(-3, 4) for dy in range(-3, 4))
        return colour in set(near)

    right, bottom = left + round(side), top + round(side)
    assert all(is_marked(x, y) for x in (left, right) for y in (top, bottom))
    assert not any(is_marked(x, HEIGHT // 2) for x in (left, right))
    assert not any(is_marked(WIDTH // 2, y) for y in (top, bottom))
