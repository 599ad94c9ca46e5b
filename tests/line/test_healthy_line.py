"""What `inspector run --headless --parts 120 --rate 1200 --json` leaves behind."""

from __future__ import annotations

from collections import Counter
from typing import Any

import cv2
import pytest
from line_rig import Launcher, accounted

from inspector.app import resolve_bundle
from inspector.app._report_schema import Report
from inspector.config import default_config
from inspector.devices.sim import SourceSpec, WorldOptions, open_source
from inspector.recorder import rows
from inspector.sharedmem import LedgerRing

PARTS = 120
PROMISED = {
    "triggers",
    "accepted",
    "rejected",
    "bypassed",
    "purged",
    "removed",
    "in_transit",
    "unrecorded",
    "unaccounted",
    "causes",
    "late",
    "overrun",
    "frames_lost",
    "escapes",
    "escapes_by_classifier",
    "false_rejects",
    "missed_rejects",
    "mispaired",
    "sim_stalls",
    "latency_us",
    "realtime",
    "bundle",
    "is_simulated",
}
STAGES = ("frame_to_verdict", "verdict_to_plc", "trigger_to_plc", "plc_release")


@pytest.fixture
def report(healthy_line: Launcher) -> dict[str, Any]:
    return healthy_line.report


@pytest.fixture
def recorded(healthy_line: Launcher) -> list[dict[str, Any]]:
    epoch = LedgerRing.resume(healthy_line.place.run_dir / "ledger.ring").epoch
    found = rows(healthy_line.place.data_dir, epoch)
    return [row for row in found if row["kind"] == "PART"]


def test_stdout_is_one_json_document_and_nothing_else(healthy_line: Launcher) -> None:
    assert healthy_line.out.startswith("{\n")
    assert healthy_line.out.endswith("\n}\n")
    assert isinstance(healthy_line.report, dict)
    assert "{" not in healthy_line.err


def test_the_report_has_every_promised_key(report: dict[str, Any]) -> None:
    assert report.keys() >= PROMISED
    for stage in STAGES:
        assert set(report["latency_us"][stage]) >= {"p50", "p99", "p999", "max"}
        assert report["latency_us"][stage]["count"] > 0
    assert report["is_simulated"] is True
    assert report["ended_by"] == "parts"
    assert report["fault"] == ""


def test_the_report_is_what_its_schema_says(healthy_line: Launcher) -> None:
    Report.model_validate_json(healthy_line.out)


def test_every_part_is_counted_once(report: dict[str, Any]) -> None:
    assert report["triggers"] == PARTS
    assert accounted(report) == PARTS
    assert (report["unaccounted"], report["unrecorded"], report["in_transit"]) == (0, 0, 0)
    assert sum(report["causes"].values()) == report["rejected"]


def test_good_parts_pass_and_bad_ones_do_not(report: dict[str, Any], recorded: list[dict[str, Any]]) -> None:
    """How many verdicts come in time is for the machine to say; what becomes of those is not."""
    in_time = Counter(
        (row["evaluation"], row["applied"]) for row in recorded if row["cause"] in {"NONE", "NG"}
    )
    assert in_time.keys() == {("OK", "ACCEPTED"), ("NG", "REJECTED")}
    assert in_time["OK", "ACCEPTED"] == report["accepted"]
    assert report["escapes"] == report["escapes_by_classifier"]
    assert (report["mispaired"], report["missed_rejects"], report["wrongly_ejected"]) == (0, 0, 0)


def test_every_trigger_has_one_row(report: dict[str, Any], recorded: list[dict[str, Any]]) -> None:
    assert len(recorded) == report["triggers"]
    assert len({(row["session"], row["part_count"]) for row in recorded}) == PARTS
    applied = Counter(row["applied"] for row in recorded)
    assert (applied["ACCEPTED"], applied["REJECTED"]) == (report["accepted"], report["rejected"])


def test_rejected_parts_have_their_picture(healthy_line: Launcher, recorded: list[dict[str, Any]]) -> None:
    judged = [
        row for row in recorded if row["cause"] in {"NG", "INDETERMINATE"} and row["frame_id"] is not None
    ]
    stored = [row["image"] for row in judged if row["image"]["state"] == "STORED"]
    assert stored
    for image in stored:
        pixels = cv2.imread(str(healthy_line.place.data_dir / image["file"]), cv2.IMREAD_UNCHANGED)
        assert pixels is not None
        assert pixels.shape == (1024, 1280)
    assert all(
        row["image"] is None for row in recorded if row["evaluation"] == "OK" and row["applied"] == "ACCEPTED"
    )


def test_the_seed_alone_says_which_parts_come(report: dict[str, Any]) -> None:
    """Parts without a verdict (the machine may have been busy) are missing from the confusion matrix."""
    options = WorldOptions(
        run_dir="", seed=1, source=SourceSpec(settings={"width": 1280, "height": 1024, "defect_rate": 0.1})
    )
    source = open_source(options)
    truth = Counter(source.truth(number).class_name for number in range(PARTS))
    seen = Counter({name: sum(row.values()) for name, row in report["confusion"].items()})
    assert seen <= truth
    assert seen.total() > PARTS / 2


def test_the_line_ran_the_default_bundle(report: dict[str, Any]) -> None:
    assert resolve_bundle(default_config()).name == report["bundle"]["name"]
    assert len(report["bundle"]["digest"]) == 64
