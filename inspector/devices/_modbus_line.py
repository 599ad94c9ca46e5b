"""The PLC as Modbus TCP server, and the station as its client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from inspector.clock import monotonic_ns, sleep_s
from inspector.devices._codec import decode_details, decode_fast, encode_mirror, encode_result
from inspector.devices._modbus_tcp import ModbusConnection, ModbusRefusedError
from inspector.devices._regmap import (
    DETAILS,
    FAST,
    FAST_WORDS,
    MAP_VERSION,
    MIRROR,
    OUTCOMES,
    RESULTS,
    SLOW_WORDS,
    WORD_ORDER_TEST,
    WRITE_MAX,
    MapOptions,
    WordOrder,
)
from inspector.domain.line import LineDetails, LineSnapshot, Mirror, ResultRecord
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError, DeviceError, DeviceStateError
from inspector.sharedmem import RegisterBoard, Words

_ILLEGAL_FUNCTION: Final = 1
_CLOCK_LOOK_NS: Final = 50_000_000
_CLOCK_PAUSE_S: Final = 0.002
_CLOCK_STEP_MAX_100US: Final = 50_000
"""5 s: far more than passes between two looks, and less than the 6.5536 s that exchanged halves feign."""


def _swapped(value: int) -> int:
    return (value & 0xFFFF) << 16 | value >> 16


_PATTERNS: Final = frozenset({0, WORD_ORDER_TEST, _swapped(WORD_ORDER_TEST)})
"""What may stand in WordOrderTest: the other order too, if the station's setting was changed since."""


class ModbusLine:
    """`LineIO` over Modbus TCP: the station writes block S of the PLC and reads its block P.

    For one owner thread. Each failure closes the connection (with a reset) before it is raised, nothing is
    ever sent twice, and `open` may be called again: after a failure, and after `close`.

    Where the PLC does not know FC23, a result is written by FC16 and the fast block read by FC3, two
    transactions; that is found out with the first result and remembered. The one record concerned is
    sent again by FC16, since an illegal function is never carried out.

    Parameters
    ----------
    host, port
        The PLC. An address is better than a name, which somebody has to look up.
    station_id
        1…65535, in the mirror and in every result's check.
    unit_id
        0…255; replies of any other unit are a fault.
    base_s, base_p, word_order, string_order, string_encoding
        See `MapOptions`.
    timeout_ms
        For one transaction.
    connect_timeout_ms
        For connecting.
    registers
        Where to keep what was last written and read, for people who look at the link.

    Raises
    ------
    ConfigError
        For a value out of range.
    """

    def __init__(
        self,
        host: str,
        port: int = 502,
        *,
        station_id: int,
        unit_id: int = 1,
        base_s: int = 0,
        base_p: int = 1000,
        word_order: WordOrder = "big",
        string_order: WordOrder = "big",
        string_encoding: str = "ascii",
        timeout_ms: int = 80,
        connect_timeout_ms: int = 500,
        registers: RegisterBoard | None = None,
    ) -> None:
        _check("port", port, 1, 65535)
        _check("station_id", station_id, 1, 65535)
        _check("unit_id", unit_id, 0, 255)
        _check("timeout_ms", timeout_ms, 1, 10_000)
        _check("connect_timeout_ms", connect_timeout_ms, 1, 60_000)
        self._options = MapOptions(
            base_s=base_s,
            base_p=base_p,
            word_order=word_order,
            string_order=string_order,
            string_encoding=string_encoding,
        )
        self._station_id = station_id
        self._session = 0
        self._has_write_read = True
        self._fast_address = self._options.address(FAST)
        self._registers = registers
        self._link = ModbusConnection(
            host, port, unit_id=unit_id, timeout_ms=timeout_ms, connect_timeout_ms=connect_timeout_ms
        )

    def open(self) -> None:
        """Connect, and see that the peer holds this register map.

        Takes twice `connect_timeout_ms`, three times `timeout_ms`, and 0.1 s at most; 10 ms is usual.

        Raises
        ------
        DeviceUnavailableError, DeviceTimeoutError
            If there is no connection, or no answer.
        DeviceStateError
            If block S holds something else, block P cannot be read, or the word order is the other one.
        """
        with self._closing_on_failure():
            self._link.open()
            self._check_mirror()
            self._check_word_order()
        self._session = 0

    def exchange(self, record: ResultRecord | None) -> LineSnapshot:
        """Write one result (or none) and read the fast block; see `ports.LineIO`.

        Hot: once per part and poll. Raises ValueError for a record that does not fit the registers.
        """
        with self._closing_on_failure():
            words = self._read_fast() if record is None else self._write_result(record)
        link = self._link
        self._note(Words.FAST, words)
        snapshot = decode_fast(words, self._options, sent_ns=link.sent_ns, received_ns=link.received_ns)
        self._session = snapshot.session
        return snapshot

    def read_details(self) -> LineDetails:
        """Read the slow block with the outcomes of the session that the last exchange has seen."""
        with self._closing_on_failure():
            words = self._link.read(self._options.address(DETAILS), SLOW_WORDS)
            self._note(Words.DETAILS, words)
            outcomes = self._link.read(self._options.address(OUTCOMES), OUTCOMES.total_words)
        self._note(Words.OUTCOMES, outcomes)
        return decode_details(words, outcomes, self._session, self._options)

    def write_mirror(self, mirror: Mirror) -> None:
        """Write words 0…23 of block S."""
        words = encode_mirror(mirror, self._station_id, self._options)
        with self._closing_on_failure():
            self._link.write(self._options.address(MIRROR), words)
        self._note(Words.MIRROR, words)

    def clear_results(self) -> None:
        """Zero the whole result ring, in whole entries."""
        first = self._options.address(RESULTS)
        step = WRITE_MAX // RESULTS.words * RESULTS.words
        with self._closing_on_failure():
            for offset in range(0, RESULTS.total_words, step):
                self._link.write(first + offset, [0] * min(step, RESULTS.total_words - offset))

    def close(self) -> None:
        """Close the connection, at once and without waiting for the peer."""
        self._link.close()

    def _write_result(self, record: ResultRecord) -> Sequence[int]:
        words = encode_result(record, self._station_id, self._options)
        address = self._options.address(RESULTS, record.tag)
        if self._has_write_read:
            try:
                answer = self._link.write_read(address, words, self._fast_address, FAST_WORDS)
            except ModbusRefusedError as refused:
                if refused.code != _ILLEGAL_FUNCTION:
                    raise
                self._has_write_read = False
            else:
                self._note(Words.RESULT, words)
                return answer
        self._link.write(address, words)
        self._note(Words.RESULT, words)
        return self._read_fast()

    def _note(self, kind: Words, words: Sequence[int]) -> None:
        if self._registers is not None:
            self._registers.note(kind, words, self._link.received_ns)

    def _read_fast(self) -> Sequence[int]:
        return self._link.read(self._fast_address, FAST_WORDS)

    def _check_mirror(self) -> None:
        """Refuse to write where something else lives: block S must be blank or this map's."""
        try:
            words = self._link.read(self._options.address(MIRROR), MIRROR.words)
        except ModbusRefusedError:
            return  # write-only there
        value = MIRROR.unpack(words, self._options.word_order)
        version, pattern = value["MapVersion"], value["WordOrderTest"]
        is_known = version == 0 or version >> 8 == MAP_VERSION >> 8
        if not is_known or pattern not in _PATTERNS:
            raise DeviceStateError(
                tell(
                    Told.PLC_OTHER_MAP,
                    plc=self._link.name,
                    base=self._options.base_s,
                    version=f"{version:#06x}",
                    pattern=f"{pattern:#010x}",
                    known=f"{MAP_VERSION:#06x}",
                    expected=f"{WORD_ORDER_TEST:#010x}",
                )
            )

    def _check_word_order(self) -> None:
        """Watch the PLC's clock advance: with its halves exchanged it leaps. A halted one tells nothing."""
        until_ns = monotonic_ns() + _CLOCK_LOOK_NS
        first = now = self._clock()
        while now == first and monotonic_ns() < until_ns:
            sleep_s(_CLOCK_PAUSE_S)
            now = self._clock()
        step = (now - first) & 0xFFFFFFFF
        swapped_step = (_swapped(now) - _swapped(first)) & 0xFFFFFFFF
        if swapped_step <= _CLOCK_STEP_MAX_100US < step:
            raise DeviceStateError(
                tell(
                    Told.PLC_WORD_ORDER,
                    plc=self._link.name,
                    step=step // 10,
                    swapped=swapped_step // 10,
                    order=repr(self._options.word_order),
                )
            )

    def _clock(self) -> int:
        return FAST.unpack(self._read_fast(), self._options.word_order)["Now"]

    @contextmanager
    def _closing_on_failure(self) -> Iterator[None]:
        try:
            yield
        except DeviceError:
            self._link.close()
            raise


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{name} = {value}: must lie in {low}…{high}")
