"""What the PLC reads of the station at any time: its sign of life, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_line import Bench, SmallPlc

from inspector.clock import monotonic_ns
from inspector.domain.disposition import Cause
from inspector.domain.line import Control, Status
from inspector.station._capture import FrameSeen


def run_for(bench: Bench, seconds: float) -> None:
    end_ns = monotonic_ns() + int(seconds * 1e9)
    while monotonic_ns() < end_ns:
        bench.worker.step()


def test_the_heartbeat_advances_however_seldom_the_mirror_is_to_be_written(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, SmallPlc(), mirror_ns=1_000_000_000)
    bench.get_ready()
    now_ns = monotonic_ns()
    bench.inbox.put(FrameSeen(1, now_ns, now_ns, 0))  # and no verdict yet: a frame is under way all the time
    before = bench.status.get("heartbeat")
    run_for(bench, 0.55)
    assert 3 <= bench.status.get("heartbeat") - before <= 6
    assert bench.plc.mirror is not None
    assert bench.plc.mirror.heartbeat == bench.status.get("heartbeat")


def test_the_heartbeat_stands_while_a_worker_does_not_get_on(bench: Bench) -> None:
    bench.get_ready()
    bench.is_alive = False
    before = bench.status.get("heartbeat")
    run_for(bench, 0.25)
    assert bench.status.get("heartbeat") == before


def flags_of(bench: Bench) -> Status:
    bench.steps(40)
    assert bench.plc.mirror is not None
    return bench.plc.mirror.status


@pytest.mark.parametrize(
    ("cause", "flag"),
    [
        (Cause.FRAME_LOST, Status.MISSED_ACQ),
        (Cause.OVERRUN, Status.RESULTS_OVERRUN),
        (Cause.CAMERA_FAULT, Status.CAMERA_FAULT),
    ],
)
def test_what_spoils_pictures_is_told_until_parts_are_without_it_or_somebody_resets(
    bench: Bench, cause: Cause, flag: Status
) -> None:
    bench.get_ready()
    assert flag not in flags_of(bench)
    mirror, second_ns = bench.worker._mirror, 1_000_000_000
    mirror.note(1 << cause, second_ns)
    mirror.note(0, second_ns + 900_000_000)
    assert flag in flags_of(bench), "long enough to be seen"
    mirror.note(0, 2 * second_ns)
    assert flag not in flags_of(bench)
    mirror.note(1 << cause, second_ns)
    bench.plc.control |= Control.CLEAR_ERROR
    assert flag not in flags_of(bench)


def test_a_part_without_its_picture_is_told(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.part()
    run_for(bench, 0.1)
    assert Status.MISSED_ACQ in flags_of(bench)


def test_a_bypass_is_told_for_as_long_as_it_lasts(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.control |= Control.BYPASS
    assert Status.BYPASS_ACTIVE in flags_of(bench)
    bench.plc.control &= ~Control.BYPASS
    assert Status.BYPASS_ACTIVE not in flags_of(bench)
