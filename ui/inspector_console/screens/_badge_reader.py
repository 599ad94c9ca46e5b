"""A badge reader is a keyboard that types faster than people do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from inspector.clock import monotonic_ns
from inspector_console.presenter import Swiped


class BadgeReader:
    """Tells what a reader types from what people type, by the times at which the keys were pressed.

    Those of the window system, not of this program: a screen that was busy for a moment gets all keys at once.
    """

    def __init__(self) -> None:
        self._swiped = Swiped()

    @property
    def has_begun(self) -> bool:
        """Whether the last key may be a badge's first one."""
        return self._swiped.has_begun

    def read(self, event: QKeyEvent) -> str:
        """Take a key; return a badge's code when it was its last one."""
        at_ms = event.timestamp() or monotonic_ns() // 1_000_000
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return self._swiped.end(at_ms)
        text = event.text()
        if text and text.isascii() and text.isprintable():
            if not event.isAutoRepeat():
                self._swiped.take(text, at_ms)
        elif event.key() != Qt.Key.Key_Shift:  # with which readers write capital letters
            self._swiped.drop()
        return ""
