"""Every fault that the simulator knows, in one run: what none of them may do, and what each may cost at most.

Run by hand, on a machine with nothing else to do: `make soak`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "line"))

from line_rig import Place  # noqa: E402

SECONDS = 385
PATIENCE_S = SECONDS + 120
pytestmark = [pytest.mark.soak, pytest.mark.timeout(PATIENCE_S + 60)]
SCENARIO = ROOT / "deploy" / "scenarios" / "faults.toml"
# A recipe that calls everything OK: whatever passes that should not, a fault has let pass.
CONFIG = """
[station]
name = "soak"
[camera]
kind = "sim"
[plc]
kind = "sim"
[recipe]
accept_min = 0.005
reject_min = 1.0
"""

# What a fault may cost beyond the parts that pass while it lasts: parts, and seconds of the line's rate.
# One that only spoils a frame or an answer costs the parts concerned and what waits behind them. One that stops
# the line also costs what lies between eye and gate, and the parts that prove that tracking is right again.
PASSING = (8, 0.3)
STOPPING = (40, 1.0)
RESTARTING = (40, 6.0)
COST = {
    "station_killed": RESTARTING,
    "plc_restarted": RESTARTING,
    "camera_disconnected": STOPPING,
    **dict.fromkeys(
        (
            "frame_lost",
            "frame_duplicated",
            "frame_delayed",
            "frame_reordered",
            "frame_corrupt",
            "scan_ms",
            "plc_busy",
        ),
        PASSING,
    ),
    **dict.fromkeys(
        ("recorder_frozen", "recorder_killed", "bypass_key", "operator_reset", "belt_speed"), PASSING
    ),
}
MOST_MISSED = 10
BACK_S = 1.0
"""From the fault's end, or the last reset, to EXECUTE."""
RESTART_S = 6.0
"""The same for what starts a process anew."""


def most_rejects(fault: dict[str, Any], per_s: float) -> float:
    parts, seconds = COST.get(fault["kind"], STOPPING)
    return parts + per_s * (fault["parameters"].get("duration_s", 0.0) + seconds)


def back_s(kind: str) -> float:
    return RESTART_S if COST.get(kind) is RESTARTING else BACK_S


@pytest.fixture(scope="module", params=[1200, 6000], ids=lambda rate: f"{rate}/min")
def report(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    place = Place(tmp_path_factory.mktemp("soak"))
    config = place.write("station.toml", CONFIG)
    arguments = ["--config", str(config), "--rate", str(request.param), "--seconds", str(SECONDS)]
    line = place.start("--headless", "--json", "--scenario", str(SCENARIO), *arguments)
    assert line.wait(PATIENCE_S) == 0, line.err
    yield line.report | {"rate": request.param}
    line.close()
    place.close()


def test_no_fault_lets_a_part_pass_that_was_not_judged_good(report: dict[str, Any]) -> None:
    assert report["triggers"] >= 5000
    assert report["escapes"] == report["escapes_by_classifier"]
    assert report["unseen_accepted"] == 0
    # A wedged flap lets pass what it should throw out until the first of them is missed in the chute.
    assert report["missed_rejects"] <= MOST_MISSED


def test_no_fault_gives_a_part_the_verdict_of_another(report: dict[str, Any]) -> None:
    assert report["mispaired"] == report["wrongly_ejected"] == report["disagreements"] == 0


def test_every_part_is_accounted_for(report: dict[str, Any]) -> None:
    assert report["unaccounted"] == 0
    assert sum(report["causes"].values()) == report["rejected"]


def test_the_line_comes_back_after_every_fault_and_in_time(report: dict[str, Any]) -> None:
    assert [fault["kind"] for fault in report["faults"] if not fault["is_back"]] == []
    slow = [(f["kind"], f["back_s"]) for f in report["faults"] if (f["back_s"] or 0) > back_s(f["kind"])]
    assert slow == []


def test_no_fault_costs_more_good_parts_than_it_has_to(report: dict[str, Any]) -> None:
    per_s = report["rate"] / 60
    dear = [
        (fault["kind"], fault["extra_rejects"], most)
        for fault in report["faults"]
        if fault["extra_rejects"] > (most := most_rejects(fault, per_s))
    ]
    assert dear == []
