"""The simulated PLC's Modbus, seen by clients of two other authors and by plain bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from plc_server_rig import HOST, PoweredPlc, frame, read_frame
from pymodbus.client import ModbusTcpClient
from pyModbusTCP.client import ModbusClient

S_END, P_BASE, P_END = 292, 1000, 1248


@pytest.fixture
def pymodbus_client(plc: PoweredPlc) -> Iterator[ModbusTcpClient]:
    client = ModbusTcpClient(HOST, port=plc.port, timeout=5, retries=0)
    assert client.connect()
    yield client
    client.close()


@pytest.fixture
def pymodbustcp_client(plc: PoweredPlc) -> Iterator[ModbusClient]:
    client = ModbusClient(HOST, plc.port, unit_id=1, timeout=5)
    assert client.open()
    yield client
    client.close()


class TestOtherClients:
    def test_pymodbus_reads_and_writes(self, pymodbus_client: ModbusTcpClient) -> None:
        words = list(range(1, 13))
        assert not pymodbus_client.write_registers(100, words, device_id=1).isError()
        assert pymodbus_client.read_holding_registers(100, count=12, device_id=1).registers == words
        assert not pymodbus_client.write_register(101, 77, device_id=1).isError()
        both = pymodbus_client.readwrite_registers(
            read_address=100, read_count=3, write_address=102, values=[88], device_id=1
        )
        assert both.registers == [1, 77, 88]

    def test_pymodbustcp_reads_and_writes(self, pymodbustcp_client: ModbusClient) -> None:
        words = list(range(500, 524))
        assert pymodbustcp_client.write_multiple_registers(0, words)
        assert pymodbustcp_client.read_holding_registers(0, 24) == words
        assert pymodbustcp_client.write_single_register(5, 7)
        assert pymodbustcp_client.write_read_multiple_registers(6, [8], 5, 2) == [7, 8]

    def test_pymodbus_is_told_of_a_wrong_unit(self, pymodbus_client: ModbusTcpClient) -> None:
        assert pymodbus_client.read_holding_registers(0, count=1, device_id=2).exception_code == 0x0B

    def test_functions_that_do_not_exist_are_refused_politely(self, pymodbus_client: ModbusTcpClient) -> None:
        answers = [
            pymodbus_client.read_input_registers(0, count=1, device_id=1),
            pymodbus_client.read_coils(0, count=1, device_id=1),
            pymodbus_client.read_discrete_inputs(0, count=1, device_id=1),
            pymodbus_client.write_coil(0, True, device_id=1),
            pymodbus_client.write_coils(0, [True], device_id=1),
            pymodbus_client.mask_write_register(address=0, and_mask=1, or_mask=1, device_id=1),
            pymodbus_client.read_device_information(device_id=1),
        ]
        assert [answer.exception_code for answer in answers] == [1] * 7
        assert not pymodbus_client.read_holding_registers(0, count=1, device_id=1).isError()

    def test_several_at_once_see_the_same_registers(
        self, pymodbus_client: ModbusTcpClient, pymodbustcp_client: ModbusClient
    ) -> None:
        for value in range(20):
            pymodbus_client.write_register(7, value, device_id=1)
            assert pymodbustcp_client.read_holding_registers(7, 1) == [value]


READ, WRITE_ONE = ">BHH", ">BHH"


@pytest.mark.parametrize(
    ("pdu", "code"),
    [
        (struct.pack(READ, 3, S_END - 1, 2), 2),
        (struct.pack(READ, 3, P_BASE - 1, 2), 2),
        (struct.pack(READ, 3, P_END - 1, 2), 2),
        (struct.pack(READ, 3, 65535, 1), 2),
        (struct.pack(READ, 3, 0, 0), 3),
        (struct.pack(READ, 3, 0, 126), 3),
        (struct.pack(READ, 3, 0, 1) + b"\0", 3),
        (b"\x03\0", 3),
        (struct.pack(WRITE_ONE, 6, P_BASE, 1), 2),
        (b"\x06\0", 3),
        (struct.pack(">BHHBH", 16, P_BASE, 1, 2, 1), 2),
        (struct.pack(">BHHBHH", 16, S_END - 1, 2, 4, 1, 1), 2),
        (struct.pack(">BHHBH", 16, 0, 2, 2, 1), 3),
        (struct.pack(">BHHBH", 16, 0, 1, 4, 1), 3),
        (struct.pack(">BHHB", 16, 0, 0, 0), 3),
        (struct.pack(">BHHB", 16, 0, 124, 248) + bytes(240), 3),
        (b"\x10", 3),
        (struct.pack(">BHHHHBH", 23, P_END, 1, 0, 1, 2, 1), 2),
        (struct.pack(">BHHHHBH", 23, 0, 1, P_BASE, 1, 2, 1), 2),
        (struct.pack(">BHHHHBH", 23, 0, 126, 0, 1, 2, 1), 3),
        (struct.pack(">BHHHHBH", 23, 0, 1, 0, 2, 2, 1), 3),
        (b"\x17\0\0", 3),
        (b"\x80", 1),
        (b"\xff\1", 1),
        (b"\x00", 1),
    ],
)
def test_what_is_illegal_is_refused_with_its_code_and_changes_nothing(
    plc: PoweredPlc, pdu: bytes, code: int
) -> None:
    with plc.socket() as sock:
        sock.sendall(frame(9, pdu))
        assert read_frame(sock) == (9, 1, bytes([pdu[0] & 0x7F | 0x80, code]))
        sock.sendall(frame(10, struct.pack(READ, 3, 0, 3)))
        assert read_frame(sock) == (10, 1, b"\x03\x06" + bytes(6))


def test_requests_of_one_segment_are_all_answered_in_order(plc: PoweredPlc) -> None:
    requests = b"".join(
        frame(n, struct.pack(WRITE_ONE, 6, 50, n)) + frame(100 + n, struct.pack(READ, 3, 50, 1))
        for n in range(40)
    )
    with plc.socket() as sock:
        sock.sendall(requests)
        for n in range(40):
            assert read_frame(sock) == (n, 1, struct.pack(WRITE_ONE, 6, 50, n))
            assert read_frame(sock) == (100 + n, 1, struct.pack(">BBH", 3, 2, n))


def test_a_request_may_come_byte_by_byte(plc: PoweredPlc) -> None:
    with plc.socket() as sock:
        for byte in frame(3, struct.pack(">BHHBHH", 16, 60, 2, 4, 5, 6)):
            sock.sendall(bytes([byte]))
        assert read_frame(sock) == (3, 1, struct.pack(">BHH", 16, 60, 2))


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\n\r\n", struct.pack(">HHHB", 1, 0, 0, 1), b"\0\1\0\0\xff\xff\1"]
)
def test_what_is_not_modbus_is_hung_up_on(plc: PoweredPlc, garbage: bytes) -> None:
    with plc.socket() as sock:
        sock.sendall(garbage)
        with pytest.raises(ConnectionError):
            read_frame(sock)


def test_more_clients_than_it_can_hold_are_hung_up_on_and_others_live(plc: PoweredPlc) -> None:
    with plc.socket() as first:
        more = [plc.socket() for _ in range(16)]
        socks = [context.__enter__() for context in more]
        with pytest.raises(ConnectionError):
            read_frame(socks[-1])
        first.sendall(frame(1, struct.pack(READ, 3, 0, 1)))
        assert read_frame(first)[0] == 1
        for context in more:
            context.__exit__(None, None, None)
