"""The alarm row: the most urgent alarm, what parts do meanwhile, what to do, and how many more there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inspector.client import TURNED_AWAY
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import ACTIVE, SHOWN, AlarmState, Consequence
from inspector.domain.product import UNDER_WAY, ChangePhase
from inspector.protocol import AlarmView
from inspector_console.presenter._facts import Link, is_active
from inspector_console.presenter._lens import DASH, Lens
from inspector_console.words import Say, SayLogin

_CHANGING: Final = frozenset(phase.name for phase in UNDER_WAY - {ChangePhase.CHECKING})
_HOLDS: Final = frozenset(id_.value for id_, rule in TABLE.items() if rule.consequence is Consequence.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One alarm, in words.

    Attributes
    ----------
    is_waiting
        Nobody has acknowledged it: its symbol blinks.
    can_acknowledge
        Doing so would be answered.
    """

    id: str = ""
    version: int = 0
    priority: int = 0
    text: str = ""
    cause: str = ""
    response: str = ""
    consequence: str = ""
    since: str = ""
    state: str = ""
    is_waiting: bool = False
    can_acknowledge: bool = False
    can_shelve: bool = False
    can_unshelve: bool = False
    is_hidden: bool = False
    """Shelved, suppressed, or out of service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRowView:
    """The row. `top` is None when there is nothing to say but `notice`, or, without one, `quiet`."""

    top: AlarmLine | None = None
    notice: str = ""
    """No alarm, and yet nothing that one may overlook."""
    quiet: str = ""
    acknowledge: str = ""
    counts: tuple[str, str, str] = ("0", "0", "0")
    shelved: str = ""


def urgency(alarm: AlarmView) -> tuple[int, bool, int]:
    """Return what sorts alarms: priority, then those that wait for somebody, then the newest."""
    return alarm.priority, alarm.state == AlarmState.ACKNOWLEDGED, -alarm.raised_ns


def shown_alarms(lens: Lens) -> tuple[AlarmLine, ...]:
    """Return all that belong into the operator's list, most urgent first."""
    alarms = sorted((alarm for alarm in lens.facts.alarms if alarm.state in SHOWN), key=urgency)
    return tuple(line_of(alarm, lens) for alarm in alarms)


def line_of(alarm: AlarmView, lens: Lens) -> AlarmLine:
    """Return an alarm in words; one that only a newer station knows speaks its own English."""
    words = lens.words
    texts = words.alarm(alarm.id, alarm.details)
    text = texts.text if texts else alarm.text or alarm.id
    is_waiting = alarm.state in {AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED}
    phase = alarm.phase or alarm.state
    is_over = _is_over(alarm, phase)
    response = texts.response if texts else alarm.response
    return AlarmLine(
        id=alarm.id,
        version=alarm.version,
        priority=alarm.priority,
        text=words(Say.OVER, text=text) if is_over else text,
        cause=texts.cause if texts else alarm.cause,
        response="" if is_over else response,
        consequence="" if phase == AlarmState.NORMAL else words.consequence(alarm.consequence),
        since=words(Say.SINCE, time=lens.time(alarm.raised_ns, seconds=False)),
        state=_state_of(alarm, lens),
        can_shelve=alarm.is_shelvable and alarm.state in SHOWN,
        can_unshelve=alarm.state == AlarmState.SHELVED,
        is_hidden=alarm.state not in SHOWN,
        is_waiting=is_waiting,
        can_acknowledge=is_waiting,
    )


def _is_over(alarm: AlarmView, phase: str) -> bool:
    """Whether what it says is no longer so: it has returned, or its hold has ended and only its delay has not."""
    if alarm.consequence == Consequence.PASSED:  # what has passed is gone for good: that is never over
        return False
    is_released = phase in ACTIVE and alarm.id in _HOLDS and alarm.consequence != Consequence.HELD
    return phase == AlarmState.RETURNED or is_released


def _state_of(alarm: AlarmView, lens: Lens) -> str:
    """Return an alarm's state, and what goes with it: who has put it aside, or where it is reset."""
    words = lens.words
    match alarm.state:
        case AlarmState.SHELVED:
            reason = words.shelve_reason(alarm.shelved_reason)
            until = lens.time(alarm.shelved_until_ns, seconds=False)
            return words(Say.SHELVED_BY, time=until, reason=reason, user=alarm.shelved_by or DASH)
        case AlarmState.OUT_OF_SERVICE:
            return words(Say.OUT_OF_SERVICE_BY, reason=alarm.removed_reason, user=alarm.removed_by or DASH)
    state = words.alarm_state(alarm.state)
    return f"{state} · {words(Say.RESET_AT_PLC)}" if alarm.needs_plc_reset and is_active(alarm) else state


def present_alarm_row(lens: Lens) -> AlarmRowView:
    """Return the row. Without a connection nothing is known of alarms: never "no alarms"."""
    words, facts = lens.words, lens.facts
    if facts.link is not Link.ATTACHED:
        return AlarmRowView(top=_link_line(lens), counts=(DASH, DASH, DASH), shelved="")
    alarms = [alarm for alarm in facts.alarms if alarm.state in SHOWN]
    counts = tuple(str(sum(alarm.priority == priority for alarm in alarms)) for priority in (1, 2, 3))
    shelved = sum(alarm.state == AlarmState.SHELVED for alarm in facts.alarms)
    lines = shown_alarms(lens)
    return AlarmRowView(
        top=lines[0] if lines else None,
        notice=words(Say.PRODUCT_CHANGES) if not lines and is_product_changing(lens) else "",
        quiet="" if lines else _quiet(lens),
        acknowledge=words(Say.ACKNOWLEDGE),
        counts=(counts[0], counts[1], counts[2]),
        shelved=words(Say.MORE_SHELVED, count=shelved) if shelved else "",
    )


def is_product_changing(lens: Lens) -> bool:
    """Whether the line has been told of another product, and is not ready with it yet."""
    state = lens.facts.state
    return state is not None and state.change.phase in _CHANGING


def _quiet(lens: Lens) -> str:
    """Return that there is no alarm, and what parts do if that is not what they should."""
    text, state = lens.words(Say.NO_ALARMS), lens.facts.state
    if state is None or state.parts_now == "not_affected":
        return text
    return f"{text} · {lens.words.consequence(state.parts_now)}"


def _link_line(lens: Lens) -> AlarmLine:
    words, facts = lens.words, lens.facts
    is_lost = facts.link is Link.LOST
    text: StrEnum
    is_foreign = "version" in facts.reason
    is_turned_away = facts.reason.startswith(TURNED_AWAY)
    text = Say.OTHER_VERSION if is_foreign else Say.CONNECTION_LOST if is_lost else Say.CONNECTING
    response = words(Say.CONNECTION_LOST_WHAT if is_lost else Say.CONNECTING_WHAT)
    if is_turned_away:
        text, response = SayLogin.TURNED_AWAY, words(SayLogin.TURNED_AWAY_WHAT)
    return AlarmLine(
        id="link",
        priority=1 if is_lost or is_foreign or is_turned_away else 0,
        text=words(text),
        response=facts.reason if is_foreign else response,
        consequence=words(Say.PARTS_UNKNOWN),
        since=words(Say.SINCE, time=lens.heard) if is_lost else "",
        is_waiting=is_lost,
    )
