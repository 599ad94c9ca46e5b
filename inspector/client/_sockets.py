"""The three sockets of a client. Used by its thread only."""

from __future__ import annotations

import contextlib
from typing import Final

import zmq
from zmq.utils.monitor import parse_monitor_message

from inspector.errors import ServiceUnavailableError
from inspector.protocol import MAX_FACT_BYTES, MAX_FRAME_BYTES, MAX_REPLY_BYTES, ClientKeys, Endpoints

_FACTS_HWM: Final = 1000
_FRAMES_HWM: Final = 2
_COMMANDS_HWM: Final = 64
_RECONNECT_MS: Final = 50
_RECONNECT_MAX_MS: Final = 500
_HANDSHAKE_MS: Final = 3000
_PING_MS: Final = 2000
_PING_TIMEOUT_MS: Final = 6000
_FRAMES_AT_ONCE: Final = 16
_EVENTS_AT_ONCE: Final = 16
TURNED_AWAY: Final = "turned away"
"""How a reason begins where the service does not let this console in."""
_WHY: Final[dict[int, str]] = {
    zmq.Event.HANDSHAKE_FAILED_AUTH: "the service does not know this console's key; have it allowed there",
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL: "the service lets in only who has keys; give this console some",
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL: "the service does not take the keys; is its public key the right one",
}


_FAILURES: Final = sum(int(event) for event in _WHY)


class Sockets:
    """DEALER for commands, SUB for facts, SUB for frames; connecting, again and again if need be.

    Raises
    ------
    ServiceUnavailableError
        If an address cannot even be tried.
    """

    def __init__(self, endpoints: Endpoints, keys: ClientKeys | None, wake_fd: int) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._has_keys = keys is not None
        try:
            self._commands = self._open(zmq.DEALER, _COMMANDS_HWM, MAX_REPLY_BYTES, keys)
            self._monitor: zmq.Socket[bytes] = self._commands.get_monitor_socket(_FAILURES)
            self._commands.immediate = True  # nothing waits for a connection: it would be carried out late
            self._facts = self._open(zmq.SUB, _FACTS_HWM, MAX_FACT_BYTES, keys)
            self._facts.subscribe(b"")
            self._frames = self._open(zmq.SUB, _FRAMES_HWM, MAX_FRAME_BYTES, keys)
            for opened, address in zip(self._all, endpoints.all, strict=True):
                _connect(opened, address)
        except BaseException:
            self.close()
            raise
        self._watched = ""
        self._poller = zmq.Poller()
        for source in (*self._all, wake_fd):
            self._poller.register(source, zmq.POLLIN)

    @property
    def _all(self) -> tuple[zmq.Socket[bytes], ...]:
        return self._commands, self._facts, self._frames

    def _open(self, kind: int, queue: int, limit_bytes: int, keys: ClientKeys | None) -> zmq.Socket[bytes]:
        opened: zmq.Socket[bytes] = self._context.socket(kind)
        opened.linger = 0
        opened.sndhwm, opened.rcvhwm = _COMMANDS_HWM, queue
        opened.maxmsgsize = limit_bytes
        opened.reconnect_ivl, opened.reconnect_ivl_max = _RECONNECT_MS, _RECONNECT_MAX_MS
        opened.connect_timeout, opened.handshake_ivl = _HANDSHAKE_MS, _HANDSHAKE_MS
        opened.heartbeat_ivl, opened.heartbeat_timeout = _PING_MS, _PING_TIMEOUT_MS
        if keys is not None:
            opened.curve_serverkey = keys.server_public
            opened.curve_secretkey = keys.secret
            opened.curve_publickey = zmq.curve_public(keys.secret)
        return opened

    def wait(self, timeout_ms: int) -> None:
        """Wait until something has come, or somebody writes to the wake-up file."""
        self._poller.poll(timeout_ms)

    def send(self, data: bytes) -> bool:
        """Send a command; False if there is no connection, or it does not take more."""
        try:
            self._commands.send(data, zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True

    def refusal(self) -> str:
        """Return why the service has not let this client in since the last call; empty if it has not said no."""
        reason = ""
        with contextlib.suppress(zmq.Again):
            for _ in range(_EVENTS_AT_ONCE):
                parts = self._monitor.recv_multipart(zmq.NOBLOCK)
                event = parse_monitor_message(parts)["event"]
                # Without keys, a service that ends in the middle of a handshake looks like this, too.
                if event in _WHY and (self._has_keys or event != zmq.Event.HANDSHAKE_FAILED_NO_DETAIL):
                    reason = f"{TURNED_AWAY}: {_WHY[event]}"
        return reason

    def reply(self) -> list[bytes] | None:
        """Return the next reply, or None."""
        return _next(self._commands)

    def fact(self) -> list[bytes] | None:
        """Return the next fact, or None."""
        return _next(self._facts)

    def newest_frame(self) -> list[zmq.Frame] | None:
        """Return the newest frame that has come, or None; older ones are dropped."""
        newest: list[zmq.Frame] | None = None
        with contextlib.suppress(zmq.Again):
            for _ in range(_FRAMES_AT_ONCE):
                newest = self._frames.recv_multipart(zmq.NOBLOCK, copy=False)
        return newest

    def watch(self, topic: str) -> None:
        """Have frames of one topic come from now on; empty = none."""
        if self._watched:
            self._frames.unsubscribe(self._watched)
        if topic:
            self._frames.subscribe(topic)
        self._watched = topic

    def close(self) -> None:
        """Close everything at once."""
        self._context.destroy(linger=0)


def _next(opened: zmq.Socket[bytes]) -> list[bytes] | None:
    try:
        return opened.recv_multipart(zmq.NOBLOCK)
    except zmq.Again:
        return None


def _connect(opened: zmq.Socket[bytes], address: str) -> None:
    try:
        opened.ipv6 = "[" in address
        opened.connect(address)
    except zmq.ZMQError as error:
        raise ServiceUnavailableError(
            f"{address} cannot be connected to ({error.strerror}); check the service's address"
        ) from error
