"""The golden sample to compare with: a known good picture of the bundle that runs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from inspector.errors import ProtocolError
from inspector.protocol import GoldenSet, ImageView, body_as
from inspector_console.bridge import Answer, Bridge, Step

LIST: Final = "golden.list"
READ: Final = "golden.read"


class Golden(QObject):
    """Fetches the first good sample whenever somebody wants to compare: the product may have changed."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.region: tuple[int, int, int, int] | None = None
        self.is_none = False
        """The bundle has no such sample, or it cannot be had."""
        self._bridge = bridge
        bridge.answered.connect(self._on_answered)

    def want(self) -> None:
        """Have the sample fetched; until it is here, the last one stays."""
        self._bridge.ask(Step(LIST), about=LIST)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.about == LIST and answer.kind == LIST:
            self._take_list(answer)
        elif answer.kind == READ and answer.about == READ:
            self._take_sample(answer)

    def _take_list(self, answer: Answer) -> None:
        try:
            samples = body_as(answer.reply.body, GoldenSet).samples if answer.reply and answer.is_ok else ()
        except ProtocolError:
            samples = ()
        good = next((sample for sample in samples if sample.evaluation == "OK"), None)
        if good is None:
            self._have(QImage(), None)
        else:
            self._bridge.ask(Step(READ, {"name": good.name}), about=READ)

    def _take_sample(self, answer: Answer) -> None:
        attachments = answer.reply.attachments if answer.reply and answer.is_ok else ()
        image = QImage.fromData(attachments[0]) if attachments else QImage()
        self._have(image, region_of(answer))

    def _have(self, image: QImage, region: tuple[int, int, int, int] | None) -> None:
        self.is_none = image.isNull()
        self.image, self.region = (None, None) if self.is_none else (image, region)
        self.changed.emit()


def region_of(answer: Answer) -> tuple[int, int, int, int] | None:
    """Return where the recipe looks in a picture that was read, px; None if the station does not say."""
    if answer.reply is None:
        return None
    try:
        return body_as(answer.reply.body, ImageView).region
    except ProtocolError:
        return None
