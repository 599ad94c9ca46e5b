"""Sentences that must fit into a slot of fixed size."""

from __future__ import annotations

from typing import Final

ELLIPSIS: Final = "…"


def cut_text(text: str, room_bytes: int) -> bytes:
    """Return a text as UTF-8 of at most `room_bytes`; one that is longer ends behind a whole word, with "…".

    A word that alone takes more than half of the room is cut, at a whole character.
    """
    whole = text.encode()
    if len(whole) <= room_bytes:
        return whole
    beginning = whole[: room_bytes - len(ELLIPSIS.encode())].decode(errors="ignore")
    words = beginning.rpartition(" ")[0]
    kept = words if len(words) > len(beginning) // 2 else beginning
    return (kept.rstrip() + ELLIPSIS).encode()
