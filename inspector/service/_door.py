"""One door of the service: the sockets of one set of addresses. Used by one thread only."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import zmq

from inspector.errors import ConfigError, ServiceUnavailableError
from inspector.protocol import (
    FITTED_WIDTHS_PX,
    JPEG_WIDTHS_PX,
    MAX_COMMAND_BYTES,
    RAW_FRAMES,
    Endpoints,
    ServerKeys,
    fitted_frames,
    jpeg_frames,
)
from inspector.service._curve import ZAP_DOMAIN

# Messages kept for one subscriber that does not read. Facts are small; a frame too many is only stale.
_FACTS_HWM: Final = 256
_FRAMES_HWM: Final = 2
_COMMANDS_HWM: Final = 64
# CURVE's own INITIATE command counts as a message too, and is longer than any subscription.
_SUBSCRIPTION_BYTES: Final = 2048
_BACKLOG: Final = 32
# A peer that does not answer ZeroMQ's own ping is disconnected, and what waits for it is freed.
_PING_MS: Final = 2000
_PING_TIMEOUT_MS: Final = 6000
_SUBSCRIPTIONS_AT_ONCE: Final = 64
_ENDS_AT_ONCE: Final = 256
_JPEG_FRAMES: Final = tuple(map(jpeg_frames, JPEG_WIDTHS_PX))
_ALL_FRAMES: Final = (RAW_FRAMES, *map(fitted_frames, FITTED_WIDTHS_PX), *_JPEG_FRAMES)
# What ZeroMQ's monitor says first of an event: which, and of which descriptor. (pyzmq's own reader of it would
# bring asyncio and TLS along.)
_EVENT: Final = struct.Struct("=hi")
LOCAL_PEER: Final = "local"


class Incoming(NamedTuple):
    """One message to the service."""

    address: bytes
    peer: str
    """Name of the peer's key file, or `local`."""
    parts: list[bytes]
    connection: int
    """Number of the connection; another one may get it later."""


class Door:
    """ROUTER for commands, PUB for facts, XPUB for frames; bound.

    Attributes
    ----------
    commands : zmq.Socket
        To be polled for reading.
    ends : zmq.Socket
        Likewise; becomes readable when a connection for commands ends.
    endpoints : Endpoints
        Where it is bound, with real port numbers.
    is_local : bool
        Raw frames go out only here.

    Raises
    ------
    ConfigError
        The addresses can be reached from other machines, and there are no keys.
    ServiceUnavailableError
        An address cannot be had.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], endpoints: Endpoints, keys: ServerKeys | None = None
    ) -> None:
        if keys is None and not endpoints.is_private:
            raise ConfigError(
                f"{endpoints.commands} can be reached from other machines: that needs keys "
                "(or use 127.0.0.1, or a folder for local sockets)"
            )
        self.is_local = keys is None
        self._offered = _JPEG_FRAMES if keys else _ALL_FRAMES
        self._prefixes: set[str] = set()
        self._sockets: list[zmq.Socket[bytes]] = []
        try:
            self.commands = self._open(context, zmq.ROUTER, _COMMANDS_HWM, MAX_COMMAND_BYTES, keys)
            self._facts = self._open(context, zmq.PUB, _FACTS_HWM, _SUBSCRIPTION_BYTES, keys)
            self._frames = self._open(context, zmq.XPUB, _FRAMES_HWM, _SUBSCRIPTION_BYTES, keys)
            self.ends: zmq.Socket[bytes] = self.commands.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self.endpoints = Endpoints(*map(_bind, self._sockets, endpoints.all))
        except BaseException:
            self.close()
            raise

    def _open(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        kind: int,
        queue: int,
        limit_bytes: int,
        keys: ServerKeys | None,
    ) -> zmq.Socket[bytes]:
        opened: zmq.Socket[bytes] = context.socket(kind)
        self._sockets.append(opened)
        opened.linger = 0
        opened.sndhwm, opened.rcvhwm = queue, _COMMANDS_HWM
        opened.maxmsgsize = limit_bytes
        opened.backlog = _BACKLOG
        opened.heartbeat_ivl, opened.heartbeat_timeout = _PING_MS, _PING_TIMEOUT_MS
        if keys is not None:
            opened.curve_server = True
            opened.curve_secretkey = keys.secret
            opened.zap_domain = ZAP_DOMAIN
        return opened

    def receive(self) -> Incoming | None:
        """Return the next command, or None if none waits."""
        try:
            frames = self.commands.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return None
        parts = [frame.bytes for frame in frames[1:3]]
        return Incoming(frames[0].bytes, self._peer_of(frames[-1]), parts, int(frames[-1].get(zmq.SRCFD)))

    def ended(self) -> Iterator[int]:
        """Return the connections for commands that have ended since the last call."""
        with contextlib.suppress(zmq.Again):
            for _ in range(_ENDS_AT_ONCE):
                yield _EVENT.unpack(self.ends.recv_multipart(zmq.NOBLOCK)[0])[1]

    def answer(self, address: bytes, parts: Sequence[bytes]) -> None:
        """Send an answer; if the peer is gone, or does not read, ZeroMQ drops it."""
        with contextlib.suppress(zmq.Again):
            self.commands.send_multipart([address, *parts], zmq.NOBLOCK)

    def tell(self, topic: str, data: bytes) -> None:
        """Send a fact to all who have subscribed; whoever does not keep up misses it."""
        self._facts.send_multipart([topic.encode(), data], zmq.NOBLOCK)

    def show(self, topic: str, header: bytes, pixels: bytes | memoryview) -> None:
        """Send a frame without copying its pixels: they may not change any more."""
        self._frames.send_multipart([topic.encode(), header, pixels], zmq.NOBLOCK, copy=False)

    def wanted(self) -> frozenset[str]:
        """Return the frame topics that somebody has subscribed to. Call it often: subscriptions queue up."""
        with contextlib.suppress(zmq.Again):
            for _ in range(_SUBSCRIPTIONS_AT_ONCE):
                self._note(self._frames.recv(zmq.NOBLOCK))
        return frozenset(topic for topic in self._offered if topic.startswith(tuple(self._prefixes)))

    def close(self) -> None:
        """Close the sockets at once; what still waits in them is lost."""
        if hasattr(self, "ends"):
            self.commands.disable_monitor()  # first, or ZeroMQ would wait for somebody to read it
            self.ends.close(linger=0)
        for opened in self._sockets:
            opened.close(linger=0)

    def _note(self, message: bytes) -> None:
        prefix = message[1:].decode("ascii", "replace")
        if message[:1] == b"\x00":
            self._prefixes.discard(prefix)
        elif message[:1] == b"\x01" and any(topic.startswith(prefix) for topic in self._offered):
            self._prefixes.add(prefix)  # so there are never more than the topics have letters

    def _peer_of(self, frame: zmq.Frame) -> str:
        if self.is_local:
            return LOCAL_PEER
        name = frame.get("User-Id")
        return name if isinstance(name, str) else ""


def _bind(opened: zmq.Socket[bytes], address: str) -> str:
    path = Path(address.removeprefix("ipc://")) if address.startswith("ipc://") else None
    if path is not None:
        _refuse_to_displace(path)
    try:
        opened.ipv6 = "[" in address
        if path is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened.bind(address)
        if path is not None:
            path.chmod(0o660)  # the folder, 0700 unless it was there before, says who gets this far
    except (zmq.ZMQError, OSError) as error:
        raise ServiceUnavailableError(
            f"the service cannot listen at {address} ({error.strerror}); is another one running, "
            "or is the address not of this machine?"
        ) from error
    return opened.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")


def _refuse_to_displace(path: Path) -> None:
    """ZeroMQ would silently take the address away from a service that lives."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(str(path))
        except OSError:
            return
    raise ServiceUnavailableError(f"another service is running at {path}; stop it first")
