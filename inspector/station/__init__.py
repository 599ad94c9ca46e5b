"""The hot process: capture, inspection, actuation. It writes to its own sockets and shared memory only."""

from inspector.station._outlet import EVENT_HOLD, EVENT_IMAGE, EVENT_STATE, LedgerOutlet
from inspector.station._rows import Journal
from inspector.station._station import Station, StationParts, StationSettings

__all__ = [
    "EVENT_HOLD",
    "EVENT_IMAGE",
    "EVENT_STATE",
    "Journal",
    "LedgerOutlet",
    "Station",
    "StationParts",
    "StationSettings",
]
