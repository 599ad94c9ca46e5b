"""What the line does when the PLC, or what poses as one, misbehaves on the wire."""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from types import FrameType

import pytest
from conftest import Connect
from line_io_peers import HOST, Action, Do, Request, Script, ScriptedPlc, honest

from inspector.devices import ModbusLine
from inspector.devices._codec import encode_fast
from inspector.devices._regmap import WORD_ORDER_TEST, MapOptions
from inspector.domain.line import Control, LineSnapshot, Mirror, RejectFault, ResultRecord, Status
from inspector.domain.verdict import Evaluation
from inspector.errors import (
    ConfigError,
    DeviceError,
    DeviceStateError,
    DeviceTimeoutError,
    DeviceUnavailableError,
)

TIMEOUT_MS = 250
"""Longer than the default, since the honest answers must come in time on a busy machine too."""
MIRROR = Mirror(heartbeat=1, status=Status.ONLINE, state=6)


def record(tag: int) -> ResultRecord:
    return ResultRecord(session=9, tag=tag, encoder_counts=tag, evaluation=Evaluation.OK)


def fast(now_100us: int, heartbeat: int = 0, options: MapOptions | None = None) -> list[int]:
    snapshot = LineSnapshot(
        plc_heartbeat=heartbeat,
        session=9,
        control=Control.NONE,
        newest_tag=0,
        part_count=0,
        now_100us=now_100us,
        encoder_counts=0,
        last_outcome_tag=0,
        reject_fault=RejectFault.NONE,
        triggers=(),
        torn_triggers=0,
        sent_ns=0,
        received_ns=0,
    )
    return encode_fast(snapshot, options or MapOptions())


def answer(reply: Sequence[Action]) -> Script:
    return lambda request, pdu: reply


def expect_reset(plc: ScriptedPlc) -> None:
    """The station has closed its socket, and not politely: the peer's kernel drops what it can."""
    assert plc.endings.get(timeout=5) == "reset"


def short(request: Request, pdu: bytes) -> Sequence[Action]:
    """One register fewer than asked for, consistently."""
    return [request.frame(bytes([pdu[0], pdu[1] - 2]) + pdu[2:-2])]


# script, error, what its message says, who ends the connection
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
    monkeypatch.setattr(socket, "create_connection", lambda *arguments: itself)
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


# What the peer is ---------------------------------------------------------------------------------


def without_fc23(request: Request, pdu: bytes) -> Sequence[Action]:
    return [request.refused(1)] if request.function == 23 else honest(request, pdu)


def test_a_plc_without_fc23_gets_the_result_by_fc16_and_it_is_remembered(
    plc: ScriptedPlc, connect: Connect
) -> None:
    plc.registers[1000:1060] = fast(0, heartbeat=5)
    plc.script = without_fc23
    line = connect(plc.port)
    line.open()
    plc.requests.clear()
    assert line.exchange(record(1)).plc_heartbeat == 5
    assert plc.functions() == [23, 16, 3]
    assert line.exchange(record(2)).session == 9
    assert plc.functions()[3:] == [16, 3]
    assert plc.registers[124:136][1] == 2
    line.open()
    plc.requests.clear()
    line.exchange(record(3))
    assert plc.functions() == [16, 3]


def test_a_plc_that_offers_neither_way_is_a_fault(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port)
    line.open()
    plc.script = lambda request, pdu: [request.refused(1)]
    with pytest.raises(DeviceStateError, match=r"function 16 refused, Modbus exception 1"):
        line.exchange(record(1))
    expect_reset(plc)


@pytest.mark.parametrize("other", ["big", "little"])
def test_the_wrong_word_order_is_seen_by_the_plcs_clock(
    plc: ScriptedPlc, connect: Connect, other: str
) -> None:
    mine = {"big": "little", "little": "big"}[other]
    ticks = iter(range(0x0001FFF0, 0x00030000, 100))  # carries into the high half too

    def scan(request: Request, pdu: bytes) -> Sequence[Action]:
        options = MapOptions(word_order=other)  # type: ignore[arg-type]
        plc.registers[1000:1060] = fast(next(ticks), options=options)
        return honest(request, pdu)

    plc.script = scan
    with pytest.raises(DeviceStateError, match=f"word_order = '{mine}' is the wrong one"):
        connect(plc.port, word_order=mine).open()
    expect_reset(plc)
    connect(plc.port, word_order=other).open()


def test_a_halted_plc_tells_nothing_of_its_word_order_and_is_accepted(
    plc: ScriptedPlc, connect: Connect
) -> None:
    plc.registers[1000:1060] = fast(0x12345678)
    for word_order in ("big", "little"):
        line = connect(plc.port, word_order=word_order)
        line.open()
        line.close()  # it talks to one at a time


def test_registers_that_belong_to_something_else_are_not_written(plc: ScriptedPlc, connect: Connect) -> None:
    plc.registers[0:24] = range(500, 524)
    with pytest.raises(DeviceStateError, match=r"block S at 0 holds MapVersion 0x01f4.*check base_s"):
        connect(plc.port).open()
    plc.registers[0:24] = [0x0042, *[0] * 23]
    with pytest.raises(DeviceStateError, match="MapVersion 0x0042"):
        connect(plc.port).open()
    assert not any(request.writes for request in plc.requests)


@pytest.mark.parametrize("pattern", [0, WORD_ORDER_TEST, 0x56781234])
def test_what_an_earlier_station_wrote_is_taken_over(
    plc: ScriptedPlc, connect: Connect, pattern: int
) -> None:
    plc.registers[0] = 0x01FF if pattern else 0
    plc.registers[22:24] = divmod(pattern, 0x10000)
    connect(plc.port).open()


def test_a_block_s_that_cannot_be_read_may_still_be_written(plc: ScriptedPlc, connect: Connect) -> None:
    def write_only(request: Request, pdu: bytes) -> Sequence[Action]:
        is_read_of_s = request.function == 3 and request.data[:2] == b"\0\0"
        return [request.refused(2)] if is_read_of_s else honest(request, pdu)

    plc.script = write_only
    line = connect(plc.port)
    line.open()
    line.write_mirror(MIRROR)
    assert plc.registers[0] == 0x0100


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"port": 0}, "port = 0"),
        ({"station_id": 0}, "station_id = 0"),
        ({"unit_id": 256}, "unit_id = 256"),
        ({"timeout_ms": 0}, "timeout_ms = 0"),
        ({"connect_timeout_ms": -1}, "connect_timeout_ms = -1"),
        ({"base_p": 100}, "overlap"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(setting: dict[str, int], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ModbusLine(HOST, **{"port": 502, "station_id": 1, **setting})  # type: ignore[arg-type]


def test_requests_stay_within_what_careful_stacks_can_carry(plc: ScriptedPlc, connect: Connect) -> None:
    line = connect(plc.port)
    line.open()
    line.exchange(record(1))
    line.exchange(None)
    line.read_details()
    line.write_mirror(MIRROR)
    line.clear_results()
    for request in plc.requests:
        if request.function in {3, 23}:
            assert struct.unpack_from(">H", request.data, 2)[0] <= 60
        if request.writes:
            assert len(request.writes[1]) <= 123
