"""What a hand-held scanner or a badge reader has read: it types like a keyboard, and ends with Enter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from inspector.protocol import ProductView

_PAUSE_NS: Final = 2 * 10**9
"""After a longer pause a new code begins: what somebody has touched by mistake is not part of it."""
_LONGEST: Final = 64
_FAST_MS: Final = 40
"""Between two keys of a reader at most; a person who types digits fast takes twice as long."""
_SHORTEST: Final = 6


@dataclass(slots=True)
class Scanned:
    """Characters on their way to a code."""

    _text: str = field(default="", init=False)
    _last_ns: int = field(default=0, init=False)

    def take(self, character: str, now_ns: int) -> None:
        """Take the next character, at a time of the monotonic clock."""
        if now_ns - self._last_ns > _PAUSE_NS:
            self._text = ""
        self._last_ns = now_ns
        self._text = (self._text + character)[-_LONGEST:]

    def end(self, now_ns: int) -> str:
        """Return the code, and begin a new one; empty = Enter was pressed by itself."""
        text, self._text = self._text, ""
        return "" if now_ns - self._last_ns > _PAUSE_NS else text


@dataclass(slots=True)
class Swiped:
    """Characters that come faster than any person types: a badge reader's."""

    _text: str = field(default="", init=False)
    _last_ms: int = field(default=0, init=False)

    def take(self, character: str, at_ms: int) -> None:
        """Take the next character, with the time at which its key was pressed."""
        if not self._goes_on(at_ms):
            self._text = ""
        self._last_ms = at_ms
        self._text = (self._text + character)[-_LONGEST:]

    @property
    def has_begun(self) -> bool:
        """Whether the last character was the first of its run."""
        return len(self._text) == 1

    def end(self, at_ms: int) -> str:
        """Return the code, and begin a new one; empty = somebody has typed, and pressed Enter."""
        text, self._text = self._text, ""
        return text if self._goes_on(at_ms) and len(text) >= _SHORTEST else ""

    def drop(self) -> None:
        """Forget what was taken: a key was pressed that no reader has."""
        self._text = ""

    def _goes_on(self, at_ms: int) -> bool:
        return 0 <= at_ms - self._last_ms <= _FAST_MS


def products_of(code: str, products: tuple[ProductView, ...]) -> tuple[str, ...]:
    """Return the names of the products that a code means: by their code first, else by their name."""
    wanted = code.casefold()
    by_code = tuple(product.name for product in products if product.scan_code.casefold() == wanted)
    return by_code or tuple(product.name for product in products if product.name.casefold() == wanted)
