"""Keeps the window on the screen that is there: it may be unplugged, exchanged, or given another resolution."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QScreen

from inspector_console.window import Window

_SETTLED_MS: Final = 300
"""A screen that is plugged in is told of in several steps: gone, added, first, of another size."""


class Placing(QObject):
    """Places the window, and again whenever another screen or size takes the place of the one before.

    Without any screen nothing changes: the console goes on, and shows itself on the next one. Lives in Qt's thread,
    and ends with the window.
    """

    def __init__(self, window: Window, *, is_fullscreen: bool) -> None:
        super().__init__(window)
        self._window, self._is_fullscreen = window, is_fullscreen
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._on_settled)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.primaryScreenChanged.connect(self._on_changed)
        application.screenAdded.connect(self._on_added)
        for screen in application.screens():
            screen.geometryChanged.connect(self._on_changed)
        self._place()

    def _place(self) -> None:
        # By hand as well: on a panel without a window manager nobody else does it.
        self._window.setGeometry(QGuiApplication.primaryScreen().geometry())
        if self._is_fullscreen:
            self._window.showFullScreen()
        else:
            self._window.showMaximized()

    @Slot(QScreen)
    def _on_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._settled.start()

    @Slot()
    def _on_settled(self) -> None:
        size = QGuiApplication.primaryScreen().size()
        if not size.isEmpty():  # as Qt has it where there is no screen
            self._window.fit(size.width(), size.height())
            self._place()
