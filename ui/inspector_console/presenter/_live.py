"""Everything that the Live screen shows, and what its buttons would do now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from inspector.domain.alarms import AlarmId
from inspector_console.presenter._facts import Link, is_active
from inspector_console.presenter._figures import (
    CountsView,
    GaugeView,
    present_counts,
    present_latency,
    present_rate,
    present_yield,
)
from inspector_console.presenter._lamps import LampView, present_lamps
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._picture import RejectView, present_rejects
from inspector_console.presenter._verdict import VerdictView, present_verdict
from inspector_console.words import Say


class HoldAct(StrEnum):
    """What the button for the line does now."""

    HOLD = auto()
    RELEASE = auto()
    """Somebody has asked for the hold: it can be released."""
    NONE = auto()
    """The station is not there to be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """The button for the line."""

    act: HoldAct
    label: str
    hint: str = ""
    version: int | None = None
    """Of the hold that this shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """The screen."""

    verdict: VerdictView
    yielded: GaugeView
    counts: CountsView
    latency: GaugeView
    rate: GaugeView
    lamps: tuple[LampView, ...]
    rejects: tuple[RejectView, ...]
    picture_note: str
    """Over a picture that is old; empty = it is of the present."""


def present_live(lens: Lens) -> LiveView:
    """Return what the Live screen shows."""
    return LiveView(
        verdict=present_verdict(lens),
        yielded=present_yield(lens),
        counts=present_counts(lens),
        latency=present_latency(lens),
        rate=present_rate(lens),
        lamps=present_lamps(lens),
        rejects=present_rejects(lens),
        picture_note=_picture_note(lens),
    )


def present_hold(lens: Lens) -> HoldView:
    """Return the button for the line: holding is one touch, releasing is kept pressed."""
    words, facts = lens.words, lens.facts
    if facts.link is not Link.ATTACHED:
        return HoldView(act=HoldAct.NONE, label=words(Say.HOLD_LINE))
    if any(alarm.id == AlarmId.HELD_OPERATOR and is_active(alarm) for alarm in facts.alarms):
        return HoldView(
            act=HoldAct.RELEASE,
            label=words(Say.RELEASE_LINE),
            hint=words(Say.KEEP_PRESSED),
            version=(facts.state.hold_version or None) if facts.state else None,
        )
    return HoldView(act=HoldAct.HOLD, label=words(Say.HOLD_LINE))


def _picture_note(lens: Lens) -> str:
    facts = lens.facts
    if facts.link is Link.ATTACHED and facts.is_station_lost:
        return lens.words(Say.STATION_SILENT)
    return lens.words(Say.PICTURE_IS_OLD) if facts.link is Link.LOST else ""
