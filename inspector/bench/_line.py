"""The whole line at several rates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.app import RunOptions, run_report
from inspector.bench._machine import StealWatch, machine
from inspector.bench._output import put
from inspector.config import apply_overrides, default_config, load_config

_KEYS = (
    "triggers", "accepted", "rejected", "unaccounted", "unrecorded", "late", "overrun", "frames_lost", "escapes",
    "escapes_by_classifier", "false_rejects", "missed_rejects", "mispaired", "sim_stalls", "sim_worst_stall_ms",
    "causes", "start_to_ready_s", "station_memory_mb", "latency_us", "realtime", "late_frames", "fault",
)  # fmt: skip

_LATE_FRAMES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBench:
    """How to measure: a station.toml or the embedded defaults, parts at each rate, the rates."""

    config: Path | None = None
    parts: int = 3000
    rates_per_min: tuple[float, ...] = (300.0, 1200.0, 3000.0, 6000.0)
    json: bool = False


def bench_line(options: LineBench) -> int:
    """Measure and print; 0, or 1 if a line ended in a fault."""
    base = default_config() if options.config is None else load_config(options.config)
    facts = machine()
    runs: list[dict[str, Any]] = []
    for rate in options.rates_per_min:
        config = apply_overrides(base, {"rate": rate, "parts": options.parts, "name": "bench"})
        with StealWatch() as steal:
            report = run_report(RunOptions(headless=True, quiet=True), config)
        # Enough to see where the time goes; `late` has the count.
        report["late_frames"] = report["late_frames"][:_LATE_FRAMES]
        runs.append(
            {"rate_per_min": rate, "steal_ms": steal.stolen_ms, **{key: report.get(key) for key in _KEYS}}
        )
    put({"bench": "line", "runs": runs, "machine": facts}, as_json=options.json)
    return 1 if any(run["fault"] for run in runs) else 0
