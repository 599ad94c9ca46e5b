"""The program against a station and sensors that do their worst."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from plc_bench import MS, READY, SESSION, Bench, BenchPart

from inspector.devices.sim._wires import EventKind
from inspector.domain.disposition import Applied
from inspector.domain.line import Control, Mirror, ResultRecord, Status
from inspector.domain.part import Trigger, next_tag
from inspector.domain.verdict import Evaluation


@dataclass(frozen=True)
class Answer:
    """What a record has wrong with it, if anything, and when it comes."""

    evaluation: Evaluation
    session: int
    encoder_error: int
    tag_error: int
    slot_error: int
    delay_scans: int


def _mostly(value: int, *others: int) -> st.SearchStrategy[int]:
    return st.sampled_from([value] * 8 + [*others])


ANSWERS = st.builds(
    Answer,
    evaluation=st.sampled_from([Evaluation.OK, Evaluation.OK, Evaluation.OK, *Evaluation]),
    session=_mostly(SESSION, SESSION + 1, 0),
    encoder_error=_mostly(0, 1, -400),
    tag_error=_mostly(0, 1, 16),
    slot_error=_mostly(0, 1),
    delay_scans=st.sampled_from([0, 1, 5, 30, 45, 46, 47]),
)


class HostileStation(RuleBasedStateMachine):
    """Healthy belt, hostile station.

    Keeps its own, simpler books: which tags have had their first valid record, an OK, in time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(answers=False)
        self.beat = 0
        self.beats = True
        self.beat_ns = self.bench.now_ns
        self.has_beaten = False
        self.status = READY
        self.echo = SESSION
        self.first: dict[int, bool] = {}
        self.bypassed: set[int] = set()
        """Tags that the bypass key let through; what was due while it was on stays so."""
        self.last_tag_told = 0
        self.told: set[int] = set()
        self.answers = [[Answer(Evaluation.OK, SESSION, 0, 0, 0, 5)]]
        self.answered = 0
        self.bench.mirror = self.mirror  # type: ignore[method-assign]

    def mirror(self) -> Mirror:
        now_ns = self.bench.now_ns
        if self.beats and now_ns - self.beat_ns >= 100 * MS:
            self.beat, self.beat_ns, self.has_beaten = (self.beat + 1) % 65536, now_ns, True
        return Mirror(heartbeat=self.beat, status=self.status, state=6, session_echo=self.echo)

    @property
    def is_fresh(self) -> bool:
        """Whether the heartbeat may count as fresh at all; a little generous."""
        return self.has_beaten and self.bench.now_ns - self.beat_ns < 300 * MS

    @initialize(tag=st.sampled_from([0, 65530]), encoder=st.sampled_from([0.0, 2.0**32 - 3000]))
    def power_up(self, tag: int, encoder: float) -> None:
        self.bench.program.newest_tag = self.last_tag_told = tag
        self.bench.encoder = encoder
        for _ in range(150):
            self.scan()
        self.parts_come(10, 210)
        self.time_passes(120)

    # What it may do

    @rule(count=st.sampled_from([1, 4, 10]), gap=st.sampled_from([20, 60, 150, 210, 300, 700]))
    def parts_come(self, count: int, gap: int) -> None:
        place = max([self.bench.travel, *(part.place + part.length for part in self.bench.parts)])
        for _ in range(count):
            self.bench.parts.append(BenchPart(place + gap))
            place += gap + 190

    @rule(scans=st.sampled_from([2, 30, 60, 120]))
    def time_passes(self, scans: int) -> None:
        for _ in range(scans):
            self.scan()

    @rule(answers=st.lists(st.lists(ANSWERS, min_size=1, max_size=2), min_size=1, max_size=4))
    def station_answers_from_now_on(self, answers: list[list[Answer]]) -> None:
        """For each part that comes: one or two records, in turn."""
        self.answers = answers

    @rule(answer=ANSWERS, back=st.integers(0, 8))
    def record_is_written(self, answer: Answer, back: int) -> None:
        if back < len(self.bench.triggers):
            self.write(self.bench.triggers[-1 - back], answer)

    @rule(slot=st.integers(0, 15))
    def record_is_torn(self, slot: int) -> None:
        self.bench.write(None, slot=slot)

    @rule(
        beats=st.booleans(),
        status=st.sampled_from([READY, READY, Status.ONLINE, READY | Status.STOP_REQUEST]),
        echo=st.sampled_from([SESSION, SESSION, 0]),
        scans=st.sampled_from([5, 50, 130, 160, 200]),
    )
    def station_falters(self, beats: bool, status: Status, echo: int, scans: int) -> None:
        self.beats, self.status, self.echo = beats, status, echo
        self.time_passes(scans)
        self.beats, self.status, self.echo = True, READY, SESSION

    @rule(bypass=st.sampled_from([False, False, False, True]))
    def bypass_key_turns(self, bypass: bool) -> None:
        self.bench.inputs = replace(self.bench.inputs, bypass_key=bypass)

    @rule()
    def operator_resets(self) -> None:
        self.bench.inputs = replace(self.bench.inputs, air_ok=True, bin_full=False)
        self.bench.reset()

    def write(self, trigger: Trigger, answer: Answer) -> None:
        record = ResultRecord(
            session=answer.session,
            tag=(trigger.tag + answer.tag_error) % 65536,
            encoder_counts=(trigger.encoder_counts + answer.encoder_error) % 2**32,
            evaluation=answer.evaluation,
        )
        slot = (record.tag + answer.slot_error) % 16
        self.bench.write(record, answer.delay_scans * 2.0, slot=slot)

    # What must hold, whatever it does

    def scan(self) -> None:
        before = self.bench.program.part_count
        for trigger in self.bench.triggers[self.answered :]:
            for answer in self.answers[self.answered % len(self.answers)]:
                self.write(trigger, answer)
            self.answered += 1
        self.keep_books()
        outputs = self.bench.scan()
        assert self.bench.program.part_count >= before
        if Control.BYPASS in outputs.snapshot.control:
            self.bypassed.update(window.tag for window in outputs.windows)
        for window in outputs.windows:
            if window.tag not in self.bypassed:
                assert self.first.get(window.tag) is True, window
                assert self.is_fresh
        for outcome in outputs.details.outcomes:
            self.last_tag_told = next_tag(self.last_tag_told)
            assert outcome.tag == self.last_tag_told
            assert outcome.tag not in self.told
            self.told.add(outcome.tag)
            assert outcome.applied not in {Applied.UNKNOWN, Applied.UNRECORDED}
            assert outcome.applied is not Applied.ACCEPTED or self.first.get(outcome.tag) is True
        assert outputs.snapshot.last_outcome_tag == (self.last_tag_told if self.told else 0)
        assert not (outputs.conveyor_run and outputs.snapshot.reject_fault)

    def keep_books(self) -> None:
        """Note what the records due at the coming scan mean, by the contract's words.

        The position at that scan is not known yet, so a record just before the deadline counts as late
        or not by where the belt stood one scan earlier: generous by one scan, never more.
        """
        now_ns = self.bench.now_ns + 2 * MS
        for due_ns, receipt in sorted(self.bench._due, key=lambda item: item[0]):
            record = receipt.record
            if due_ns > now_ns or record is None:
                continue
            trigger = self.trigger_of(record)
            if trigger is None or record.tag in self.first or receipt.slot != record.tag % 16:
                continue
            distance = (int(self.bench.encoder) - trigger.encoder_counts + 2**31) % 2**32 - 2**31
            if distance < self.bench.settings.deadline_counts:
                self.first[record.tag] = record.evaluation is Evaluation.OK

    def trigger_of(self, record: ResultRecord) -> Trigger | None:
        matching = (t for t in self.bench.triggers if t.tag == record.tag)
        trigger = next(matching, None)
        fits = (
            trigger is not None
            and record.session == SESSION
            and record.encoder_counts == trigger.encoder_counts
        )
        return trigger if fits else None

    @invariant()
    def every_part_is_in_transit_or_has_one_outcome(self) -> None:
        program = self.bench.program
        assert program.part_count == program.in_transit + sum(program.outcomes.values())
        assert program.part_count == len(self.bench.triggers)

    @invariant()
    def nothing_passes_without_its_own_ok(self) -> None:
        """The gate of this bench is physical: it goes by windows, dead time and living outputs alone."""
        for part in self.bench.parts:
            if part.passed_for is not None and part.passed_for not in self.bypassed:
                assert self.first.get(part.passed_for) is True

    def teardown(self) -> None:
        """Leave the belt running until every part has gone: then each has exactly one outcome."""
        self.beats, self.status, self.echo = True, READY, SESSION
        self.bench.encoder_factor = 1.0
        self.bench.inputs = replace(self.bench.inputs, air_ok=True, bin_full=False, bypass_key=False)
        if self.bench.program.part_count and not self.told and not self.bench.alive_ns:
            return
        self.bench.sense(self.bench.event(EventKind.EYE_FALL, int(self.bench.encoder)))
        self.bench.parts.clear()
        for _ in range(2_000):
            if self.bench.program.in_transit == 0:
                break
            if not self.bench.is_running and self.bench.program.latched:
                self.bench.reset()
            self.scan()
        assert self.bench.program.in_transit == 0
        assert len(self.told) == self.bench.program.part_count


class HostileWorld(HostileStation):
    """The same station on a belt whose sensors and encoder lie now and then, and a program that stalls."""

    @rule(kind=st.sampled_from(EventKind), offset=st.integers(-500, 500), then_reset=st.booleans())
    def a_sensor_lies(self, kind: EventKind, offset: int, then_reset: bool) -> None:
        self.bench.sense(self.bench.event(kind, int(self.bench.encoder) + offset))
        self.time_passes(2)
        if then_reset:
            self.operator_resets()

    @rule(
        what=st.sampled_from(["encoder", "air", "bin", "stall"]),
        factor=st.sampled_from([0.0, -1.0, 0.8, 1.3]),
        scans=st.sampled_from([3, 10, 40]),
    )
    def something_fails_for_a_while(self, what: str, factor: float, scans: int) -> None:
        if what == "encoder":
            self.bench.encoder_factor = factor
        elif what == "stall":
            events = self.bench.move(scans * 3 * MS) if self.bench.is_running else []
            self.bench.now_ns += scans * 3 * MS
            for event in events:
                self.bench.sense(event)
        else:
            is_air = what == "air"
            self.bench.inputs = replace(self.bench.inputs, air_ok=not is_air, bin_full=not is_air)
        self.time_passes(scans)
        self.bench.encoder_factor = 1.0
        self.operator_resets()


_SETTINGS = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
HostileStation.TestCase.settings = HostileWorld.TestCase.settings = _SETTINGS
TestHostileStation = HostileStation.TestCase
TestHostileWorld = HostileWorld.TestCase
