"""A studio for pictures of the console: consoles at servers that tell of a line, its parts, and a camera."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from console_rig import Panel
from device_facts import devices
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from station_rig import SECOND, Station, troubled_facts

from inspector.clock import utc_ns
from inspector.devices.sim._product import ProductSource
from inspector.protocol import Command, Endpoints, Event, FrameHeader, ImageView, Message, Reply, done
from inspector_console.theme import PALETTES

LARGE, SMALL = (1920, 1080, 21.5), (1280, 800, 12.1)
PATIENCE_S = 60.0
SHOWN = 148_212
"""Ordinal of the part in front of the camera."""
Pixels = NDArray[np.uint8]


def pause(seconds: float) -> None:
    """Let the console, and whatever else this process does, go on for a while.

    Qt's own `QTest.qWait` keeps Python's lock while it waits: the service's threads would have next to no time.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)


class Hand:
    """Touches and waits, as the tests' tool does."""

    def waitExposed(self, window: QWidget) -> None:  # noqa: N802 - as pytest-qt calls it
        """Wait for a window."""
        QTest.qWaitForWindowExposed(window)

    def waitUntil(self, holds: Callable[[], object], *, timeout: int = 0) -> None:  # noqa: N802 - as pytest-qt calls it
        """Wait until something holds; `timeout` is the tests', who are in a hurry."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError("what was to be in the picture did not appear")
            pause(0.02)

    def mouseClick(self, widget: QWidget, button: Qt.MouseButton) -> None:  # noqa: N802 - as pytest-qt calls it
        """Touch."""
        QTest.mouseClick(widget, button)


@cache
def source() -> ProductSource:
    """Return the simulated line's parts; half of them are bad, so that each kind is soon found."""
    return ProductSource(seed=2026, defect_rate=0.5, plates=8, size_px=(60, 110), contrast=(0.45, 0.8))


@cache
def drawn(class_name: str, choice: int = 0) -> Pixels:
    """Return one of the parts of a class, uint8 of shape (1024, 1280)."""
    parts = (at for at in range(10_000) if source().truth(at).class_name == class_name)
    out = np.zeros((source().height, source().width), np.uint8)
    source().render_into([next(parts) for _ in range(choice + 1)][-1], out)
    return out


def recipe_region(pixels: Pixels) -> tuple[int, int, int, int]:
    """Return where a recipe of a round part looks, px: a square about what is bright."""
    bright = cv2.threshold(cv2.GaussianBlur(pixels, (31, 31), 0), 0, 255, cv2.THRESH_OTSU)[1]
    x, y, width, height = cv2.boundingRect(bright)
    return x, y, width, height


def region_in_file(content: bytes) -> tuple[int, int, int, int]:
    """Return the same of a picture in a file."""
    return recipe_region(np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), 0), np.uint8))


def part_alone(class_name: str) -> bytes:
    """Return what the model sees of a part, as a file."""
    pixels = drawn(class_name)
    left, top, width, height = recipe_region(pixels)
    return png(pixels[top - 20 : top + height + 20, left - 20 : left + width + 20])


class Studio:
    """Opens consoles and takes their pictures."""

    def __init__(self, out: Path, wanted: tuple[str, ...]) -> None:
        self._out, self._wanted = out, wanted
        self.hand = Hand()

    def wants(self, name: str) -> bool:
        """Return whether somebody has asked for it."""
        return not self._wanted or name.startswith(self._wanted)

    @contextmanager
    def station(self, *facts: Message) -> Iterator[Station]:
        """Open a server that tells of a line."""
        with tempfile.TemporaryDirectory(prefix="insp-") as folder:
            station = Station(Endpoints.ipc(Path(folder)))
            try:
                station.answers["image.read"] = picture_of
                station.publish(*facts)
                yield station
            finally:
                if not station._is_over:
                    station.close()

    @contextmanager
    def panel(
        self,
        endpoints: Endpoints,
        screen: tuple[float, ...] = LARGE,
        language: str = "en",
        palette: str = "day",
    ) -> Iterator[Panel]:
        """Open a console, and wait until it knows the line."""
        panel = Panel(self.hand, endpoints, screen, language, palette)  # type: ignore[arg-type]
        try:
            self.hand.waitUntil(lambda: not panel.bridge.facts().is_old)
            panel.shell.refresh()
            yield panel
        finally:
            panel.close()

    def take(self, panel: Panel, name: str) -> None:
        """Keep a picture of the whole window as a PNG of few colours, which is a tenth as large."""
        if not self.wants(name):
            return
        pause(0.3)
        panel.shell.refresh()
        row = panel.shell.alarms
        if not row._is_lit:  # a symbol that blinks is in the picture
            row._on_blink()
        image = panel.shell.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        rgb = flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
        quantized(rgb).save(str(self._out / f"{name}.png"), "PNG", 0)
        sys.stdout.write(f"{name}.png\n")


def quantized(rgb: Pixels) -> QImage:
    """Return a picture of at most 256 colours: the palettes' and frequent ones as they are, others by the nearest.

    A sign is small, and an amber one that has become red says something else.
    """
    image = QImage(rgb.tobytes(), rgb.shape[1], rgb.shape[0], rgb.shape[1] * 3, QImage.Format.Format_RGB888)
    keys = rgb.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    names, counts = np.unique(keys, return_counts=True)
    meant = [int(colour.lstrip("#"), 16) for palette in PALETTES.values() for colour in palette.values()]
    is_meant = np.isin(names, meant)
    frequent = [0xFF000000 | int(key) for key in names[np.lexsort((-counts, ~is_meant))[:256]]]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return image.convertToFormat(QImage.Format.Format_Indexed8, frequent, flags)


def png(pixels: Pixels) -> bytes:
    """Return a picture as a file."""
    return cv2.imencode(".png", pixels)[1].tobytes()


def picture_of(command: Command) -> Reply:
    """Answer with a part of the class that stands in the name: part-SCRATCH-3.png."""
    _, class_name, choice = str(command.args["name"]).removesuffix(".png").split("-")
    pixels = drawn(class_name, int(choice) % 7)
    return done(ImageView(region=recipe_region(pixels))).model_copy(update={"attachments": (png(pixels),)})


def numbered(facts: list[Message]) -> list[Message]:
    """Return the facts with ordinals of a line that has run for weeks, and with pictures of the rejects."""
    found: list[Message] = []
    for fact in facts:
        if getattr(fact, "ordinal", 0) and hasattr(fact, "evaluation"):
            bad_one = (
                {"image": f"part-{fact.class_name}-{fact.ordinal}.png"} if fact.evaluation == "NG" else {}
            )
            fact = fact.model_copy(update={"ordinal": SHOWN - 40 + fact.ordinal, "session": 7, **bad_one})
        found.append(fact)
    return found


def troubled() -> list[Message]:
    """Return a line that rejects too much, with alarms as they are when a service raises them."""
    soon = time.monotonic_ns() + 1200 * SECOND
    shelved = {
        "details": {"value": 3},
        "shelved_until_ns": soon,
        "shelved_by": "Eve Novak",
        "state": "shelved",
    }
    said: dict[str, dict[str, Any]] = {
        "reject_rate_high": {"is_shelvable": True},
        "disk_high": {"details": {"value": 88.0, "limit": 85.0}, "is_shelvable": True},
        "ng_run": {**shelved, "shelved_reason": "in_repair"},
    }
    facts = [*troubled_facts(), *devices()]
    told = [fact.model_copy(update=said.get(getattr(fact, "id", ""), {})) for fact in facts]
    return numbered(told)


def alarm_events() -> list[Message]:
    """Return what has happened to alarms in the last hours."""
    bad, disk, late = {"value": 3}, {"value": 88.0, "limit": 85.0}, {"value": 3, "window": 200}
    said: tuple[tuple[int, str, str, dict[str, Any]], ...] = (
        (210, "plc_lost", "raised", {}),
        (210, "plc_lost", "returned", {}),
        (205, "plc_lost", "acknowledged", {"user": "Eve Novak"}),
        (95, "ng_run", "raised", {"details": bad}),
        (93, "ng_run", "shelved", {"details": bad, "user": "Eve Novak", "reason": "in_repair"}),
        (61, "disk_high", "raised", {"details": disk}),
        (60, "disk_high", "acknowledged", {"details": disk, "user": "Eve Novak"}),
        (4, "late", "raised", {"details": late}),
        (2, "late", "acknowledged", {"details": late, "user": "Eve Novak"}),
        (1, "reject_rate_high", "raised", {}),
        (0, "camera_lost", "raised", {}),
    )
    now_ns = utc_ns()
    return [
        Event(
            source="alarm", text="…", alarm=name, change=change, utc_ns=now_ns - minutes * 60 * SECOND, **more
        )
        for minutes, name, change, more in said
    ]


def film(studio: Studio, station: Station, panel: Panel, class_name: str) -> None:
    """Have the camera see the last part."""
    pixels = drawn(class_name)
    about = FrameHeader(
        width_px=1280, height_px=1024, source_width_px=1280, source_height_px=1024, frame_id=SHOWN,
        session=7, ordinal=SHOWN, region=recipe_region(pixels),
    )  # fmt: skip
    studio.hand.waitUntil(station.server.wants_frames)
    station.show(about, pixels.tobytes())
    studio.hand.waitUntil(lambda: panel.shell.live.image.image is not None)
    shown = [button for button in panel.shell.live.rejects._buttons if button.isVisible()]
    # The small pictures of the rejects come one by one.
    studio.hand.waitUntil(
        lambda: all(button.thumbnail is not None for button in shown if button.reject and button.reject.image)
    )
