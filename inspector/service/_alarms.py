"""The board of alarms, and what of it everybody is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_texts import TEXTS, fill
from inspector.domain.alarms import AlarmEvent, AlarmId, AlarmRule, AlarmState, AlarmView
from inspector.protocol import AlarmView as AlarmFact
from inspector.protocol import Event, Message
from inspector.service._state_file import Kept
from inspector.service._wishes import Wishes

_SOURCE: Final = "alarm"
SIGNAL_TEST_S: Final = 5
"""Long enough to walk up and look."""
Tell = Callable[[Message], None]


class Alarms:
    """Owns the board, and publishes what has changed on it. Owned by the service's thread.

    Attributes
    ----------
    is_changed : bool
        Something has happened that must outlive a restart; whoever keeps it sets this back.
    """

    def __init__(self, table: Mapping[AlarmId, AlarmRule], tell: Tell, wishes: Wishes) -> None:
        self._table, self._tell, self._wishes = table, tell, wishes
        self.board = AlarmBoard(table)
        self._told: dict[AlarmId, AlarmFact] = {}
        self.is_changed = False
        self._test_until_ns = 0

    def restore(self, kept: Kept, now_ns: int) -> list[str]:
        """Take in what was kept; return what could not be taken over."""
        complaints = self.board.restore(kept.board, now_ns, max(0, utc_ns() - kept.utc_ns))
        self.publish()
        return complaints

    def note(self, events: Iterable[AlarmEvent]) -> None:
        """Publish what has happened, and how things stand afterwards."""
        for event in events:
            self.is_changed = True
            self._tell(_event(event))
        self.publish()

    def publish(self) -> None:
        """Tell every alarm that is not as it was told last."""
        for view in self.board.views():
            before = self._told.get(view.id)
            if before is None and _is_quiet(view):
                continue
            fact = _fact(view, self._table[view.id])
            if fact == before:
                continue
            self._tell(fact)
            if fact.state == AlarmState.NORMAL:
                del self._told[view.id]
            else:
                self._told[view.id] = fact
        self._ask_for_signals()

    def _ask_for_signals(self) -> None:
        """Have the PLC asked for light and horn as things stand."""
        signals, now = self.board.signals, self._wishes.now
        is_test = monotonic_ns() < self._test_until_ns
        is_light_on, is_horn_on = is_test or signals.stack_light, is_test or signals.horn
        if (now.is_light_on, now.is_horn_on) != (is_light_on, is_horn_on):
            self._wishes.ask(is_light_on=is_light_on, is_horn_on=is_horn_on)

    def test_signals(self) -> None:
        """Have light and horn on for `SIGNAL_TEST_S`, whatever the alarms ask for."""
        self._test_until_ns = monotonic_ns() + SIGNAL_TEST_S * 10**9
        self._ask_for_signals()

    def view(self, id_: AlarmId) -> AlarmView:
        """Return one alarm as it stands."""
        return next(view for view in self.board.views() if view.id is id_)


def _event(event: AlarmEvent) -> Event:
    text = fill(TEXTS[event.id].text, event.details)
    reason = f" ({event.reason})" if event.reason else ""
    return Event(
        source=_SOURCE,
        text=f"{event.id} {event.change}: {text}{reason}",
        user=event.user,
        utc_ns=utc_ns(),
        alarm=event.id.value,
        change=event.change.value,
        reason=event.reason,
        details=dict(event.details),
    )


def _is_quiet(view: AlarmView) -> bool:
    """Whether there is nothing to look at: normal, or hidden by a cause without standing itself."""
    hidden = view.state is AlarmState.SUPPRESSED
    return view.state is AlarmState.NORMAL or (hidden and view.phase is AlarmState.NORMAL)


def _fact(view: AlarmView, rule: AlarmRule) -> AlarmFact:
    text, shelf, absence = TEXTS[view.id], view.shelf, view.absence
    return AlarmFact(
        id=view.id.value,
        priority=int(view.priority),
        state=(AlarmState.NORMAL if _is_quiet(view) else view.state).value,
        phase=view.phase.value,
        version=view.version,
        consequence=view.consequence.value,
        text=fill(text.text, view.details),
        cause=fill(text.cause, view.details),
        response=fill(text.response, view.details),
        details=dict(view.details),
        value_at_trip=view.value_at_trip,
        is_stale=view.is_stale,
        count=view.count,
        raised_ns=max(0, view.raised_ns or 0),
        returned_ns=max(0, view.returned_ns or 0),
        acknowledged_ns=max(0, view.acknowledged_ns or 0),
        acknowledged_by=view.acknowledged_by,
        shelved_until_ns=max(0, shelf.until_ns) if shelf else 0,
        shelved_by=shelf.user if shelf else "",
        shelved_reason=shelf.reason.value if shelf else "",
        removed_by=absence.user if absence else "",
        removed_reason=absence.reason if absence else "",
        hidden_by=tuple(cause.value for cause in view.hidden_by),
        is_shelvable=rule.shelvable,
        needs_plc_reset=rule.needs_plc_reset,
    )
