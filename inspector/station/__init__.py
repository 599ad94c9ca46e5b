"""The hot process: capture, inspection, actuation. It writes to its own sockets and shared memory only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.rooms import on_demand

if TYPE_CHECKING:
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
_HOMES = {
    "EVENT_HOLD": "_outlet",
    "EVENT_IMAGE": "_outlet",
    "EVENT_STATE": "_outlet",
    "Journal": "_rows",
    "LedgerOutlet": "_outlet",
    "Station": "_station",
    "StationParts": "_station",
    "StationSettings": "_station",
}

if not TYPE_CHECKING:  # a checker knows the names above, and shall find any other wrong
    __getattr__ = on_demand(__name__, _HOMES)
