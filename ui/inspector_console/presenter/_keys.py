"""The keyboard: which keys there are, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector_console.words import SayKeys, Words

_SYMBOLS: Final = ("1234567890=", '!"#$%&/()?*-', "+<>[]{}|\\~^_", ";:'`,.@€§°/")
_CAPITAL_SHARP_S: Final = "ẞ"  # str.upper makes two letters of it


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysView:
    """What stands on the keys.

    Attributes
    ----------
    letters, symbols
        Four rows, each key one character: 11, 12, 12, 11.
    """

    letters: tuple[str, ...]
    symbols: tuple[str, ...]
    done: str
    cancel: str
    show: str
    hide: str
    space: str
    to_symbols: str
    to_letters: str
    shift: str
    backspace: str


def present_keys(words: Words) -> KeysView:
    """Return the keyboard of a language; umlauts are on both, since names travel."""
    return KeysView(
        letters=tuple(words(SayKeys.LAYOUT).split()),
        symbols=_SYMBOLS,
        done=words(SayKeys.DONE),
        cancel=words(SayKeys.CANCEL),
        show=words(SayKeys.SHOW),
        hide=words(SayKeys.HIDE),
        space=words(SayKeys.SPACE),
        to_symbols=words(SayKeys.SYMBOLS),
        to_letters=words(SayKeys.LETTERS),
        shift=words(SayKeys.SHIFT),
        backspace=words(SayKeys.BACKSPACE),
    )


def capital(letter: str) -> str:
    """Return a letter as a capital, always one character."""
    upper = _CAPITAL_SHARP_S if letter == "ß" else letter.upper()
    return upper if len(upper) == 1 else letter
