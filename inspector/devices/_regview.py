"""Registers for people: name, address, raw and decoded, one row per field of the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Final

from inspector.devices._codec import (
    decode_details,
    decode_fast,
    decode_outcome,
    decode_result,
    decode_trigger,
)
from inspector.devices._regmap import (
    DETAILS,
    FAST,
    MIRROR,
    OUTCOMES,
    RESULTS,
    TEXTS,
    TRIGGERS,
    Field,
    Group,
    MapOptions,
)
from inspector.domain.disposition import Applied, Cause, Confirmation
from inspector.domain.line import Control, LineTalk, RejectFault, ResultFlags, Status
from inspector.domain.states import State
from inspector.domain.verdict import Evaluation
from inspector.sharedmem import RegisterBoard, Words

_PARTS: Final[Mapping[str, tuple[Group, Words, int]]] = {
    "mirror": (MIRROR, Words.MIRROR, 0),
    "results": (RESULTS, Words.RESULT, 0),
    "fast": (FAST, Words.FAST, 0),
    "triggers": (TRIGGERS, Words.FAST, FAST.words),
    "details": (DETAILS, Words.DETAILS, 0),
    "texts": (TEXTS, Words.DETAILS, DETAILS.words),
    "outcomes": (OUTCOMES, Words.OUTCOMES, 0),
}
REGISTER_GROUPS: Final = tuple(_PARTS)
"""What can be looked at, in the order of the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One field: its first register's address, its registers, and what they say.

    Attributes
    ----------
    entry
        Entry of a ring; -1 = no ring.
    """

    name: str
    address: int
    words: tuple[int, ...]
    value: str
    meaning: str
    entry: int = -1


class RegisterView:
    """Reads along on what station and PLC exchange. For any process and one thread; costs the station nothing."""

    def __init__(self, board: RegisterBoard, station_id: int, options: MapOptions) -> None:
        self._board, self._station_id, self._options = board, station_id, options

    def talk(self) -> LineTalk:
        """Return what the PLC has last said. Raises SharedMemoryError."""
        fast, slow = self._board.read(Words.FAST), self._board.read(Words.DETAILS)
        snapshot = decode_fast(fast.words, self._options)
        return LineTalk(
            session=snapshot.session,
            plc_heartbeat=snapshot.plc_heartbeat,
            fast_ns=fast.at_ns,
            details=decode_details(slow.words, (0,) * OUTCOMES.total_words, snapshot.session, self._options),
            details_ns=slow.at_ns,
        )

    def rows(self, name: str) -> tuple[list[RegisterRow], int]:
        """Return the fields of a group (one of `REGISTER_GROUPS`), and when they were transferred (ns, 0 = never).

        Of the result ring only the entry is known that was written last. Raises SharedMemoryError.
        """
        group, kind, start = _PARTS[name]
        transfer = self._board.read(kind)
        session = FAST.unpack(self._board.read(Words.FAST).words, self._options.word_order)["SessionID"]
        words = transfer.words[start : start + group.total_words]
        rows: list[RegisterRow] = []
        for at in range(0, len(words), group.words):
            entry = at // group.words if group.entries > 1 else -1
            tag = words[1] if group is RESULTS else at // group.words
            rows += self._entry(
                group, words[at : at + group.words], entry if group is not RESULTS else tag % 16, tag, session
            )
        return rows, transfer.at_ns

    def _entry(
        self, group: Group, words: tuple[int, ...], entry: int, tag: int, session: int
    ) -> Iterator[RegisterRow]:
        address = self._options.address(group, tag)
        numbers = group.unpack(words, self._options.word_order)
        for field in group.fields:
            own = words[field.offset : field.offset + field.words]
            if field.kind == "string":
                value = self._text(own)
            elif field.name == "Check":
                value = self._check(group, words, session)
            else:
                value = _said(group, field, numbers[field.name])
            yield RegisterRow(
                name=field.name,
                address=address + field.offset,
                words=own,
                value=value,
                meaning=field.meaning,
                entry=entry,
            )

    def _text(self, words: Sequence[int]) -> str:
        order, encoding = self._options.string_order, self._options.string_encoding
        raw = b"".join(word.to_bytes(2, order) for word in words)
        return raw.partition(b"\0")[0].decode(encoding, errors="replace")

    def _check(self, group: Group, words: tuple[int, ...], session: int) -> str:
        if not any(words):
            return "empty"
        fits: dict[str, Callable[[], object]] = {
            RESULTS.name: lambda: decode_result(words, self._station_id, self._options),
            TRIGGERS.name: lambda: decode_trigger(words, session, self._options),
            OUTCOMES.name: lambda: decode_outcome(words, session),
        }
        return "fits" if fits[group.name]() is not None else "does not fit"


_FLAGS: Final[Mapping[tuple[str, str], type[IntFlag]]] = {
    ("Mirror", "Status"): Status,
    ("Fast", "Control"): Control,
    ("Fast", "RejectFault"): RejectFault,
    ("Results", "Flags"): ResultFlags,
}
_ENUMS: Final[Mapping[tuple[str, str], type[IntEnum]]] = {
    ("Mirror", "StateCurrent"): State,
    ("Results", "ResultEvaluation"): Evaluation,
    ("Results", "ResultCode"): Cause,
}
_IN_HEX: Final = frozenset({"MapVersion", "ConfigChecksum", "BundleDigest", "WordOrderTest"})


def _said(group: Group, field: Field, value: int) -> str:
    """Return a number as the map means it."""
    key = group.name, field.name
    if key in _FLAGS:
        bits = [flag.name or "" for flag in _FLAGS[key] if flag & value]
        return f"{value} " + " ".join(bits) if bits else str(value)
    if key in _ENUMS:
        kind = _ENUMS[key]
        return f"{value} {kind(value).name}" if value in kind._value2member_map_ else str(value)
    if key == ("Outcomes", "Outcome"):
        return _outcome(value)
    if field.name in _IN_HEX:
        return f"0x{value:0{4 * field.words}x}"
    return str(value)


def _outcome(value: int) -> str:
    applied, confirmed = value & 0xFF, value >> 8
    names = [
        kind(number).name if number in kind._value2member_map_ else "?"
        for kind, number in ((Applied, applied), (Confirmation, confirmed))
    ]
    return f"{applied} {names[0]}, {confirmed} {names[1]}"
