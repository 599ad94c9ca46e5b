"""The job that the simulated PLC runs: the station's, unless somebody has set another one."""

from __future__ import annotations

from plc_bench import Bench, started

from inspector.domain.line import PlcCommand, Status


def job(bench: Bench) -> int:
    assert bench.latest is not None
    return bench.latest.details.job_id


def test_it_runs_none_until_a_station_is_ready_and_then_that_ones() -> None:
    bench = Bench(job_id=4)
    bench.status = Status.ONLINE
    bench.run(300)
    assert job(bench) == 0
    bench = started(job_id=4)
    assert job(bench) == 4
    assert bench.latest is not None
    assert bench.latest.details.command == PlcCommand.JOB


def test_it_follows_a_change_only_when_the_station_is_ready_again() -> None:
    bench = started(job_id=4)
    ready, bench.status = bench.status, Status.ONLINE
    bench.job_id = 5
    bench.run(50)
    assert job(bench) == 4
    bench.status = ready
    bench.run(50)
    assert job(bench) == 5


def test_a_job_that_somebody_has_set_stays_until_it_is_taken_back() -> None:
    bench = started(job_id=4)
    bench.program.wanted_job = 9
    bench.run(50)
    assert job(bench) == 9
    bench.program.wanted_job = 0
    bench.run(50)
    assert job(bench) == 4
