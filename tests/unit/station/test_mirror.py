"""What the PLC reads of the station at any time: its sign of life, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from small_line import Bench, SmallPlc

from inspector.clock import monotonic_ns
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
