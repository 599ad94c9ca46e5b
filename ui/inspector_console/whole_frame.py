"""A frame as the camera made it, of which the screen has shown a smaller picture."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from inspector.errors import ProtocolError
from inspector.protocol import FrameHeader, body_as
from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.widgets import image_of

READ_FRAME: Final = "frame.read"


class WholeFrame(QObject):
    """Fetches the whole of a frame that somebody stopped to look at, once for each."""

    came = Signal(object, object)
    """A `FrameHeader` and its `QImage`."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge, self._asked_ns = bridge, 0
        bridge.answered.connect(self._on_answered)

    def want(self, header: FrameHeader) -> None:
        """Have the whole of a frame fetched, if what is here is less; the station keeps the newest ones only."""
        is_less = header.width_px < header.source_width_px
        if is_less and self._bridge.is_local and header.available_ns != self._asked_ns:
            self._asked_ns = header.available_ns
            self._bridge.ask(Step(READ_FRAME, {"available_ns": header.available_ns}), about=READ_FRAME)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind != READ_FRAME or answer.reply is None or not answer.is_ok:
            return
        try:
            header = body_as(answer.reply.body, FrameHeader)
        except ProtocolError:
            return
        pixels = answer.reply.attachments[0] if answer.reply.attachments else b""
        if len(pixels) == header.width_px * header.height_px * header.channels:
            self.came.emit(header, image_of(header, memoryview(pixels)))
