"""What a hand-held scanner has read: it types like a keyboard, and ends with Enter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from inspector.protocol import ProductView

_PAUSE_NS: Final = 2 * 10**9
"""After a longer pause a new code begins: what somebody has touched by mistake is not part of it."""
_LONGEST: Final = 64


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


def products_of(code: str, products: tuple[ProductView, ...]) -> tuple[str, ...]:
    """Return the names of the products that a code means: by their code first, else by their name."""
    wanted = code.casefold()
    by_code = tuple(product.name for product in products if product.scan_code.casefold() == wanted)
    return by_code or tuple(product.name for product in products if product.name.casefold() == wanted)
