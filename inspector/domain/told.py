"""Sentences of the station and its service that people read on a screen, each with a code and what it names.

A sentence travels as plain English: in an error, through shared memory, in a log file. `tell` makes it,
`recognise` finds the code and the details again, so that replies and events carry them, and a console has
words of its own for each. Nothing but these two knows how a sentence is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, Self

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
    if isinstance(text, Telling):
        return text
    return _found(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _found(text: str) -> Telling | None:
    for code, (own, names) in _shapes().items():
        between = _between(text, own)
        if between is not None:
            return Telling.of(text, code, dict(zip(names, between, strict=True)))
    return None


@cache
def _shapes() -> Mapping[Told, tuple[list[str], list[str]]]:
    """Return each sentence's own words and the names between them, those with the most words first."""
    pieces = {code: re.split(r"\{(\w+)\}", template) for code, template in ENGLISH.items()}
    said = {code: len("".join(parts[::2])) for code, parts in pieces.items()}
    return {
        code: (pieces[code][::2], pieces[code][1::2]) for code in sorted(said, key=lambda code: -said[code])
    }


def _between(text: str, own: Sequence[str]) -> list[str] | None:
    """Return what stands between a sentence's own words, each as short as can be; None if it is another sentence.

    Each word is looked for once, from where the one before ends: were there a fit further on, there would be this
    one, too. So it takes no longer where somebody has typed half of a sentence many times over.
    """
    first, *inner = own
    if not inner:
        return [] if text == first else None
    last = inner.pop()
    end, at, between = len(text) - len(last), len(first), []
    if not (text.startswith(first) and text.endswith(last)):
        return None
    for words in inner:
        found = text.find(words, at, end)
        if found < 0:
            return None
        between.append(text[at:found])
        at = found + len(words)
    return [*between, text[at:end]] if at <= end else None
