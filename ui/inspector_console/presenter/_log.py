"""System › Log: what happened at the station, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.domain.access import Permission
from inspector.protocol import Event
from inspector_console.presenter._facts import Link
from inspector_console.presenter._header import state_text
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._rights import may, who_may
from inspector_console.presenter._rows import RowView, time_and_date
from inspector_console.words import SaySystem


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """The page.

    Attributes
    ----------
    quiet
        What stands in the list's place when there is none.
    export
        What the button says; empty = whoever is here may not, and `may_not` says who may.
    """

    title: str
    quiet: str
    export: str
    may_not: str
    rows: tuple[RowView, ...] = ()


def present_log(lens: Lens) -> LogView:
    """Return the page. What was heard of a station that is lost now is history, and stays true."""
    words, events = lens.words, lens.facts.events
    is_known = lens.facts.link is not Link.CONNECTING
    can_export = may(lens, Permission.EXPORT)
    return LogView(
        title=words(SaySystem.LOG_PAGE),
        quiet=words(SaySystem.LOG_EMPTY if is_known else SaySystem.NOT_KNOWN),
        export=words(SaySystem.EXPORT) if can_export else "",
        may_not="" if can_export else words(SaySystem.EXPORT_ONLY, roles=who_may(lens, Permission.EXPORT)),
        rows=tuple(_row(event, lens) for event in reversed(events)),
    )


def _row(event: Event, lens: Lens) -> RowView:
    time, date = time_and_date(event.utc_ns, lens)
    source = lens.words.source(event.source)
    return RowView(lead=time, lead_more=date, text=_text(event, lens), more=event.user, tail=source)


def _text(event: Event, lens: Lens) -> str:
    """Return the line in the language spoken here; one that only a newer station knows, as it came."""
    words = lens.words
    told = words.alarm(event.alarm, event.details) if event.alarm else None
    if told:
        return f"{told.text} · {words.alarm_change(event.change)}"
    said = state_text(event.text, lens) if event.source == "station" else ""
    return words(SaySystem.STATE_IS, state=said) if said else words.told(event.text)
