"""The head of every screen: which station, which product, how the line is, who is here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from inspector.domain.alarms import Consequence
from inspector.protocol import Result
from inspector_console.presenter._lens import Lens
from inspector_console.words import Say, SayLogin


class RunSign(StrEnum):
    """The sign before the state's words."""

    RUNS = auto()
    REJECTS = auto()
    """It runs, and every part goes to the bin."""
    WAITS = auto()
    STANDS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderView:
    """What the head shows."""

    station: str
    product: str
    recipe: str
    """Recipe, revision, lot."""
    sign: RunSign
    state: str
    rate: str
    shift: str
    is_simulated: str
    user: str
    """Who is logged in, or what everybody is who is not."""
    role: str
    """What that person is; that one can log in; or that the log-off is near."""
    control: str
    """Who else has the right to write; empty = nobody, or this console."""
    language: str


_STATES: Final = {
    "EXECUTE": (RunSign.RUNS, Say.STATE_EXECUTE),
    "HELD": (RunSign.STANDS, Say.STATE_HELD),
    "HOLDING": (RunSign.STANDS, Say.STATE_HELD),
    "SUSPENDED": (RunSign.WAITS, Say.STATE_SUSPENDED),
    "SUSPENDING": (RunSign.WAITS, Say.STATE_SUSPENDED),
    "IDLE": (RunSign.WAITS, Say.STATE_WAITING),
    "STARTING": (RunSign.WAITS, Say.STATE_STARTING),
    "RESETTING": (RunSign.WAITS, Say.STATE_STARTING),
    "UNHOLDING": (RunSign.WAITS, Say.STATE_STARTING),
    "UNSUSPENDING": (RunSign.WAITS, Say.STATE_STARTING),
    "STOPPED": (RunSign.STANDS, Say.STATE_STOPPED),
    "STOPPING": (RunSign.STANDS, Say.STATE_STOPPED),
    "ABORTED": (RunSign.STANDS, Say.STATE_ABORTED),
    "ABORTING": (RunSign.STANDS, Say.STATE_ABORTED),
    "CLEARING": (RunSign.STANDS, Say.STATE_ABORTED),
}
_FEWEST_FOR_RATE: Final = 5


def present_header(lens: Lens) -> HeaderView:
    """Return the head."""
    facts, words = lens.facts, lens.words
    state = facts.state
    sign, said = (RunSign.UNKNOWN, Say.STATE_UNKNOWN)
    if state is not None and not facts.is_old:
        sign, said = _STATES.get(state.state, (sign, said))
        if sign is RunSign.RUNS and state.parts_now == Consequence.REJECTED:
            sign, said = RunSign.REJECTS, Say.STATE_REJECTING
    is_running = sign in {RunSign.RUNS, RunSign.REJECTS} and state is not None and state.is_line_running
    recipe = (
        words(Say.RECIPE, recipe=state.recipe, revision=state.recipe_revision)
        if state and state.recipe
        else ""
    )
    lot = words(Say.LOT, lot=state.lot) if state and state.lot else ""
    return HeaderView(
        station=(state.station if state else "") or facts.server or words(Say.UNNAMED_STATION),
        product=(state.product if state else "") or words(Say.NO_PRODUCT),
        recipe=" · ".join(part for part in (recipe, lot) if part),
        sign=sign,
        state=words(said),
        rate=_rate(lens) if is_running else "",
        shift=words(Say.SHIFT, name=state.shift) if state and state.shift and not facts.is_old else "",
        is_simulated=words(Say.SIMULATED) if state and state.is_simulated else "",
        user=lens.user or words(Say.NOBODY),
        role=_role(lens),
        control=_control(lens),
        language=words(Say.LANGUAGE),
    )


def state_text(name: str, lens: Lens) -> str:
    """Return what a state of the station is called; empty for what is none."""
    return lens.words(_STATES[name][1]) if name in _STATES else ""


def _rate(lens: Lens) -> str:
    per_minute = parts_per_minute(lens.facts.results)
    return lens.words(Say.PARTS_PER_MINUTE, rate=lens.words.number(per_minute)) if per_minute else ""


def parts_per_minute(results: tuple[Result, ...]) -> float:
    """Return how fast the last parts came; 0 = too few to say."""
    times = [result.triggered_ns for result in results if result.triggered_ns]
    if len(times) < _FEWEST_FOR_RATE or max(times) <= min(times):
        return 0.0
    return 60e9 * (len(times) - 1) / (max(times) - min(times))


def _role(lens: Lens) -> str:
    if lens.log_off_s:
        return lens.words(SayLogin.LOG_OFF_SOON, seconds=lens.log_off_s)
    return lens.words.role(lens.role) if lens.user else lens.words(SayLogin.LOG_IN)


def _control(lens: Lens) -> str:
    lease = lens.facts.lease
    if lens.facts.is_old or not lease.client or lease.client == lens.identity:
        return ""
    return lens.words(Say.CONTROL_HELD_BY, name=lease.user or lease.name or "?")
