"""The report of a run: one document for machines, one table for people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from inspector import __version__
from inspector.app._line import Line
from inspector.app._scenario_run import FaultLog
from inspector.app._truth import Truth, read_truth
from inspector.devices.sim import open_source
from inspector.domain.disposition import Cause
from inspector.domain.recipe import Recipe
from inspector.recorder import rows as recorded_rows
from inspector.vision import Bundle

SCHEMA_VERSION = "1.0.0"
_COUNTS = ("triggers", "accepted", "rejected", "bypassed", "purged", "removed", "in_transit", "unrecorded")
_STATION = (
    "late",
    "overrun",
    "frames",
    "frames_lost",
    "orphan_frames",
    "mispair_refused",
    "missed_triggers",
    "torn_triggers",
    "link_faults",
    "model_faults",
    "images_dropped",
    "disagreements",
)
_TRUTH = (
    "escapes",
    "escapes_by_classifier",
    "false_rejects",
    "missed_rejects",
    "wrongly_ejected",
    "mispaired",
    "unseen_accepted",
)


def build_report(
    line: Line, bundle: Bundle, recipe: Recipe, *, ended_by: str, faults: FaultLog
) -> dict[str, Any]:
    """Return the run's document; its schema is in docs/report.md."""
    status = line.status
    totals = status.read_totals()
    facts = status.read_text()
    rows = _rows(line)
    report: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "inspector_version": __version__,
        "station": line.config.station.name,
        "is_simulated": line.config.is_simulated,
        "ended_by": ended_by,
        "fault": line.fault,
        **{name: int(status.get(name)) for name in _COUNTS},
        "unaccounted": totals.unaccounted,
        "causes": {Cause(i).name.lower(): count for i, count in enumerate(totals.causes) if i},
        **{name: int(status.get(name)) for name in _STATION},
        "station_starts": int(status.get("starts")),
        "start_to_ready_s": _start_to_ready(line),
        "station_memory_mb": line.peak_memory_mb,
        "latency_us": {stage: histogram.copy().summary() for stage, histogram in status.histograms.items()},
        "realtime": facts.get("realtime", {}),
        "bundle": {
            **facts.get("bundle", {"name": bundle.manifest.name, "digest": bundle.digest}),
            **_limits(bundle),
        },
        "recorder": _recorder(line),
        "late_frames": line.status.slow_frames(),
        "faults": faults.as_list(rows),
    }
    if line.wires is not None and line.world_options is not None and not _never_ran(line):
        totals_row = line.wires.totals[0]
        source = open_source(line.world_options)
        truth = read_truth(line.wires, rows, source, bundle, recipe)
        report |= {name: int(getattr(truth, name)) for name in _TRUTH}
        report |= {
            "sim_stalls": int(totals_row["world_stalls"] + totals_row["plc_stalls"]),
            "sim_worst_stall_ms": round(
                max(int(totals_row["worst_stall_ns"]), int(totals_row["plc_worst_stall_ns"])) / 1e6, 2
            ),
            "escape_list": truth.escape_list,
            "confusion": truth.confusion,
            "warnings": list(getattr(source, "warnings", ())),
        }
        report["latency_us"]["plc_release"] = truth.plc_release
        _attribute(report, truth)
    return report


def _never_ran(line: Line) -> bool:
    return line.wires is None or not int(line.wires.totals["part_rows"][0])


def _rows(line: Line) -> list[dict[str, Any]]:
    if not line.config.recorder.enabled:
        return []
    return list(recorded_rows(Path(line.config.data_dir), line.ring.epoch, after=line.first_row))


def _attribute(report: dict[str, Any], truth: Truth) -> None:
    """Give the detection that was seen, by size, at contrasts that can be seen at all."""
    report["detection"] = {
        name: {
            "parts": len(seen),
            "found": sum(found for *_, found in seen),
        }
        for name, seen in sorted(truth.found_by_size.items())
    }


def _start_to_ready(line: Line) -> float | None:
    ready_ns, started_ns = line.status.get("ready_ns"), line.started_ns
    return round((ready_ns - started_ns) / 1e9, 3) if ready_ns and line.status.get("starts") == 1 else None


def _limits(bundle: Bundle) -> dict[str, Any]:
    limit = bundle.manifest.detection_limit
    return {} if limit is None else {"detection_limit": limit.model_dump(mode="json")}


def _recorder(line: Line) -> dict[str, Any]:
    if not line.config.recorder.enabled:
        return {"enabled": False}
    board = line.board.read()
    return {
        "enabled": True,
        "rows_written": board.rows_written,
        "images_written": board.images_written,
        "images_dropped": board.images_dropped,
        "images_evicted": board.images_evicted,
        "starts": line.children["recorder"].starts if "recorder" in line.children else 0,
        "error": board.error_text,
        "data_dir": os.fspath(line.config.data_dir),
    }


def format_report(report: dict[str, Any]) -> str:
    """Return the report as a table for a terminal."""
    lines = [
        f"\n{report['station']}: ended by {report['ended_by']}"
        + (f": {report['fault']}" if report["fault"] else "")
        + ("   (simulated)" if report["is_simulated"] else ""),
        "",
        *_pairs("parts", {name.replace("_", " "): report[name] for name in (*_COUNTS, "unaccounted")}),
        *_pairs(
            "causes of rejects", {name.replace("_", " "): n for name, n in report["causes"].items() if n}
        ),
    ]
    if "escapes" in report:
        lines += _pairs("what really happened", {name.replace("_", " "): report[name] for name in _TRUTH})
    lines += ["", f"  {'latency, ms':<18}{'p50':>8}{'p99':>8}{'p99.9':>8}{'max':>8}{'count':>9}"]
    for stage, row in report["latency_us"].items():
        if row.get("count"):
            values = "".join(f"{row[key] / 1000:8.2f}" for key in ("p50", "p99", "p999", "max"))
            lines.append(f"  {stage.replace('_', ' '):<18}{values}{row['count']:>9,}")
    refused = sorted({text for grant in report["realtime"].values() for text in grant["refusals"]})
    lines += ["", *(f"  not granted: {text}" for text in refused)]
    return "\n".join(lines).rstrip() + "\n"


def _pairs(title: str, values: dict[str, int]) -> list[str]:
    if not values:
        return [f"  {title}: none"]
    width = max(len(name) for name in values) + 2
    return [f"  {title}", *(f"    {name:<{width}}{count:>9,}" for name, count in values.items()), ""]
