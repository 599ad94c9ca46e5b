"""CURVE: letting in only the consoles whose keys are in a folder."""

from __future__ import annotations

import contextlib
from typing import Final

import zmq
from zmq.utils import z85

from inspector.clock import monotonic_ns
from inspector.errors import ConfigError
from inspector.protocol import ServerKeys, read_public

ZAP_DOMAIN: Final = b"inspector"
# RFC 27 (ZAP): fixed address of the handler, and of the fields of its messages.
_ZAP_ADDRESS: Final = "inproc://zeromq.zap.01"
_ZAP_VERSION: Final = b"1.0"
_REQUEST_PARTS: Final = 9
_LOOK_AGAIN_NS: Final = 1_000_000_000
_MAX_CLIENTS: Final = 256


class Doorkeeper:
    """Answers ZeroMQ's question whether a key may come in (ZAP). Used by the server's thread only.

    Attributes
    ----------
    socket : zmq.Socket
        To be polled for reading.
    denied : int
        Connections refused so far.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], keys: ServerKeys) -> None:
        self.denied = 0
        self._folder = keys.allowed_clients
        self._names: dict[bytes, str] = {}
        self._looked_ns = -_LOOK_AGAIN_NS
        self.socket: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.bind(_ZAP_ADDRESS)

    def answer_all(self) -> None:
        """Answer the questions that wait."""
        with contextlib.suppress(zmq.Again):
            for _ in range(_MAX_CLIENTS):
                parts = self.socket.recv_multipart(zmq.NOBLOCK)
                if len(parts) >= _REQUEST_PARTS - 1:
                    self._answer(parts)

    def _answer(self, parts: list[bytes]) -> None:
        # [address, "", version, request id, domain, peer's address, identity, mechanism, key]
        mechanism, credential = parts[7], parts[8] if len(parts) == _REQUEST_PARTS else b""
        name = self._name_of(credential) if mechanism == b"CURVE" else ""
        self.denied += not name
        verdict = [b"200", b"OK", name.encode()] if name else [b"400", b"key is not allowed", b""]
        self.socket.send_multipart([*parts[:2], _ZAP_VERSION, parts[3], *verdict, b""], zmq.NOBLOCK)

    def _name_of(self, credential: bytes) -> str:
        if len(credential) != 32:
            return ""
        if monotonic_ns() - self._looked_ns >= _LOOK_AGAIN_NS:
            self._names = self._look()
            self._looked_ns = monotonic_ns()
        return self._names.get(credential, "")

    def _look(self) -> dict[bytes, str]:
        """Read the folder. A file that holds no key lets nobody in, and keeps nobody else out."""
        names: dict[bytes, str] = {}
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.glob("*.pub"))[:_MAX_CLIENTS]:
                with contextlib.suppress(ConfigError):
                    names[z85.decode(read_public(path))] = path.stem
        return names
