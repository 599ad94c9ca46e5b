"""What the line does with what a PLC is, says of itself, and already holds."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from conftest import Connect
from line_io_faces import MIRROR, expect_reset, fast, record
from line_io_peers import HOST, Action, Request, ScriptedPlc, honest

from inspector.devices import ModbusLine
from inspector.devices._regmap import WORD_ORDER_TEST, MapOptions
from inspector.errors import (
    ConfigError,
    DeviceStateError,
)


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
