"""A list's row: when, what, and what else can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from inspector_console.presenter._lens import DASH, Lens


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row of two lines.

    Attributes
    ----------
    lead, lead_more
        In a column of their own at the left: a time and its date, or what the row is about.
    text
        Goes on in the second line where there is no `more`.
    tail
        At the right end of the first line.
    is_quiet
        Of the second rank.
    is_wrong
        Marked: somebody should look at it.
    """

    lead: str
    text: str
    lead_more: str = ""
    more: str = ""
    tail: str = ""
    is_quiet: bool = False
    is_wrong: bool = False


def time_and_date(utc_ns: int, lens: Lens) -> tuple[str, str]:
    """Return a moment as people at the plant read it; dashes where there is none."""
    try:
        moment = datetime.fromtimestamp(utc_ns // 1_000_000_000, tz=UTC).astimezone(lens.zone)
    except (OverflowError, ValueError, OSError):  # a clock far beyond all calendars
        return DASH, ""
    return (moment.strftime("%H:%M:%S"), lens.words.date(moment)) if utc_ns else (DASH, "")


def time_of_text(text: str, lens: Lens) -> tuple[str, str]:
    """Return the same of a time that travels as ISO 8601; one that is none stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text[:19] or DASH, ""
    local = moment.astimezone(lens.zone)
    return local.strftime("%H:%M:%S"), lens.words.date(local)
