"""Which words are English: those of the console's English tables that none of its German ones has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from inspector.devices._regmap import GROUPS
from inspector.domain.alarm_texts import (
    CONSEQUENCE_TEXTS,
    REFUSAL_TEXTS,
    SHELVE_REASON_TEXTS,
    STATE_TEXTS,
    TEXTS,
    AlarmText,
)
from inspector.domain.told_texts import ENGLISH
from inspector_console.words import (
    TABLES,
    _english,
    _german,
    _german_alarms,
    _refusals_german,
    _system_english,
    _system_german,
    _told_german,
)
from inspector_console.words import _registers_german as _registers

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_MEANINGS: Final = [
    field.meaning for group in GROUPS for field in group.fields if not field.meaning.startswith("b0 ")
]


def _texts(tables: Iterable[Any]) -> Iterator[str]:
    for table in tables:
        match table:
            case str():
                yield re.sub(r"\{[^}]*\}", " ", table)
            case AlarmText():
                yield from _texts((table.text, table.cause, table.response))
            case Mapping():
                yield from _texts(table.values())
            case _:
                yield from _texts(table)


def words_in(text: str) -> set[str]:
    """Return a text's words; not what is a name: of a file, a register, a setting, a command."""
    plain = re.sub(r"\S*[/=_]\S*|\[\w+\]|inspector run\b.*", " ", text)
    return {word.casefold() for word in _WORD.findall(plain)}


def _words(*tables: Any) -> set[str]:
    return set().union(*(words_in(text) for text in _texts(tables)))


_SYSTEM: Final = ("SOURCES", "CHANGES", "ACTS", "MAY", "AUDITED")
IN_ENGLISH: Final = _words(
    [table["en"] for table in TABLES.values()],
    [_english.CAUSES, _english.ROLES],
    [TEXTS, CONSEQUENCE_TEXTS, STATE_TEXTS, SHELVE_REASON_TEXTS, REFUSAL_TEXTS, ENGLISH, _MEANINGS],
    [getattr(_system_english, name) for name in _SYSTEM],
    ["scratch dent stain crack chip porosity empty fits does not fit", *_told_german.SYSTEM],
)
IN_GERMAN: Final = _words(
    [table["de"] for table in TABLES.values()],
    [_german.CAUSES, _german.ROLES, _german.CONSEQUENCES, _german.ALARM_STATES, _german.SHELVE_REASONS],
    [_german_alarms.ALARMS, _told_german.TOLD, _told_german.SYSTEM],
    [_refusals_german.REFUSALS, _refusals_german.CODES, _registers.MEANINGS, _registers.VALUES],
    [getattr(_system_german, name) for name in _SYSTEM],
)


def english_in(texts: Iterable[str], *names: str) -> dict[str, set[str]]:
    """Return the texts that have English words, with these; `names` = what may stand in any language."""
    allowed = IN_GERMAN | _words(names)
    found = {text: (words_in(text) & IN_ENGLISH) - allowed for text in texts}
    return {text: words for text, words in found.items() if words}
