"""The PLC's memory as the station sees it: two blocks of holding registers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from inspector.devices._codec import (
    decode_mirror,
    decode_result,
    encode_details,
    encode_fast,
    encode_outcome,
    encode_trigger,
)
from inspector.devices._regmap import (
    DETAILS,
    FAST,
    MIRROR,
    OUTCOMES,
    RESULTS,
    TRIGGERS,
    MapOptions,
    block_words,
)
from inspector.devices.sim._plc_settings import Receipt
from inspector.domain.line import LineDetails, LineSnapshot, Mirror
from inspector.domain.part import Trigger

S_WORDS = block_words("S")


class Registers:
    """Blocks S (the station writes, everybody reads) and P (the program writes). One thread.

    Parameters
    ----------
    station
        Memory of block S, `S_WORDS` 16-bit words, which may outlive the process.
    station_id
        Whose records count; part of their check.
    """

    def __init__(self, options: MapOptions, station_id: int, station: memoryview | None = None) -> None:
        self.options = options
        self._station_id = station_id
        self._s = memoryview(array("H", bytes(2 * S_WORDS))) if station is None else station
        self._p = [0] * block_words("P")
        # A controller's program looks at all entries; those that have not changed since mean the same.
        self._written_ns: dict[int, int] = dict.fromkeys(range(RESULTS.entries), 0)
        self._mirror: Mirror | None = None
        self._is_mirror_stale = True
        self._session = 0
        self._details_key: tuple[int, ...] = ()

    # What clients do

    def can_read(self, address: int, count: int) -> bool:
        """Whether these addresses lie inside one block."""
        return self.can_write(address, count) or _inside(address, count, self.options.base_p, len(self._p))

    def can_write(self, address: int, count: int) -> bool:
        """Whether these addresses lie inside block S."""
        return _inside(address, count, self.options.base_s, S_WORDS)

    def read(self, address: int, count: int) -> list[int]:
        """Return registers; see `can_read`."""
        if self.can_write(address, count):
            at = address - self.options.base_s
            return self._s[at : at + count].tolist()
        at = address - self.options.base_p
        return self._p[at : at + count]

    def write(self, address: int, words: Sequence[int], now_ns: int) -> None:
        """Set registers of block S; see `can_write`. They take effect at the next scan."""
        at = address - self.options.base_s
        self._s[at : at + len(words)] = memoryview(array("H", words))
        self._is_mirror_stale |= at < MIRROR.words
        first = max(0, at - RESULTS.offset) // RESULTS.words
        end = -(-(at + len(words) - RESULTS.offset) // RESULTS.words)
        for slot in range(first, min(end, RESULTS.entries)):
            self._written_ns[slot] = now_ns

    # What the program reads at a scan

    def mirror(self) -> Mirror | None:
        """Return the station's mirror; None if there is none."""
        if self._is_mirror_stale:
            self._mirror = decode_mirror(self._s[: MIRROR.words].tolist(), self.options)
            self._is_mirror_stale = False
        return self._mirror

    def take_receipts(self) -> tuple[Receipt, ...]:
        """Return the result entries written since the last call, empty ones left out."""
        if not self._written_ns:
            return ()
        written, self._written_ns = self._written_ns, {}
        return tuple(
            receipt for slot, ns in written.items() if (receipt := self._receipt(slot, ns)) is not None
        )

    def _receipt(self, slot: int, received_ns: int) -> Receipt | None:
        at = RESULTS.slot(slot)
        words = self._s[at : at + RESULTS.words].tolist()
        if not any(words):
            return None
        return Receipt(slot, received_ns, decode_result(words, self._station_id, self.options))

    # What the program writes

    def start_session(self, session: int) -> None:
        """Zero block P: no entry of an earlier session is left."""
        self._p = [0] * block_words("P")
        self._session = session
        self._details_key = ()

    def put_header(self, snapshot: LineSnapshot) -> None:
        """Write the header of the fast part."""
        self._p[FAST.offset : FAST.offset + FAST.words] = encode_fast(snapshot, self.options)[: FAST.words]

    def put_trigger(self, trigger: Trigger) -> None:
        """Write a trigger entry; the header that announces it comes after."""
        at = TRIGGERS.slot(trigger.tag)
        self._p[at : at + TRIGGERS.words] = encode_trigger(trigger, self._session, self.options)

    def put_details(self, details: LineDetails) -> None:
        """Write new outcomes, then the numbers of the slow part if any has changed."""
        for outcome in details.outcomes:
            at = OUTCOMES.slot(outcome.tag)
            self._p[at : at + OUTCOMES.words] = encode_outcome(outcome, self._session)
        key = (
            details.rejects_commanded,
            details.rejects_confirmed,
            details.late_verdicts,
            details.consecutive_rejects,
            details.scan_time_100us,
            details.command,
            details.command_argument,
        )
        if key != self._details_key:
            self._details_key = key
            words = encode_details(details, self.options)
            self._p[DETAILS.offset : DETAILS.offset + len(words)] = words


def _inside(address: int, count: int, base: int, size: int) -> bool:
    return base <= address and address + count <= base + size
