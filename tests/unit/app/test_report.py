"""The report as a table for people, and what its schema lets through."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from inspector.app._report import _note_dropped, format_report
from inspector.app._report_schema import Report

EMPTY = {"p50": 0, "p99": 0, "p999": 0, "max": 0, "count": 0}
COUNTS = (
    "triggers accepted rejected bypassed purged removed in_transit unrecorded unaccounted late overrun frames "
    "frames_lost orphan_frames mispair_refused missed_triggers torn_triggers link_faults model_faults "
    "images_dropped disagreements sim_stalls resets"
)
TRUTH = (
    "escapes escapes_by_classifier false_rejects missed_rejects wrongly_ejected mispaired truth_unchecked "
    "unseen_accepted"
)
STAGES = "frame_to_verdict verdict_to_plc trigger_to_plc preprocess run plc_release"


def document(**changes: Any) -> dict[str, Any]:
    """A report of a line that has done nothing, with some changes; a valid one."""
    report = {
        "schema_version": "1.0.0",
        "inspector_version": "0.1.0",
        "station": "north",
        "is_simulated": True,
        "ended_by": "parts",
        "fault": "",
        "warnings": [],
        **dict.fromkeys([*COUNTS.split(), *TRUTH.split()], 0),
        "causes": {},
        "station_starts": 1,
        "start_to_ready_s": 1.5,
        "station_memory_mb": 100.0,
        "latency_us": dict.fromkeys(STAGES.split(), EMPTY),
        "realtime": {},
        "product": {"name": "default", "job_id": 1, "recipe": "default", "recipe_revision": 1},
        "product_changes": [],
        "bundle": {
            "name": "b",
            "version": "1",
            "digest": "00",
            "classes": ["ok"],
            "ok_classes": ["ok"],
            "detection_limit": None,
        },
        "recorder": {
            "enabled": False,
            **dict.fromkeys(
                ("rows_written", "images_written", "images_dropped_ever", "images_evicted", "starts"), 0
            ),
            "error": "",
            "data_dir": None,
        },
        **{name: [] for name in ("late_frames", "faults", "escape_list")},
        **{name: {} for name in ("confusion", "detection")},
        "sim_worst_stall_ms": 0.0,
    }
    return Report.model_validate(report | changes).model_dump(by_alias=True)


def test_the_table_says_how_the_line_ended() -> None:
    assert "north: ended by parts   (simulated)\n" in format_report(document())
    shown = format_report(document(ended_by="fault", fault="the plc has left", is_simulated=False))
    assert "north: ended by fault: the plc has left\n" in shown


def test_the_table_counts_parts_causes_and_truth() -> None:
    shown = format_report(
        document(
            triggers=12_345, rejected=3, causes={"ng": 2, "late": 0, "link_fault": 1}, escapes=4, in_transit=5
        )
    )
    for row in ("triggers 12,345", "in transit 5", "ng 2", "link fault 1", "escapes 4"):
        assert f"\n {row}\n" in re.sub(" +", " ", shown)
    assert "\n    late" not in shown


def test_a_truth_that_nobody_knows_is_left_out_and_a_part_of_it_is_called_unknown() -> None:
    unknown = dict.fromkeys(TRUTH.split())
    assert "what really happened" not in format_report(document(**unknown))
    assert re.search("mispaired +unknown\n", format_report(document(mispaired=None)))


def test_the_table_shows_stages_that_were_measured_in_milliseconds() -> None:
    measured = {"p50": 570, "p99": 810, "p999": 980, "max": 1270, "count": 6000}
    stages = dict.fromkeys(STAGES.split(), EMPTY) | {"frame_to_verdict": measured}
    shown = format_report(document(latency_us=stages))
    assert "frame to verdict      0.57    0.81    0.98    1.27    6,000" in shown
    assert "verdict to plc" not in shown


def test_the_table_says_of_several_threads_what_was_refused_in_one_line() -> None:
    refused = {"priority": 0, "core": 1, "memory_locked": False, "wake_latency_us": -1}
    texts = {"capture": "SCHED_FIFO 31: no", "inspection": "SCHED_FIFO 30: no", "supervisor": "memory: no"}
    shown = format_report(
        document(realtime={name: refused | {"refusals": [text]} for name, text in texts.items()})
    )
    lines = [line.strip() for line in shown.splitlines() if "not granted" in line]
    assert lines == ["not granted: SCHED_FIFO 30, 31: no", "not granted: memory: no"]


def test_the_table_says_how_many_of_the_bad_parts_were_found() -> None:
    seen = {"parts": 1, "found": 1}
    kinds = {"crack": {"parts": 40, "found": 37, "by_size": []}, "dent": seen | {"by_size": []}}
    assert "38 of 41 bad parts that were judged were found" in format_report(document(detection=kinds))


def test_the_table_names_each_refusal_once() -> None:
    refused = {
        "priority": 0,
        "core": 1,
        "memory_locked": False,
        "wake_latency_us": -1,
        "refusals": ["SCHED_FIFO 30: no"],
    }
    shown = format_report(document(realtime={"capture": refused, "inspection": refused}))
    assert shown.count("not granted: SCHED_FIFO 30: no") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"triggers": -1},
        {"triggers": "1"},
        {"triggers": None},
        {"colour": 1},
        {"ended_by": "boredom"},
        {"station_memory_mb": float("nan")},
        {"schema_version": "2.0.0"},
        {"latency_us": {}},
    ],
)
def test_the_schema_refuses_what_is_no_report(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        document(**changes)


@pytest.mark.parametrize(("in_memory", "on_disk", "dropped"), [(0, 0, 0), (2, 2, 2), (0, 3, 3), (2, 0, 2)])
def test_images_that_are_lost_are_counted_once_and_warned_of(
    in_memory: int, on_disk: int, dropped: int
) -> None:
    report = document(images_dropped=in_memory)
    states = [None, {"state": "STORED"}, *[{"state": "DROPPED"}] * on_disk]
    _note_dropped(report, [{"kind": "EVENT"}, *({"image": state} for state in states)])
    assert report["images_dropped"] == dropped
    assert [text.split()[0] for text in report["warnings"]] == ([str(dropped)] if dropped else [])


def test_the_table_explains_parts_in_transit_and_whose_the_escapes_are() -> None:
    shown = format_report(document(in_transit=8, escapes=12, escapes_by_classifier=12))
    assert "8 parts in transit: between photo-eye and gate when the line ended" in shown
    assert "12 bad parts the model itself cannot see" in shown
    ours = format_report(document(escapes=12, escapes_by_classifier=11))
    assert "the model's own" not in ours
    assert "parts in transit:" not in ours


def test_the_table_ends_with_what_a_person_should_know() -> None:
    assert format_report(document(warnings=["the rest is silence"])).endswith(
        "  warning: the rest is silence\n"
    )
