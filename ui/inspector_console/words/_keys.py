"""What stands on the keys of the keyboard and of the PIN pad that are no letters."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class SayKeys(StrEnum):
    """The keys."""

    DONE = auto()
    CANCEL = auto()
    SHOW = auto()
    HIDE = auto()
    SPACE = auto()
    SYMBOLS = auto()
    LETTERS = auto()
    SHIFT = auto()
    BACKSPACE = auto()
    LAYOUT = auto()
    """Four rows of letters, from top to bottom, with spaces between the rows."""


_K = SayKeys
ENGLISH: Final[Mapping[SayKeys, str]] = MappingProxyType(
    {
        _K.DONE: "Done",
        _K.CANCEL: "Cancel",
        _K.SHOW: "Show",
        _K.HIDE: "Hide",
        _K.SPACE: "Space",
        _K.SYMBOLS: "# + = ?",
        _K.LETTERS: "a b c",
        _K.SHIFT: "Capital letters",
        _K.BACKSPACE: "Delete the last character",
        _K.LAYOUT: "1234567890ß qwertyuiopü- asdfghjklöä_ zxcvbnm,.@/",
    }
)
GERMAN: Final[Mapping[SayKeys, str]] = MappingProxyType(
    {
        _K.DONE: "Fertig",
        _K.CANCEL: "Abbrechen",
        _K.SHOW: "Zeigen",
        _K.HIDE: "Verbergen",
        _K.SPACE: "Leerzeichen",
        _K.SYMBOLS: "# + = ?",
        _K.LETTERS: "a b c",
        _K.SHIFT: "Großbuchstaben",
        _K.BACKSPACE: "Letztes Zeichen löschen",
        _K.LAYOUT: "1234567890ß qwertzuiopü- asdfghjklöä_ yxcvbnm,.@/",
    }
)
