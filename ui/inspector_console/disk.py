"""What waits for a disk, beside Qt's thread: a stick that hangs must not freeze the screen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inspector.errors import InspectorError

_log = logging.getLogger(__name__)
_LOOK_MS: Final = 50
_Done = tuple[str, object, str]


class Disk(QObject):
    """Does jobs, each in a thread of its own that does not keep the console from ending.

    Lives in Qt's thread; so does whoever hears `done`. The other threads know nothing of it: a window may be gone
    before its disk answers.
    """

    done = Signal(str, object, str)
    """What the job was about, what it returned, and why it failed (empty: it did not)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._under_way = 0
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    def do(self, about: str, job: Callable[[], object]) -> None:
        """Have a job done; never waits. The job must know no `QObject`."""
        self._under_way += 1
        self._look.start()
        threading.Thread(target=_run, args=(self._done, about, job), name="console-disk", daemon=True).start()

    @Slot()
    def _on_look(self) -> None:
        try:
            about, value, trouble = self._done.get_nowait()
        except Empty:
            return
        self._under_way -= 1
        if not self._under_way:
            self._look.stop()
        self.done.emit(about, value, trouble)


def _run(done: SimpleQueue[_Done], about: str, job: Callable[[], object]) -> None:
    value, trouble = None, ""
    try:
        value = job()
    except OSError as error:
        trouble = error.strerror or str(error)
    except InspectorError as error:
        trouble = str(error)
    except Exception as error:  # noqa: BLE001 - whoever has asked waits for an answer, whatever it is
        trouble = f"{type(error).__name__}: {error}"
        _log.exception("%s failed", about)
    done.put((about, value, trouble))
