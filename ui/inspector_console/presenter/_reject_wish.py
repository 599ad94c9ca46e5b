"""Which rejects somebody wants to see: filters with a few choices each, for a finger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from inspector.domain.disposition import Cause
from inspector.protocol import RejectPage
from inspector_console.presenter._lens import Lens, class_text
from inspector_console.words import SayRejects

_HOUR_NS: Final = 3_600 * 10**9
_SPANS: Final[Mapping[str, tuple[SayRejects, int]]] = {
    "hour": (SayRejects.LAST_HOUR, _HOUR_NS),
    "8hours": (SayRejects.LAST_8_HOURS, 8 * _HOUR_NS),
    "day": (SayRejects.LAST_DAY, 24 * _HOUR_NS),
    "week": (SayRejects.LAST_WEEK, 7 * 24 * _HOUR_NS),
}
_SCORES: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "low": (None, 599),
    "middle": (600, 899),
    "high": (900, None),
}
_JUDGED: Final[Mapping[str, tuple[SayRejects, bool]]] = {
    "no": (SayRejects.NOT_JUDGED_YET, False),
    "yes": (SayRejects.JUDGED_ALREADY, True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectWish:
    """The chosen filters, each by its key; empty = all."""

    time: str = ""
    class_name: str = ""
    cause: str = ""
    judged: str = ""
    score: str = ""

    def with_choice(self, name: str, key: str) -> RejectWish:
        """Return the wish with another choice of one filter."""
        return replace(self, **{name: key})

    def args(self, now_utc_ns: int) -> dict[str, Any]:
        """Return the arguments of `reject.query`."""
        low, high = _SCORES.get(self.score, (None, None))
        since = now_utc_ns - _SPANS[self.time][1] if self.time in _SPANS else None
        judged = _JUDGED[self.judged][1] if self.judged in _JUDGED else None
        wanted = {
            "since_utc_ns": max(0, since) if since is not None else None,
            "class_name": self.class_name or None,
            "cause": self.cause or None,
            "is_judged": judged,
            "score_min_permille": low,
            "score_max_permille": high,
        }
        return {name: value for name, value in wanted.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterView:
    """One filter: what it is called, what is chosen, and what can be (key, text)."""

    name: str
    title: str
    value: str
    is_set: bool
    chosen: str
    choices: tuple[tuple[str, str], ...]


def present_filters(wish: RejectWish, known: RejectPage, lens: Lens) -> tuple[FilterView, ...]:
    """Return the row of filters; `known` = the classes that the running model has."""
    words = lens.words
    classes = [name for name in known.classes if name not in known.ok_classes]
    if wish.class_name and wish.class_name not in classes:
        classes.append(wish.class_name)
    causes = [cause.name for cause in Cause if cause is not Cause.NONE]
    return (
        _filter("time", SayRejects.TIME, SayRejects.ANY_TIME, wish.time, _texts(_SPANS, lens), lens),
        _filter(
            "class_name",
            SayRejects.CLASS,
            SayRejects.ANY_CLASS,
            wish.class_name,
            tuple((name, class_text(name, lens)) for name in classes),
            lens,
        ),
        _filter(
            "cause",
            SayRejects.CAUSE,
            SayRejects.ANY_CAUSE,
            wish.cause,
            tuple((name, words.cause(name)) for name in causes),
            lens,
        ),
        _filter("judged", SayRejects.JUDGED, SayRejects.ANY_JUDGED, wish.judged, _texts(_JUDGED, lens), lens),
        _filter("score", SayRejects.SCORE, SayRejects.ANY_SCORE, wish.score, _scores(lens), lens),
    )


def _filter(
    name: str,
    title: SayRejects,
    every: SayRejects,
    chosen: str,
    choices: tuple[tuple[str, str], ...],
    lens: Lens,
) -> FilterView:
    offered = (("", lens.words(every)), *choices)
    return FilterView(
        name=name,
        title=lens.words(title),
        value=next((text for key, text in offered if key == chosen), chosen),
        is_set=bool(chosen),
        chosen=chosen,
        choices=offered,
    )


def _texts(choices: Mapping[str, tuple[SayRejects, Any]], lens: Lens) -> tuple[tuple[str, str], ...]:
    return tuple((key, lens.words(say)) for key, (say, _) in choices.items())


def _scores(lens: Lens) -> tuple[tuple[str, str], ...]:
    words = lens.words
    low, high = words.number(0.6, 1), words.number(0.9, 1)
    return (
        ("high", words(SayRejects.SCORE_ABOVE, value=high)),
        ("middle", words(SayRejects.SCORE_BETWEEN, low=low, high=high)),
        ("low", words(SayRejects.SCORE_BELOW, value=low)),
    )
