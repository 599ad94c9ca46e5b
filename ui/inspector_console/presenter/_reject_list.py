"""The Rejects screen's list: cards in pages, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from inspector.domain.labels import Judgement
from inspector.protocol import RejectPage, RejectRow, Result
from inspector_console.presenter._facts import Link
from inspector_console.presenter._lens import DASH, Lens, class_text
from inspector_console.presenter._reject_wish import FilterView, RejectWish, present_filters
from inspector_console.presenter._verdict import VerdictKind, kind_of, what_of
from inspector_console.words import SayRejects

JUDGEMENTS: Final = {
    Judgement.REAL_DEFECT: SayRejects.REAL_DEFECT,
    Judgement.FALSE_REJECT: SayRejects.FALSE_REJECT,
    Judgement.DONT_KNOW: SayRejects.DONT_KNOW,
}
_GONE: Final = {
    "EVICTED": SayRejects.PICTURE_EVICTED,
    "DROPPED": SayRejects.PICTURE_DROPPED,
    "": SayRejects.PICTURE_NEVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCardView:
    """One reject in the list.

    Attributes
    ----------
    image
        Name of its picture; empty = there is none, and `gone` says why.
    said
        What somebody has said of it, or that nobody has.
    """

    part: str
    kind: VerdictKind
    what: str
    score: str
    time: str
    image: str
    gone: str
    said: str
    is_judged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectListView:
    """The list.

    Attributes
    ----------
    quiet
        What stands in the list's place when there is none.
    is_whole
        There are no more than these.
    unjudged
        How many of these nobody has judged yet.
    newest
        On the button that looks again.
    """

    filters: tuple[FilterView, ...]
    cards: tuple[RejectCardView, ...]
    is_whole: bool
    quiet: str
    unjudged: str
    newest: str
    has_news: bool
    up: str
    down: str
    cancel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found so far.

    Attributes
    ----------
    known
        The last answer: what runs, and whether there is more.
    seen
        Rejects that the station had told of when the list was made.
    failure
        Why there is no list.
    """

    rows: tuple[RejectRow, ...] = ()
    known: RejectPage = field(default_factory=RejectPage)
    is_asking: bool = False
    failure: str = ""
    seen: frozenset[tuple[int, int]] = frozenset()


def with_labels(rows: tuple[RejectRow, ...], lens: Lens) -> tuple[RejectRow, ...]:
    """Return rows with what was said of them since they were asked for, here or at another console."""
    told = {label.part: label for label in lens.facts.labels}

    def newest(row: RejectRow) -> RejectRow:
        label = told.get(row.part)
        is_newer = label is not None and label.version > (row.label.version if row.label else 0)
        return row.model_copy(update={"label": label}) if is_newer else row

    return tuple(newest(row) for row in rows)


def present_reject_list(wish: RejectWish, found: Found, lens: Lens) -> RejectListView:
    """Return the list. Without a connection it is not known, which is not the same as empty."""
    words, facts = lens.words, lens.facts
    is_known = facts.link is Link.ATTACHED
    rows = with_labels(found.rows, lens) if is_known else ()
    open_count = sum(row.label is None for row in rows)
    news = sum(result.key not in found.seen for result in facts.rejects) if found.rows or found.seen else 0
    return RejectListView(
        filters=present_filters(wish, found.known, lens),
        cards=tuple(_card(row, lens) for row in rows),
        is_whole=not found.known.next,
        quiet=_quiet(wish, found, lens),
        unjudged=words(SayRejects.UNJUDGED_COUNT, count=open_count, all=len(rows)) if open_count else "",
        newest=words(SayRejects.NEW_ONES, count=news) if news else words(SayRejects.NEWEST),
        has_news=bool(news),
        up=words(SayRejects.UP),
        down=words(SayRejects.DOWN),
        cancel=words(SayRejects.CANCEL),
    )


def as_result(row: RejectRow) -> Result:
    """Return a row as the fact that it once was."""
    same = (
        "session",
        "ordinal",
        "evaluation",
        "class_name",
        "class_index",
        "cause",
        "applied",
        "score_permille",
    )
    return Result(tag=0, disposition="REJECT", **{name: getattr(row, name) for name in same})


def when(utc_ns: int, lens: Lens, *, seconds: bool = True) -> str:
    """Return a moment as people here write it: today the time alone, with or without its seconds."""
    now_ns = lens.facts.heard_ns + (lens.facts.utc_offset_ns or 0)
    try:
        moment = datetime.fromtimestamp(utc_ns // 10**9, tz=UTC).astimezone(lens.zone)
        today = datetime.fromtimestamp(now_ns // 10**9, tz=UTC).astimezone(lens.zone)
    except (OverflowError, ValueError, OSError):  # a clock far beyond all calendars
        return DASH
    if moment.date() == today.date():
        return moment.strftime("%H:%M:%S" if seconds else "%H:%M")
    return moment.strftime("%d.%m. %H:%M" if lens.words.language == "de" else "%d %b %H:%M")


def said_of(row: RejectRow, lens: Lens) -> str:
    """Return what the last label says, in a word or two; empty where there is none."""
    if row.label is None:
        return ""
    try:
        said = lens.words(JUDGEMENTS[Judgement(row.label.judgement)])
    except ValueError:  # of a newer station
        return row.label.judgement
    is_seen = row.evaluation == "NG" and row.label.class_name == row.class_name
    is_other = row.label.judgement == Judgement.REAL_DEFECT and not is_seen
    return f"{said}: {class_text(row.label.class_name, lens)}" if is_other else said


def gone(row: RejectRow, lens: Lens) -> str:
    """Return why there is no picture; empty where there is one."""
    return lens.words(_GONE[row.image_state]) if row.image_state in _GONE else ""


def score_of(row: RejectRow, lens: Lens) -> str:
    """Return how sure vision was; empty where it saw nothing."""
    return lens.words.number(row.score_permille / 1000, 2) if row.class_index >= 0 else ""


def _card(row: RejectRow, lens: Lens) -> RejectCardView:
    result = as_result(row)
    missing = gone(row, lens)
    return RejectCardView(
        part=row.part,
        kind=kind_of(result),
        what=what_of(result, lens),
        score=score_of(row, lens) if kind_of(result) is VerdictKind.NG else "",
        time=when(row.utc_ns, lens),
        image="" if missing else row.image,
        gone=missing,
        said=said_of(row, lens) or lens.words(SayRejects.UNJUDGED),
        is_judged=row.label is not None,
    )


def _quiet(wish: RejectWish, found: Found, lens: Lens) -> str:
    words = lens.words
    if lens.facts.link is not Link.ATTACHED:
        return words(SayRejects.NOT_CONNECTED)
    if found.failure:
        return words(SayRejects.CANNOT_LOOK, reason=words.told(found.failure))
    if found.is_asking or found.known.next:
        return words(SayRejects.SEARCHING)
    return words(SayRejects.NONE_YET if wish == RejectWish() else SayRejects.NONE_FOUND)
