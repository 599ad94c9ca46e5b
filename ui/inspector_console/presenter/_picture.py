"""What is written over the picture, and the list of the last rejects."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.protocol import FrameHeader, Result
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._verdict import VerdictKind, kind_of, what_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayView:
    """What vision said of the part in the picture."""

    kind: VerdictKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectView:
    """One rejected part."""

    key: tuple[int, int]
    kind: VerdictKind
    what: str
    score: str
    time: str
    image: str
    """Name under which its picture can be had; empty = there is none."""


def part_in(header: FrameHeader, lens: Lens) -> Result | None:
    """Return the part that a picture shows, as far as the station has said."""
    for result in reversed(lens.facts.results):
        is_named = header.ordinal and (header.session, header.ordinal) == result.key
        if is_named or (
            not header.ordinal and header.available_ns and header.available_ns == result.available_ns
        ):
            return result
    return None


def overlay_of(result: Result, lens: Lens) -> OverlayView:
    """Return what is written over a part's picture."""
    kind = kind_of(result)
    score = f"  {lens.score(result)}" if kind is VerdictKind.NG else ""
    return OverlayView(kind=kind, text=f"{what_of(result, lens)}{score}")


def present_rejects(lens: Lens) -> tuple[RejectView, ...]:
    """Return the last rejects, newest first."""
    return tuple(_reject(result, lens) for result in reversed(lens.facts.rejects))


def _reject(result: Result, lens: Lens) -> RejectView:
    kind = kind_of(result)
    return RejectView(
        key=result.key,
        kind=kind,
        what=what_of(result, lens),
        score=lens.score(result) if kind is VerdictKind.NG else "",
        time=lens.time(result.triggered_ns or result.decided_ns),
        image=result.image,
    )
