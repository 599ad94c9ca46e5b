"""The station's local API: state, alarms, commands, access and audit, for consoles that come and go."""

from inspector.service._desk import Authority, Counts, Handler, Later, Standing, nobody_seizes
from inspector.service._key_files import (
    CLIENTS,
    allow_client,
    allowed_clients,
    make_client_folder,
    make_keys,
    put_public,
)
from inspector.service._options import (
    Frames,
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
from inspector.service._secret import HashCost
from inspector.service._server import HEARTBEAT_MS, Server
from inspector.service._service import Service
from inspector.service._sessions import SessionPolicy

__all__ = [
    "CLIENTS",
    "HEARTBEAT_MS",
    "Authority",
    "Counts",
    "Encoder",
    "Frames",
    "Golden",
    "Handler",
    "HashCost",
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
    "allow_client",
    "allowed_clients",
    "make_client_folder",
    "make_keys",
    "nobody_seizes",
    "put_public",
]
