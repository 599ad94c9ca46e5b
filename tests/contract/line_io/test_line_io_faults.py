"""What the line does when the PLC, or what poses as one, misbehaves on the wire."""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from types import FrameType

import pytest
from conftest import Connect
from line_io_faces import MIRROR, TIMEOUT_MS, answer, expect_reset, fast, record, short
from line_io_peers import HOST, Do, Script, ScriptedPlc, honest

from inspector.devices import ModbusLine
from inspector.devices._modbus_tcp import ModbusConnection
from inspector.errors import (
    DeviceError,
    DeviceStateError,
    DeviceTimeoutError,
    DeviceUnavailableError,
)

FAULTS: dict[str, tuple[Script, type[DeviceError], str, str]] = {
    "no answer": (answer([]), DeviceTimeoutError, "no answer within 250 ms; check", "reset"),
    "hangs up": (answer([Do.CLOSE]), DeviceUnavailableError, "closed by the PLC", "own"),
    "resets": (answer([Do.RESET]), DeviceUnavailableError, "Connection reset by peer", "own"),
    "illegal address": (
        lambda request, pdu: [request.refused(2)],
        DeviceStateError,
        r"function 23 refused, Modbus exception 2 \(illegal data address\); compare base_s",
        "reset",
    ),
    "busy": (
        lambda request, pdu: [request.refused(6)],
        DeviceStateError,
        r"Modbus exception 6 \(server device busy\)",
        "reset",
    ),
    "exception nobody knows": (
        lambda request, pdu: [request.refused(99)],
        DeviceStateError,
        r"Modbus exception 99 \(unknown\)",
        "reset",
    ),
    "other unit": (
        lambda request, pdu: [request.frame(pdu, unit=9)],
        DeviceStateError,
        "unit 9 answers instead of unit 1",
        "reset",
    ),
    "other transaction": (
        lambda request, pdu: [request.frame(pdu, tid=request.tid ^ 0x5555)],
        DeviceTimeoutError,
        r"\(1 replies to other requests were discarded\)",
        "reset",
    ),
    "other function": (
        lambda request, pdu: [request.frame(bytes([3]) + pdu[1:])],
        DeviceStateError,
        "the reply to function 23 is malformed: .* 03 78 ",
        "reset",
    ),
    "function nobody knows": (
        lambda request, pdu: [request.frame(bytes([99]) + pdu[1:])],
        DeviceStateError,
        "malformed",
        "reset",
    ),
    "too few registers": (short, DeviceStateError, "asked for 60 registers at 1000, got 59", "reset"),
    "count without registers": (
        lambda request, pdu: [request.frame(pdu[:2])],
        DeviceStateError,
        "malformed",
        "reset",
    ),
    "function alone": (lambda request, pdu: [request.frame(pdu[:1])], DeviceStateError, "malformed", "reset"),
    "exception without code": (
        lambda request, pdu: [request.frame(bytes([23 | 0x80]))],
        DeviceStateError,
        "malformed",
        "reset",
    ),
    "half a reply": (
        lambda request, pdu: [request.frame(pdu)[:40]],
        DeviceTimeoutError,
        "no answer",
        "reset",
    ),
    "half a reply, then hangs up": (
        lambda request, pdu: [request.frame(pdu)[:40], Do.CLOSE],
        DeviceUnavailableError,
        "closed by the PLC",
        "own",
    ),
    "not Modbus": (
        answer([b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
        DeviceStateError,
        "does not speak Modbus TCP",
        "reset",
    ),
    "length of nothing": (answer([bytes(7)]), DeviceStateError, "does not speak Modbus TCP", "reset"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_exchange_is_named_and_closed_and_never_repeated(
    fault: str, plc: ScriptedPlc, connect: Connect, capfd: pytest.CaptureFixture[str]
) -> None:
    script, error, message, ending = FAULTS[fault]
    line = connect(plc.port, timeout_ms=TIMEOUT_MS)
    line.open()
    plc.script = script
    with pytest.raises(error, match=message) as caught:
        line.exchange(record(5))
    assert str(caught.value).startswith(f"PLC at 127.0.0.1:{plc.port}: ")
    assert plc.endings.get(timeout=5) == ending
    with pytest.raises(DeviceUnavailableError, match="not connected"):
        line.exchange(record(5))

    plc.script = honest
    line.open()
    line.exchange(record(6))
    line.exchange(None)
    assert (plc.written(5), plc.written(6)) == (1, 1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("echo", "said"),
    [
        (struct.pack(">BHH", 16, 1, 24), "wrote 24 registers at 0, but the reply confirms 24 at 1"),
        (struct.pack(">BHH", 16, 0, 23), "wrote 24 registers at 0, but the reply confirms 23 at 0"),
    ],
)
def test_a_wrong_echo_is_a_fault(plc: ScriptedPlc, connect: Connect, echo: bytes, said: str) -> None:
    line = connect(plc.port)
    line.open()
    plc.script = lambda request, pdu: [request.frame(echo)]
    with pytest.raises(DeviceStateError, match=said):
        line.write_mirror(MIRROR)
    expect_reset(plc)


def test_a_reply_in_single_bytes_is_a_reply(plc: ScriptedPlc, connect: Connect) -> None:
    plc.registers[1000:1060] = fast(0, heartbeat=77)
    line = connect(plc.port)
    line.open()
    plc.script = lambda request, pdu: [request.frame(pdu)[at : at + 1] for at in range(129)]
    assert line.exchange(record(1)).plc_heartbeat == 77
    assert line.exchange(None).plc_heartbeat == 77


def test_a_reply_that_trickles_in_too_slowly_is_late(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port, timeout_ms=TIMEOUT_MS)
    line.open()
    plc.script = lambda request, pdu: [
        part for byte in request.frame(pdu)[:20] for part in (bytes([byte]), 0.1)
    ]
    begin = time.monotonic()
    with pytest.raises(DeviceTimeoutError):
        line.exchange(record(1))
    assert time.monotonic() - begin < 1.0  # 2 s if each byte began the limit anew


def test_a_flood_of_foreign_replies_does_not_stretch_the_limit(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port, timeout_ms=TIMEOUT_MS)
    line.open()
    plc.script = lambda request, pdu: [
        part for _ in range(40) for part in (request.frame(pdu, tid=request.tid ^ 1), 0.05)
    ]
    begin = time.monotonic()
    with pytest.raises(DeviceTimeoutError, match="discarded"):
        line.exchange(record(1))
    assert time.monotonic() - begin < 1.0


def test_the_second_of_two_replies_in_a_segment_answers_nothing(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port)
    line.open()
    plc.registers[1000:1060] = fast(0, heartbeat=1)
    plc.script = lambda request, pdu: [2 * request.frame(pdu)]
    assert line.exchange(record(1)).plc_heartbeat == 1
    plc.registers[1000:1060] = fast(0, heartbeat=2)
    assert line.exchange(record(2)).plc_heartbeat == 2
    plc.script = honest
    plc.registers[1000:1060] = fast(0, heartbeat=3)
    assert line.exchange(None).plc_heartbeat == 3


def test_a_late_reply_before_the_right_one_is_discarded(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port)
    line.open()
    plc.registers[1000:1060] = fast(0, heartbeat=2)
    old = struct.pack(">BB60H", 23, 120, *fast(0, heartbeat=1))
    plc.script = lambda request, pdu: [request.frame(old, tid=request.tid - 1) + request.frame(pdu)]
    assert line.exchange(record(1)).plc_heartbeat == 2


def test_transactions_are_numbered_on_over_a_reconnection(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port)
    line.open()
    line.exchange(None)
    line.open()
    line.exchange(None)
    tids = [request.tid for request in plc.requests]
    assert tids == list(range(1, len(tids) + 1))


# Ghost writes, half-open connections --------------------------------------------------------------


def test_a_hung_plc_gets_a_timed_out_write_once_at_most(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port, timeout_ms=TIMEOUT_MS)
    line.open()
    plc.listening.clear()
    time.sleep(0.05)  # it may be in the middle of a short wait for bytes
    with pytest.raises(DeviceTimeoutError):
        line.exchange(record(5))
    for _ in range(3):
        with pytest.raises(DeviceError):
            line.open()
        with pytest.raises(DeviceUnavailableError):
            line.exchange(record(5))
    plc.listening.set()
    line = connect(plc.port)
    line.open()
    line.exchange(record(6))
    assert plc.written(5) <= 1
    assert plc.written(6) == 1
    writes = [request.writes for request in plc.requests if request.writes]
    assert writes[-1][1][1] == 6, "nothing comes after the newest result"


def test_opening_a_half_open_peer_is_bounded(plc: ScriptedPlc) -> None:
    plc.listening.clear()
    line = ModbusLine(HOST, plc.port, station_id=7)
    begin = time.monotonic()
    with pytest.raises(DeviceTimeoutError, match="no answer within 80 ms"):
        line.open()
    assert time.monotonic() - begin < 0.5
    with pytest.raises(DeviceUnavailableError, match="not connected"):
        line.exchange(None)


def test_an_interrupted_exchange_leaves_no_connection_out_of_step(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port, timeout_ms=5000)
    line.open()
    plc.script = answer([])

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            line.exchange(record(5))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    expect_reset(plc)
    with pytest.raises(DeviceUnavailableError, match="not connected"):
        line.exchange(None)


# Connecting ---------------------------------------------------------------------------------------


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port that stays bound, so that nobody else gets it, and on which nobody listens."""
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        yield holder.getsockname()[1]


def test_a_refused_connection_names_address_and_remedy(free_port: int, connect: Connect) -> None:
    line = connect(free_port)
    for _ in range(2):  # and may be tried again
        with pytest.raises(
            DeviceUnavailableError, match=f"PLC at 127.0.0.1:{free_port}: .*Connection refused.*check power"
        ):
            line.open()


def test_an_unknown_host_is_unavailable() -> None:
    line = ModbusLine("plc..invalid", 502, station_id=1)
    with pytest.raises(DeviceUnavailableError, match=r"PLC at plc\.\.invalid:502"):
        line.open()


def test_connecting_into_the_void_is_bounded(connect: Connect) -> None:
    with socket.create_server((HOST, 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]  # a full queue drops what knocks, as a dead cable does
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((HOST, port))
        line = connect(port, connect_timeout_ms=150)
        begin = time.monotonic()
        with pytest.raises(DeviceUnavailableError, match="no connection within 150 ms"):
            line.open()
        assert 0.1 < time.monotonic() - begin < 1.0
        for filler in fillers:
            filler.close()


def test_a_connection_to_itself_is_no_connection(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux may give a client the very port it connects to, which then keeps the server from it."""
    itself = socket.socket()
    itself.bind((HOST, 0))
    itself.connect(itself.getsockname())
    monkeypatch.setattr(ModbusConnection, "_connected", lambda _: itself)
    with pytest.raises(DeviceUnavailableError, match="nobody listens"):
        connect(itself.getsockname()[1]).open()
    assert itself.fileno() == -1


def test_no_descriptor_is_left_behind_by_failures(plc: ScriptedPlc, connect: Connect, free_port: int) -> None:
    line, refused = connect(plc.port, timeout_ms=5), connect(free_port)
    scripts = [answer([]), answer([Do.RESET]), answer([Do.CLOSE]), answer([b"junk" * 3])]

    def fail(rounds: int) -> None:
        for at in range(rounds):
            plc.script = scripts[at % len(scripts)]
            with pytest.raises(DeviceError):
                line.open()
            with pytest.raises(DeviceUnavailableError):
                refused.open()
            plc.endings.get(timeout=5)

    fail(4)
    before = len(os.listdir("/proc/self/fd"))
    fail(20)
    for _ in range(1000):
        if (
            len(os.listdir("/proc/self/fd")) <= before
        ):  # the PLC closes its end a moment after it has told of it
            return
        time.sleep(0.01)
    raise AssertionError("descriptors are left behind")
