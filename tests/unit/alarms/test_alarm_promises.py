"""What a board promises whatever happens: conditions, hours, hands and restarts in any order."""

import json
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import (
    ACTIVE,
    MAX_SHELF_NS,
    SHOWN,
    AlarmChange,
    AlarmEvent,
    AlarmId,
    AlarmRefusal,
    AlarmState,
    AlarmView,
    Condition,
    Consequence,
    Priority,
    ShelveReason,
)

S = 1_000_000_000
# A chain of causes three deep, an alarm with two causes, every urgency, and one that nothing hides.
SOME = (
    AlarmId.STATION_LOST,
    AlarmId.CAMERA_LOST,
    AlarmId.PLC_LOST,
    AlarmId.NOT_READY,
    AlarmId.NO_PICTURE,
    AlarmId.REJECT_RATE_HIGH,
    AlarmId.BYPASSED,
    AlarmId.HELD_OPERATOR,
    AlarmId.FAULT_BIN_FULL,
    AlarmId.WRONGLY_ACCEPTED,
    AlarmId.DISK_FULL,
    AlarmId.DISK_HIGH,
    AlarmId.RECORDER_CANNOT_WRITE,
    AlarmId.REALTIME_MISSING,
)
RULES = {
    id_: replace(
        TABLE[id_], suppressed_by=tuple(cause for cause in TABLE[id_].suppressed_by if cause in SOME)
    )
    for id_ in SOME
}
"""A table of these alone: every alarm more is looked at after every step."""
IDS = st.sampled_from(SOME)
SOME_TIME_S = st.sampled_from([0, 1, 2, 5, 30, 60, 900, 3600])


class BoardPromises(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 10**15
        self.board = AlarmBoard(RULES)
        self.levels: dict[AlarmId, bool | None] = {}
        self.is_line_held = False

    def views(self) -> dict[AlarmId, AlarmView]:
        return {view.id: view for view in self.board.views()}

    @rule(id_=IDS, level=st.sampled_from([True, True, False, None]), after_s=SOME_TIME_S)
    def something_happens(self, id_: AlarmId, level: bool | None, after_s: int) -> None:
        self.levels[id_] = level
        self.observe(after_s)

    @rule(after_s=SOME_TIME_S)
    def time_passes(self, after_s: int) -> None:
        self.observe(after_s)

    @rule(is_held=st.booleans())
    def the_line_is_held_or_goes_on(self, is_held: bool) -> None:
        self.is_line_held = is_held
        self.observe(0)

    @rule()
    def all_is_well_for_an_hour(self) -> None:
        self.levels, self.is_line_held = dict.fromkeys(RULES, False), False
        self.observe(0)
        self.observe(3600)
        standing = [view.id for view in self.board.views() if view.phase in ACTIVE]
        assert not standing

    def observe(self, after_s: int) -> None:
        before = self.views()
        self.now_ns += after_s * S
        conditions = {id_: Condition(self.level(id_, level)) for id_, level in self.levels.items()}
        events = self.board.observe(conditions, self.now_ns, is_line_held=self.is_line_held)
        self.check_that_everything_is_told(before, events)
        self.check_that_what_is_suppressed_leads_to_a_cause_that_can_be_seen()
        assert all(view.shelf.until_ns > self.now_ns for view in self.board.views() if view.shelf)

    @staticmethod
    def level(id_: AlarmId, stands: bool | None) -> bool | float | None:
        limit = RULES[id_].limit
        return stands if limit is None or stands is None else limit * stands

    def check_that_everything_is_told(
        self, before: dict[AlarmId, AlarmView], events: list[AlarmEvent]
    ) -> None:
        told = {event.id for event in events}
        for id_, view in self.views().items():
            changed = (view.state, view.phase) != (before[id_].state, before[id_].phase)
            is_quiet = {view.phase, before[id_].phase} == {AlarmState.NORMAL}
            assert id_ in told or not changed or is_quiet
            assert not (view.is_stale and changed and AlarmChange.RAISED in _changes(events, id_))

    def check_that_what_is_suppressed_leads_to_a_cause_that_can_be_seen(self) -> None:
        views = self.views()
        for view in views.values():
            if view.state is not AlarmState.SUPPRESSED:
                continue
            seen = [views[cause].state for cause in view.hidden_by]
            assert ACTIVE & set(seen) or AlarmState.SHELVED in seen
            # What is most urgent is never behind something that somebody put aside.
            assert view.priority is not Priority.HIGH or ACTIVE & set(seen)

    @rule(id_=IDS)
    def somebody_acknowledges(self, id_: AlarmId) -> None:
        before = self.views()[id_]
        done = self.board.acknowledge(id_, "anna", self.now_ns)
        after = self.views()[id_]
        if isinstance(done, AlarmEvent):
            assert (after.acknowledged_by, after.acknowledged_ns) == ("anna", self.now_ns)
        # Acknowledging never hides what stands.
        assert (after.phase in ACTIVE) is (before.phase in ACTIVE)
        assert before.state not in ACTIVE or after in self.board.active()

    @rule(id_=IDS, seconds=st.integers(-10, 13 * 3600), reason=st.sampled_from(ShelveReason))
    def somebody_shelves(self, id_: AlarmId, seconds: int, reason: ShelveReason) -> None:
        until_ns = self.now_ns + seconds * S
        done = self.board.shelve(id_, until_ns, reason, "ben", self.now_ns)
        if not isinstance(done, AlarmRefusal):
            assert RULES[id_].priority is not Priority.HIGH
            assert self.now_ns < until_ns <= self.now_ns + MAX_SHELF_NS

    @rule(id_=IDS)
    def somebody_takes_it_off_the_shelf(self, id_: AlarmId) -> None:
        self.board.unshelve(id_, "ben", self.now_ns)
        assert self.views()[id_].shelf is None

    @rule(id_=IDS)
    def somebody_takes_it_out_of_service(self, id_: AlarmId) -> None:
        done = self.board.take_out_of_service(id_, "repair", "eva", self.now_ns)
        assert isinstance(done, AlarmRefusal) or RULES[id_].removable

    @rule(id_=IDS)
    def somebody_puts_it_back(self, id_: AlarmId) -> None:
        self.board.put_back(id_, "eva", self.now_ns)
        assert self.views()[id_].absence is None

    @rule(after_s=SOME_TIME_S, clock_s=st.integers(0, 10**6))
    def the_service_starts_anew(self, after_s: int, clock_s: int) -> None:
        before = self.views()
        kept = json.loads(json.dumps(self.board.snapshot(self.now_ns)))
        shift_ns = clock_s * S - self.now_ns
        self.now_ns = clock_s * S
        self.board = AlarmBoard(RULES)
        assert not self.board.restore(kept, self.now_ns, after_s * S)
        for id_, view in self.views().items():
            assert view.phase is before[id_].phase
            assert view.version == before[id_].version
            assert view.acknowledged_by == before[id_].acknowledged_by
            assert view.absence is None or view.absence.user == "eva"
            assert (view.absence is None) is (before[id_].absence is None)
            assert _until(view) == _until(before[id_], shift_ns - after_s * S)
            assert view.is_stale

    @invariant()
    def what_stands_unacknowledged_is_in_the_list_unless_it_says_why_not(self) -> None:
        listed = {view.id for view in self.board.active()}
        for view in self.board.views():
            hidden = {AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE}
            assert view.phase not in SHOWN or view.id in listed or view.state in hidden
            assert view.id not in listed or view.state in SHOWN

    @invariant()
    def priority_one_is_never_shelved_and_every_shelf_ends(self) -> None:
        for view in self.board.views():
            if view.shelf:
                assert view.priority is not Priority.HIGH
                assert view.shelf.until_ns <= self.now_ns + MAX_SHELF_NS

    @invariant()
    def what_rejects_parts_never_says_that_nothing_happens_to_them(self) -> None:
        quiet = {Consequence.NOT_AFFECTED, Consequence.OVER, Consequence.PASSED}
        for view in self.board.views():
            own = RULES[view.id].consequence
            if own in {Consequence.NOT_AFFECTED, Consequence.PASSED}:
                assert view.consequence is own
            elif view.phase in ACTIVE:
                # A hold that is over, and whose alarm still stands for its off-delay, no longer holds parts;
                # nor is a hold assumed of which nothing is known.
                is_hold = own is Consequence.HELD
                is_usual = own is Consequence.NG_REJECTED  # bad parts are always rejected
                assert is_hold or is_usual or self.board.parts_now not in quiet
                assert view.consequence not in quiet or (is_hold and self.levels.get(view.id) is not True)
            else:
                assert (view.consequence is Consequence.NOT_AFFECTED) is (view.phase is AlarmState.NORMAL)

    @invariant()
    def what_others_do_to_parts_is_said_of_what_is_over(self) -> None:
        now = self.board.parts_now
        for view in self.board.views():
            if view.phase is AlarmState.RETURNED and view.consequence is Consequence.OVER:
                assert now in {Consequence.NOT_AFFECTED, Consequence.PASSED}

    @invariant()
    def nothing_hides_a_bypass(self) -> None:
        view = self.views()[AlarmId.BYPASSED]
        assert view.phase not in SHOWN or view in self.board.active()

    @invariant()
    def an_empty_list_of_a_blind_board_is_never_all_well(self) -> None:
        known = {id_ for id_, level in self.levels.items() if level is not None}
        if not known and not self.board.active():
            assert self.board.unknown()


def _changes(events: list[AlarmEvent], id_: AlarmId) -> set[AlarmChange]:
    return {event.change for event in events if event.id is id_}


def _until(view: AlarmView, shift_ns: int = 0) -> int | None:
    return view.shelf.until_ns + shift_ns if view.shelf else None


TestBoardPromises = BoardPromises.TestCase
TestBoardPromises.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
