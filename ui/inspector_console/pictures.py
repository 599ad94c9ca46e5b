"""Small pictures of the last rejects: cut from the live picture, or else fetched by name, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.close_up import Region, close_up
from inspector_console.golden import region_of
from inspector_console.presenter import RejectView

READ_IMAGE: Final = "image.read"
_THUMBNAIL: Final = QSize(200, 160)
_TRIES: Final = 4
"""A part is told before its picture is on the disk: it may take a moment."""
_PAUSE_MS: Final = 700
_SEEN: Final = 32
"""Parts of the live picture that are kept until the list of rejects has come to them."""


class Pictures(QObject):
    """Keeps small pictures of those that are wanted. One is asked for at a time."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self.thumbnails: dict[str, QImage] = {}
        self._wanted: list[str] = []
        self._seen: dict[tuple[int, int], QImage] = {}
        self._tried: Counter[str] = Counter()
        self._asked = ""
        self._bridge = bridge
        bridge.answered.connect(self._on_answered)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    def keep(self, key: tuple[int, int], image: QImage, region: Region | None) -> None:
        """Keep a part whose frame the live picture has shown: what the recorder has of it is the same."""
        self._seen[key] = close_up(image, region, _THUMBNAIL)
        if len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]

    def want(self, rejects: Iterable[RejectView]) -> None:
        """Have the pictures of these, and forget all others."""
        named = {reject.image: reject.key for reject in rejects if reject.image}
        self._wanted = list(named)
        for known in (self.thumbnails, self._tried):
            for name in known.keys() - named.keys():
                del known[name]
        here = {name: self._seen.pop(key) for name, key in named.items() if key in self._seen}
        if here:
            self.thumbnails |= here
            self.changed.emit()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        if self._asked or self._pause.isActive():
            return
        missing = [
            name for name in self._wanted if name not in self.thumbnails and self._tried[name] < _TRIES
        ]
        if missing:
            self._asked = min(missing, key=self._tried.__getitem__)  # what has failed waits for the others
            self._bridge.ask(Step(READ_IMAGE, {"name": self._asked}), about=self._asked)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind != READ_IMAGE or answer.about != self._asked:  # somebody else asked
            return
        self._asked = ""
        if answer.reply is None:  # the link is down: what comes next asks again
            return
        attachments = answer.reply.attachments if answer.is_ok else ()
        image = QImage.fromData(attachments[0]) if attachments else QImage()
        if image.isNull():
            self._tried[answer.about] += 1
            self._pause.start()
        elif answer.about in self._wanted:
            self.thumbnails[answer.about] = close_up(image, region_of(answer), _THUMBNAIL)
        self.changed.emit()
        self._ask()
