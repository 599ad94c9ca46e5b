"""The station's local API: state, alarms, commands, access and audit, for consoles that come and go."""

from inspector.service._curve import make_keys
from inspector.service._desk import Authority, Counts, Handler, Standing, nobody_seizes
from inspector.service._picture import Encoder
from inspector.service._server import HEARTBEAT_MS, Server

__all__ = [
    "HEARTBEAT_MS",
    "Authority",
    "Counts",
    "Encoder",
    "Handler",
    "Server",
    "Standing",
    "make_keys",
    "nobody_seizes",
]
