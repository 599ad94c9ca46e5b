"""What a console needs to attach to the service: a client in a thread of its own. No Qt, no arrays."""

from inspector.client._client import Client
from inspector.client._news import Attached, Changed, FrameReady, Lost, News, Picture
from inspector.client._worker import Counts

__all__ = ["Attached", "Changed", "Client", "Counts", "FrameReady", "Lost", "News", "Picture"]
