"""The register map of the PLC contract, as data.

Encoder, decoder (`_codec`) and reference (`docs/registers.md`, by `_regdoc`) all come from the groups
below, so none of the three can tell another story than the others. Nothing here knows about a transport:
the same map serves the station as Modbus client, as server, and the simulated PLC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import Final, Literal

from inspector.domain.line import Control, RejectFault, ResultFlags, Status
from inspector.errors import ConfigError

MAP_VERSION: Final = 0x0100
"""High byte: incompatible changes. Low byte: additions."""
WORD_ORDER_TEST: Final = 0x12345678

READ_MAX: Final = 125
"""Most registers that FC3, or the read half of FC23, may carry."""
WRITE_MAX: Final = 123
"""Most registers that FC16 may carry."""
READ_WRITE_MAX: Final = 121
"""Most registers that the write half of FC23 may carry."""
READ_COMFORT: Final = 60
"""What the station reads at once. Some stacks lose replies that are longer than half the maximum."""

BlockName = Literal["S", "P"]
WordOrder = Literal["big", "little"]
DIRECTIONS: Final[dict[BlockName, str]] = {"S": "station → PLC", "P": "PLC → station"}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the map; `offset` counts registers from the start of its group."""

    name: str
    offset: int
    kind: Literal["u16", "u32", "string"]
    meaning: str
    string_words: int = 0

    @property
    def words(self) -> int:
        """Registers that the value takes."""
        return {"u16": 1, "u32": 2}.get(self.kind, self.string_words)


@dataclass(frozen=True)
class Group:
    """Registers that belong together: one stretch, or a ring of `entries` stretches indexed by the tag."""

    name: str
    block: BlockName
    offset: int
    words: int
    fields: tuple[Field, ...]
    meaning: str
    entries: int = 1

    @property
    def total_words(self) -> int:
        """Registers of the whole group."""
        return self.words * self.entries

    def slot(self, tag: int) -> int:
        """Return the offset, inside the block, of the entry that belongs to a tag."""
        return self.offset + self.words * (tag % self.entries)

    def pack(self, values: Mapping[str, int], order: WordOrder) -> list[int]:
        """Return the registers of one entry; registers without a field are 0.

        Raises ValueError naming the field whose value is out of range.
        """
        out = [0] * self.words
        for name, high, low in self._places[order]:
            value = values[name]
            if not 0 <= value <= (0xFFFF if high < 0 else 0xFFFFFFFF):
                raise ValueError(f"{self.name}.{name} = {value} does not fit into its register")
            if high >= 0:
                out[high] = value >> 16
            out[low] = value & 0xFFFF
        return out

    def unpack(self, words: Sequence[int], order: WordOrder) -> dict[str, int]:
        """Return the numbers in the registers of one entry, by name; `words` may be longer."""
        return {
            name: words[low] if high < 0 else words[high] << 16 | words[low]
            for name, high, low in self._places[order]
        }

    @cached_property
    def _places(self) -> dict[WordOrder, tuple[tuple[str, int, int], ...]]:
        """Per word order: (name, register of the high half or -1, register of the low half)."""
        numbers = [field for field in self.fields if field.kind != "string"]
        return {
            order: tuple(
                (f.name, -1, f.offset) if f.kind == "u16" else (f.name, f.offset + high, f.offset + 1 - high)
                for f in numbers
            )
            for order, high in _ORDERS
        }


_ORDERS: Final[tuple[tuple[WordOrder, int], ...]] = (("big", 0), ("little", 1))


def _u16(offset: int, name: str, meaning: str) -> Field:
    return Field(name, offset, "u16", meaning)


def _bits(flags: type[IntFlag]) -> str:
    """Return 'b0 Online, b1 TriggerReady, …'."""
    names = ((flag.bit_length() - 1, flag.name or "") for flag in flags)
    return ", ".join(f"b{bit} {name.title().replace('_', '')}" for bit, name in names)


def _u32(offset: int, name: str, meaning: str) -> Field:
    return Field(name, offset, "u32", meaning)


MIRROR: Final = Group(
    "Mirror", "S", 0, 24,
    (
        _u16(0, "MapVersion", "0x0100; high byte = incompatible changes, low byte = additions"),
        _u16(1, "StationID", "number of the station; part of every result's CRC"),
        _u16(2, "Heartbeat", "advances every 100 ms, only while capture, inspection, actuation all progress"),
        _u16(3, "Status", f"{_bits(Status)}. MissedAcq, ResultsOverrun and CameraFault: a part had no picture, "
             "overran, or had one of no use; until a part a second later has not, or ClearError rises. CameraFault "
             "also while the camera is away, BypassActive while Bypass is on"),
        _u16(4, "StateCurrent", "where the station is: PackML's number of the state"),
        _u16(5, "CurrentJobID", "job in execution"),
        _u16(6, "RecipeRevision", "revision of its recipe"),
        _u16(7, "ErrorCode", "why the station holds the line, 0 = it does not"),
        _u16(8, "SessionEcho", "PLC session that the station works in; 0 = not synchronised"),
        _u16(9, "LastTriggerTag", "newest trigger record that the station has consumed"),
        _u32(10, "ConfigChecksum", "first 32 bits of the configuration's digest"),
        _u32(12, "BundleDigest", "first 32 bits of the model bundle's digest"),
        _u16(14, "DecidedOK", "counter, wrapping"),
        _u16(15, "DecidedNG", "counter, wrapping"),
        _u16(16, "DecidedIndeterminate", "counter, wrapping"),
        _u16(17, "Late", "counter, wrapping"),
        _u16(18, "Overrun", "counter, wrapping"),
        _u16(19, "FramesLost", "counter, wrapping"),
        _u16(20, "LinkFaults", "counter, wrapping"),
        _u16(21, "MissedTriggers", "counter, wrapping"),
        _u32(22, "WordOrderTest", "0x12345678"),
    ),
    "What the station is and does, written at 20 Hz at most. No part is ever released by it.",
)  # fmt: skip

RESULTS: Final = Group(
    "Results", "S", 100, 12,
    (
        _u16(0, "SessionID", "PLC session in which the part was triggered"),
        _u16(1, "Tag", "the part, 1…65535; 0 = empty entry"),
        _u32(2, "EncoderAtTrigger", "encoder as latched by the PLC at the trigger"),
        _u16(4, "ResultEvaluation", "0 undefined, 1 OK, 2 not OK, 3 not decidable; only 1 accepts"),
        _u16(5, "ResultCode", "number of the primary cause of a reject, 0 = none"),
        _u16(6, "RejectStationMask", "bit n = eject at station n"),
        _u16(7, "AcquisitionID", "the frame's number modulo 65536"),
        _u16(8, "Latency", "frame available → verdict, in 0.1 ms; 65535 = that or more"),
        _u16(9, "Score", "0…1000"),
        _u16(10, "Flags", _bits(ResultFlags)),
        _u16(11, "Check", "CRC-16/MODBUS over registers 0…10 of the entry, then StationID"),
    ),
    "One verdict, the only thing written per part, in one request; it goes to entry Tag mod 16. "
    "The station zeroes the ring before it is Ready.",
    entries=16,
)  # fmt: skip

FAST: Final = Group(
    "Fast", "P", 0, 12,
    (
        _u16(0, "PlcHeartbeat", "advances with every scan, or at least every 100 ms"),
        _u16(1, "SessionID", "new, non-zero value at every start of the PLC and every reset of the tag"),
        _u16(2, "Control", _bits(Control)),
        _u16(3, "NewestTag", "photo-eye count, 1…65535, skips 0; advances after its entry is written"),
        _u32(4, "PartCount", "the same count in 32 bits, from 0 in each session and never reset within it"),
        _u32(6, "Now", "the PLC's clock in 0.1 ms, running freely from any start, wrapping"),
        _u32(8, "EncoderNow", "encoder counts, wrapping"),
        _u16(10, "LastOutcomeTag", "the newest part whose outcome entry is written"),
        _u16(11, "RejectFault", "latched, reset only at the PLC: " + _bits(RejectFault)),
    ),
    "Read together with the trigger ring (60 registers) with every verdict and every few milliseconds.",
)  # fmt: skip

TRIGGERS: Final = Group(
    "Triggers", "P", 12, 6,
    (
        _u16(0, "Tag", "the part, 1…65535; 0 = empty entry"),
        _u32(1, "EncoderAtTrigger", "encoder, latched by the photo-eye"),
        _u32(3, "TimeAtTrigger", "the PLC's clock in 0.1 ms, latched by the photo-eye"),
        _u16(5, "Check", "CRC-16/MODBUS over registers 0…4 of the entry, then SessionID"),
    ),
    "What the photo-eye latched by high-speed inputs, not by the scan; entry Tag mod 8. "
    "The PLC zeroes the ring when it starts a session.",
    entries=8,
)  # fmt: skip

DETAILS: Final = Group(
    "Details", "P", 100, 20,
    (
        _u16(0, "Command", "0 nothing, 1 the PLC runs the job in CommandArgument; others are ignored"),
        _u16(1, "CommandArgument", "its argument"),
        _u16(2, "RejectsCommanded", "counter, wrapping"),
        _u16(3, "RejectsConfirmed", "counter, wrapping"),
        _u16(4, "LateVerdicts", "counter, wrapping"),
        _u16(5, "ConsecutiveRejects", "rejects in a row"),
        _u16(6, "ScanTime", "in 0.1 ms"),
        _u16(7, "CountsPerMm", "encoder counts per millimetre × 100"),
        _u16(8, "TriggerToGate", "encoder counts from the photo-eye to the gate"),
        _u16(9, "Window", "± encoder counts around the gate in which a part is accepted or rejected"),
        _u16(10, "Deadline", "encoder counts after the trigger by which the result must be there"),
        _u16(11, "TriggerDelay", "photo-eye → camera trigger, in 0.1 ms"),
    ),
    "What the PLC was built for, which the station compares with its configuration, and its totals; "
    "read at 20 Hz at most.",
)  # fmt: skip

TEXTS: Final = Group(
    "Texts", "P", 120, 40,
    (
        Field("Lot", 0, "string", "24 characters, ended by NUL where shorter", 12),
        Field("Order", 12, "string", "24 characters, ended by NUL where shorter", 12),
        Field("Serial", 24, "string", "32 characters, ended by NUL where shorter", 16),
    ),
    "Optional.",
)  # fmt: skip

OUTCOMES: Final = Group(
    "Outcomes", "P", 200, 3,
    (
        _u16(0, "Tag", "the part, 1…65535; 0 = empty entry"),
        _u16(1, "Outcome", "low byte, applied: 1 accepted, 2 rejected, 3 bypassed, 4 purged, 5 removed; "
                           "high byte, confirmed: 0 unknown, 1 no, 2 yes"),
        _u16(2, "Check", "CRC-16/MODBUS over registers 0 and 1 of the entry, then SessionID"),
    ),
    "What the line did with each part; entry Tag mod 16. The station reads them every mirror_ms. A station "
    "that is away while 16 further parts leave the line never learns what became of the parts before these: what it "
    "had accepted of them it reports as unrecorded, and holds the line until somebody has pressed reset.",
    entries=16,
)  # fmt: skip

GROUPS: Final = (MIRROR, RESULTS, FAST, TRIGGERS, DETAILS, TEXTS, OUTCOMES)

FAST_WORDS: Final = FAST.words + TRIGGERS.total_words
"""Length of the read that brings FAST and TRIGGERS."""
SLOW_WORDS: Final = DETAILS.words + TEXTS.words
"""Length of the read that brings DETAILS and TEXTS."""


def block_words(block: BlockName) -> int:
    """Return how many registers a block spans, gaps included."""
    return max(group.offset + group.total_words for group in GROUPS if group.block == block)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions:
    """How a particular PLC lays the map out.

    Parameters
    ----------
    base_s, base_p
        Zero-based holding-register address of each block.
    word_order
        Which half of a 32-bit value comes first; `big` = the high half.
    string_order
        Which byte of a register holds the earlier character; `big` = the high byte.
    string_encoding
        A Python codec name.

    Raises
    ------
    ConfigError
        If a block does not fit below address 65536, or the two overlap.
    """

    base_s: int = 0
    base_p: int = 1000
    word_order: WordOrder = "big"
    string_order: WordOrder = "big"
    string_encoding: str = "ascii"

    def __post_init__(self) -> None:
        end_s, end_p = self.base_s + block_words("S"), self.base_p + block_words("P")
        for name, base, end in (("S", self.base_s, end_s), ("P", self.base_p, end_p)):
            if base < 0 or end > 0x10000:
                raise ConfigError(f"block {name} would take registers {base}…{end - 1}: stay in 0…65535")
        if self.base_s < end_p and self.base_p < end_s:
            raise ConfigError(
                f"block S ({self.base_s}…{end_s - 1}) and P ({self.base_p}…{end_p - 1}) overlap: move one"
            )
        for name, order in (("word_order", self.word_order), ("string_order", self.string_order)):
            if order not in {"big", "little"}:
                raise ConfigError(f"{name} = {order!r}: use 'big' or 'little'")
        try:
            "".encode(self.string_encoding)
        except LookupError as error:
            name = self.string_encoding
            raise ConfigError(f"string_encoding = {name!r} is unknown: try 'ascii'") from error

    def address(self, group: Group, tag: int = 0) -> int:
        """Return the register address of a group, or of a tag's entry in a ring."""
        return (self.base_s if group.block == "S" else self.base_p) + group.slot(tag)
