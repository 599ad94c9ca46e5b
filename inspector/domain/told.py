"""Sentences of the station and its service that people read on a screen, each with a code and what it names.

A sentence travels as plain English: in an error, through shared memory, in a log file. `tell` makes it,
`recognise` finds the code and the details again, so that replies and events carry them, and a console has
words of its own for each. Nothing but these two knows how a sentence is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, Self

from inspector.domain.alarm_texts import names_in
from inspector.domain.alarms import Detail
from inspector.domain.told_texts import ENGLISH, Told

_LONGEST: Final = 2_000
"""Characters; nothing longer is looked at."""


class Telling(str):
    """A sentence in English that also says which one it is.

    Attributes
    ----------
    code
        Which sentence.
    details
        What it names, by the names in its template.
    """

    code: Told
    details: Mapping[str, Detail]

    @classmethod
    def of(cls, text: str, code: Told, details: Mapping[str, Detail]) -> Self:
        """Return a text with its code."""
        telling = cls(text)
        telling.code, telling.details = code, MappingProxyType(dict(details))
        return telling

    def __reduce__(self) -> tuple[object, ...]:
        # Dataclasses that are turned into plain values are copied deeply, and so is what goes to another process.
        return Telling.of, (str(self), self.code, dict(self.details))


def tell(code: Told, /, **details: Detail) -> Telling:
    """Return a sentence; every name of its template must be given."""
    return Telling.of(ENGLISH[code].format(**details), code, details)


def text_of(error: BaseException) -> str:
    """Return what an error says, with its code if it has one."""
    said = error.args[0] if error.args else None
    return said if isinstance(said, Telling) else str(error)


def recognise(text: str) -> Telling | None:
    """Return a sentence with its code and details, or None if it is none of these."""
    return text if isinstance(text, Telling) else _found(text[:_LONGEST])


@lru_cache(maxsize=1024)
def _found(text: str) -> Telling | None:
    for code, pattern in _patterns().items():
        if match := pattern.fullmatch(text):
            return Telling.of(text, code, match.groupdict())
    return None


@cache
def _patterns() -> Mapping[Told, re.Pattern[str]]:
    """Return what each sentence looks like, those with the most words of their own first."""
    said = {code: len(re.sub(r"\{[^}]*\}", "", template)) for code, template in ENGLISH.items()}
    return {code: _pattern(ENGLISH[code]) for code in sorted(said, key=lambda code: -said[code])}


def _pattern(template: str) -> re.Pattern[str]:
    pattern = re.escape(template)
    for name in names_in(template):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>.*?)")
    return re.compile(pattern, re.DOTALL)
