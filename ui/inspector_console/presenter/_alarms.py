"""The Alarms screen: every alarm with its cause and what to do, those that are put aside below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.domain.alarms import MAX_SHELF_NS, ShelveReason
from inspector_console.presenter._alarm_row import AlarmLine, line_of, shown_alarms, urgency
from inspector_console.presenter._facts import Link
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._reject_list import when
from inspector_console.words import Say

_DURATIONS: Final = ((15, Say.FOR_15_MINUTES), (60, Say.FOR_1_HOUR))
_LONG_MIN: Final = 480
_MINUTE_NS: Final = 60 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """What is asked before an alarm is put aside: for how long (minutes), and why."""

    title: str
    for_how_long: str
    why: str
    cancel: str
    durations: tuple[tuple[int, str], ...]
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsView:
    """The screen.

    Attributes
    ----------
    lines
        Those that want somebody first, then those that are hidden.
    history
        What the button says that leads to the alarms of the past.
    quiet
        What stands in the list's place when there is none.
    """

    title: str
    history: str
    quiet: str
    acknowledge: str
    up: str
    down: str
    shelve: str
    unshelve: str
    sheet: SheetView
    lines: tuple[AlarmLine, ...] = ()


def present_alarms(lens: Lens) -> AlarmsView:
    """Return the screen. Without a connection the list is not known, which is not the same as empty."""
    words, is_known = lens.words, lens.facts.link is Link.ATTACHED
    shown = shown_alarms(lens)
    ids = {line.id for line in shown}
    hidden = sorted((alarm for alarm in lens.facts.alarms if alarm.id not in ids), key=urgency)
    return AlarmsView(
        title=words(Say.ALL_ALARMS),
        history=words(Say.ALARM_HISTORY),
        quiet=words(Say.NO_ALARMS if is_known else Say.ALARMS_NOT_KNOWN),
        acknowledge=words(Say.ACKNOWLEDGE),
        up=words(Say.EARLIER),
        down=words(Say.LATER),
        shelve=words(Say.SHELVE),
        unshelve=words(Say.UNSHELVE),
        sheet=SheetView(
            title=words(Say.SHELVE_THIS),
            for_how_long=words(Say.SHELVE_HOW_LONG),
            why=words(Say.SHELVE_WHY),
            cancel=words(Say.CANCEL),
            durations=(*((minutes, words(say)) for minutes, say in _DURATIONS), _longest(lens)),
            reasons=tuple((reason.value, words.shelve_reason(reason)) for reason in ShelveReason),
        ),
        lines=(*shown, *(line_of(alarm, lens) for alarm in hidden)) if is_known else (),
    )


def _longest(lens: Lens) -> tuple[int, str]:
    """Return the longest time: to the end of the shift, where the plant has shifts and this one is not too long."""
    state = lens.facts.state
    ends_ns = state.shift_ends_utc_ns if state is not None else 0
    now_ns = lens.facts.heard_ns + (lens.facts.utc_offset_ns or 0)
    minutes = -((now_ns - ends_ns) // _MINUTE_NS)
    if not 0 < minutes <= MAX_SHELF_NS // _MINUTE_NS:
        return _LONG_MIN, lens.words(Say.FOR_8_HOURS)
    return minutes, lens.words(Say.TO_END_OF_SHIFT, time=when(ends_ns, lens, seconds=False))
