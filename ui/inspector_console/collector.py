"""Python's garbage, collected where Qt lives."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_MS: Final = 500


class Collector(QObject):
    """Has cyclic garbage collected in Qt's thread only, as often as Python would.

    By itself, Python collects in whichever thread happens to allocate: in that of the client, say. A widget, timer
    or pixmap that ends there, outside its own thread, may take the whole program with it. Make this before the
    first thread that is not Qt's; one per process.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._on_look)
        self._timer.start()

    @Slot()
    def _on_look(self) -> None:
        """Collect the oldest generation whose turn it is."""
        due = [
            generation
            for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most
        ]
        if due:
            gc.collect(max(due))

    def settle(self) -> None:
        """Look no more at what there is now: it stays, and to look through it takes a tenth of a second."""
        gc.freeze()

    def close(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
