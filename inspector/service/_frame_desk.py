"""The newest frames as they were, for whoever stopped to look at one of them."""

from __future__ import annotations

from collections import deque
from typing import Final

from inspector.domain.access import Permission
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.protocol import Code, Command, FrameHeader, Message, Reply, body_as, done, refused
from inspector.service._access import Access
from inspector.service._accounts import Act
from inspector.service._door import LOCAL_PEER

READ_FRAME: Final = "frame.read"
_KEPT: Final = 16
_KEPT_BYTES: Final = 32 << 20
_LINGER_NS: Final = 2_000_000_000
"""Whoever stops the picture stops following it first, and asks for the whole of it then."""


class RecentFrames:
    """The newest frames that were shown, some 20 MB of them. Used by the service's thread."""

    def __init__(self) -> None:
        self._kept: deque[tuple[FrameHeader, memoryview]] = deque(maxlen=_KEPT)
        self._until_ns: int | None = None

    def keep(self, header: FrameHeader, pixels: memoryview) -> None:
        """Keep a frame whose pixels never change any more, and as many of the last ones as there is room for."""
        self._until_ns = None
        self._kept.append((header, pixels))
        while len(self._kept) > 1 and len(self._kept) * pixels.nbytes > _KEPT_BYTES:
            self._kept.popleft()

    def find(self, available_ns: int) -> tuple[FrameHeader, memoryview] | None:
        """Return the frame that came at a time."""
        return next((kept for kept in self._kept if kept[0].available_ns == available_ns), None)

    def tidy(self, now_ns: int) -> None:
        """Nobody looks any more: a while later nobody will ask either."""
        if self._until_ns is None:
            self._until_ns = now_ns + _LINGER_NS
        elif now_ns > self._until_ns:
            self._kept.clear()


class _Frame(Message):
    available_ns: int


class FrameDesk:
    """Hands out frames as they were, on this machine only. Called in the server's thread; never waits."""

    def __init__(self, access: Access, frames: RecentFrames) -> None:
        self._access, self._frames = access, frames
        self.acts: dict[str, Act] = {READ_FRAME: self._read}

    def _read(self, command: Command) -> Reply:
        self._access.permit(command, Permission.VIEW, acts=False)
        found = self._frames.find(body_as(command.args, _Frame).available_ns)
        if found is None or command.peer != LOCAL_PEER:
            return refused(Code.IMPOSSIBLE, tell(Told.FRAME_GONE))
        header, pixels = found
        return done(header).model_copy(update={"attachments": (pixels.tobytes(),)})
