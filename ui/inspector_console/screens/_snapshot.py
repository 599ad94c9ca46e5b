"""What the camera sees: its next picture, kept on the screen."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from inspector_console.bridge import Bridge
from inspector_console.presenter import Lens
from inspector_console.widgets import ImageTile, Style, image_of
from inspector_console.words import SayDevices


class Snapshot(ImageTile):
    """One picture. It is of a part that passes: nobody but the PLC triggers the camera."""

    def __init__(self, look: Style, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(look)
        self.setParent(parent)
        self._bridge, self._is_waiting, self._taken_ns = bridge, False, 0
        self._lens: Lens | None = None
        bridge.frame_came.connect(self._on_frame)

    def take(self) -> None:
        """Wait for the next picture, and show it."""
        self.show_image(None)
        self._is_waiting, self._taken_ns = True, 0
        self._bridge.watch_one_frame()

    def show_lens(self, lens: Lens) -> None:
        """Say when it was taken, or that it is waited for, in a language."""
        self._lens = lens
        self.describe(
            overlay=None,
            badge=lens.time(self._taken_ns) if self._taken_ns else "",
            note="",
            none=lens.words(SayDevices.PICTURE_COMES),
            is_live=False,
            is_one_to_one=False,
        )

    @Slot()
    def _on_frame(self) -> None:
        picture = self._bridge.take_frame() if self._is_waiting else None
        if picture is None or (image := image_of(picture.header, picture.pixels)).isNull():
            return
        self._is_waiting, self._taken_ns = False, picture.header.available_ns
        self.show_image(image)
        if self._lens is not None:
            self.show_lens(self._lens)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the next picture to whoever else wants it (Qt calls this)."""
        self._is_waiting = False
