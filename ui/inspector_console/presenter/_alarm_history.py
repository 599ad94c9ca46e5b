"""Alarms › History: what has happened to alarms, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.domain.alarms import AlarmChange
from inspector.protocol import Event
from inspector_console.presenter._facts import Link
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._rows import RowView, time_and_date
from inspector_console.words import Say

_LOUD: Final = {AlarmChange.RAISED, AlarmChange.SHELVED, AlarmChange.TAKEN_OUT_OF_SERVICE}
"""An alarm begins, or somebody puts it aside; the rest is of the second rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmHistoryView:
    """The page.

    Attributes
    ----------
    back
        What the button says that leads to the alarms of now.
    quiet
        What stands in the list's place when there is none.
    """

    title: str
    back: str
    quiet: str
    up: str
    down: str
    rows: tuple[RowView, ...] = ()


def present_alarm_history(lens: Lens) -> AlarmHistoryView:
    """Return the page. What was heard of a station that is lost now is history, and stays true."""
    words = lens.words
    is_known = lens.facts.link is not Link.CONNECTING
    return AlarmHistoryView(
        title=words(Say.ALARM_HISTORY),
        back=words(Say.ALARMS_NOW),
        quiet=words(Say.NO_ALARM_HISTORY if is_known else Say.ALARMS_NOT_KNOWN),
        up=words(Say.EARLIER),
        down=words(Say.LATER),
        rows=tuple(_row(event, lens) for event in reversed(lens.facts.alarm_events)),
    )


def _row(event: Event, lens: Lens) -> RowView:
    words = lens.words
    time, date = time_and_date(event.utc_ns, lens)
    alarm = words.alarm(event.alarm, event.details)
    change = words.alarm_change(event.change)
    return RowView(
        lead=time,
        lead_more=date,
        text=alarm.text if alarm else event.alarm,
        more=f"{change}: {words.shelve_reason(event.reason)}" if event.reason else change,
        tail=event.user,
        is_quiet=event.change not in _LOUD,
    )
