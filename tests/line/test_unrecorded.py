"""Parts whose outcome nobody knows: who is told, and what to do."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from line_rig import Launcher, Place, station_toml, wait_until

from inspector.domain.hold import Hold

NOBODY_RESETS = "[simulation]\nauto_reset_s = 0\n"


def lose_outcomes(line: Launcher) -> None:
    """Kill the station amid a fast line until the PLC no longer knows what became of a part."""
    line.wait_for_parts(20)
    for _ in range(5):
        os.kill(line.child("station"), signal.SIGKILL)
        starts = line.status("starts")
        wait_until(lambda: line.status("starts") > starts, "another station")  # noqa: B023 - waits here
        wait_until(lambda: bool(line.status("is_ready") or line.status("hold_code")), "what it says")
        if line.status("unrecorded"):
            return
        line.wait_for_parts(line.status("accepted") + line.status("rejected") + 20)
    raise AssertionError("no outcome was lost")


@pytest.fixture(scope="module")
def held_line(new_place: Callable[[], Place]) -> Iterator[Launcher]:
    """A line that lost outcomes, and that nobody resets. Its time runs out while other tests run."""
    for _ in range(3):  # a machine that stalls may hold it for something else first
        place = new_place()
        config = place.write("station.toml", station_toml("line-test-unrecorded", more=NOBODY_RESETS))
        arguments = ("--headless", "--json", "--rate", "3000", "--seconds", "25", "--config", str(config))
        with closing(place.start(*arguments)) as line:
            try:
                lose_outcomes(line)
            except AssertionError:
                continue
            yield line
            return
    raise AssertionError("no outcome was lost")


def test_parts_whose_outcome_nobody_knows_hold_the_line(held_line: Launcher) -> None:
    assert held_line.status("hold_code") == Hold.UNRECORDED


def test_unrecorded_parts_that_were_reset_are_a_warning_with_the_time_and_the_remedy(place: Place) -> None:
    with closing(place.start("--headless", "--rate", "3000")) as line:
        lose_outcomes(line)
        wait_until(lambda: line.is_executing, "the simulated operator's reset")
        line.interrupt()
        assert line.wait() == 0, line.err
        said = " ".join(line.out.split())
    assert re.search(r"unrecorded +[1-9]", line.out)
    assert re.search(
        r"warning: \d+ parts are unrecorded: .* set aside the parts that passed since \S+Z \(tag \d+\)", said
    )


def test_a_line_that_is_still_held_for_unrecorded_parts_at_its_end_has_ended_in_a_fault(
    held_line: Launcher,
) -> None:
    assert held_line.wait() == 1, held_line.err
    report = held_line.report
    assert report["ended_by"] == "fault"
    assert "the line was held at its end (seconds): what became of" in report["fault"]
    assert "press reset at the PLC" in report["fault"]
