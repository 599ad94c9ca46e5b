"""The counters that consoles are told are those of the shift, and outlive the service."""

from __future__ import annotations

import pytest
from service_bench import Bench, Panel, until

DAY = {"Early": 6 * 60, "Late": 14 * 60}


class Clock:
    """The clock on the wall."""

    def __init__(self) -> None:
        self.minute = 8 * 60

    def __call__(self) -> tuple[int, int]:
        return 1, self.minute


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("inspector.service._shift_counter.local_day_minute", clock)
    return clock


def told(panel: Panel) -> tuple[str, int, int] | None:
    counters = panel.mirror.counters
    return counters and (counters.scope, counters.accepted, counters.triggers)


def make(bench: Bench, parts: int) -> None:
    for _ in range(parts):
        bench.station.part()


def test_a_shift_counts_its_own_parts_and_goes_on_after_a_restart(bench: Bench, clock: Clock) -> None:
    bench.start(shifts=DAY, since_utc_ns=1)
    panel = bench.panel()
    make(bench, 3)
    until(lambda: told(panel) == ("shift", 3, 3))
    clock.minute = 14 * 60
    until(lambda: told(panel) == ("shift", 0, 0))
    make(bench, 2)
    until(lambda: told(panel) == ("shift", 2, 2))
    since = panel.mirror.counters and panel.mirror.counters.since_utc_ns
    bench.stop()
    make(bench, 1)  # while no service runs
    bench.start(shifts=DAY, since_utc_ns=1)
    until(lambda: told(panel) == ("shift", 3, 3))
    assert panel.mirror.counters is not None
    assert panel.mirror.counters.since_utc_ns == since


def test_a_run_that_begins_within_the_shift_is_counted_on_top(bench: Bench, clock: Clock) -> None:
    bench.start(shifts=DAY, since_utc_ns=1)
    panel = bench.panel()
    make(bench, 3)
    until(lambda: told(panel) == ("shift", 3, 3))
    bench.stop()
    bench.start(shifts=DAY, since_utc_ns=2)  # its totals: the 3 that this station has already
    until(lambda: told(panel) == ("shift", 6, 6))


def test_without_shifts_everything_is_of_the_run_and_nothing_is_kept(bench: Bench) -> None:
    bench.start()
    panel = bench.panel()
    make(bench, 3)
    until(lambda: told(panel) == ("run", 3, 3))
    bench.stop()
    assert not (bench.station.files.own / "counts.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": "inspector-counts", "version": 9}',
        '{"schema": "inspector-counts", "version": 1, "run": 1, "seen": {"late": -1}, "shifts": {}}',
        '{"schema": "inspector-counts", "version": 1, "run": 1, "seen": {}, "shifts": {"1 Early": 5}}',
    ],
)
def test_counts_that_cannot_be_used_are_told_and_the_shift_counts_from_now_on(
    bench: Bench, clock: Clock, text: str
) -> None:
    bench.station.files.own.mkdir(parents=True, exist_ok=True)
    (bench.station.files.own / "counts.json").write_text(text)
    make(bench, 3)
    bench.start(shifts=DAY)
    panel = bench.panel()
    until(lambda: told(panel) == ("shift", 3, 3))
    lines = panel.mirror.events
    assert any("counts.json cannot be used" in line.text for line in lines)
