"""System › Audit: who did what, when, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.domain.access import Permission
from inspector_console.presenter._lens import DASH, Lens, class_text
from inspector_console.presenter._rights import may, who_may
from inspector_console.presenter._rows import RowView, time_of_text
from inspector_console.words import SaySystem

_HOUR_NS: Final = 3_600_000_000_000
SPANS_H: Final = (0, 1, 8, 24, 168, 720)
"""How far to look back, hours; 0 = to the beginning."""
ACTS: Final = (
    "",
    "session",
    "users",
    "alarm",
    "line",
    "control",
    "product",
    "reject",
    "recipe",
    "export",
    "backup",
)
"""Families of acts to choose from; the first is all of them."""
_RESULTS: Final = {"done": SaySystem.DONE, "begun": SaySystem.BEGUN}
_SAID_BY_VERB: Final[Mapping[tuple[str, str], str]] = {
    (Permission.MANAGE_USERS, "deleted"): "users.deleted",
    (Permission.MANAGE_USERS, "unlocked"): "users.unlocked",
    (Permission.SHELVE, "unshelved"): "alarm.unshelved",
    (Permission.OUT_OF_SERVICE, "put back"): "alarm.put_back",
}
_ADDED: Final = "users.added"
_EXPORTED: Final = "exported"
_TEXT_MAX: Final = 300
_ACCOUNT_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which records to show; empty = all."""

    user: str = ""
    act: str = ""
    hours: int = 0

    def args(self, now_utc_ns: int) -> dict[str, Any]:
        """Return it as `audit.query` and `audit.export` take it; `now_utc_ns` is the station's time."""
        args: dict[str, Any] = {"user": self.user, "act": self.act}
        if self.hours and now_utc_ns:
            args["since_utc_ns"] = max(0, now_utc_ns - self.hours * _HOUR_NS)
        return args


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditState:
    """What the page has been told.

    Attributes
    ----------
    records
        One page, newest first, as they travel; None = not answered yet.
    trouble
        Why there are none, in the service's words.
    unreadable
        Lines that were passed over on the way to this page.
    chain
        What `audit.verify` has said; None = nobody asked.
    """

    wanted: AuditFilter = field(default_factory=AuditFilter)
    records: tuple[Mapping[str, Any], ...] | None = None
    trouble: str = ""
    unreadable: int = 0
    chain: Mapping[str, Any] | None = None
    is_checking: bool = False
    check_trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """The page.

    Attributes
    ----------
    may_not
        Whoever is here may not look; everything else is empty then.
    filters
        Whose acts, which, how far back: what it is called, what is chosen, and whether that is less than all.
    note, is_wrong
        What is to be said of the log itself, and whether somebody should worry.
    """

    may_not: str
    quiet: str = ""
    filters: tuple[tuple[str, str, bool], ...] = ()
    check: str = ""
    export: str = ""
    note: str = ""
    is_wrong: bool = False
    rows: tuple[RowView, ...] = ()


def present_audit(lens: Lens, state: AuditState) -> AuditView:
    """Return the page."""
    words = lens.words
    if not may(lens, Permission.VIEW_AUDIT):
        return AuditView(may_not=words(SaySystem.AUDIT_ONLY, roles=who_may(lens, Permission.VIEW_AUDIT)))
    note, is_wrong = _note(lens, state)
    return AuditView(
        may_not="",
        quiet=_quiet(lens, state),
        filters=_filters(lens, state.wanted),
        check=words(SaySystem.CHECK_CHAIN),
        export=words(SaySystem.EXPORT) if may(lens, Permission.EXPORT) else "",
        note=note,
        is_wrong=is_wrong,
        rows=tuple(_row(record, lens) for record in state.records or ()),
    )


def span_text(lens: Lens, hours: int) -> str:
    """Return how far back to look."""
    says = {
        0: SaySystem.SPAN_ALL,
        24: SaySystem.SPAN_DAY,
        168: SaySystem.SPAN_WEEK,
        720: SaySystem.SPAN_MONTH,
    }
    say = says.get(hours, SaySystem.SPAN_HOUR if hours == 1 else SaySystem.SPAN_HOURS)
    return lens.words(say, hours=hours)


def _filters(lens: Lens, wanted: AuditFilter) -> tuple[tuple[str, str, bool], ...]:
    words = lens.words
    act = words.act(wanted.act) if wanted.act else words(SaySystem.ALL_ACTS)
    return (
        (words(SaySystem.PERSON), wanted.user or words(SaySystem.EVERYBODY), bool(wanted.user)),
        (words(SaySystem.ACTS), act, bool(wanted.act)),
        (words(SaySystem.TIME), span_text(lens, wanted.hours), bool(wanted.hours)),
    )


def _quiet(lens: Lens, state: AuditState) -> str:
    if state.trouble:
        return lens.words(SaySystem.AUDIT_TROUBLE, why=state.trouble)
    return lens.words(SaySystem.ASKING if state.records is None else SaySystem.AUDIT_EMPTY)


def _note(lens: Lens, state: AuditState) -> tuple[str, bool]:
    """Return what the chain is worth: a break is worse than what was passed over, and both are told."""
    words = lens.words
    if state.is_checking:
        return words(SaySystem.CHECKING), False
    if state.check_trouble:
        return words(SaySystem.CHECK_FAILED, why=state.check_trouble), True
    broken = (state.chain or {}).get("broken")
    if isinstance(broken, Mapping):
        return words(
            SaySystem.CHAIN_BROKEN,
            seq=broken.get("seq", "?"),
            file=broken.get("file", "?"),
            why=broken.get("why", ""),
        ), True
    if state.unreadable:
        return words(SaySystem.UNREADABLE, count=state.unreadable), True
    if state.chain is not None:
        return words(
            SaySystem.CHAIN_WHOLE, count=lens.words.number(int(state.chain.get("records", 0)))
        ), False
    return "", False


def _row(record: Mapping[str, Any], lens: Lens) -> RowView:
    text = {key: value if isinstance(value, str) else "" for key, value in record.items()}
    time, date = time_of_text(text.get("utc", ""), lens)
    result = text.get("result", "")
    is_bad = result not in _RESULTS
    verb = lens.words.act(_verb(record))
    act = " · ".join(part for part in (verb, _target(lens, record, text)) if part)
    return RowView(
        lead=time,
        lead_more=date,
        text=f"{_who(lens, text)}: {act}",
        more=_more(lens, record, text, _result(lens, result) if is_bad and result else ""),
        tail="" if is_bad else lens.words(_RESULTS[result]),
        is_quiet=result == "begun",
    )


def _who(lens: Lens, text: Mapping[str, str]) -> str:
    """Return who it was; a console where nobody had logged in, or the station by itself, is somebody, too."""
    role = text.get("role", "")
    if text.get("user"):
        return f"{text['user']} ({lens.words.role(role)})"
    return text.get("console", "") or lens.words(SaySystem.THE_STATION)


def _verb(record: Mapping[str, Any]) -> str:
    """Return what exactly was done: one right covers several acts, and the new value tells which."""
    act, new = str(record.get("act", "")), record.get("new")
    if isinstance(new, str) and (act, new) in _SAID_BY_VERB:
        return _SAID_BY_VERB[act, new]
    is_added = act == Permission.MANAGE_USERS and not record.get("old") and isinstance(new, Mapping)
    return _ADDED if is_added else _EXPORTED if act == Permission.EXPORT else act


def _target(lens: Lens, record: Mapping[str, Any], text: Mapping[str, str]) -> str:
    """Return what was acted on; an alarm by its text, an account by its name."""
    target, act, old = text.get("target", ""), text.get("act", ""), record.get("old")
    if act == Permission.MANAGE_USERS and _ACCOUNT_ID.fullmatch(target):
        return str(old.get("name", ""))[:_TEXT_MAX] if isinstance(old, Mapping) else ""
    if act == Permission.EXPORT:
        return lens.words.audited(target)
    alarm = lens.words.alarm(target, {}) if act.startswith("alarm.") else None
    return alarm.text if alarm else target


def _result(lens: Lens, result: str) -> str:
    """Return how it went, with the reason in the language spoken here."""
    how, _, why = result.partition(": ")
    return f"{lens.words.audited(how)}: {lens.words.told(why)}" if why else lens.words.audited(how)


def _more(lens: Lens, record: Mapping[str, Any], text: Mapping[str, str], result: str) -> str:
    change = _change(record, lens)
    reason = lens.words.audited(lens.words.told(text.get("reason", "")))
    if text.get("act") == Permission.SHELVE:
        reason = lens.words.shelve_reason(reason)
        change = lens.words(SaySystem.MINUTES, minutes=change) if change.isdecimal() else change
    return " · ".join(part for part in (result, change, reason) if part)


def _change(record: Mapping[str, Any], lens: Lens) -> str:
    """Return what was before and after; of several values those that are not as they were."""
    before, after = record.get("old"), record.get("new")
    if isinstance(after, str) and (str(record.get("act")), after) in _SAID_BY_VERB:
        return ""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        parts = (_changed(str(key), before.get(key), value, lens) for key, value in after.items())
        return ", ".join(part for part in parts if part)[:_TEXT_MAX]
    old, new = value_text(before, lens), value_text(after, lens)
    return f"{old} → {new}" if old and new else new or old


def _changed(key: str, before: object, after: object, lens: Lens) -> str:
    old, new = value_text(before, lens), value_text(after, lens)
    if not new or old == new:
        return ""
    label = lens.words.audited(key)
    if key == "role":
        old, new = (lens.words.role(role) if role else "" for role in (old, new))
    elif key == "class":
        old, new = (class_text(name, lens) if name else "" for name in (old, new))
    return f"{label}: {old} → {new}" if old else f"{label}: {new}"


def value_text(value: object, lens: Lens) -> str:
    """Return an old or new value in one line; nothing for what is not set."""
    match value:
        case None | "" | False:
            return ""
        case Mapping():
            told = ((str(key), value_text(item, lens)) for key, item in value.items())
            return ", ".join(_pair(key, text, lens) for key, text in told if text)[:_TEXT_MAX]
        case True:
            return "✓"
        case list() | tuple():
            return ", ".join(value_text(item, lens) for item in value)[:_TEXT_MAX]
        case _:
            return lens.words.audited(str(value))[:_TEXT_MAX] or DASH


def _pair(key: str, text: str, lens: Lens) -> str:
    match key:
        case "role":
            return lens.words.role(text)
        case "class":
            text = class_text(text, lens)
    return f"{lens.words.audited(key)}: {text}"
