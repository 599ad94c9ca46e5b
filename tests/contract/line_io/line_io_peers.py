"""Modbus servers to test the station's client against: two of other authors, and one that misbehaves.

A peer's registers are read and set over the wire by pyModbusTCP's client, which shares no code with ours.
"""

from __future__ import annotations

import asyncio
import queue
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from pyModbusTCP.client import ModbusClient
from pyModbusTCP.server import DataBank, ModbusServer

HOST = "127.0.0.1"
REGISTERS = 2000
"""What every peer holds; addresses beyond do not exist."""


@dataclass(frozen=True)
class Peer:
    """A PLC as the tests see it: where it listens, and what is in its registers."""

    port: int
    host: str = HOST

    def get(self, address: int, count: int) -> list[int]:
        with self._client() as client:
            words = [
                client.read_holding_registers(at, min(100, address + count - at))
                for at in range(address, address + count, 100)
            ]
            assert None not in words, client.last_except_as_txt
            return [word for chunk in words for word in chunk or ()]

    def set(self, address: int, words: Sequence[int]) -> None:
        with self._client() as client:
            for at in range(0, len(words), 100):
                assert client.write_multiple_registers(address + at, list(words[at : at + 100]))

    @contextmanager
    def _client(self) -> Iterator[ModbusClient]:
        client = ModbusClient(self.host, self.port, unit_id=1, timeout=5)
        assert client.open()
        yield client
        client.close()


@contextmanager
def pymodbustcp_peer() -> Iterator[Peer]:
    server = ModbusServer(HOST, 0, no_block=True, data_bank=DataBank(h_regs_size=REGISTERS))
    server.start()
    yield Peer(server._service.server_address[1])  # what port 0 became
    server.stop()


@contextmanager
def pymodbus_peer() -> Iterator[Peer]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> ModbusTcpServer:
        registers = SimData(0, count=REGISTERS, datatype=DataType.REGISTERS)
        server = ModbusTcpServer(SimDevice(0, simdata=[registers]), address=(HOST, 0))
        await server.serve_forever(background=True)
        return server

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    yield Peer(server.transport.sockets[0].getsockname()[1])
    asyncio.run_coroutine_threadsafe(server.shutdown(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


PASSIVE_PEERS = {"pyModbusTCP": pymodbustcp_peer, "pymodbus": pymodbus_peer}
"""Servers without a PLC program: a test may put into block P what it likes."""


class Do(Enum):
    """What a misbehaving server does, other than sending bytes."""

    CLOSE = auto()
    RESET = auto()


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    tid: int
    unit: int
    function: int
    data: bytes

    @property
    def writes(self) -> tuple[int, list[int]] | None:
        """Address and registers of a write."""
        if self.function == 16:
            address, payload = struct.unpack_from(">H", self.data)[0], self.data[5:]
        elif self.function == 23:
            address, payload = struct.unpack_from(">H", self.data, 4)[0], self.data[9:]
        else:
            return None
        return address, list(struct.unpack(f">{len(payload) // 2}H", payload))

    def frame(self, pdu: bytes, *, tid: int | None = None, unit: int | None = None) -> bytes:
        """A reply to this request, or nearly."""
        tid = self.tid if tid is None else tid
        return struct.pack(">HHHB", tid, 0, len(pdu) + 1, self.unit if unit is None else unit) + pdu

    def refused(self, code: int) -> bytes:
        return self.frame(bytes([self.function | 0x80, code]))


Action = bytes | float | Do
Script = Callable[[Request, bytes], Sequence[Action]]
"""From a request and the honest reply's PDU: what to send, how long to wait (s), when to hang up."""


def honest(request: Request, pdu: bytes) -> Sequence[Action]:
    return [request.frame(pdu)]


class ScriptedPlc:
    """A Modbus server that answers FC3, FC16 and FC23 as its script says, and remembers every request."""

    def __init__(self) -> None:
        self.registers = [0] * REGISTERS
        self.script: Script = honest
        self.requests: list[Request] = []
        self.endings: queue.Queue[str] = queue.Queue()
        """How each connection ended, as this end saw it."""
        self.listening = threading.Event()
        """While cleared, nothing is read: the process hangs, its kernel does not."""
        self.listening.set()
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def written(self, tag: int) -> int:
        """How often a result with this tag came in."""
        writes = [request.writes[1] for request in self.requests if request.writes]
        return sum(1 for words in writes if len(words) == 12 and words[1] == tag)

    def functions(self) -> list[int]:
        return [request.function for request in self.requests]

    def stop(self) -> None:
        self._stopping.set()
        self.listening.set()
        self._thread.join(10)
        self._listener.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        self._listener.settimeout(0.02)
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                self.endings.put(self._converse(connection))

    def _converse(self, connection: socket.socket) -> str:
        connection.settimeout(0.02)
        pending = b""
        while not self._stopping.is_set():
            self.listening.wait()
            try:
                data = connection.recv(4096)
            except TimeoutError:
                continue
            except ConnectionResetError:
                return "reset"
            if not data:
                return "closed"
            pending += data
            while len(pending) >= 8 and len(pending) >= (end := 6 + int.from_bytes(pending[4:6], "big")):
                frame, pending = pending[:end], pending[end:]
                request = Request(int.from_bytes(frame[:2], "big"), frame[6], frame[7], frame[8:])
                self.requests.append(request)
                try:
                    if self._act(connection, self.script(request, self._execute(request))):
                        return "own"
                except (ConnectionResetError, BrokenPipeError):
                    return "reset"
        return "stopped"

    def _act(self, connection: socket.socket, actions: Sequence[Action]) -> bool:
        """Do as the script says; True if the connection is over."""
        for action in actions:
            if isinstance(action, bytes):
                connection.sendall(action)
            elif isinstance(action, float):
                time.sleep(action)
            else:
                if action is Do.RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return True
        return False

    def _execute(self, request: Request) -> bytes:
        """Carry a request out and return the reply's PDU."""
        if request.writes:
            address, words = request.writes
            self.registers[address : address + len(words)] = words
        if request.function == 16:
            return bytes([16]) + request.data[:4]
        address, count = struct.unpack_from(">HH", request.data)
        words = self.registers[address : address + count]
        return struct.pack(f">BB{len(words)}H", request.function, 2 * len(words), *words)
