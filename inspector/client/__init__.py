"""What a console needs to attach to the service: a client in a thread of its own. No Qt, no arrays."""

from inspector.client._client import Client
from inspector.client._news import Attached, Changed, FrameReady, Lost, News, Picture
from inspector.client._running import SYSTEM_FOLDER, find_service
from inspector.client._sockets import TURNED_AWAY
from inspector.client._worker import Counts

__all__ = [
    "SYSTEM_FOLDER",
    "TURNED_AWAY",
    "Attached",
    "Changed",
    "Client",
    "Counts",
    "FrameReady",
    "Lost",
    "News",
    "Picture",
    "find_service",
]
