import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inspector.domain.states import Command, Refusal, State, StateMachine, allowed

NUMBERS = {
    "CLEARING": 1, "STOPPED": 2, "STARTING": 3, "IDLE": 4, "SUSPENDED": 5, "EXECUTE": 6, "STOPPING": 7,
    "ABORTING": 8, "ABORTED": 9, "HOLDING": 10, "HELD": 11, "UNHOLDING": 12, "SUSPENDING": 13,
    "UNSUSPENDING": 14, "RESETTING": 15,
}  # fmt: skip


def machine_in(state: State) -> StateMachine:
    """Walk to a state by commands alone."""
    todo = [StateMachine()]
    seen = set()
    routes: dict[State, list[Command | None]] = {State.STOPPED: []}
    while todo:
        start = todo.pop(0).state
        if start in seen:
            continue
        seen.add(start)
        for step in (None, *Command):
            machine = replay(routes[start])
            _apply(machine, step)
            if machine.state not in routes:
                routes[machine.state] = [*routes[start], step]
                todo.append(machine)
    return replay(routes[state])


def replay(steps: list[Command | None]) -> StateMachine:
    machine = StateMachine()
    for step in steps:
        _apply(machine, step)
    return machine


def _apply(machine: StateMachine, step: Command | None) -> None:
    machine.done() if step is None else machine.request(step)


def test_states_carry_packml_numbers() -> None:
    assert {state.name: state.value for state in State} == NUMBERS


def test_the_normal_way_leads_from_stopped_to_execute_and_back() -> None:
    machine = StateMachine()
    seen = [machine.state]
    for command in (Command.RESET, Command.START, Command.STOP):
        assert machine.request(command) is None
        seen += [machine.state, machine.done()]
    assert [state.name for state in seen] == [
        "STOPPED", "RESETTING", "IDLE", "STARTING", "EXECUTE", "STOPPING", "STOPPED",
    ]  # fmt: skip


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_reached_and_left(state: State) -> None:
    machine = machine_in(state)
    assert machine.state is state
    assert state.is_acting or allowed(state)


@pytest.mark.parametrize(
    ("command", "way_back"), [(Command.HOLD, Command.UNHOLD), (Command.SUSPEND, Command.UNSUSPEND)]
)
def test_hold_and_suspend_return_to_execute(command: Command, way_back: Command) -> None:
    machine = machine_in(State.EXECUTE)
    machine.request(command, "the cause")
    assert machine.reason == "the cause"
    machine.done()
    machine.request(way_back)
    assert machine.done() is State.EXECUTE
    assert machine.reason == ""


@pytest.mark.parametrize("state", [State.SUSPENDING, State.SUSPENDED, State.UNSUSPENDING])
def test_our_own_fault_holds_a_suspended_line_too(state: State) -> None:
    machine = machine_in(state)
    assert machine.request(Command.HOLD) is None
    assert machine.done() is State.HELD


def test_a_held_line_is_not_freed_by_the_belt_starting() -> None:
    machine = machine_in(State.HELD)
    refusal = machine.request(Command.UNSUSPEND)
    assert refusal == Refusal(
        Command.UNSUSPEND, State.HELD, "unsuspend is not possible in HELD; possible now: abort, stop, unhold"
    )
    assert machine.state is State.HELD


def test_a_second_hold_is_refused_and_keeps_the_first_reason() -> None:
    machine = machine_in(State.EXECUTE)
    machine.request(Command.HOLD, "capture thread died")
    assert machine.request(Command.HOLD, "no frames") is not None
    assert machine.reason == "capture thread died"


def test_a_waiting_state_has_nothing_to_be_done_with() -> None:
    machine = machine_in(State.HELD)
    assert machine.done() is State.HELD


def test_an_aborted_station_must_be_cleared_before_it_can_be_reset() -> None:
    machine = machine_in(State.ABORTED)
    assert machine.request(Command.RESET) is not None
    assert machine.request(Command.CLEAR) is None
    assert machine.done() is State.STOPPED


class Line(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.machine = StateMachine()
        self.resets = self.starts = self.unholds = 0
        self.held = False

    @rule(command=st.sampled_from(Command))
    def request(self, command: Command) -> None:
        before, reason = self.machine.state, self.machine.reason
        refusal = self.machine.request(command, command.value)
        assert (refusal is None) == (command in allowed(before))
        if refusal is not None:
            assert (self.machine.state, self.machine.reason) == (before, reason)
            assert before.name in refusal.reason
            assert command.value in refusal.reason
            return
        assert self.machine.state.is_acting
        if command is Command.HOLD:
            self.held = True
        elif command in {Command.UNHOLD, Command.STOP, Command.ABORT}:
            self.held = False

    @rule()
    def done(self) -> None:
        before = self.machine.state
        after = self.machine.done()
        assert after is self.machine.state
        assert (after is not before) == before.is_acting
        assert not after.is_acting

    @invariant()
    def a_hold_ends_only_by_a_person(self) -> None:
        if self.held:
            assert self.machine.state in {State.HOLDING, State.HELD}

    @invariant()
    def the_line_can_always_be_aborted(self) -> None:
        assert Command.ABORT in allowed(self.machine.state) or self.machine.state in {
            State.ABORTING,
            State.ABORTED,
        }

    @invariant()
    def a_line_that_executes_has_no_reason_not_to(self) -> None:
        if self.machine.state in {State.EXECUTE, State.IDLE}:
            assert self.machine.reason == ""


Line.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestLine = Line.TestCase
