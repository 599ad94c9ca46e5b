"""A belt on paper for the PLC's program: parts, sensors, a gate with dead time, and a station that obeys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from inspector.devices.sim._options import Physics
from inspector.devices.sim._plc_program import PlcProgram
from inspector.devices.sim._plc_settings import (
    PlcInputs,
    PlcOutputs,
    PlcSettings,
    Receipt,
    SensorEvent,
    Window,
)
from inspector.devices.sim._wires import EventKind
from inspector.domain.disposition import Applied
from inspector.domain.line import Mirror, PartOutcome, ResultRecord, Status
from inspector.domain.part import Trigger
from inspector.domain.verdict import Evaluation

MS = 1_000_000
SESSION = 4711
GATE, PART, CONFIRM = 4000, 190, 300
READY = Status.ONLINE | Status.TRIGGER_READY
DEAD_TIME_NS = 4 * MS


def line_settings(rate_per_min: float = 6000.0, **overrides: float) -> PlcSettings:
    return PlcSettings.for_line(Physics(), rate_per_min, **overrides)


@dataclass
class BenchPart:
    """`place`: the belt's true travel, in counts, at which its leading edge is at the eye."""

    place: float
    length: float = PART
    is_good: bool = True
    seen_by_eye: bool = True
    marks: int = 0
    trigger: Trigger | None = None
    accepted: bool | None = None
    passed_for: int | None = None
    """The tag whose window let it through."""

    @property
    def middle_at_gate(self) -> float:
        return self.place + self.length / 2 + GATE

    def next_mark(self) -> tuple[float, EventKind] | None:
        marks = [
            (self.place, EventKind.EYE_RISE),
            (self.place + self.length, EventKind.EYE_FALL),
            (self.middle_at_gate, EventKind.GATE_EYE),
            (self.middle_at_gate + CONFIRM, EventKind.CONFIRM),
        ]
        end = 3 if self.accepted in {None, True} else 4
        return marks[self.marks] if self.marks < end else None


@dataclass
class Bench:
    """Everything around one program. Speeds in counts per ms: 40 = 4 m/s."""

    settings: PlcSettings = field(default_factory=line_settings)
    encoder: float = 4294960000.0  # wraps soon
    speed: float = 40.0
    encoder_factor: float = 1.0
    pitch: float = 400.0
    answers: bool = True
    beats: bool = True
    status: Status = READY
    session_echo: int = SESSION
    job_id: int = 0
    verdict_ms: float = 10.0

    def __post_init__(self) -> None:
        self.program = PlcProgram(self.settings, SESSION)
        self.now_ns = 1_000 * MS
        self.travel = 0.0
        self.parts: list[BenchPart] = []
        self.inputs = PlcInputs(now_ns=0, encoder=0, horizon_encoder=0)
        self.windows: dict[Window, int] = {}
        self.outcomes: list[PartOutcome] = []
        self.latest: PlcOutputs | None = None
        self.heartbeat = 0
        self.alive_ns = 0
        self._untold: list[SensorEvent] = []
        self.triggers: list[Trigger] = []
        self.jammed = False
        self.chute_blind = False
        self._seq = 0
        self._due: list[tuple[int, Receipt]] = []

    # The belt

    def add_parts(self, count: int, *, after: float = 200.0) -> list[BenchPart]:
        start = max([self.travel + after, *(part.place + self.pitch for part in self.parts)])
        new = [BenchPart(start + i * self.pitch) for i in range(count)]
        self.parts += new
        return new

    @property
    def is_running(self) -> bool:
        return self.latest is not None and self.latest.conveyor_run

    def run(self, ms: float) -> None:
        for _ in range(round(ms / self.settings.scan_ms)):
            self.scan()

    def run_until(self, condition: Callable[[], bool], limit_ms: float = 5_000.0) -> None:
        for _ in range(round(limit_ms / self.settings.scan_ms)):
            if condition():
                return
            self.scan()
        raise AssertionError("it never came about")

    def scan(self, after_ms: float | None = None, *, blind: bool = False) -> PlcOutputs:
        """Let one scan's time (or another one) pass on the belt, then run the program once.

        A blind scan has not been told yet what the sensors saw meanwhile; the next one is.
        """
        step_ns = round((after_ms or self.settings.scan_ms) * MS)
        before = int(self.encoder) % 2**32
        self._untold += self.move(step_ns) if self.is_running else []
        self.now_ns += step_ns
        while self._untold and not blind:
            self.sense(self._untold.pop(0))
        count = int(self.encoder) % 2**32
        self._due.sort(key=lambda item: item[0])
        due = tuple(receipt for due_ns, receipt in self._due if due_ns <= self.now_ns)
        self._due = [item for item in self._due if item[0] > self.now_ns]
        inputs = replace(
            self.inputs,
            now_ns=self.now_ns,
            encoder=count,
            horizon_encoder=before if blind else count,
            mirror=self.mirror(),
            receipts=due,
        )
        self.latest = self.program.scan(inputs, self.now_ns // 100_000 % 2**32)
        self.alive_ns = self.now_ns
        self.windows = {w: self.windows.get(w, self.now_ns) for w in self.latest.windows}
        self.outcomes += self.latest.details.outcomes
        return self.latest

    def move(self, step_ns: int) -> list[SensorEvent]:
        start, counts = self.travel, self.speed * step_ns / MS
        events = []
        while True:
            marks = [(mark, i) for i, part in enumerate(self.parts) if (mark := part.next_mark())]
            reached = [item for item in marks if item[0][0] <= start + counts]
            if not reached:
                break
            (at, kind), index = min(reached)
            part = self.parts[index]
            part.marks += 1
            share = max(0.0, (at - start) / counts) if counts else 0.0
            t_ns = self.now_ns + int(share * step_ns)
            count = int(self.encoder + max(0.0, at - start) * self.encoder_factor)
            if kind is EventKind.GATE_EYE:
                self.pass_gate(part, count % 2**32, t_ns)
            is_eye = kind in {EventKind.EYE_RISE, EventKind.EYE_FALL}
            if (part.seen_by_eye or not is_eye) and not (kind is EventKind.CONFIRM and self.chute_blind):
                events.append(self.event(kind, count, t_ns))
                if kind is EventKind.EYE_RISE:
                    self._rising = part
        self.travel += counts
        self.encoder += counts * self.encoder_factor
        return events

    def event(self, kind: EventKind, count: int, t_ns: int | None = None) -> SensorEvent:
        self._seq += 1
        at_ns = self.now_ns if t_ns is None else t_ns
        return SensorEvent(self._seq, kind, count % 2**32, at_ns, at_ns // 100_000 % 2**32)

    def sense(self, event: SensorEvent) -> Trigger | None:
        trigger = self.program.sense(event)
        if trigger is None:
            return None
        self.triggers.append(trigger)
        part = next((p for p in self.parts if p.seen_by_eye and p.marks and p.trigger is None), None)
        if part is not None:
            part.trigger = trigger
        if self.answers:
            is_good = part is None or part.is_good
            self.write(self.record(trigger, Evaluation.OK if is_good else Evaluation.NG), self.verdict_ms)
        return trigger

    def pass_gate(self, part: BenchPart, count: int, t_ns: int) -> None:
        """The flap: at ACCEPT where a window covers the encoder, armed long enough ago, outputs alive."""
        open_for = [
            window.tag
            for window, armed_ns in self.windows.items()
            if (count - window.open_count) % 2**32 < (window.close_count - window.open_count) % 2**32
            and t_ns - armed_ns >= DEAD_TIME_NS
            and t_ns - self.alive_ns <= 50 * MS
        ]
        part.passed_for = open_for[0] if open_for else None
        part.accepted = bool(open_for) or self.jammed

    # The station

    def mirror(self) -> Mirror:
        if self.beats:
            self.heartbeat = self.now_ns // (100 * MS) % 65536
        return Mirror(
            heartbeat=self.heartbeat,
            status=self.status,
            state=6,
            session_echo=self.session_echo,
            job_id=self.job_id,
        )

    def record(self, trigger: Trigger, evaluation: Evaluation = Evaluation.OK) -> ResultRecord:
        return ResultRecord(
            session=SESSION, tag=trigger.tag, encoder_counts=trigger.encoder_counts, evaluation=evaluation
        )

    def write(self, record: ResultRecord | None, delay_ms: float = 0.0, slot: int | None = None) -> None:
        """Have a record arrive after `delay_ms`."""
        where = (record.tag if record else 0) % 16 if slot is None else slot
        arrival_ns = self.now_ns + round(delay_ms * MS)
        self._due.append((arrival_ns, Receipt(where, arrival_ns, record)))

    # What came out

    def start(self) -> None:
        """Let the station's heartbeat be seen to advance, and the belt start."""
        self.run_until(lambda: self.is_running)

    def reset(self) -> None:
        self.inputs = replace(self.inputs, reset_presses=self.inputs.reset_presses + 1)

    def applied(self) -> list[Applied]:
        return [outcome.applied for outcome in self.outcomes]

    def wrongly_passed(self) -> list[BenchPart]:
        """Parts that the gate let through for another part's sake."""
        return [
            p for p in self.parts if p.passed_for and (p.trigger is None or p.trigger.tag != p.passed_for)
        ]


def started(**fields: object) -> Bench:
    """A bench whose belt runs."""
    bench = Bench(**fields)  # type: ignore[arg-type]
    bench.start()
    return bench
