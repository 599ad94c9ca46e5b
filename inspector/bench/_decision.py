"""Frame to verdict, beside a bare model: what the product adds to what the model costs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.app import RunOptions, resolve_bundle, run_report
from inspector.bench._machine import StealWatch, machine
from inspector.bench._output import put
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import StationConfig, apply_overrides, default_config, load_config
from inspector.realtime import resolve_core

# The bare model measures every eighth frame: at every one, station and bare model together would need more
# than the 95 % of a core that the kernel leaves to real time, and both would be stopped for 50 ms at a time.
_BARE_EVERY = 8
# 200 frames a second do not leave room for the default line's tolerances: parts lie more regularly,
# and pairing is told so.
_FAST_LINE = {
    "line.min_pitch_mm": 34.0,
    "line.eye_to_gate_mm": 800.0,
    "simulation.pitch_jitter": 0.02,
    "pairing.epsilon_us": 1000,
    "pairing.clock_uncertainty_us": 700,
}
_FAST_RATE = 7000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBench:
    """How to measure: a station.toml or the embedded defaults, frames in all and per minute, with a CPU hog."""

    config: Path | None = None
    parts: int = 20_000
    rate_per_min: float = 12_000.0
    hog: bool = True
    json: bool = False


def bench_decision(options: DecisionBench) -> int:
    """Measure and print; 0, or 1 if the line ended in a fault."""
    base = default_config() if options.config is None else load_config(options.config)
    fast = _FAST_LINE if options.rate_per_min > _FAST_RATE else {}
    config = apply_overrides(
        base, {"rate": options.rate_per_min, "parts": options.parts, "name": "bench", **fast}
    )
    with ExitStack() as stack:
        if options.hog:
            stack.enter_context(_process([sys.executable, "-c", "while True: pass"]))
        facts = machine()
        bare = stack.enter_context(_Bare(config))
        steal = stack.enter_context(StealWatch())
        report = run_report(RunOptions(headless=True, quiet=True), config)
    put(_document(report, bare.result, steal, facts, options), as_json=options.json)
    return 1 if report["fault"] else 0


def _document(
    report: dict[str, Any],
    bare: dict[str, Any],
    steal: StealWatch,
    facts: dict[str, Any],
    options: DecisionBench,
) -> dict[str, Any]:
    latency = report["latency_us"]
    ours, theirs = latency["frame_to_verdict"], bare.get("both", {})
    return {
        "bench": "decision",
        "frames": ours["count"],
        "frames_per_s": options.rate_per_min / 60,
        "cpu_hog": options.hog,
        "latency_us": latency,
        "bare_us": bare,
        "overhead_us": {key: ours[key] - theirs[key] for key in ("p50", "p99", "p999") if theirs},
        "over_5ms": [_explained(frame, steal) for frame in report["late_frames"]],
        "late": report["late"],
        "steal_ms": steal.stolen_ms,
        "sim_stalls": report.get("sim_stalls"),
        "sim_worst_stall_ms": report.get("sim_worst_stall_ms"),
        "start_to_ready_s": report["start_to_ready_s"],
        "station_memory_mb": report["station_memory_mb"],
        "realtime": report["realtime"],
        "bundle": report["bundle"],
        "fault": report["fault"],
        "machine": facts,
    }


def _explained(frame: dict[str, int], steal: StealWatch) -> dict[str, Any]:
    """Name the largest piece of a late frame's time, and whether the hypervisor took the CPU meanwhile."""
    pieces = {
        "capture woke late": frame["received_ns"] - frame["available_ns"],
        "waited for inspection": frame["started_ns"] - frame["received_ns"],
        "preprocessing": frame["preprocess_ns"],
        "model run": frame["run_ns"],
    }
    total_ns = frame["decided_ns"] - frame["available_ns"]
    pieces["after the model"] = total_ns - sum(pieces.values())
    return {
        "latency_us": total_ns // 1000,
        "cause": max(pieces, key=lambda name: pieces[name]),
        "cpu_was_stolen": steal.was_stolen(frame["available_ns"], frame["decided_ns"]),
        "us": {name: ns // 1000 for name, ns in pieces.items()},
    }


class _process:  # noqa: N801 - used as a function
    """A child that lives as long as the block."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def __enter__(self) -> subprocess.Popen[bytes]:
        self.child = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        return self.child

    def __exit__(self, *_: object) -> None:
        self.child.kill()
        self.child.wait()


class _Bare:
    """Starts the bare model once the camera is there, and takes its figures at the end."""

    def __init__(self, config: StationConfig) -> None:
        core = resolve_core(config.realtime.station_core)
        self._command = [
            sys.executable,
            "-m",
            "inspector.bench.bare",
            str(config.run_dir),
            str(resolve_bundle(config)),
            str(round(60e6 / config.line.rate_per_min)),
            str(_BARE_EVERY),
            str(-1 if core is None else core),
            # As inspection itself: nothing that runs the model for the station shall interrupt it.
            str(config.realtime.priority),
        ]
        self.result: dict[str, Any] = {}

    def __enter__(self) -> _Bare:
        self._child = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        self._child.send_signal(signal.SIGTERM)
        deadline_ns = monotonic_ns() + 5_000_000_000
        while self._child.poll() is None and monotonic_ns() < deadline_ns:
            sleep_s(0.02)
        if self._child.poll() is None:
            self._child.kill()
        output = self._child.communicate()[0]
        self.result = json.loads(output) if output else {}
