"""The verdict tile: the newest part in one word, and the last forty as a strip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from inspector.protocol import LAST_RESULTS, Result
from inspector_console.presenter._alarm_row import is_product_changing
from inspector_console.presenter._lens import DASH, Lens, class_text
from inspector_console.words import Say


class VerdictKind(StrEnum):
    """What is to be said of a part. Each has a word and a glyph of its own; only NG has a colour."""

    OK = auto()
    NG = auto()
    UNDECIDED = auto()
    """Vision could not decide; the part is rejected."""
    NOT_JUDGED = auto()
    """Rejected for another cause than what was seen: late, no picture, no link …"""
    BYPASSED = auto()
    NONE = auto()
    """No part, or nothing that could be shown as present."""


_WORDS: Final = {
    VerdictKind.OK: Say.OK,
    VerdictKind.NG: Say.NG,
    VerdictKind.UNDECIDED: Say.UNDECIDED,
    VerdictKind.NOT_JUDGED: Say.NOT_JUDGED,
    VerdictKind.BYPASSED: Say.BYPASSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """What the tile shows.

    Attributes
    ----------
    strip
        One kind per part, oldest first.
    is_old
        The strip is not of the present; there is no word then.
    """

    kind: VerdictKind = VerdictKind.NONE
    word: str = ""
    detail: str = ""
    strip: tuple[VerdictKind, ...] = ()
    caption: str = ""
    number: str = ""
    is_old: bool = False


def kind_of(result: Result) -> VerdictKind:
    """Return what is to be said of a part. Whatever is not surely OK is not shown as OK."""
    if result.applied == "BYPASSED":
        return VerdictKind.BYPASSED
    if result.evaluation == "NG":
        return VerdictKind.NG
    if result.evaluation == "OK" and not result.is_reject:
        return VerdictKind.OK
    if result.evaluation == "INDETERMINATE" and result.cause in {"NONE", "INDETERMINATE"}:
        return VerdictKind.UNDECIDED
    return VerdictKind.NOT_JUDGED


def what_of(result: Result, lens: Lens) -> str:
    """Return why a part is what it is: the class of an NG part, the cause of another reject."""
    match kind_of(result):
        case VerdictKind.NG:
            return class_text(result.class_name, lens) or lens.words.cause("NG")
        case VerdictKind.OK:
            return lens.words(Say.NO_DEFECT)
        case VerdictKind.BYPASSED:
            return lens.words.consequence("bypassed").partition(":")[2].strip() or lens.words(Say.BYPASSED)
        case VerdictKind.UNDECIDED:
            return lens.words.cause("INDETERMINATE")
        case _:
            return lens.words.cause(result.cause) or lens.words(Say.REJECTED)


def present_verdict(lens: Lens) -> VerdictView:
    """Return the tile. A lost station has no verdict, and while the product is changed the old one's is none."""
    facts, words = lens.facts, lens.words
    if facts.is_old:
        last = lens.time(facts.last.decided_ns or facts.last.triggered_ns) if facts.last else DASH
        return VerdictView(
            word=f"{DASH} {DASH}",
            detail=words(Say.NO_DATA),
            caption=words(Say.LAST_RESULT_AT, time=last),
            is_old=True,
        )
    if facts.last is None:
        return VerdictView(word=f"{DASH} {DASH}", detail=words(Say.NO_PARTS_YET))
    strip = tuple(kind_of(result) for result in facts.results)
    caption = words(Say.LAST_PARTS, count=LAST_RESULTS)
    if is_product_changing(lens):
        told = words(Say.PRODUCT_CHANGES_NOW)
        return VerdictView(word=f"{DASH} {DASH}", detail=told, strip=strip, caption=caption)
    kind = kind_of(facts.last)
    number = words(Say.PART, number=facts.last.ordinal)
    return VerdictView(
        kind=kind,
        word=words(_WORDS[kind]),
        detail=what_of(facts.last, lens),
        strip=strip,
        caption=caption,
        number=f"{lens.score(facts.last)} · {number}" if kind is VerdictKind.NG else number,
    )
