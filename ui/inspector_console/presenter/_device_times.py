"""How long each stage takes, and which real-time rights the station has been granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.domain.alarms import AlarmId
from inspector.protocol import Latency, Rights
from inspector_console.presenter._figures import VERDICT_STAGE, old_mark, stage_of
from inspector_console.presenter._lens import DASH, Lens
from inspector_console.words import SayDevices

_STAGES: Final = {
    "frame_to_verdict": SayDevices.FRAME_TO_VERDICT,
    "verdict_to_plc": SayDevices.VERDICT_TO_PLC,
    "trigger_to_plc": SayDevices.TRIGGER_TO_PLC,
    "preprocess": SayDevices.PREPROCESS,
    "run": SayDevices.RUN,
}
_THREADS: Final = {
    "capture": SayDevices.CAPTURE,
    "inspection": SayDevices.INSPECTION,
    "actuation": SayDevices.ACTUATION,
    "supervisor": SayDevices.SUPERVISOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesView:
    """The page, and what the overview says of it. Each row has as many cells as its heading.

    Attributes
    ----------
    warning
        What is wrong with the rights; empty = nothing.
    refused
        Which rows of the rights tell of a refusal.
    remedy
        What is done about it.
    """

    title: str
    summary: tuple[tuple[str, str], ...]
    stages_title: str
    stages_head: tuple[str, ...]
    stages: tuple[tuple[str, ...], ...]
    rights_title: str
    rights_head: tuple[str, ...]
    rights: tuple[tuple[str, ...], ...]
    warning: str = ""
    refused: frozenset[int] = frozenset()
    remedy: str = ""
    old: str = ""


def present_times(lens: Lens) -> TimesView:
    """Return the page."""
    words, state = lens.words, lens.facts.state
    stages = state.latency if state else ()
    rights = state.rights if state else ()
    # Memory is locked for the whole process by whichever thread asks for it.
    is_locked = any(right.memory_locked for right in rights)
    refused = frozenset(at for at, right in enumerate(rights) if right.refusals)
    stage = stage_of(lens, VERDICT_STAGE)
    verdict = f"{lens.ms(stage.p50_us, 2)} / {lens.ms(stage.p99_us, 2)} ms" if stage.count else DASH
    return TimesView(
        title=words(SayDevices.TIMES),
        summary=(
            (words(SayDevices.VERDICT_TIME), verdict),
            (words(SayDevices.RIGHTS_SHORT), _in_short(rights, lens)),
        ),
        stages_title=_stages_title(lens),
        stages_head=(
            words(SayDevices.STAGE),
            words(SayDevices.COUNT),
            "p50",
            "p99",
            f"p{words.number(99.9, 1)}",
            words(SayDevices.MAX),
        ),
        stages=tuple(_stage(one, lens) for one in stages),
        rights_title=words(SayDevices.RIGHTS),
        rights_head=tuple(
            words(say)
            for say in (
                SayDevices.THREAD,
                SayDevices.PRIORITY,
                SayDevices.CORE,
                SayDevices.MEMORY,
                SayDevices.REFUSED,
            )
        ),
        rights=tuple(_right(one, lens, is_locked=is_locked) for one in rights),
        warning=_missing(lens) if refused and not lens.facts.is_old else "",
        refused=refused,
        remedy=words(SayDevices.RIGHTS_DO) if refused else "",
        old=old_mark(lens),
    )


def _stages_title(lens: Lens) -> str:
    title, state = lens.words(SayDevices.STAGES), lens.facts.state
    if state is None or not state.deadline_us:
        return title
    deadline = lens.words(SayDevices.DEADLINE, value=lens.ms(state.deadline_us, state.deadline_us % 1000 > 0))
    return f"{title} · {deadline}"


def _stage(stage: Latency, lens: Lens) -> tuple[str, ...]:
    name = lens.words(_STAGES[stage.stage]) if stage.stage in _STAGES else stage.stage[:40]
    times = (stage.p50_us, stage.p99_us, stage.p999_us, stage.max_us)
    shown = (lens.ms(time, 2) if stage.count else DASH for time in times)
    return name, lens.words.number(stage.count), *shown


def _right(right: Rights, lens: Lens, *, is_locked: bool) -> tuple[str, ...]:
    words = lens.words
    return (
        words(_THREADS[right.thread]) if right.thread in _THREADS else right.thread[:40],
        f"FIFO {right.priority}" if right.priority else words(SayDevices.ORDINARY),
        str(right.core) if right.core >= 0 else words(SayDevices.ANY),
        words(SayDevices.YES if is_locked else SayDevices.NO),
        "; ".join(words.told(refusal) for refusal in right.refusals) or DASH,
    )


def _missing(lens: Lens) -> str:
    alarm = lens.words.alarm(AlarmId.REALTIME_MISSING, {})
    return alarm.text if alarm else ""


def _in_short(rights: tuple[Rights, ...], lens: Lens) -> str:
    if not rights:
        return lens.words(SayDevices.RIGHTS_UNKNOWN)
    is_complete = not any(right.refusals for right in rights)
    return lens.words(SayDevices.RIGHTS_ALL if is_complete else SayDevices.RIGHTS_MISSING)
