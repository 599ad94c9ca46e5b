"""The part book against an adversary: whatever comes, in whatever order, nothing doubtful is accepted."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from inspector.domain.book import PartBook
from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.ledger import PartRow, result_of
from inspector.domain.line import Control, LineSnapshot, PartOutcome, RejectFault
from inspector.domain.matching import JudgedFrame
from inspector.domain.pairing import ClockMap, PairingRules
from inspector.domain.part import Trigger, next_tag
from inspector.domain.verdict import Evaluation, Verdict, indeterminate

MS = 1_000_000
DELAY_NS = 300_000
LATENCY_NS = 1_020_000
EPSILON_NS = 1_500_000
PLC_ORIGIN_NS = 77_000_000_000
CAMERA_ORIGIN_NS = -5_000_000_000_000
GOOD = Verdict(evaluation=Evaluation.OK, class_index=0, score=0.99, p_ok=0.99)
BAD = Verdict(evaluation=Evaluation.NG, class_index=1, score=0.9, p_ok=0.1)
DOUBTFUL = indeterminate("between thresholds")


@dataclass
class Part:
    """A part of the truth."""

    tag: int
    ordinal: int
    eye_ns: int
    stamp_ns: int
    verdict: Verdict
    session: int


@dataclass
class Shot:
    """A frame of the truth, as it travels."""

    frame_id: int
    part: Part
    device_ns: int
    seen_ns: int = 0
    is_corrupt: bool = False


@dataclass
class Plc:
    """What the PLC would do with the answers."""

    session: int = 1001
    parts: list[Part] = field(default_factory=list)
    accepted: dict[int, bool] = field(default_factory=dict)
    outcomes: list[PartOutcome] = field(default_factory=list)

    @property
    def newest_tag(self) -> int:
        return self.parts[-1].tag if self.parts else 0


class BookMachine(RuleBasedStateMachine):
    """Drives a `PartBook` as PLC, camera and inspection would, each with its faults."""

    shots = Bundle("shots")
    seen = Bundle("seen")

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 1_000_000_000
        self.plc = Plc()
        self.book = PartBook(
            PairingRules(epsilon_ns=EPSILON_NS, view_delays_ns=(DELAY_NS,), frame_timeout_ns=30 * MS),
            deadline_ns=5 * MS,
            camera_clock=ClockMap(latency_ns=LATENCY_NS),
        )
        self.frame_id = 0
        self.truth: dict[tuple[int, int], Part] = {}
        self.owner: dict[int, Part] = {}
        self.answered: dict[tuple[int, int], int] = {}
        self.final: list[PartRow] = []
        self.is_linked = True
        self.camera_set_ns = self.plc_set_ns = 0
        # Both clock maps have had good samples before the first part, as at every start.
        self._learn_the_clocks()
        self.book.set_ready()

    # -- the line

    def _snapshot(self) -> LineSnapshot:
        plc = self.plc
        newest = plc.parts[-8:]
        return LineSnapshot(
            plc_heartbeat=0,
            session=plc.session,
            control=Control.TRIGGER_ENABLE | Control.LINE_RUNNING,
            newest_tag=plc.newest_tag,
            part_count=len(plc.parts),
            now_100us=self._ticks(self.now_ns + self.plc_set_ns),
            encoder_counts=0,
            last_outcome_tag=plc.outcomes[-1].tag if plc.outcomes else 0,
            reject_fault=RejectFault.NONE,
            triggers=tuple(
                Trigger(tag=p.tag, encoder_counts=p.ordinal, time_100us=self._ticks(p.stamp_ns))
                for p in newest
            ),
            torn_triggers=0,
            sent_ns=self.now_ns - 100_000,
            received_ns=self.now_ns,
        )

    def _ticks(self, true_ns: int) -> int:
        return ((true_ns + PLC_ORIGIN_NS) // 100_000) & 0xFFFFFFFF

    def _poll(self) -> None:
        self.book.observe(self._snapshot())

    def _learn_the_clocks(self) -> None:
        self.the_camera_restarts()
        for _ in range(60):
            if self.book.are_clocks_known:
                return
            self.now_ns += 4 * MS
            self._poll()
        raise AssertionError("the clocks stay unknown")

    @rule(
        target=shots,
        pitch_ms=st.sampled_from([6, 8, 10, 40]),
        verdict=st.sampled_from([GOOD, GOOD, BAD, DOUBTFUL]),
        is_corrupt=st.booleans(),
    )
    def a_part_reaches_the_eye(self, pitch_ms: int, verdict: Verdict, is_corrupt: bool) -> Shot:
        return self.a_part_comes(pitch_ms, verdict, is_corrupt)

    def a_part_comes(self, pitch_ms: int, verdict: Verdict, is_corrupt: bool) -> Shot:
        self.now_ns += pitch_ms * MS
        part = Part(
            tag=next_tag(self.plc.newest_tag),
            ordinal=len(self.plc.parts) + 1,
            eye_ns=self.now_ns,
            stamp_ns=self.now_ns + self.plc_set_ns,
            verdict=verdict,
            session=self.plc.session,
        )
        self.plc.parts.append(part)
        self.truth[part.session, part.tag] = part
        self.frame_id += 1
        self.owner[self.frame_id] = part
        exposed_ns = part.eye_ns + DELAY_NS
        device_ns = exposed_ns + CAMERA_ORIGIN_NS + self.camera_set_ns
        return Shot(self.frame_id, part, device_ns, is_corrupt=is_corrupt)

    @rule(ms=st.integers(0, 60))
    def time_passes(self, ms: int) -> None:
        self.now_ns += ms * MS
        self.book.settle(self.now_ns)

    @precondition(lambda self: self.is_linked)
    @rule()
    def the_station_polls(self) -> None:
        self._poll()
        self.book.settle(self.now_ns)

    # -- the camera and inspection

    def _arrive(self, shot: Shot, delay_us: int) -> Shot:
        earliest = shot.part.eye_ns + DELAY_NS + LATENCY_NS
        self.now_ns = max(self.now_ns, earliest) + delay_us * 1000
        self.book.frame_seen(shot.frame_id, shot.device_ns, self.now_ns)
        shot.seen_ns = self.now_ns
        return shot

    @rule(target=seen, shot=consumes(shots), delay_us=st.sampled_from([0, 50, 400, 20_000]))
    def a_frame_arrives(self, shot: Shot, delay_us: int) -> Shot:
        return self._arrive(shot, delay_us)

    @rule(target=seen, shot=shots)
    def a_frame_arrives_and_will_come_again(self, shot: Shot) -> Shot:
        return self._arrive(Shot(shot.frame_id, shot.part, shot.device_ns), 0)

    @rule(shot=consumes(shots))
    def a_frame_is_lost(self, shot: Shot) -> None:
        pass

    @rule(shot=consumes(seen), took_us=st.sampled_from([400, 900, 4_900, 5_100, 50_000]))
    def a_frame_is_judged(self, shot: Shot, took_us: int) -> None:
        self.now_ns = max(self.now_ns, shot.seen_ns + took_us * 1000)
        verdict = indeterminate("frame incomplete") if shot.is_corrupt else shot.part.verdict
        self.book.frame_judged(
            JudgedFrame(
                frame_id=shot.frame_id,
                device_ns=shot.device_ns,
                available_ns=shot.seen_ns,
                decided_ns=self.now_ns,
                verdict=verdict,
                cause=Cause.CAMERA_FAULT if shot.is_corrupt else Cause.NONE,
            )
        )
        self.book.settle(self.now_ns)

    @rule(shot=consumes(seen))
    def inspection_loses_a_frame(self, shot: Shot) -> None:
        pass

    @rule()
    def the_camera_restarts(self) -> None:
        device_ns = self.now_ns + CAMERA_ORIGIN_NS + self.camera_set_ns
        self.book.camera_restarted((device_ns - 300_000, self.now_ns))

    @rule(ms=st.sampled_from([-20, -10, -7, -6, -2, 6, 10, 1000]))
    def the_cameras_clock_is_set(self, ms: int) -> None:
        self.camera_set_ns += ms * MS

    @rule(ms=st.sampled_from([-20, -10, -7, -6, -2, 6, 10, 1000]))
    def the_plcs_clock_is_set(self, ms: int) -> None:
        self.plc_set_ns += ms * MS

    @rule(
        verdict=st.sampled_from([GOOD, GOOD, BAD]),
        pitch_ms=st.sampled_from([6, 7, 10]),
        took_us=st.sampled_from([400, 5_100]),
    )
    def a_part_is_inspected_as_it_should_be(self, verdict: Verdict, pitch_ms: int, took_us: int) -> None:
        shot = self._arrive(self.a_part_comes(pitch_ms, verdict, False), 50)
        if self.is_linked:
            self._poll()
        self.a_frame_is_judged(shot, took_us)
        self.now_ns += 100_000
        if self.is_linked:
            self._poll()
            self.book.settle(self.now_ns)

    @rule(verdicts=st.lists(st.sampled_from([GOOD, BAD]), min_size=2, max_size=4), lost=st.integers(0, 3))
    def a_burst_of_parts_loses_a_frame(self, verdicts: list[Verdict], lost: int) -> None:
        """Parts 6 ms apart, one frame missing: the pairing must not slip by one."""
        shots = [self.a_part_comes(6, verdict, False) for verdict in verdicts]
        for index, shot in enumerate(shots):
            if index != lost:
                self._arrive(shot, 50)
                self.a_frame_is_judged(shot, 400)
        if self.is_linked:
            self._poll()
            self.book.settle(self.now_ns)

    @precondition(lambda self: self.is_linked)
    @rule(
        is_camera=st.booleans(),
        pitches=st.sampled_from([-3, -2, -1, 1, 2]),
        pitch_ms=st.sampled_from([6, 7, 10]),
        verdicts=st.lists(st.sampled_from([GOOD, GOOD, BAD]), min_size=2, max_size=6),
    )
    def a_clock_is_set_by_whole_pitches_while_parts_come(
        self, is_camera: bool, pitches: int, pitch_ms: int, verdicts: list[Verdict]
    ) -> None:
        """Worse luck is not possible: each frame then has the time of a neighbour."""
        self.now_ns += 30 * MS  # so long nobody has asked the PLC: by less than that it does not jump back
        step_ms = pitches * (pitch_ms + 2)  # to inspect a part takes some time, too
        if is_camera:
            self.the_cameras_clock_is_set(step_ms)
        else:
            self.the_plcs_clock_is_set(step_ms)
        for verdict in verdicts:
            self.a_part_is_inspected_as_it_should_be(verdict, pitch_ms, 400)
            self.answers_are_sent(True)

    # -- answers, links, outcomes

    @precondition(lambda self: self.is_linked)
    @rule(reaches=st.booleans())
    def answers_are_sent(self, reaches: bool) -> None:
        while (row := self.book.next_answer()) is not None:
            record = result_of(row)
            key = (record.session, record.tag)
            self.answered[key] = self.answered.get(key, 0) + 1
            if record.evaluation is Evaluation.OK:
                self._check_acceptance(row)
            if record.session == self.plc.session:
                self.plc.accepted.setdefault(record.tag, record.evaluation is Evaluation.OK)
            if reaches:
                self.now_ns += 200_000
                self.book.answered(row, self.now_ns)
            else:
                self.book.answer_failed(row)
                self._lose_link()
                return

    def _check_acceptance(self, row: PartRow) -> None:
        part = self.truth[row.session, row.tag]
        assert part.verdict is GOOD, "an NG or doubtful part was accepted"
        assert self.owner[row.frame_id] is part, "a disposition was made from another part's frame"
        assert row.decided_ns - row.available_ns <= 5 * MS, "a late verdict was accepted"

    def _lose_link(self) -> None:
        self.is_linked = False
        self.book.set_not_ready(Cause.LINK_FAULT)

    @precondition(lambda self: self.is_linked)
    @rule()
    def the_link_is_lost(self) -> None:
        self._lose_link()

    @precondition(lambda self: not self.book.is_ready)
    @rule()
    def the_station_gets_ready_again(self) -> None:
        self.is_linked = True
        self._poll()
        self.book.forgive(self.now_ns)
        self._learn_the_clocks()
        self.book.set_ready()

    @rule()
    def the_line_is_held(self) -> None:
        self.book.set_not_ready(Cause.NOT_READY)

    @precondition(lambda self: len(self.plc.outcomes) < len(self.plc.parts))
    @rule(count=st.integers(1, 40), by_hand=st.booleans())
    def parts_pass_the_gate(self, count: int, by_hand: bool) -> None:
        for part in self.plc.parts[len(self.plc.outcomes) :][:count]:
            applied = Applied.ACCEPTED if self.plc.accepted.get(part.tag) else Applied.REJECTED
            self.plc.outcomes.append(
                PartOutcome(
                    tag=part.tag, applied=Applied.REMOVED if by_hand else applied, confirmed=Confirmation.YES
                )
            )

    @precondition(lambda self: self.is_linked)
    @rule()
    def outcomes_are_read(self) -> None:
        self._poll()
        if self.plc.outcomes:
            self.book.take_outcomes(self.plc.outcomes[-16:], self.plc.outcomes[-1].tag, self.now_ns)

    @rule()
    def the_plc_restarts(self) -> None:
        self.plc = Plc(session=self.plc.session + 1)
        self.book.set_not_ready(Cause.LINK_FAULT)
        self.is_linked = False

    # -- what must hold at every step

    @invariant()
    def every_trigger_has_one_row(self) -> None:
        self.final += self.book.closed
        self.book.closed.clear()
        self.book.entered.clear()
        keys = [(row.session, row.tag) for row in self.final]
        keys += [(row.session, row.tag) for row in self.book.open_rows]
        assert len(keys) == len(set(keys))

    @invariant()
    def the_ledger_closes(self) -> None:
        totals = self.book.totals
        assert totals.unaccounted == 0
        assert totals.in_transit == sum(1 for _ in self.book.open_rows)
        assert (
            not self.book.fault or "cannot be told" in self.book.fault
        )  # a restarted PLC has overtaken itself

    @invariant()
    def nothing_is_answered_twice(self) -> None:
        assert all(count == 1 for count in self.answered.values())

    @invariant()
    def causes_add_up(self) -> None:
        totals = self.book.totals
        assert sum(totals.causes) == totals.rejected
        assert totals.causes[Cause.NONE] == 0
        assert totals.disagreements == 0

    @invariant()
    def only_ok_rows_are_accepted(self) -> None:
        for row in self.final:
            if row.applied is Applied.ACCEPTED:
                assert row.disposition is Disposition.ACCEPT
                assert row.cause is Cause.NONE


TestBook = BookMachine.TestCase
TestBook.settings = settings(
    max_examples=150, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_parts_stamped_while_the_plcs_clock_was_set_back_get_no_neighbours_frame_when_it_is_right_again() -> (
    None
):
    machine = BookMachine()
    for pitch_ms, pitches in ((6, -1), (6, 1)):
        machine.a_clock_is_set_by_whole_pitches_while_parts_come(
            is_camera=False, pitch_ms=pitch_ms, pitches=pitches, verdicts=[GOOD, GOOD]
        )
    assert machine.plc.accepted == {1: False, 2: False, 3: True, 4: True}


def test_a_frames_delay_does_not_hide_that_the_cameras_clock_was_set_forward() -> None:
    machine = BookMachine()
    machine.a_clock_is_set_by_whole_pitches_while_parts_come(
        is_camera=True, pitch_ms=6, pitches=1, verdicts=[GOOD]
    )
    machine.the_cameras_clock_is_set(-2)  # now ahead by the pitch of the next parts
    machine.a_burst_of_parts_loses_a_frame([GOOD, GOOD, BAD], lost=0)  # their frames come 5 ms late
    machine.answers_are_sent(True)
    assert not any(machine.plc.accepted.values())
