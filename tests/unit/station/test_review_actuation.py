"""When the station may be Ready, when it must not, and how it gets there again."""

from __future__ import annotations

import time

from small_line import GOOD, Bench, SmallPlc

from inspector.clock import monotonic_ns
from inspector.domain.disposition import Applied, Cause
from inspector.domain.hold import Hold
from inspector.domain.line import Control
from inspector.domain.matching import JudgedFrame
from inspector.station._capture import CameraRestarted, FrameSeen, ImageStored


def press_reset(bench: Bench) -> None:
    bench.plc.control |= Control.CLEAR_ERROR
    bench.steps(2)
    bench.plc.control &= ~Control.CLEAR_ERROR
    bench.steps(2)


def see(bench: Bench, frame_id: int) -> int:
    now_ns = monotonic_ns()
    bench.inbox.put(FrameSeen(frame_id, now_ns, now_ns, 0))
    return now_ns


def judge(bench: Bench, frame_id: int, seen_ns: int) -> None:
    now_ns = monotonic_ns()
    bench.inbox.put(
        JudgedFrame(
            frame_id=frame_id, device_ns=seen_ns, available_ns=seen_ns, decided_ns=now_ns, verdict=GOOD
        )
    )


def test_a_good_part_is_accepted(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.part()
    judge(bench, 1, see(bench, 1))
    bench.steps(3)
    assert [record.evaluation.name for record in bench.plc.records] == ["OK"]


def test_the_line_is_not_ready_before_the_camera_has_told_its_time(bench: Bench) -> None:
    bench.steps(60)
    assert not bench.plc.is_told_ready
    bench.connect_camera()
    bench.steps(40)  # an exchange that the machine has delayed tells nothing of the PLC's clock
    assert bench.plc.is_told_ready


def test_the_line_is_not_ready_before_the_plc_has_been_read_often_enough_to_know_its_time(
    bench: Bench,
) -> None:
    bench.connect_camera()
    bench.steps(10)
    assert not bench.plc.is_told_ready
    bench.steps(30)
    assert bench.plc.is_told_ready


def test_a_plc_that_restarts_during_the_echo_is_looked_at_and_cleared_before_it_gets_ready(
    bench: Bench,
) -> None:
    bench.plc.restarts_after_mirror = True
    bench.connect_camera()
    bench.steps(32)
    assert bench.plc.session == 101
    assert bench.status.get("is_ready") == 0
    bench.plc.log.clear()
    bench.steps(40)
    assert bench.status.get("is_ready") == 1
    assert bench.plc.log.count("clear") == 1
    assert bench.plc.mirror is not None
    assert bench.plc.mirror.session_echo == 101


def test_the_status_says_not_ready_as_soon_as_the_plc_has_restarted(bench: Bench) -> None:
    bench.get_ready()
    assert bench.status.get("is_ready") == 1
    bench.plc.restart()
    bench.steps(1)
    assert bench.status.get("is_ready") == 0


def test_a_reset_does_not_make_a_station_ready_whose_workers_do_not_live(bench: Bench) -> None:
    bench.get_ready()
    bench.is_alive = False
    bench.holds.put(Hold.WORKER, "capture has died")
    bench.steps(3)
    press_reset(bench)
    assert bench.status.get("is_ready") == 0
    bench.is_alive = True
    bench.steps(3)
    assert bench.status.get("is_ready") == 1


def test_a_plc_whose_program_stands_still_makes_the_station_not_ready(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.runs = False
    for _ in range(110):
        time.sleep(0.01)
        bench.steps(1)
    assert bench.status.get("is_ready") == 0
    bench.steps(20)
    assert bench.status.get("is_ready") == 0
    bench.plc.runs = True
    bench.steps(40)
    assert bench.status.get("is_ready") == 1


def test_a_plc_that_sets_the_station_offline_gets_no_answers(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.control |= Control.SET_OFFLINE
    bench.steps(3)
    assert not bench.book.is_ready
    assert not bench.plc.is_told_ready


def test_a_reset_ends_a_hold_for_lost_pairing_even_if_the_station_cannot_get_ready_yet(bench: Bench) -> None:
    bench.get_ready()
    for _ in range(3):
        bench.plc.part()
    bench.steps(2)
    time.sleep(0.035)
    bench.steps(2)
    assert Hold.PAIRING in bench.holds
    assert len(bench.renewed) == 1, "the camera's clock may be what has failed"
    bench.is_alive = False
    press_reset(bench)
    assert Hold.PAIRING not in bench.holds


def test_a_reset_ends_a_hold_for_counts_that_went_back(bench: Bench) -> None:
    bench.get_ready()
    for _ in range(5):
        bench.plc.part()
    bench.steps(3)
    bench.plc.count = 2
    bench.plc.triggers.clear()
    bench.steps(5)
    assert Hold.COUNTS in bench.holds
    press_reset(bench)
    bench.steps(5)
    assert not bench.holds.first[0]
    assert bench.book.is_ready
    bench.plc.part()
    bench.steps(3)
    assert bench.book.totals.triggers == 6


def test_the_slot_of_a_picture_that_never_finds_its_part_comes_back(bench: Bench) -> None:
    bench.get_ready()
    seen_ns = see(bench, 1)
    judge(bench, 1, seen_ns)
    bench.inbox.put(ImageStored(1, seen_ns, 5, 77))
    bench.steps(2)
    assert all(row["image_slot"] == -1 for row in bench.ring.recent(0))
    time.sleep(0.07)
    bench.steps(2)
    assert [int(row["image_slot"]) for row in bench.ring.recent(0) if row["image_slot"] >= 0] == [5]


def test_a_picture_that_overtakes_the_reading_of_the_triggers_still_finds_its_part(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.part()
    seen_ns = see(bench, 1)
    judge(bench, 1, seen_ns)
    # All of it is heard in one go, before the trigger is read.
    bench.inbox.put(ImageStored(1, seen_ns, 5, 77))
    bench.steps(2)
    assert [row.image_slot for row in bench.book.open_rows] == [5]


def test_a_camera_that_counts_from_1_again_leaves_the_pictures_of_its_old_frames_alone(bench: Bench) -> None:
    bench.get_ready()
    for generation in (77, 78):
        bench.plc.part()
        seen_ns = see(bench, 1)
        judge(bench, 1, seen_ns)
        bench.inbox.put(ImageStored(1, seen_ns, 5, generation))
        bench.steps(2)
        time.sleep(0.02)
    assert [row.image_generation for row in bench.book.open_rows] == [77, 78]


def test_a_camera_that_comes_back_starts_with_its_own_time(bench: Bench) -> None:
    bench.get_ready()
    now_ns = monotonic_ns()
    bench.inbox.put(CameraRestarted((now_ns - 10**12, now_ns)))
    bench.plc.part()
    seen_ns = monotonic_ns()
    bench.inbox.put(FrameSeen(1, seen_ns - 10**12, seen_ns, 0))
    judge(bench, 1, seen_ns - 10**12)
    bench.steps(3)
    assert [row.frame_id for row in bench.book.open_rows] == [1]


def test_outcomes_are_taken_in_after_a_link_that_was_lost(bench: Bench, plc: SmallPlc) -> None:
    bench.get_ready()
    tag = plc.part().tag
    judge(bench, 1, see(bench, 1))
    bench.steps(3)
    plc.is_linked = False
    bench.steps(1)
    plc.outcome(tag, Applied.ACCEPTED)
    plc.is_linked = True
    time.sleep(0.06)
    bench.steps(5)
    assert bench.book.totals.accepted == 1
    assert bench.book.totals.in_transit == 0


def test_nothing_is_accepted_while_the_plc_makes_another_product_and_none_is_as_good_as_the_own(
    bench: Bench,
) -> None:
    bench.get_ready()
    for frame_id, job in enumerate((0, 7, 1), start=1):
        bench.plc.job = job
        bench.plc.outcome(frame_id - 1, Applied.REJECTED)  # news: the slow block is read
        time.sleep(0.003)
        bench.steps(3)
        bench.plc.part()
        judge(bench, frame_id, see(bench, frame_id))
        bench.steps(3)
        assert bench.book.is_ready
    told = [(record.evaluation.name, Cause(record.result_code)) for record in bench.plc.records]
    assert told == [("OK", Cause.NONE), ("INDETERMINATE", Cause.NOT_READY), ("OK", Cause.NONE)]
