"""A powered PLC whose sensors the test moves, and plain sockets to talk to it."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from inspector.clock import monotonic_ns
from inspector.devices import ModbusLine
from inspector.devices.sim import PlcOptions, Wires
from inspector.devices.sim._plc import Plc
from inspector.devices.sim._wires import EventKind
from inspector.domain.line import Mirror, Status

HOST = "127.0.0.1"
T = TypeVar("T")
COUNTS_PER_S = 8_000.0  # 0.8 m/s


class PoweredPlc:
    """The PLC in a thread of the test; its wires are moved by hand, its clock is the real one."""

    def __init__(self, run_dir: Path, **options: Any) -> None:
        self.run_dir = run_dir
        path = run_dir / "wires"
        self.wires = Wires.attach(path) if path.exists() else Wires.create(path)
        self.wires.inputs["air_ok"] = 1
        self.wires.inputs["horizon_ns"] = 1 << 62
        self.wires.set_belt(monotonic_ns(), 4294960000.0, COUNTS_PER_S)
        self.plc = Plc(PlcOptions(run_dir=str(run_dir), **options))
        self.port = self.plc.server.port
        self._thread = threading.Thread(target=self.plc.run, name="plc")
        self._thread.start()
        self._bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def stop(self) -> None:
        self.plc.stop()
        self._thread.join(5)
        assert not self._thread.is_alive()
        self.plc.close()
        self._bell.close()

    def tell(self, **message: Any) -> None:
        self._bell.sendto(json.dumps(message).encode(), str(self.run_dir / "plc.ctl"))

    def move_to(self, count: int) -> None:
        """Have the encoder stand at a count."""
        self.wires.set_belt(monotonic_ns(), float(count), 0.0)

    def part_comes(self, t_ns: int | None = None) -> int:
        """Let a part's leading edge cover the photo-eye, ring the interrupt, return the encoder's count."""
        at_ns = monotonic_ns() if t_ns is None else t_ns
        encoder = self.wires.encoder_at(at_ns)
        self.wires.put_event(EventKind.EYE_RISE, at_ns, encoder, 0)
        self._bell.sendto(b"\1", str(self.run_dir / "plc.eye"))
        return encoder

    @contextmanager
    def socket(self) -> Iterator[socket.socket]:
        with socket.create_connection((HOST, self.port), timeout=30) as sock:
            yield sock


class BeatingStation:
    """A station that is ready, and whose heart beats in a thread of its own connection."""

    def __init__(self, port: int) -> None:
        self.line = ModbusLine(HOST, port, station_id=1, timeout_ms=2000)
        self.line.open()
        self.session = wait_for(lambda: self.line.exchange(None).session)
        self.beat = 0

    def work(self, until: Callable[[], object]) -> None:
        """Let the heart beat until something is the case."""
        end = time.monotonic() + 10
        while not until():
            assert time.monotonic() < end, "it never came about"
            self.beat += 1
            self.line.write_mirror(
                Mirror(
                    heartbeat=self.beat,
                    status=Status.ONLINE | Status.TRIGGER_READY,
                    state=6,
                    session_echo=self.session,
                )
            )
            time.sleep(0.02)


def wait_for(ask: Callable[[], T], limit_s: float = 60.0) -> T:
    """Ask until the answer is true."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.002)
    raise AssertionError("it never came about")


def frame(transaction: int, pdu: bytes, unit: int = 1) -> bytes:
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu


def read_frame(sock: socket.socket) -> tuple[int, int, bytes]:
    """Return transaction, unit, PDU of the next answer."""
    transaction, protocol, length, unit = struct.unpack(">HHHB", read_exactly(sock, 7))
    assert protocol == 0
    return transaction, unit, read_exactly(sock, length - 1)


def read_exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise ConnectionError("closed by the PLC")
        data += more
    return data
