"""The report of a run: one document for machines, one table for people."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any

from inspector import __version__
from inspector.app._bundles import recipe_for
from inspector.app._line import Line
from inspector.app._scenario_run import FaultLog
from inspector.app._truth import Judge, Truth, read_truth
from inspector.devices.sim import open_source
from inspector.domain.disposition import Cause
from inspector.domain.histogram import LatencyHistogram
from inspector.errors import SharedMemoryError, TelemetryError
from inspector.recorder import rows as recorded_rows
from inspector.sharedmem import RecorderStatus
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
_BANDS_PX = (0.0, 10.0, 20.0, 40.0)
_RECORDER = {
    "rows_written": "rows_written",
    "images_written": "images_written",
    "images_dropped_ever": "images_dropped",
    "images_evicted": "images_evicted",
}
_TRUTH = (
    "escapes",
    "escapes_by_classifier",
    "false_rejects",
    "missed_rejects",
    "wrongly_ejected",
    "mispaired",
    "truth_unchecked",
    "unseen_accepted",
)


def build_report(
    line: Line, *, ended_by: str, faults: FaultLog, changes: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the run's document; its schema is in docs/report.md."""
    status = line.status
    totals = status.read_totals()
    facts = status.read_text()
    rows = _rows(line)
    truth = _truth(line, rows)
    bundle = line.made[-1].bundle
    line.warnings += _forgotten_truth(line)
    line.warnings += _unrecorded(int(status.get("unrecorded")), rows)
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
        "resets": line.resets,
        "start_to_ready_s": _start_to_ready(line),
        "station_memory_mb": line.peak_memory_mb,
        **{name: None if truth is None else int(getattr(truth, name)) for name in _TRUTH},
        "latency_us": {stage: histogram.copy().summary() for stage, histogram in status.histograms.items()},
        "realtime": facts.get("realtime", {}),
        "product": _product(line),
        "product_changes": changes,
        "bundle": _bundle(bundle) | facts.get("bundle", {}),
        "recorder": _recorder(line),
        "late_frames": line.status.slow_frames(),
        "faults": faults.as_list(rows, truth or Truth()),
        **_simulation(line),
        "escape_list": truth.escape_list if truth else [],
        "confusion": truth.confusion if truth else {},
        "detection": _detection(truth) if truth else {},
        "warnings": line.warnings,
    }
    _note_dropped(report, rows)
    report["latency_us"]["plc_release"] = (truth or Truth()).plc_release or LatencyHistogram().summary()
    if len(rows) < _rows_expected(line):
        report["mispaired"] = None  # without its row nobody can tell
    return report


def _forgotten_truth(line: Line) -> list[str]:
    """Say where a run was longer than the simulator's memory."""
    held, total = len(line.wires.parts), int(line.wires.totals["part_rows"][0])
    if not line.plc_is_simulated or total <= held:
        return []
    return [
        f"the simulator remembers its newest {held:,} parts of {total:,}: escapes, false rejects, missed rejects, "
        "wrongly ejected and mispaired tell of these alone"
    ]


def _note_dropped(report: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Count the images of this run that are lost: in shared memory by the station's count, on disk by the rows."""
    in_rows = sum((row.get("image") or {}).get("state") == "DROPPED" for row in rows)
    dropped = report["images_dropped"] = max(report["images_dropped"], in_rows)
    if dropped:
        report["warnings"].append(
            f"{dropped} images of this run could not be stored; the rows of their parts are complete"
        )


def _unrecorded(parts: int, rows: list[dict[str, Any]]) -> list[str]:
    """Return what a person should do about parts whose outcome nobody knows."""
    if not parts:
        return []
    first = next((row for row in rows if row.get("applied") == "UNRECORDED"), None)
    since = f"since {first['utc'][:19]}Z (tag {first['tag']})" if first else "in this run"
    return [
        f"{parts} parts are unrecorded: the PLC was told to accept them, or bypassed, purged or missed parts about "
        "then; what it did with them can no longer be "
        f"known (the station or the PLC was gone meanwhile); set aside the parts that passed {since} and check them"
    ]


def _product(line: Line) -> dict[str, Any]:
    config = line.config
    return {
        "name": config.product.name,
        "job_id": config.product.job_id,
        "recipe": config.recipe.name,
        "recipe_revision": config.recipe.revision,
    }


def _truth(line: Line, rows: list[dict[str, Any]]) -> Truth | None:
    """Return what really happened; None where the line was not simulated as a whole."""
    if not line.plc_is_simulated:
        return None
    if not int(line.wires.totals["part_rows"][0]):
        return Truth()  # no part has come
    return read_truth(line.wires, rows, open_source(line.world_options), _judges(line))


def _judges(line: Line) -> list[Judge]:
    """Return by what parts were judged, in turn."""
    return [Judge(made.from_ns, made.bundle, recipe_for(made.config, made.bundle)) for made in line.made]


def _simulation(line: Line) -> dict[str, Any]:
    totals = line.wires.totals[0]
    worst_ns = max(int(totals["worst_stall_ns"]), int(totals["plc_worst_stall_ns"]))
    return {
        "sim_stalls": int(totals["world_stalls"] + totals["plc_stalls"]),
        "sim_worst_stall_ms": round(worst_ns / 1e6, 2),
    }


def _rows(line: Line) -> list[dict[str, Any]]:
    """Return the rows of this run, as far as they are on disk."""
    expected = _rows_expected(line)
    found: list[dict[str, Any]] = []
    if not line.config.recorder.enabled or not expected:
        return found
    try:
        found += recorded_rows(Path(line.config.data_dir), line.ring.epoch, after=line.first_row)
    except TelemetryError as error:
        line.warnings.append(f"the rows of this run cannot be read: {error}")
    if len(found) < expected:
        line.warnings.append(f"{expected - len(found)} rows of this run are not on disk")
    return found


def _rows_expected(line: Line) -> int:
    return line.ring.written - line.first_row


def _detection(truth: Truth) -> dict[str, dict[str, Any]]:
    """Return how many of the defective parts that got a verdict were not judged OK, by class and size."""
    return {
        name: _found(seen)
        | {
            "by_size": [
                {"from_px": low, "to_px": high}
                | _found([fact for fact in seen if low <= fact[0] < (high or math.inf)])
                for low, high in zip(_BANDS_PX, (*_BANDS_PX[1:], None), strict=True)
            ]
        }
        for name, seen in sorted(truth.found_by_size.items())
    }


def _found(seen: list[tuple[float, float, bool]]) -> dict[str, int]:
    return {"parts": len(seen), "found": sum(found for *_, found in seen)}


def _start_to_ready(line: Line) -> float | None:
    ready_ns, started_ns = line.status.get("ready_ns"), line.started_ns
    return round((ready_ns - started_ns) / 1e9, 3) if ready_ns and line.status.get("starts") == 1 else None


def _bundle(bundle: Bundle) -> dict[str, Any]:
    """Return what the launcher has checked; the station's own word, where there is one, goes before it."""
    manifest = bundle.manifest
    limit = manifest.detection_limit
    return {
        "name": manifest.name,
        "version": manifest.version,
        "digest": bundle.digest,
        "classes": list(bundle.classes),
        "ok_classes": list(manifest.ok_classes),
        "detection_limit": None if limit is None else limit.model_dump(mode="json"),
    }


def _recorder(line: Line) -> dict[str, Any]:
    is_enabled = line.config.recorder.enabled
    try:
        board = line.board.read()
    except SharedMemoryError:  # killed in the middle of a notice
        board = RecorderStatus()
    return {
        "enabled": is_enabled,
        **{key: getattr(board, name) for key, name in _RECORDER.items()},
        "starts": line.children["recorder"].starts if "recorder" in line.children else 0,
        "error": line.recorder_trouble,
        "data_dir": os.fspath(line.config.data_dir) if is_enabled else None,
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
    if report["escapes"] is not None:
        lines += _pairs("what really happened", {name.replace("_", " "): report[name] for name in _TRUTH})
    lines += _notes(report)
    lines += [f"  {'latency, ms':<18}{'p50':>8}{'p99':>8}{'p99.9':>8}{'max':>8}{'count':>9}"]
    for stage, row in report["latency_us"].items():
        if row.get("count"):
            values = "".join(f"{row[key] / 1000:8.2f}" for key in ("p50", "p99", "p999", "max"))
            lines.append(f"  {stage.replace('_', ' '):<18}{values}{row['count']:>9,}")
    refused = sorted({text for grant in report["realtime"].values() for text in grant["refusals"]})
    lines += ["", *(f"  not granted: {text}" for text in _gathered(refused))]
    lines += [f"  warning: {text}" for text in report["warnings"]]
    return "\n".join(lines).rstrip() + "\n"


def _gathered(texts: list[str]) -> list[str]:
    """Make one line of those that differ in a number alone, which each thread has its own of."""
    numbers: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        before, number, after = re.split(r"(\d+|$)", text, maxsplit=1)
        numbers.setdefault((before, after), []).append(number)
    return [before + ", ".join(found) + after for (before, after), found in numbers.items()]


def _notes(report: dict[str, Any]) -> list[str]:
    """Return what the numbers above do not say by themselves."""
    notes = []
    moving, escapes = report["in_transit"], report["escapes"]
    if moving:
        notes.append(
            f"  {moving} parts in transit: between photo-eye and gate when the line ended; the PLC rejects them"
        )
    seen = report["detection"].values()
    if bad := sum(found["parts"] for found in seen):
        notes.append(
            f"  {sum(found['found'] for found in seen):,} of {bad:,} bad parts that were judged were found"
        )
    if escapes and escapes == report["escapes_by_classifier"]:
        notes.append(
            f"  {escapes} bad part{'s' if escapes > 1 else ''} the model itself cannot see: it calls the undisturbed "
            "picture OK, too"
        )
    return [*notes, ""] if notes else []


def _pairs(title: str, values: dict[str, int | None]) -> list[str]:
    if not values:
        return [f"  {title}: none", ""]
    width = max(len(name) for name in values) + 2
    shown = {name: "unknown" if count is None else f"{count:,}" for name, count in values.items()}
    return [f"  {title}", *(f"    {name:<{width}}{text:>9}" for name, text in shown.items()), ""]
