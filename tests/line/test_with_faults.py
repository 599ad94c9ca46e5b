"""What a scripted run with faults of devices and of whole processes costs, and what it must not."""

from __future__ import annotations

from typing import Any

import pytest
from line_rig import Launcher, accounted

from inspector.app._report_schema import Report


@pytest.fixture(scope="module")
def report(line_with_faults: Launcher) -> dict[str, Any]:
    assert line_with_faults.wait(90) == 0, line_with_faults.err
    return line_with_faults.report


def test_no_fault_lets_a_bad_part_through(report: dict[str, Any]) -> None:
    assert report["escapes"] == report["escapes_by_classifier"]
    assert report["missed_rejects"] == 0
    assert report["accepted"] > 0


def test_no_fault_gives_a_part_the_verdict_of_another(report: dict[str, Any]) -> None:
    assert report["mispaired"] == 0
    assert report["disagreements"] == 0


def test_every_part_is_accounted_for_in_spite_of_all_faults(report: dict[str, Any]) -> None:
    assert report["unaccounted"] == 0
    assert accounted(report) == report["triggers"]
    assert sum(report["causes"].values()) == report["rejected"]


def test_the_line_comes_back_after_every_fault(report: dict[str, Any]) -> None:
    assert [fault["kind"] for fault in report["faults"]] == [
        "frame_lost", "link_reset", "camera_disconnected", "station_frozen", "station_killed",
        "plc_restarted", "plc_restarted", "recorder_killed",
    ]  # fmt: skip
    assert [fault["kind"] for fault in report["faults"] if not fault["is_back"]] == []
    assert report["resets"] >= 2  # a PLC that lost its power has lost track of its parts, each time


def test_whoever_was_killed_was_started_again(report: dict[str, Any]) -> None:
    assert report["station_starts"] == 2
    assert report["recorder"]["starts"] == 2
    assert report["link_faults"] >= 3  # the reset, and two PLCs that lost their power


def test_the_report_of_a_line_with_faults_is_what_its_schema_says(line_with_faults: Launcher) -> None:
    line_with_faults.wait(90)
    assert Report.model_validate_json(line_with_faults.out).faults


def test_a_lost_frame_is_a_reject_with_that_cause(report: dict[str, Any]) -> None:
    assert report["causes"]["frame_lost"] >= 1
    assert report["frames_lost"] >= 1
