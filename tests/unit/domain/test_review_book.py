"""The part book at its edges: sessions, counts, clocks, and parts that are closed too early."""

from __future__ import annotations

import pytest

from inspector.domain.book import OPEN_LIMIT, PartBook
from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.ledger import PartRow, result_of
from inspector.domain.line import Control, LineSnapshot, PartOutcome, RejectFault
from inspector.domain.matching import JudgedFrame
from inspector.domain.pairing import ClockMap, PairingRules, TriggerCounterVeto
from inspector.domain.part import TAG_MAX, Trigger
from inspector.domain.verdict import Evaluation, Verdict

MS = 1_000_000
PITCH_MS = 20
GOOD = Verdict(evaluation=Evaluation.OK, class_index=0, score=0.99, p_ok=0.99)


class Line:
    """A PLC and a camera that share the true time; the book hears of both what a test says."""

    def __init__(self) -> None:
        self.book = PartBook(
            PairingRules(epsilon_ns=3 * MS // 2), deadline_ns=5 * MS, camera_clock=ClockMap(latency_ns=MS)
        )
        self.now_ms = 1_000
        self.session, self.count, self.tag = 7, 0, 0
        self.clock_shift_ms = 0
        self.triggers: list[Trigger] = []
        self.frames = 0
        self.poll()
        self.book.camera_restarted((self.now_ms * MS, self.now_ms * MS))
        for _ in range(30):
            self.poll()
        self.book.set_ready()

    def poll(self, **changes: int) -> None:
        values = {"session": self.session, "part_count": self.count, "newest_tag": self.tag} | changes
        self.book.observe(
            LineSnapshot(
                plc_heartbeat=0,
                control=Control.TRIGGER_ENABLE,
                now_100us=(self.now_ms + self.clock_shift_ms) * 10,
                encoder_counts=0,
                last_outcome_tag=0,
                reject_fault=RejectFault.NONE,
                triggers=tuple(self.triggers[-8:]),
                torn_triggers=0,
                sent_ns=self.now_ms * MS,
                received_ns=self.now_ms * MS,
                **values,
            )
        )

    def trigger(self) -> None:
        self.now_ms += PITCH_MS
        self.count += 1
        self.tag = self.tag % TAG_MAX + 1
        ticks = (self.now_ms + self.clock_shift_ms) * 10
        self.triggers.append(Trigger(tag=self.tag, encoder_counts=0, time_100us=ticks))

    def shoot(self, *, late_ms: int = 0) -> tuple[int, int]:
        """The part under the eye is exposed now; its frame arrives 1 ms later, or later than that."""
        device_ns = self.now_ms * MS
        self.now_ms += 1 + late_ms
        self.frames += 1
        self.book.frame_seen(self.frames, device_ns, self.now_ms * MS)
        return self.frames, device_ns

    def judge(self, frame: tuple[int, int]) -> None:
        now_ns = self.now_ms * MS
        self.book.frame_judged(
            JudgedFrame(
                frame_id=frame[0], device_ns=frame[1], available_ns=now_ns, decided_ns=now_ns, verdict=GOOD
            )
        )
        self.poll()
        self.book.settle(now_ns)

    def stand(self, seconds: int, *, reads_camera: bool = False) -> None:
        """Nothing comes for a while, but the PLC is polled."""
        for _ in range(5 * seconds):
            self.now_ms += 200
            self.poll()
            if reads_camera:
                self.book.camera_clock_read((self.now_ns - 300_000, self.now_ns))

    def restart(self, *, count: int = 0, tag: int = 0) -> None:
        self.session += 1
        self.count, self.tag, self.triggers = count, tag, []

    @property
    def now_ns(self) -> int:
        return self.now_ms * MS

    def rows(self) -> list[PartRow]:
        return [*self.book.closed, *self.book.open_rows]


def test_a_good_part_is_accepted() -> None:
    line = Line()
    line.trigger()
    line.judge(line.shoot())
    row = line.book.next_answer()
    assert row is not None
    assert result_of(row).evaluation is Evaluation.OK


def test_a_part_that_was_closed_before_it_was_decided_is_never_answered() -> None:
    line = Line()
    line.trigger()
    line.poll()
    purged = PartOutcome(tag=line.tag, applied=Applied.PURGED, confirmed=Confirmation.UNKNOWN)
    line.book.take_outcomes([purged], line.tag, line.now_ns)
    assert [row.applied for row in line.book.closed] == [Applied.PURGED]
    assert line.book.next_answer() is None


def test_a_restarted_plc_gets_no_answer_of_the_session_before() -> None:
    line = Line()
    line.trigger()
    line.judge(line.shoot())
    line.restart()
    line.poll()
    assert line.book.next_answer() is None
    assert not line.book.is_ready


def test_no_part_of_a_new_session_is_forgotten_although_the_plc_showed_session_0_before() -> None:
    line = Line()
    for _ in range(3):
        line.trigger()
    line.poll()
    line.poll(session=0, part_count=0, newest_tag=0)
    assert not line.book.is_ready
    line.restart()
    line.trigger()
    line.trigger()
    line.poll()
    line.poll()
    assert line.book.totals.triggers == 5


def test_one_torn_reading_of_the_counts_is_no_fault() -> None:
    line = Line()
    line.trigger()
    line.poll()
    line.poll(part_count=5)
    assert not line.book.fault
    line.poll()
    assert not line.book.fault
    assert line.book.totals.triggers == 1


def test_counts_that_disagree_are_a_fault_and_once_forgiven_no_trigger_is_lost() -> None:
    line = Line()
    line.trigger()
    line.poll()
    line.count += 4
    for _ in range(3):
        line.poll()
    assert "disagree" in line.book.fault
    line.book.forgive(line.now_ns)
    line.poll()
    line.trigger()
    line.poll()
    assert not line.book.fault
    assert line.book.totals.triggers == 6
    assert line.book.totals.unaccounted == 0


def test_a_count_that_went_back_can_be_forgiven_and_no_two_parts_share_a_row() -> None:
    line = Line()
    for _ in range(6):
        line.trigger()
    line.poll()
    line.count, line.tag = 3, 3
    for _ in range(3):
        line.poll()
    assert line.book.fault
    line.book.forgive(line.now_ns)
    line.poll()
    line.trigger()
    line.poll()
    assert not line.book.fault
    assert line.book.totals.triggers == 7
    assert [row.tag for row in line.book.open_rows] == [4]


def test_a_restarted_plc_whose_count_has_passed_the_old_one_is_a_fault_and_not_a_guess() -> None:
    line = Line()
    line.trigger()
    line.trigger()
    line.poll()
    line.restart(count=5, tag=5)
    line.poll()
    assert "cannot be told" in line.book.fault


def test_a_restarted_plc_that_kept_its_count_but_not_its_tags_goes_on_counting() -> None:
    line = Line()
    for _ in range(4):
        line.trigger()
    line.poll()
    line.restart(count=6, tag=2)
    line.poll()
    line.poll()
    assert not line.book.fault
    assert line.book.totals.triggers == 6


def test_a_day_of_missed_triggers_gets_its_rows_in_portions() -> None:
    line = Line()
    missed = 2 * TAG_MAX + 100
    line.count, line.tag = missed, (missed - 1) % TAG_MAX + 1
    line.triggers = [Trigger(tag=line.tag, encoder_counts=0, time_100us=line.now_ms * 10)]
    rows = 0
    for _ in range(missed // OPEN_LIMIT + 2):
        line.poll()
        assert len(line.rows()) <= OPEN_LIMIT
        done = PartOutcome(tag=line.tag, applied=Applied.REJECTED, confirmed=Confirmation.YES)
        line.book.take_outcomes([done], line.tag, line.now_ns)
        rows += len(line.book.closed)
        line.book.closed.clear()
    totals = line.book.totals
    assert totals.triggers == totals.rejected + totals.in_transit == missed
    assert not line.book.fault


def test_parts_that_were_triggered_before_ready_are_not_answered_even_if_they_get_their_rows_later() -> None:
    line = Line()
    line.book.set_not_ready(Cause.LINK_FAULT)
    line.count, line.tag = OPEN_LIMIT + 1, OPEN_LIMIT + 1
    line.triggers = [Trigger(tag=line.tag, encoder_counts=0, time_100us=line.now_ms * 10)]
    line.poll()
    line.book.set_ready()
    while line.book.totals.in_transit:
        line.book.take_outcomes([], line.tag - 1, line.now_ns)
        line.book.closed.clear()
        line.poll()
        if line.book.last_tag == line.tag:
            break
    assert all(row.is_decided for row in line.book.open_rows)
    assert line.book.next_answer() is None


def test_the_count_goes_on_over_its_wrap_at_32_bits() -> None:
    line = Line()
    line.restart()
    line.book = PartBook(PairingRules(epsilon_ns=MS), deadline_ns=5 * MS)
    line.poll(part_count=0xFFFF_FFFE, newest_tag=10)
    line.poll(part_count=0xFFFF_FFFE, newest_tag=10)
    line.poll(part_count=1, newest_tag=13)
    assert line.book.totals.triggers == 3


def test_a_plc_clock_that_jumps_back_ends_readiness_and_old_triggers_get_no_frame() -> None:
    line = Line()
    line.trigger()  # its frame is lost
    line.poll()
    line.now_ms += 2 * PITCH_MS - 1
    line.clock_shift_ms = -2 * PITCH_MS
    line.poll()
    assert not line.book.is_ready
    line.judge(line.shoot())
    assert line.book.next_answer() is None
    assert [row.disposition for row in line.book.open_rows] == [Disposition.REJECT]


def test_after_a_silence_in_which_the_plc_may_have_set_its_clock_back_that_is_learnt_anew() -> None:
    line = Line()
    line.now_ms += 300
    line.clock_shift_ms = -PITCH_MS
    line.poll()
    assert not line.book.is_ready
    assert not line.book.are_clocks_known
    for _ in range(25):
        line.poll()
    assert line.book.are_clocks_known
    line.book.set_ready()
    for number in (1, 2, 3):
        line.trigger()
        line.judge(line.shoot())
        row = line.book.next_answer()
        assert row is not None
        assert (row.tag, row.frame_id) == (number, number)


def test_the_first_frame_after_an_hour_is_not_taken_for_that_of_the_next_part() -> None:
    line = Line()
    line.stand(3_600)
    assert line.book.is_ready
    line.trigger()
    late = line.shoot(late_ms=PITCH_MS - 1)
    line.now_ms -= PITCH_MS
    line.trigger()
    line.judge(late)
    assert line.book.next_answer() is None


def test_a_camera_whose_clock_is_read_while_the_line_stands_accepts_its_very_next_part() -> None:
    line = Line()
    line.stand(3_600, reads_camera=True)
    line.trigger()
    line.judge(line.shoot())
    assert line.book.next_answer() is not None


def test_a_score_that_is_no_number_is_sent_as_zero() -> None:
    row = PartRow(session=1, tag=1, ordinal=1, score=float("nan"))
    assert result_of(row).score_permille == 0
    row.score = float("inf")
    assert result_of(row).score_permille == 1000


def test_a_pairing_that_has_slipped_by_one_is_contradicted_until_the_line_is_held() -> None:
    veto = TriggerCounterVeto()
    assert not veto.objects(10, 110)
    assert [veto.objects(ordinal, 100 + ordinal - 1) for ordinal in (11, 12, 13)] == [True, True, True]


def test_after_one_wrong_pair_the_next_right_one_is_not_contradicted() -> None:
    veto = TriggerCounterVeto()
    assert not veto.objects(10, 110)
    assert veto.objects(11, 112)
    assert not veto.objects(12, 112)


def test_an_acceptance_that_the_plc_was_never_told_of_is_a_disagreement() -> None:
    line = Line()
    line.trigger()
    line.judge(line.shoot())
    line.book.set_not_ready(Cause.NOT_READY)  # held, before the record was sent
    assert line.book.next_answer() is None
    accepted = PartOutcome(tag=line.tag, applied=Applied.ACCEPTED, confirmed=Confirmation.NO)
    line.book.take_outcomes([accepted], line.tag, line.now_ns)
    assert [row.disposition for row in line.book.closed] == [Disposition.ACCEPT]
    assert line.book.totals.disagreements == 1


def test_a_restarted_plc_that_goes_on_counting_behind_the_wrap_loses_no_part() -> None:
    line = Line()
    line.book = PartBook(line.book.rules, deadline_ns=5 * MS)
    line.count = 2**32 - 1
    line.poll()
    for _ in range(3):
        line.trigger()
    line.count &= 0xFFFFFFFF
    line.poll()
    assert line.book.last_ordinal == 2**32 + 2
    line.restart(count=line.count, tag=9)
    line.poll()
    line.trigger()
    line.poll()
    assert line.book.last_ordinal == 2**32 + 3


@pytest.mark.parametrize("beside", [Applied.REJECTED, Applied.BYPASSED, Applied.REMOVED])
def test_a_lost_outcome_of_a_reject_is_only_known_where_nothing_else_happened_about_then(
    beside: Applied,
) -> None:
    line = Line()
    line.book.set_not_ready(Cause.NOT_READY)
    for _ in range(20):
        line.trigger()
    line.poll()
    ring = [PartOutcome(tag=tag, applied=beside, confirmed=Confirmation.NO) for tag in range(5, 21)]
    line.book.take_outcomes(ring, 20, line.now_ns)
    lost = {row.applied for row in line.book.closed if row.tag < 5}
    assert lost == {Applied.REJECTED if beside is Applied.REJECTED else Applied.UNRECORDED}
    assert line.book.totals.in_transit == 0
