"""A real Modbus TCP server without a thread or a timer of its own: the PLC's loop calls it.

asyncio wakes at full milliseconds and a server thread would fight the scan for the interpreter's lock, so
sockets are non-blocking and served by whoever waits for them (`select`). Framing and codec are pymodbus'.
Unlike pymodbus' own server it answers every request of a segment, in order.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections import deque
from collections.abc import Sequence
from typing import Final

from pymodbus.framer import FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU

from inspector.devices.sim._plc_answer import Responder, refusal
from inspector.devices.sim._plc_faults import ActiveFaults
from inspector.errors import ConfigError

MAX_CLIENTS: Final = 16
_BACKLOG = 16
_RECEIVE = 8192
_MOST_UNSENT = 1 << 18
_LINGER_RESET = struct.pack("ii", 1, 0)
_WRITES = frozenset({6, 16})
_READ_WRITE = 23


class Client:
    """One connection: what has come and is not a whole request yet, and what has to go out and when."""

    def __init__(self, sock: socket.socket, is_mute: bool) -> None:
        self.sock = sock
        self.is_mute = is_mute
        self.received = bytearray()
        self.unsent = bytearray()
        self.answers: deque[tuple[int, bytes]] = deque()

    def fileno(self) -> int:
        """For `select`."""
        return self.sock.fileno()

    def queue(self, due_ns: int, data: bytes) -> None:
        """Send `data` at `due_ns` at the earliest, but never before what was queued earlier."""
        if self.answers:
            due_ns = max(due_ns, self.answers[-1][0])
        self.answers.append((due_ns, data))

    def flush(self, now_ns: int) -> bool:
        """Send what is due and fits; return whether the connection is still good."""
        while self.answers and self.answers[0][0] <= now_ns:
            self.unsent += self.answers.popleft()[1]
        if not self.unsent:
            return True
        try:
            del self.unsent[: self.sock.send(self.unsent)]
        except BlockingIOError:
            return len(self.unsent) < _MOST_UNSENT
        except OSError:
            return False
        return len(self.unsent) < _MOST_UNSENT


class ModbusServer:
    """Listens, receives, answers, and acts out link faults. One thread.

    Parameters
    ----------
    port
        0 = any free one; see `port` afterwards.

    Raises
    ------
    ConfigError
        The address cannot be listened on, naming it and the remedy.
    """

    def __init__(self, host: str, port: int, responder: Responder, faults: ActiveFaults) -> None:
        self._host = host
        self._responder = responder
        self._faults = faults
        self._framer = FramerSocket(DecodePDU(is_server=True))
        self._clients: list[Client] = []
        self._listener: socket.socket | None = _listen(host, port)
        self.port: int = self._listener.getsockname()[1]
        self.requests = 0

    def waiting(self, now_ns: int) -> tuple[list[socket.socket | Client], list[Client]]:
        """Return what to wait for: readable, writable. Empty while the link is stalled."""
        if self._faults.is_active("link_stall", now_ns):
            return [], []
        readable: list[socket.socket | Client] = [*self._clients]
        if self._listener is not None:
            readable.append(self._listener)
        return readable, [client for client in self._clients if client.unsent]

    def due_ns(self, now_ns: int) -> int | None:
        """Return when the server must be called next even if no socket wakes it."""
        end_ns = self._faults.next_end_ns(now_ns)
        if self._faults.is_active("link_stall", now_ns):
            return end_ns
        dues = [client.answers[0][0] for client in self._clients if client.answers]
        return min(dues if end_ns is None else [*dues, end_ns], default=None)

    def serve(self, readable: Sequence[object], now_ns: int) -> None:
        """Accept, receive, execute, answer: everything that is possible without waiting."""
        self._mind_listener(now_ns)
        if self._faults.is_active("link_stall", now_ns):
            return
        if self._listener is not None and self._listener in readable:
            self._accept(now_ns)
        for client in [*self._clients]:
            is_good = client not in readable or self._receive(client, now_ns)
            if not (is_good and client.flush(now_ns)):
                self._drop(client)

    def reset_all(self) -> None:
        """Send RST to everybody."""
        for client in [*self._clients]:
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
            self._drop(client)

    def mute_all(self) -> None:
        """Never answer on these connections again."""
        for client in self._clients:
            client.is_mute = True
            client.answers.clear()
            client.unsent.clear()

    def close(self) -> None:
        """Close everything."""
        for client in [*self._clients]:
            self._drop(client)
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _mind_listener(self, now_ns: int) -> None:
        refuses = self._faults.is_active("refuse_connections", now_ns)
        if refuses and self._listener is not None:
            self._listener.close()
            self._listener = None
        elif not refuses and self._listener is None:
            self._listener = _listen(self._host, self.port)

    def _accept(self, now_ns: int) -> None:
        assert self._listener is not None
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return  # the client has given up meanwhile
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self._clients) >= MAX_CLIENTS:
            sock.close()
            return
        self._clients.append(Client(sock, self._faults.is_active("link_half_open", now_ns)))

    def _drop(self, client: Client) -> None:
        self._clients.remove(client)
        client.sock.close()

    def _receive(self, client: Client, now_ns: int) -> bool:
        """Take in what has come and answer all whole requests; return whether the connection is good."""
        try:
            data = client.sock.recv(_RECEIVE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        if client.is_mute:
            return True
        client.received += data
        return self._answer_all(client, now_ns)

    def _answer_all(self, client: Client, now_ns: int) -> bool:
        received = bytes(client.received)
        at = 0
        while at < len(received):
            if not _is_modbus(received[at : at + 6]):
                return False
            size, unit, transaction, pdu = self._framer.decode(received[at : at + _frame_size(received, at)])
            if not size:
                break
            at += size
            self._answer(client, unit, transaction, pdu, now_ns)
        del client.received[:at]
        return True

    def _answer(self, client: Client, unit: int, transaction: int, pdu: bytes, now_ns: int) -> None:
        self.requests += 1
        faults = self._faults
        if faults.strikes("exception_reply", now_ns):
            answer: ModbusPDU = refusal(pdu[0], int(faults.value("exception_reply", "code")))
        else:
            answer = self._responder.answer(unit, pdu, now_ns)
            if not answer.isError() and faults.strikes("wrong_echo", now_ns):
                _distort(answer)
        answer.dev_id, answer.transaction_id = unit, transaction
        busy_ms = faults.value("plc_busy", "delay_ms") if faults.is_active("plc_busy", now_ns) else 0.0
        client.queue(now_ns + round(busy_ms * 1e6), self._framer.buildFrame(answer))


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=_BACKLOG, reuse_port=False)
    except OSError as error:
        remedy = (
            "stop the program that uses it, or choose another port (0 = any free one)"
            if error.errno == errno.EADDRINUSE
            else "choose an address of this machine and a port that you may listen on"
        )
        raise ConfigError(f"the PLC cannot listen on {host}:{port}: {error.strerror}; {remedy}") from error
    listener.setblocking(False)
    return listener


def _is_modbus(header: bytes) -> bool:
    """Whether a frame may begin like this: protocol 0, and a length that a request can have."""
    if len(header) < 6:
        return header[2:4] == bytes(len(header[2:4]))
    length = int.from_bytes(header[4:6], "big")
    return header[2:4] == b"\0\0" and 2 <= length <= 254


def _frame_size(received: bytes, at: int) -> int:
    """Return how long the frame is that begins here, header included."""
    return 6 + int.from_bytes(received[at + 4 : at + 6], "big")


def _distort(answer: ModbusPDU) -> None:
    """Let an answer name another address, or lack a register where it names none."""
    if answer.function_code in _WRITES:
        answer.address = (answer.address + 1) & 0xFFFF
    elif answer.function_code == _READ_WRITE:
        answer.registers = answer.registers[:-1]
