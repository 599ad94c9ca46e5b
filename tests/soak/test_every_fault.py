"""Every fault that the simulator knows: what none of them may do, and what each may cost at most.

Run by hand: `make soak`. What a fault costs is judged where the machine itself did not stand still meanwhile
(`stall_watch`), or where the fault kept within its bounds all the same: a machine that stands still makes it dearer
and never cheaper. A fault of which neither can be said is caused again in another run, a few times.
"""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from stall_watch import StallWatch

from inspector.config import default_config
from inspector.devices.sim import Physics

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "line"))

from line_rig import Place  # noqa: E402

SCENARIO = ROOT / "deploy" / "scenarios" / "faults.toml"
FAULTS: list[dict[str, Any]] = tomllib.loads(SCENARIO.read_text())["fault"]
LAST_S = 7.0
"""How long the last fault of a run may have cost something."""
ROUNDS = 8
LEAST_PARTS = 5000
PATIENCE_S = len(FAULTS) * 14.0 + 120
pytestmark = [pytest.mark.soak, pytest.mark.timeout(ROUNDS * PATIENCE_S)]
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
reject_min = 0.995
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
BACK_S = 1.0
"""From the fault's end, or the last reset, to EXECUTE."""
RESTART_S = 6.0
"""The same for what starts a process anew."""


def most_rejects(fault: dict[str, Any], per_s: float) -> float:
    parts, seconds = COST.get(fault["kind"], STOPPING)
    return parts + per_s * (fault["parameters"].get("duration_s", 0.0) + seconds)


def back_s(kind: str) -> float:
    return RESTART_S if COST.get(kind) is RESTARTING else BACK_S


def most_missed(kind: str, per_s: float) -> int:
    """A wedged flap lets pass what it should throw out, until the first of them is missed in the chute."""
    line, physics = default_config().line, Physics()
    if kind == "ejector_stuck":
        return 1 + math.ceil((physics.confirm_mm + line.window_mm) / line.min_pitch_mm)
    return 0


def too_dear(entry: dict[str, Any], rate: int) -> list[str]:
    """Return what one occurrence of a fault cost beyond its bounds."""
    kind, per_s = entry["kind"], rate / 60
    bounds = {
        "extra_rejects": most_rejects(entry, per_s),
        "missed_rejects": most_missed(kind, per_s),
        # A PLC that stands still for long lets its gate fall to REJECT over parts that it meant to let pass.
        "wrongly_ejected": 0,
        "back_s": back_s(kind),
    }
    beyond = [
        f"{kind} {name} {entry[name]} > {most:g}"
        for name, most in bounds.items()
        if (entry[name] or 0) > most
    ]
    return beyond if entry["is_back"] else [*beyond, f"{kind} is not over"]


@dataclass
class Seen:
    """All runs at one rate; of each fault (by its place in the scenario) the costs that count."""

    rate: int
    reports: list[dict[str, Any]] = field(default_factory=list)
    judged: dict[int, list[str]] = field(default_factory=dict)
    """What each cost too much, in any of its occurrences."""

    def take(self, report: dict[str, Any], caused: list[int], watch: StallWatch) -> None:
        self.reports.append(report)
        entries = report["faults"]
        assert [entry["kind"] for entry in entries] == [FAULTS[at]["kind"] for at in caused]
        ends = [entry["began_ns"] for entry in entries[1:]]
        ends.append(entries[-1]["began_ns"] + int(LAST_S * 1e9))
        for at, entry, end_ns in zip(caused, entries, ends, strict=True):
            stalled_ms = watch.stalled_ms(entry["began_ns"], end_ns)
            print(f"{self.rate}/min {entry | {'stalled_ms': round(stalled_ms)}}")  # noqa: T201
            beyond = too_dear(entry, self.rate)
            if not (stalled_ms and beyond):
                self.judged.setdefault(at, []).extend(beyond)

    @property
    def parts(self) -> int:
        return sum(report["triggers"] for report in self.reports)

    @property
    def missing(self) -> list[int]:
        return [at for at in range(len(FAULTS)) if at not in self.judged]


def scenario_of(places: list[int]) -> str:
    lines = ['name = "every fault"', "auto_reset_s = 1.0", "one_by_one = true"]
    for at in places:
        fault = FAULTS[at] | {"at_s": 4}  # each waits until the line has got over the one before
        lines.append("[[fault]]")
        lines += [
            f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {str(value).lower()}"
            for key, value in fault.items()
        ]
    return "\n".join(lines)


@pytest.fixture(scope="module", params=[1200, 6000], ids=lambda rate: f"{rate}/min")
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("soak")
    place, watch, seen = Place(folder), StallWatch(folder), Seen(request.param)
    config = place.write("station.toml", CONFIG)
    try:
        for _ in range(ROUNDS):
            places = seen.missing or ([] if seen.parts >= LEAST_PARTS else list(range(len(FAULTS))))
            if places:
                scenario = place.write("faults.toml", scenario_of(places))
                options = ["--config", str(config), "--rate", str(seen.rate)]
                line = place.start("--headless", "--json", "--scenario", str(scenario), *options)
                try:
                    assert line.wait(PATIENCE_S) == 0, line.err
                    seen.take(line.report, places, watch)
                finally:
                    line.close()
        yield seen
    finally:
        watch.close()
        place.close()


def test_no_fault_lets_a_part_pass_that_was_not_judged_good(seen: Seen) -> None:
    assert seen.parts >= LEAST_PARTS
    for report in seen.reports:
        # But a wedged flap cannot throw out what it should.
        wedged = sum(
            fault["missed_rejects"] for fault in report["faults"] if fault["kind"] == "ejector_stuck"
        )
        assert report["escapes"] - report["escapes_by_classifier"] <= wedged
        assert report["unseen_accepted"] == 0


def test_no_fault_gives_a_part_the_verdict_of_another(seen: Seen) -> None:
    for report in seen.reports:
        assert report["mispaired"] == report["disagreements"] == 0


def test_every_part_is_accounted_for(seen: Seen) -> None:
    for report in seen.reports:
        assert report["unaccounted"] == 0
        assert sum(report["causes"].values()) == report["rejected"]
        assert report["missed_rejects"] == sum(fault["missed_rejects"] for fault in report["faults"])


def test_every_fault_has_been_judged(seen: Seen) -> None:
    assert [FAULTS[at]["kind"] for at in seen.missing] == []


def test_the_line_comes_back_in_time_and_no_fault_costs_more_parts_than_it_has_to(seen: Seen) -> None:
    assert [text for beyond in seen.judged.values() for text in beyond] == []
