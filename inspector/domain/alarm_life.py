"""The life of one alarm: delays, dead band, latching, acknowledgement, and what hides it."""

from __future__ import annotations

import math

from inspector.domain.alarms import (
    ACTIVE,
    Absence,
    AlarmChange,
    AlarmRule,
    AlarmState,
    Condition,
    Detail,
    Shelf,
)


class AlarmLife:
    """One alarm. The board owns it, and decides what may be done with it.

    Attributes
    ----------
    phase
        NORMAL, UNACKNOWLEDGED, ACKNOWLEDGED or RETURNED, whether shown or not.
    was_shown
        Whether somebody could see the present occurrence: what nobody saw leaves nothing to acknowledge.
    """

    __slots__ = (
        "_opposed_ns",
        "absence",
        "acknowledged_by",
        "acknowledged_ns",
        "count",
        "details",
        "is_stale",
        "is_suppressed",
        "phase",
        "raised_ns",
        "returned_ns",
        "rule",
        "shelf",
        "value_at_trip",
        "version",
        "was_shown",
    )

    def __init__(self, rule: AlarmRule) -> None:
        self.rule = rule
        self.phase = AlarmState.NORMAL
        self.is_stale = True
        self.is_suppressed = False
        self.was_shown = False
        self.version = 0
        self.count = 0
        self.raised_ns: int | None = None
        self.returned_ns: int | None = None
        self.acknowledged_ns: int | None = None
        self.acknowledged_by = ""
        self.value_at_trip: float | None = None
        self.details: dict[str, Detail] = {}
        self.shelf: Shelf | None = None
        self.absence: Absence | None = None
        self._opposed_ns: int | None = None  # since when the condition contradicts the phase

    @property
    def is_active(self) -> bool:
        """Whether the condition stands, as far as is known."""
        return self.phase in ACTIVE

    @property
    def is_sure(self) -> bool:
        """Whether the condition is known to stand at this moment: not stale, and not on its way back."""
        return self.is_active and not self.is_stale and self._opposed_ns is None

    @property
    def is_returning(self) -> bool:
        """Whether the condition is known to be over, and only the delay keeps the alarm standing."""
        return self.is_active and not self.is_stale and self._opposed_ns is not None

    @property
    def state(self) -> AlarmState:
        """What the alarm is to whoever looks at it."""
        if self.absence:
            return AlarmState.OUT_OF_SERVICE
        if self.shelf:
            return AlarmState.SHELVED
        return AlarmState.SUPPRESSED if self.is_suppressed else self.phase

    def observe(self, condition: Condition, now_ns: int) -> AlarmChange | None:
        """Take in what is known now.

        Raises
        ------
        ValueError
            A truth was given for an alarm on a value, or the reverse.
        """
        holds = self._holds(condition.level)
        self.is_stale = holds is None
        if holds is None:
            # In doubt it alarms: what was on its way to alarm stays so, what was on its way back begins anew.
            if self.is_active:
                self._opposed_ns = None
            return None
        if holds:
            self._note(condition)
        if holds == self.is_active:
            self._opposed_ns = None
            return None
        return self._oppose(condition, now_ns)

    def _holds(self, level: bool | float | None) -> bool | None:
        limit = self.rule.limit
        if level is None:
            return None
        if isinstance(level, bool) == (limit is not None):
            wanted = "true or false" if limit is None else "a value"
            raise ValueError(f"alarm {self.rule.id} watches {wanted}, and was given {level!r}")
        if limit is None:
            return bool(level)
        if math.isnan(level):
            return None
        return level >= (limit - self.rule.dead_band if self.is_active else limit)

    def _note(self, condition: Condition) -> None:
        self.details = dict(condition.details)
        if self.rule.limit is not None and condition.level is not None:
            self.details |= {"value": float(condition.level), "limit": self.rule.limit}

    def _oppose(self, condition: Condition, now_ns: int) -> AlarmChange | None:
        """Change the phase once the condition has contradicted it for the whole delay."""
        if self._opposed_ns is None:
            self._opposed_ns = now_ns
        delay_ns = self.rule.off_delay_ns if self.is_active else self.rule.on_delay_ns
        if now_ns - self._opposed_ns < delay_ns:
            return None
        self._opposed_ns = None
        if self.is_active:
            return self._return(now_ns)
        return self._raise(condition, now_ns)

    def _raise(self, condition: Condition, now_ns: int) -> AlarmChange:
        self.was_shown = self.was_shown and self.phase is AlarmState.RETURNED
        self.phase = AlarmState.UNACKNOWLEDGED
        self.count += 1
        self.raised_ns, self.returned_ns = now_ns, None
        self.acknowledged_ns, self.acknowledged_by = None, ""
        self.value_at_trip = float(condition.level or 0) if self.rule.limit is not None else None
        return AlarmChange.RAISED

    def _return(self, now_ns: int) -> AlarmChange:
        waits = self.phase is AlarmState.UNACKNOWLEDGED and self.rule.latching and self.was_shown
        self.phase = AlarmState.RETURNED if waits else AlarmState.NORMAL
        self.returned_ns = now_ns
        return AlarmChange.RETURNED

    def acknowledge(self, user: str, now_ns: int) -> None:
        """Note that somebody has taken notice. The alarm stays for as long as its condition does."""
        self.phase = AlarmState.ACKNOWLEDGED if self.is_active else AlarmState.NORMAL
        self.acknowledged_ns, self.acknowledged_by = now_ns, user

    def announce_again(self) -> None:
        """Ask for attention once more: the alarm was hidden by somebody, and its condition still stands."""
        if self.is_active:
            self.phase = AlarmState.UNACKNOWLEDGED
