"""Pictures of rejects: fetched by name, a few at a time, kept as long as somebody may look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from inspector_console.bridge import Answer, Bridge

READ_IMAGE: Final = "image.read"
_THUMBNAIL_PX: Final = 192


class Pictures(QObject):
    """Keeps the pictures that are wanted, whole and small. One is asked for at a time."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.thumbnails: dict[str, QImage] = {}
        self.gone: set[str] = set()
        """Names that the service does not (or no longer) have."""
        self._whole: dict[str, QImage] = {}
        self._wanted: list[str] = []
        self._asked = ""
        self._bridge = bridge
        bridge.answered.connect(self._on_answered)

    def want(self, names: Iterable[str]) -> None:
        """Have these, and forget all others."""
        self._wanted = [name for name in names if name]
        for known in (self.thumbnails, self._whole):
            for name in known.keys() - set(self._wanted):
                del known[name]
        self.gone &= set(self._wanted)
        self._ask()

    def whole(self, name: str) -> QImage | None:
        """Return a picture, if it is here."""
        return self._whole.get(name)

    def _ask(self) -> None:
        if self._asked or (missing := self._missing()) is None:
            return
        self._asked = missing
        self._bridge.ask([READ_IMAGE], {"image": missing}, about=missing)

    def _missing(self) -> str | None:
        return next(
            (name for name in self._wanted if name not in self._whole and name not in self.gone), None
        )

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind != READ_IMAGE:
            return
        self._asked = ""
        if answer.reply is not None:  # else the link is down: it is asked for again with the next news
            self._take(answer.about, answer.reply.attachments if answer.is_ok else ())
            self._ask()

    def _take(self, name: str, attachments: tuple[bytes, ...]) -> None:
        image = QImage.fromData(attachments[0]) if attachments else QImage()
        if image.isNull():
            self.gone.add(name)
        elif name in self._wanted:
            self._whole[name] = image
            mode = Qt.TransformationMode.SmoothTransformation
            self.thumbnails[name] = image.scaledToWidth(min(_THUMBNAIL_PX, image.width()), mode)
        self.changed.emit()
