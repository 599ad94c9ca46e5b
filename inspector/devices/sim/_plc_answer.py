"""One Modbus request in, one answer out: function codes, addresses and values as the specification has them.

Requests are decoded and answers encoded by pymodbus, so that simulator and station do not share a codec
of our own making on the wire.
"""

from __future__ import annotations

import struct
from typing import Final

from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadWriteMultipleRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteMultipleRegistersResponse,
    WriteSingleRegisterRequest,
    WriteSingleRegisterResponse,
)

from inspector.devices._regmap import READ_MAX, READ_WRITE_MAX, WRITE_MAX
from inspector.devices.sim._plc_registers import Registers

ILLEGAL_FUNCTION: Final = 1
ILLEGAL_ADDRESS: Final = 2
ILLEGAL_VALUE: Final = 3
TARGET_FAILED: Final = 0x0B
"""'Gateway target device failed to respond': there is no such unit."""

_READ, _WRITE_ONE, _WRITE, _READ_WRITE = 3, 6, 16, 23


class _QuickReadRequest(ReadHoldingRegistersRequest):
    """pymodbus formats each request for its log, whether or not anybody reads that."""

    def __str__(self) -> str:
        return type(self).__name__


class _QuickReadWriteRequest(ReadWriteMultipleRegistersRequest):
    def decode(self, data: bytes) -> None:
        """Take all registers in one go; lengths have been checked."""
        self.read_address, self.read_count, self.write_address, self.write_count, size = struct.unpack_from(
            ">HHHHB", data
        )
        self.write_registers = struct.unpack_from(f">{size // 2}H", data, 9)

    def __str__(self) -> str:
        return type(self).__name__


class _QuickReadResponse(ReadHoldingRegistersResponse):
    def encode(self) -> bytes:
        """Pack all registers in one go."""
        words = self.registers
        return struct.pack(f">B{len(words)}H", 2 * len(words), *words)


class _QuickReadWriteResponse(_QuickReadResponse):
    function_code = 23


class Responder:
    """Executes requests on the registers. One thread."""

    def __init__(self, registers: Registers, unit: int) -> None:
        self._registers = registers
        self._unit = unit
        self._decoder = DecodePDU(is_server=True)
        self._decoder.register(_QuickReadRequest)
        self._decoder.register(_QuickReadWriteRequest)

    def answer(self, unit: int, pdu: bytes, now_ns: int) -> ModbusPDU:
        """Execute one request and return the answer; never raises, whatever the bytes."""
        function = pdu[0]
        if unit != self._unit:
            return refusal(function, TARGET_FAILED)
        if function not in {_READ, _WRITE_ONE, _WRITE, _READ_WRITE}:
            return refusal(function, ILLEGAL_FUNCTION)
        if not _is_well_formed(pdu):
            return refusal(function, ILLEGAL_VALUE)
        match self._decoder.decode(pdu):
            case ReadHoldingRegistersRequest() as request:
                return self._read(request)
            case ReadWriteMultipleRegistersRequest() as request:
                return self._read_write(request, now_ns)
            case WriteMultipleRegistersRequest() as request:
                return self._write(request, now_ns)
            case WriteSingleRegisterRequest() as request:
                return self._write_one(request, now_ns)
            case _:
                return refusal(function, ILLEGAL_VALUE)

    def _read(self, request: ReadHoldingRegistersRequest) -> ModbusPDU:
        if not self._registers.can_read(request.address, request.count):
            return refusal(_READ, ILLEGAL_ADDRESS)
        return _QuickReadResponse(registers=self._registers.read(request.address, request.count))

    def _read_write(self, request: ReadWriteMultipleRegistersRequest, now_ns: int) -> ModbusPDU:
        """Write first, then read: the specification's order."""
        registers = self._registers
        can_read = registers.can_read(request.read_address, request.read_count)
        if not can_read or not registers.can_write(request.write_address, request.write_count):
            return refusal(_READ_WRITE, ILLEGAL_ADDRESS)
        registers.write(request.write_address, request.write_registers, now_ns)
        words = registers.read(request.read_address, request.read_count)
        return _QuickReadWriteResponse(registers=words)

    def _write(self, request: WriteMultipleRegistersRequest, now_ns: int) -> ModbusPDU:
        if not self._registers.can_write(request.address, request.count):
            return refusal(_WRITE, ILLEGAL_ADDRESS)
        self._registers.write(request.address, request.registers, now_ns)
        return WriteMultipleRegistersResponse(address=request.address, count=request.count)

    def _write_one(self, request: WriteSingleRegisterRequest, now_ns: int) -> ModbusPDU:
        if not self._registers.can_write(request.address, 1):
            return refusal(_WRITE_ONE, ILLEGAL_ADDRESS)
        self._registers.write(request.address, request.registers, now_ns)
        return WriteSingleRegisterResponse(address=request.address, registers=request.registers)


def refusal(function: int, code: int) -> ExceptionResponse:
    """Return an exception answer."""
    return ExceptionResponse(function & 0x7F, code)


def _is_well_formed(pdu: bytes) -> bool:
    """Whether length, counts and byte count of a request agree, and the counts are allowed."""
    if pdu[0] == _READ:
        return len(pdu) == 5 and 1 <= _word(pdu, 3) <= READ_MAX
    if pdu[0] == _WRITE_ONE:
        return len(pdu) == 5
    if pdu[0] == _WRITE:
        return len(pdu) >= 6 and _has_values(pdu, at=3, limit=WRITE_MAX)
    return len(pdu) >= 10 and 1 <= _word(pdu, 3) <= READ_MAX and _has_values(pdu, at=7, limit=READ_WRITE_MAX)


def _has_values(pdu: bytes, at: int, limit: int) -> bool:
    """Whether count (at `at`), byte count and the values that follow agree."""
    count = _word(pdu, at)
    return 1 <= count <= limit and pdu[at + 2] == 2 * count and len(pdu) == at + 3 + 2 * count


def _word(pdu: bytes, at: int) -> int:
    return int.from_bytes(pdu[at : at + 2], "big")
