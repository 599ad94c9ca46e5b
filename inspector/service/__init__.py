"""The station's local API: state, alarms, commands, access and audit, for consoles that come and go."""

from inspector.service._curve import make_keys
from inspector.service._desk import Authority, Counts, Handler, Later, Standing, nobody_seizes
from inspector.service._options import (
    Golden,
    Heat,
    Region,
    RejectRecords,
    ServiceFiles,
    ServiceParts,
    ServiceSettings,
    View,
)
from inspector.service._picture import Encoder
from inspector.service._server import HEARTBEAT_MS, Server
from inspector.service._service import Service
from inspector.service._sessions import SessionPolicy

__all__ = [
    "HEARTBEAT_MS",
    "Authority",
    "Counts",
    "Encoder",
    "Golden",
    "Handler",
    "Heat",
    "Later",
    "Region",
    "RejectRecords",
    "Server",
    "Service",
    "ServiceFiles",
    "ServiceParts",
    "ServiceSettings",
    "SessionPolicy",
    "Standing",
    "View",
    "make_keys",
    "nobody_seizes",
]
