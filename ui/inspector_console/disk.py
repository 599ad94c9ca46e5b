"""What waits for a disk, beside Qt's thread: a stick that hangs must not freeze the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Qt, Signal

from inspector.errors import InspectorError


class Disk(QObject):
    """Does jobs, each in a thread of its own that does not keep the console from ending.

    Lives in Qt's thread; so does whoever hears `done`.
    """

    done = Signal(str, object, str)
    """What the job was about, what it returned, and why it failed (empty: it did not)."""
    _came = Signal(str, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._came.connect(self.done, Qt.ConnectionType.QueuedConnection)

    def do(self, about: str, job: Callable[[], object]) -> None:
        """Have a job done; never waits."""
        threading.Thread(target=self._run, args=(about, job), name="console-disk", daemon=True).start()

    def _run(self, about: str, job: Callable[[], object]) -> None:
        value, trouble = None, ""
        try:
            value = job()
        except OSError as error:
            trouble = error.strerror or str(error)
        except InspectorError as error:
            trouble = str(error)
        with suppress(RuntimeError):  # the window that has asked is gone
            self._came.emit(about, value, trouble)
