"""A console on the station's own machine leaves the station its core."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from process_rig import PATIENCE_S, running_console
from station_rig import Station, state

from inspector.protocol import Endpoints, Rights

CORES = sorted(os.sched_getaffinity(0))


def cores_of(pid: int) -> set[int]:
    """Return where any thread of a process may run."""
    tasks = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    return set().union(*(os.sched_getaffinity(task) for task in tasks))


@pytest.mark.skipif(len(CORES) < 2, reason="there is one core for all")
def test_no_thread_of_a_console_runs_where_the_station_runs(station: Station, endpoints: Endpoints) -> None:
    rights = (Rights(thread="supervisor"), Rights(thread="inspection", priority=30, core=CORES[-1]))
    station.publish(state(rights=rights))
    with running_console(endpoints) as console:
        end = time.monotonic() + PATIENCE_S
        while cores_of(console.pid) != set(CORES[:-1]):
            assert console.poll() is None, "the console has ended"
            assert time.monotonic() < end, cores_of(console.pid)
            time.sleep(0.1)


def test_where_the_station_runs_on_every_core_the_console_does_too(
    station: Station, endpoints: Endpoints
) -> None:
    station.publish(state(rights=tuple(Rights(thread=f"{core}", core=core) for core in CORES)))
    with running_console(endpoints) as console:
        time.sleep(3)
        assert console.poll() is None
        assert cores_of(console.pid) == set(CORES)
