"""One Modbus TCP connection on which every request is sent once and answered once, or which is closed.

pymodbus packs and unpacks the messages; the socket is our own, because its synchronous client keeps the
socket open after some failures, repeats requests by itself, and waits on where a reply is wrong.

The socket blocks, and the kernel keeps the time limit (SO_RCVTIMEO): Python's own socket timeouts poll
before each call, which lets go of the interpreter lock, and has to win it back, twice as often.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
from collections.abc import Sequence
from typing import Final

from pymodbus.framer import FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu import register_message as messages

from inspector.clock import monotonic_ns
from inspector.devices._names import HostName
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import DeviceError, DeviceStateError, DeviceTimeoutError, DeviceUnavailableError

# What goes wrong is raised, in words; a second, unformatted account on stderr helps nobody.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL + 1)

_HEADER_BYTES: Final = 7
_LENGTH_MAX: Final = 254
"""Unit id and the longest message (253 bytes)."""

_EXCEPTIONS: Final = {
    1: ("illegal function", "the PLC does not offer it; see which functions its Modbus server supports"),
    2: ("illegal data address", "compare base_s and base_p with the registers that the PLC provides"),
    3: ("illegal data value", "compare the PLC's register map with docs/registers.md"),
    4: ("server device failure", "see the PLC's own diagnosis"),
    5: ("acknowledge", "the PLC takes its time; it must answer at once"),
    6: ("server device busy", "the PLC cannot keep up; lower its load or its scan time"),
    8: ("memory parity error", "see the PLC's own diagnosis"),
    10: ("gateway path unavailable", "check unit_id and the gateway's routes"),
    11: ("gateway target failed to respond", "check unit_id and the device behind the gateway"),
}


class ModbusRefusedError(DeviceStateError):
    """The PLC answered with an exception reply. The connection is still in step.

    Parameters
    ----------
    code
        The Modbus exception code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class _QuickReadResponse(messages.ReadHoldingRegistersResponse):
    """Decodes all registers in one go; pymodbus takes them one by one, and formats them for its log."""

    def decode(self, data: bytes) -> None:
        self.registers = struct.unpack_from(f">{data[0] // 2}H", data, 1)

    def __str__(self) -> str:
        return type(self).__name__


class _QuickReadWriteResponse(_QuickReadResponse):
    function_code = 23


class _QuickReadWriteRequest(messages.ReadWriteMultipleRegistersRequest):
    def encode(self) -> bytes:
        words = self.write_registers
        head = (self.read_address, self.read_count, self.write_address, len(words), 2 * len(words))
        return struct.pack(f">HHHHB{len(words)}H", *head, *words)


class ModbusConnection:
    """A Modbus TCP client for one owner thread.

    Every method but `close` raises DeviceUnavailableError, DeviceTimeoutError or DeviceStateError, and
    has then closed the connection; `ModbusRefusedError` alone leaves it open. Nothing is sent twice.

    Parameters
    ----------
    host, port, unit_id
        The server.
    timeout_ms
        For one request with its reply.
    connect_timeout_ms
        For looking up the name, and for connecting, per address that it stands for.
    """

    def __init__(
        self, host: str, port: int, *, unit_id: int, timeout_ms: int, connect_timeout_ms: int
    ) -> None:
        self.name = f"PLC at {host}:{port}"
        self.sent_ns = 0
        """When the last request left (monotonic)."""
        self.received_ns = 0
        """When its reply was here."""
        self._host = HostName(host, port)
        self._unit_id = unit_id
        self._timeout_ms = timeout_ms
        self._connect_timeout_ms = connect_timeout_ms
        self._socket: socket.socket | None = None
        self._pending = b""
        self._tid = 0
        self._decoder = DecodePDU(is_server=False)
        self._decoder.register(_QuickReadResponse)
        self._decoder.register(_QuickReadWriteResponse)
        self._framer = FramerSocket(self._decoder)

    @property
    def is_open(self) -> bool:
        """Whether there is a connection; it may be dead without anybody knowing."""
        return self._socket is not None

    def open(self) -> None:
        """Connect anew; an existing connection is closed first."""
        self.close()
        try:
            self._socket = self._connected()
            self._prepare(self._socket)
        except (OSError, UnicodeError) as error:
            self.close()
            raise DeviceUnavailableError(
                tell(Told.PLC_UNREACHABLE, plc=self.name, ms=self._connect_timeout_ms, error=_reason(error))
            ) from error

    def _connected(self) -> socket.socket:
        limit_s = self._connect_timeout_ms / 1000
        failure: OSError = ConnectionRefusedError(tell(Told.NOBODY_LISTENS))
        for family, address in self._host.addresses(limit_s):
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.settimeout(limit_s)
            try:
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure

    def _prepare(self, connection: socket.socket) -> None:
        if connection.getsockname() == connection.getpeername():
            # On one machine, a free port may connect to itself, and then keep the server from it.
            raise ConnectionRefusedError(tell(Told.NOBODY_LISTENS))
        limit = struct.pack("ll", *divmod(self._timeout_ms * 1000, 1_000_000))
        connection.settimeout(None)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        # Closing resets: what the peer has not read yet, it should not execute later. Some will.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self._connect_timeout_ms)

    def close(self) -> None:
        """Close at once, in any state; never raises and never waits."""
        connection, self._socket, self._pending = self._socket, None, b""
        if connection is not None:
            with contextlib.suppress(OSError):  # whatever it says: it is closed
                connection.close()

    def read(self, address: int, count: int) -> Sequence[int]:
        """Read holding registers (FC3)."""
        request = messages.ReadHoldingRegistersRequest(address=address, count=count, dev_id=self._unit_id)
        return self._registers(request, address, count)

    def write(self, address: int, words: Sequence[int]) -> None:
        """Write holding registers (FC16)."""
        reply = self._transact(
            messages.WriteMultipleRegistersRequest(address=address, registers=words, dev_id=self._unit_id)
        )
        if (reply.address, reply.count) != (address, len(words)):
            raise self._wrong(
                tell(
                    Told.PLC_WROTE_OTHERS,
                    count=len(words),
                    address=address,
                    others=reply.count,
                    there=reply.address,
                )
            )

    def write_read(self, write_address: int, words: Sequence[int], address: int, count: int) -> Sequence[int]:
        """Write, then read, in one transaction (FC23)."""
        request = _QuickReadWriteRequest(
            read_address=address,
            read_count=count,
            write_address=write_address,
            write_registers=words,
            dev_id=self._unit_id,
        )
        return self._registers(request, address, count)

    def _registers(self, request: ModbusPDU, address: int, count: int) -> Sequence[int]:
        registers = self._transact(request).registers
        if len(registers) != count:
            raise self._wrong(tell(Told.PLC_READ_OTHERS, count=count, address=address, others=len(registers)))
        return registers

    def _transact(self, request: ModbusPDU) -> ModbusPDU:
        """Send a request, once, and return the reply to it."""
        if self._socket is None:
            raise DeviceUnavailableError(f"{self.name}: not connected; open the connection first")
        self._tid = request.transaction_id = self._tid % 0xFFFF + 1
        frame = self._framer.buildFrame(request)
        self.sent_ns = monotonic_ns()
        try:
            self._socket.sendall(frame)
            reply = self._await_reply(self._socket)
        except BaseException as error:
            self.close()  # it is out of step now, whatever the reason
            if isinstance(error, OSError) and not isinstance(error, DeviceError):
                raise DeviceUnavailableError(
                    tell(Told.PLC_CONNECTION_LOST, plc=self.name, error=_reason(error))
                ) from error
            raise
        self.received_ns = monotonic_ns()
        return self._decoded(reply, request.function_code)

    def _await_reply(self, connection: socket.socket) -> bytes:
        """Return the frame that answers the newest request; others are late or double, and discarded."""
        discarded = 0
        while True:
            while not (frame := self._next_frame()):
                self._receive(connection, discarded)
            if int.from_bytes(frame[:2], "big") == self._tid:
                return frame
            discarded += 1

    def _next_frame(self) -> bytes:
        """Take one whole frame from what has come so far; empty if there is none yet."""
        pending = self._pending
        if len(pending) < _HEADER_BYTES:
            return b""
        protocol, length = struct.unpack_from(">HH", pending, 2)
        if protocol or not 2 <= length <= _LENGTH_MAX:
            raise self._wrong(tell(Told.PLC_SPEAKS_OTHERWISE))
        end = 6 + length
        if len(pending) < end:
            return b""
        self._pending = pending[end:]
        return pending[:end]

    def _receive(self, connection: socket.socket, discarded: int) -> None:
        """Wait for bytes, until the request's time is over."""
        left_s = self._timeout_ms / 1000 - (monotonic_ns() - self.sent_ns) / 1e9
        try:
            if left_s <= 0:
                raise TimeoutError
            if self._pending or discarded:  # not the first wait: the kernel's limit would start anew
                connection.settimeout(left_s)
            data = connection.recv(1024)
            connection.settimeout(None)
        except (TimeoutError, BlockingIOError) as error:
            about: dict[str, str | int] = {"plc": self.name, "ms": self._timeout_ms}
            raise DeviceTimeoutError(
                tell(Told.PLC_ONLY_OLD_ANSWERS, count=discarded, **about)
                if discarded
                else tell(Told.PLC_NO_ANSWER, **about)
            ) from error
        if not data:
            raise ConnectionResetError(tell(Told.PLC_CLOSED))
        self._pending += data

    def _decoded(self, frame: bytes, function: int) -> ModbusPDU:
        """Return what a reply says, provided that it comes from the right unit and function."""
        if frame[6] != self._unit_id:
            raise self._wrong(tell(Told.PLC_OTHER_UNIT, other=frame[6], unit=self._unit_id))
        reply = self._decoder.decode(frame[_HEADER_BYTES:])
        if reply is None or reply.function_code & 0x7F != function:
            raise self._wrong(tell(Told.PLC_MALFORMED, function=function, frame=frame.hex(" ")))
        if reply.isError():
            code = reply.exception_code
            meaning, remedy = _EXCEPTIONS.get(code, ("unknown", "see the PLC's manual"))
            about: dict[str, str | int] = {"function": function, "meaning": meaning, "remedy": remedy}
            raise ModbusRefusedError(tell(Told.PLC_REFUSES, plc=self.name, code=code, **about), code)
        return reply

    def _wrong(self, what: str) -> DeviceStateError:
        """Close, and return the error that says what is wrong with the peer."""
        self.close()
        return DeviceStateError(tell(Told.PLC_ANSWERS_WRONGLY, plc=self.name, what=what))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
