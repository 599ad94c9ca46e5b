"""The station's states after PackML (ANSI/ISA-TR88.00.02), without the two completing ones.

Capital letters below are states that wait; the others act, and leave by themselves when they are done::

            reset                start
    STOPPED ----> Resetting > IDLE ----> Starting > EXECUTE <------------------------------+
       ^                                              |  |                                 |
       |                            hold              |  |  suspend                        |
       |                  (our own fault, also from   |  |  (the line's own cause)         |
       |                   Starting and suspension)   |  |                                 |
       |                +-----------------------------+  +--> Suspending > SUSPENDED       |
       |                v                                                      | unsuspend |
       |             Holding > HELD                                            v           |
       |                        | unhold                                 Unsuspending >----+
       |                        +------> Unholding >---------------------------------------+
       |
       +--< Stopping   <---- stop:  from everywhere but the states of aborting
       |
       +--< Clearing   <---- clear: from ABORTED
            Aborting > ABORTED  <---- abort: from everywhere

*Hold* is our own fault (a worker died, pairing lost, outbox full): it asks for a person. *Suspend* is the
line's own cause (belt stopped, starved, blocked): it ends when the cause does. A fault while suspended
holds; a belt that stops again while the station is unsuspending suspends it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class State(IntEnum):
    """PackML's StateCurrent, as published to the PLC."""

    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    STOPPING = 7
    ABORTING = 8
    ABORTED = 9
    HOLDING = 10
    HELD = 11
    UNHOLDING = 12
    SUSPENDING = 13
    UNSUSPENDING = 14
    RESETTING = 15

    @property
    def is_acting(self) -> bool:
        """Whether the state ends by itself, with `StateMachine.done`."""
        return self in _DONE


class Command(StrEnum):
    """What may be asked of the station."""

    RESET = "reset"
    START = "start"
    HOLD = "hold"
    UNHOLD = "unhold"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    STOP = "stop"
    ABORT = "abort"
    CLEAR = "clear"


_DONE = {
    State.RESETTING: State.IDLE,
    State.STARTING: State.EXECUTE,
    State.HOLDING: State.HELD,
    State.UNHOLDING: State.EXECUTE,
    State.SUSPENDING: State.SUSPENDED,
    State.UNSUSPENDING: State.EXECUTE,
    State.STOPPING: State.STOPPED,
    State.ABORTING: State.ABORTED,
    State.CLEARING: State.STOPPED,
}

_SUSPENSION = frozenset({State.SUSPENDING, State.SUSPENDED, State.UNSUSPENDING})
_PRODUCING = frozenset({State.STARTING, State.EXECUTE, State.UNHOLDING}) | _SUSPENSION
_ABORTED = frozenset({State.ABORTING, State.ABORTED, State.CLEARING})

_FROM: dict[Command, tuple[frozenset[State], State]] = {
    Command.RESET: (frozenset({State.STOPPED}), State.RESETTING),
    Command.START: (frozenset({State.IDLE}), State.STARTING),
    Command.HOLD: (_PRODUCING, State.HOLDING),
    Command.UNHOLD: (frozenset({State.HELD}), State.UNHOLDING),
    Command.SUSPEND: (frozenset({State.EXECUTE, State.UNSUSPENDING}), State.SUSPENDING),
    Command.UNSUSPEND: (frozenset({State.SUSPENDED}), State.UNSUSPENDING),
    Command.STOP: (frozenset(State) - _ABORTED - {State.STOPPING, State.STOPPED}, State.STOPPING),
    Command.ABORT: (frozenset(State) - {State.ABORTING, State.ABORTED}, State.ABORTING),
    Command.CLEAR: (frozenset({State.ABORTED}), State.CLEARING),
}
"""Where a command may be given, and where it leads. The whole table: `_DONE` has the rest."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that makes no sense now, and why."""

    command: Command
    state: State
    reason: str


def allowed(state: State) -> frozenset[Command]:
    """Return what may be asked for in a state."""
    return frozenset(command for command, (origins, _) in _FROM.items() if state in origins)


class StateMachine:
    """Holds the state and why it is so. Not thread-safe: the supervisor owns it.

    Begins in STOPPED.
    """

    __slots__ = ("_reason", "_state")

    def __init__(self) -> None:
        self._state = State.STOPPED
        self._reason = ""

    @property
    def state(self) -> State:
        """Where the station is."""
        return self._state

    @property
    def reason(self) -> str:
        """Why it holds, is suspended, stopped or aborted; empty while it goes on as it should."""
        return self._reason

    def request(self, command: Command, reason: str = "") -> Refusal | None:
        """Take a command; None if it was accepted, otherwise why not (the state then stays as it is).

        `reason` says why the line is held, suspended, stopped or aborted. A refused command leaves the
        earlier one in place: what follows a fault is seldom its cause.
        """
        origins, target = _FROM[command]
        if self._state not in origins:
            return Refusal(command, self._state, _why_not(command, self._state))
        self._state = target
        self._reason = reason
        return None

    def done(self) -> State:
        """Leave an acting state, since its work is done, and return the new one; a waiting state stays."""
        self._state = _DONE.get(self._state, self._state)
        if self._state in {State.IDLE, State.EXECUTE}:
            self._reason = ""
        return self._state


def _why_not(command: Command, state: State) -> str:
    possible = ", ".join(sorted(allowed(state))) or "nothing"
    return f"{command} is not possible in {state.name}; possible now: {possible}"
