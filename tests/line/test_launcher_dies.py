"""A launcher that is killed leaves nothing behind, however early it was, and the next line finds its place free."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from line_rig import Place, accounted, wait_until

from inspector.clock import sleep_s


def lines_of(place: Place, role: str) -> list[int]:
    return [pid for pid, command in place.processes().items() if f"inspector.app {role} " in command]


@pytest.mark.parametrize("role", ["plc", "world", "recorder", "station"])
def test_a_launcher_killed_while_it_starts_takes_all_its_processes_with_it(role: str, place: Place) -> None:
    """Killed as soon as one of them can be seen: that one has hardly begun, and others not at all."""
    with closing(place.start("--headless", "--quiet")) as line:
        wait_until(lambda: bool(lines_of(place, role)), f"the {role}")
        line.process.kill()
        line.process.wait()
        wait_until(lambda: not place.processes(), "the end of its processes")


@pytest.fixture(scope="module")
def remains(new_place: Callable[[], Place]) -> Iterator[tuple[Place, int]]:
    """A place where a line was killed, and its recorder, which is stopped and does not end."""
    place = new_place()
    with closing(place.start("--headless", "--quiet")) as killed:
        killed.wait_for_parts(1)
        left = killed.child("recorder")
        os.kill(left, signal.SIGSTOP)
        killed.process.kill()
        killed.process.wait()
        yield place, left
        with suppress(ProcessLookupError):
            os.kill(left, signal.SIGCONT)


def test_what_is_left_of_a_killed_line_and_does_not_end_is_named(remains: tuple[Place, int]) -> None:
    place, left = remains
    with closing(place.start("--headless", "--json", "--parts", "20")) as line:
        assert line.wait() == 2
        assert (
            f"{place.run_dir} is still in use by what is left of a killed line (processes {left})" in line.err
        )


def test_a_line_waits_for_what_is_left_of_a_killed_one_and_takes_over_its_parts(
    remains: tuple[Place, int],
) -> None:
    place, left = remains
    with closing(place.start("--headless", "--json", "--parts", "20", "--rate", "1200")) as line:
        sleep_s(2.0)
        assert lines_of(place, "recorder") == [left]
        os.kill(left, signal.SIGCONT)
        assert line.wait() == 0, line.err
        report = line.report
    said = re.search(
        r"warning: (\d+) parts were in transit when the last run in this run directory", line.err
    )
    assert said
    left_over = int(said[1])
    assert left_over > 0
    assert report["triggers"] == accounted(report) == 20 + left_over
    assert report["unaccounted"] == report["in_transit"] == 0
    assert report["unrecorded"] + report["purged"] >= left_over  # the PLC has died with the line
    assert not place.processes()
