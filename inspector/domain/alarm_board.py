"""The whole board of alarms: takes in what is known, says what has changed and what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from inspector.domain.alarm_keeping import freeze, thaw
from inspector.domain.alarm_life import AlarmLife
from inspector.domain.alarms import (
    MAX_REASON_CHARS,
    MAX_SHELF_NS,
    SHOWN,
    UNKNOWN,
    Absence,
    AlarmChange,
    AlarmEvent,
    AlarmId,
    AlarmRefusal,
    AlarmRule,
    AlarmState,
    AlarmView,
    Condition,
    Consequence,
    Priority,
    Shelf,
    ShelveReason,
    Signals,
)
from inspector.errors import ConfigError

_DRASTIC: Final = (Consequence.HELD, Consequence.BYPASSED, Consequence.REJECTED)
"""What can happen to all parts, whatever else there is; the first that holds is the one."""
_HARMFUL: Final = (*_DRASTIC, Consequence.PARTLY_REJECTED)
_REJECTED: Final = frozenset({Consequence.REJECTED, Consequence.PARTLY_REJECTED, Consequence.NG_REJECTED})
_RANK: Final = (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, AlarmState.RETURNED)


class AlarmBoard:
    """All alarms of a station. Not thread-safe: one thread of the service owns it.

    Every time is monotonic nanoseconds, given by the caller. What somebody does with an alarm returns the
    event for the log, or why it was not done; whether he may do it is decided before.

    Parameters
    ----------
    table
        The rule of every alarm, by its id.

    Raises
    ------
    ConfigError
        A rule stands under another's id, or names a cause that is missing, less urgent than itself, or itself
        hidden by what it hides.
    """

    def __init__(self, table: Mapping[AlarmId, AlarmRule]) -> None:
        self._lives = {id_: AlarmLife(rule) for id_, rule in table.items()}
        self._causes = {id_: _all_causes(table, id_) for id_ in table}
        self._is_line_held = False

    # -- what is known

    def observe(
        self, conditions: Mapping[AlarmId, Condition], now_ns: int, *, is_line_held: bool = False
    ) -> list[AlarmEvent]:
        """Take in what is known now, and return what has changed by it, and by the time that has passed.

        An alarm without a condition is one that is not known: neither true nor false. `is_line_held` says that
        the line stands because the station holds it, also for a reason that has no alarm, or none any more.

        Raises
        ------
        ValueError
            A condition of the wrong kind: a truth for an alarm on a value, or the reverse.
        """
        self._is_line_held = is_line_held
        events = self._end_shelves(now_ns)
        changes = {
            id_: life.observe(conditions.get(id_, UNKNOWN), now_ns) for id_, life in self._lives.items()
        }
        for id_, life in self._lives.items():
            was_suppressed, life.is_suppressed = life.is_suppressed, bool(self._standing_causes(id_))
            change = changes[id_]
            if change is None and was_suppressed != life.is_suppressed and life.phase in SHOWN:
                change = AlarmChange.SUPPRESSED if life.is_suppressed else AlarmChange.UNSUPPRESSED
            if change is not None:
                events.append(_tell(life, change, now_ns))
            life.was_shown |= life.state is AlarmState.UNACKNOWLEDGED
        return events

    def _end_shelves(self, now_ns: int) -> list[AlarmEvent]:
        due = [life for life in self._lives.values() if life.shelf and now_ns >= life.shelf.until_ns]
        return [_bring_back(life, AlarmChange.UNSHELVED, "", now_ns) for life in due]

    def _standing_causes(self, id_: AlarmId) -> tuple[AlarmId, ...]:
        """Return the alarms that hide this one now. A shelved cause explains its effects as before."""
        lives = self._lives
        return tuple(c for c in self._causes[id_] if lives[c].is_active and lives[c].absence is None)

    # -- what people do

    def acknowledge(self, id_: AlarmId, user: str, now_ns: int) -> AlarmEvent | AlarmRefusal:
        """Take notice of one alarm. It stays in the list for as long as its condition stands."""
        life = self._lives.get(id_)
        if life is None:
            return AlarmRefusal.UNKNOWN_ALARM
        if life.phase not in {AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED}:
            return AlarmRefusal.NOTHING_TO_ACKNOWLEDGE
        if life.state not in SHOWN:
            return AlarmRefusal.IS_HIDDEN
        life.acknowledge(user, now_ns)
        return _tell(life, AlarmChange.ACKNOWLEDGED, now_ns, user)

    def shelve(
        self, id_: AlarmId, until_ns: int, reason: ShelveReason, user: str, now_ns: int
    ) -> AlarmEvent | AlarmRefusal:
        """Put an alarm aside until a time, at most `MAX_SHELF_NS` from now; then it is back by itself."""
        life = self._lives.get(id_)
        if life is None:
            return AlarmRefusal.UNKNOWN_ALARM
        if not life.rule.shelvable:
            return AlarmRefusal.NEVER_SHELVED
        if life.absence:
            return AlarmRefusal.ALREADY_OUT_OF_SERVICE
        if life.shelf:
            return AlarmRefusal.ALREADY_SHELVED
        if not now_ns < until_ns <= now_ns + MAX_SHELF_NS:
            return AlarmRefusal.BAD_DURATION
        life.shelf = Shelf(until_ns, reason, user, now_ns)
        return _tell(life, AlarmChange.SHELVED, now_ns, user, reason)

    def unshelve(self, id_: AlarmId, user: str, now_ns: int) -> AlarmEvent | AlarmRefusal:
        """Take an alarm back before its time. If it stands, it asks for attention again."""
        life = self._lives.get(id_)
        if life is None:
            return AlarmRefusal.UNKNOWN_ALARM
        if not life.shelf:
            return AlarmRefusal.NOT_SHELVED
        return _bring_back(life, AlarmChange.UNSHELVED, user, now_ns)

    def take_out_of_service(
        self, id_: AlarmId, reason: str, user: str, now_ns: int
    ) -> AlarmEvent | AlarmRefusal:
        """Take an alarm out of service until somebody puts it back. It then neither shows nor hides anything."""
        life, reason = self._lives.get(id_), reason.strip()[:MAX_REASON_CHARS]
        if life is None:
            return AlarmRefusal.UNKNOWN_ALARM
        if not life.rule.removable:
            return AlarmRefusal.NEVER_OUT_OF_SERVICE
        if life.absence:
            return AlarmRefusal.ALREADY_OUT_OF_SERVICE
        if not reason:
            return AlarmRefusal.NO_REASON
        life.absence, life.shelf = Absence(reason, user, now_ns), None
        return _tell(life, AlarmChange.TAKEN_OUT_OF_SERVICE, now_ns, user, reason)

    def put_back(self, id_: AlarmId, user: str, now_ns: int) -> AlarmEvent | AlarmRefusal:
        """Put an alarm back into service. If it stands, it asks for attention again."""
        life = self._lives.get(id_)
        if life is None:
            return AlarmRefusal.UNKNOWN_ALARM
        if not life.absence:
            return AlarmRefusal.NOT_OUT_OF_SERVICE
        return _bring_back(life, AlarmChange.PUT_BACK, user, now_ns)

    # -- what stands

    def views(self) -> list[AlarmView]:
        """Return every alarm as it stands, in the order of the table."""
        parts_now = self.parts_now
        return [self._view(life, parts_now) for life in self._lives.values()]

    def active(self) -> list[AlarmView]:
        """Return the operator's list: most urgent first, then what waits for him, then the newest."""
        shown = (view for view in self.views() if view.state in SHOWN)
        return sorted(
            shown, key=lambda view: (view.priority, _RANK.index(view.phase), -(view.raised_ns or 0))
        )

    def hidden(self) -> list[AlarmView]:
        """Return what somebody has shelved or taken out of service, and what stands but has a cause."""
        by_people = {AlarmState.SHELVED, AlarmState.OUT_OF_SERVICE}
        return [
            view
            for view in self.views()
            if view.state in by_people or (view.state is AlarmState.SUPPRESSED and view.phase in SHOWN)
        ]

    def unknown(self) -> list[AlarmId]:
        """Return the alarms in service of which nothing is known and nothing explains why.

        While there are any, an empty `active()` does not mean that all is well.
        """
        blind = {AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE}
        return [id_ for id_, life in self._lives.items() if life.is_stale and life.state not in blind]

    @property
    def signals(self) -> Signals:
        """What stack light and horn shall do."""
        shown = [life for life in self._lives.values() if life.state in SHOWN]
        return Signals(
            stack_light=any(life.is_active and life.rule.priority <= Priority.MEDIUM for life in shown),
            horn=any(
                life.rule.priority is Priority.HIGH and life.phase is not AlarmState.ACKNOWLEDGED
                for life in shown
            ),
        )

    def _view(self, life: AlarmLife, parts_now: Consequence) -> AlarmView:
        return AlarmView(
            id=life.rule.id,
            version=life.version,
            priority=life.rule.priority,
            state=life.state,
            phase=life.phase,
            consequence=_consequence_now(life, parts_now),
            is_stale=life.is_stale,
            raised_ns=life.raised_ns,
            returned_ns=life.returned_ns,
            acknowledged_ns=life.acknowledged_ns,
            acknowledged_by=life.acknowledged_by,
            count=life.count,
            value_at_trip=life.value_at_trip,
            details=dict(life.details),
            shelf=life.shelf,
            absence=life.absence,
            hidden_by=self._standing_causes(life.rule.id) if life.is_suppressed else (),
        )

    @property
    def parts_now(self) -> Consequence:
        """What happens to parts now, of all that stands, hidden or not."""
        standing = self._standing_consequences()
        order = (*_HARMFUL, Consequence.PASSED)
        return next((drastic for drastic in order if drastic in standing), Consequence.NOT_AFFECTED)

    def _standing_consequences(self) -> set[Consequence]:
        """Of what is not known for sure the worse is assumed: a bypass goes on, a hold does not."""
        standing = {
            life.rule.consequence
            for life in self._lives.values()
            if life.is_active and (life.is_sure or life.rule.consequence is not Consequence.HELD)
        }
        return standing | {Consequence.HELD} if self._is_line_held else standing

    # -- over a restart

    def snapshot(self, now_ns: int) -> dict[str, Any]:
        """Return what must not be lost, as plain values for JSON. Times are ages and remainders."""
        return freeze(self._lives.values(), now_ns)

    def restore(self, plain: Mapping[str, Any], now_ns: int, elapsed_ns: int = 0) -> list[str]:
        """Take in a snapshot, before the first `observe`. Everything is stale until it is known again.

        Parameters
        ----------
        elapsed_ns
            How long ago the snapshot was made.

        Returns
        -------
        list of str
            What could not be taken over, for the log: those alarms begin as new.
        """
        lives, complaints = thaw(plain, self._lives, now_ns, max(0, elapsed_ns))
        self._lives |= lives
        for id_, life in self._lives.items():
            life.is_suppressed = bool(self._standing_causes(id_))
        return complaints


def _consequence_now(life: AlarmLife, parts_now: Consequence) -> Consequence:
    """A line that is held rejects nothing, and neither does one that is bypassed."""
    own = life.rule.consequence
    if own in {Consequence.PASSED, Consequence.NOT_AFFECTED}:  # what has passed is gone for good
        return own
    if life.phase is AlarmState.NORMAL:
        return Consequence.NOT_AFFECTED
    # The line runs again as soon as nothing holds it: its alarm stands a moment longer, parts do not.
    is_released = own is Consequence.HELD and life.is_returning
    if life.phase is AlarmState.RETURNED or is_released:
        return parts_now if parts_now in _HARMFUL else Consequence.OVER
    return parts_now if own in _REJECTED and parts_now in _DRASTIC else own


def _tell(life: AlarmLife, change: AlarmChange, now_ns: int, user: str = "", reason: str = "") -> AlarmEvent:
    life.version += 1
    return AlarmEvent(
        at_ns=now_ns,
        id=life.rule.id,
        priority=life.rule.priority,
        change=change,
        state=life.state,
        user=user,
        reason=reason,
        details=dict(life.details),
    )


def _bring_back(life: AlarmLife, change: AlarmChange, user: str, now_ns: int) -> AlarmEvent:
    life.shelf = life.absence = None
    life.announce_again()
    return _tell(life, change, now_ns, user)


def _all_causes(table: Mapping[AlarmId, AlarmRule], id_: AlarmId) -> tuple[AlarmId, ...]:
    """Return the causes of an alarm and theirs, most urgent first.

    Raises
    ------
    ConfigError
        See `AlarmBoard`.
    """
    rule = table[id_]
    if rule.id is not id_:
        raise ConfigError(f"alarm {rule.id} stands in the table as {id_}; use its own id")
    found: dict[AlarmId, None] = {}
    waiting: list[AlarmId] = list(rule.suppressed_by)
    while waiting:
        cause = waiting.pop(0)
        _check_cause(table, rule, cause)
        if cause not in found:
            found[cause] = None
            waiting += table[cause].suppressed_by
    return _by_urgency(table, found)


def _by_urgency(table: Mapping[AlarmId, AlarmRule], ids: Iterable[AlarmId]) -> tuple[AlarmId, ...]:
    return tuple(sorted(ids, key=lambda id_: table[id_].priority))


def _check_cause(table: Mapping[AlarmId, AlarmRule], rule: AlarmRule, cause: AlarmId) -> None:
    if cause not in table:
        raise ConfigError(f"alarm {rule.id}: suppressed_by names {cause}, which is not in the table")
    if cause is rule.id:
        raise ConfigError(f"alarm {rule.id} would hide itself; take it out of suppressed_by")
    if table[cause].priority > rule.priority:
        raise ConfigError(
            f"alarm {rule.id} of priority {rule.priority} would be hidden by the less urgent {cause}"
        )
