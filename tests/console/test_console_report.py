from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from process_rig import PATIENCE_S, running_console
from station_rig import Station, calm_facts

import inspector.bench._console_process as console_process
from inspector.bench import ConsoleBench, bench_console
from inspector.bench._console import _Bench, _of_late_parts, _of_line
from inspector.errors import UsageError
from inspector.protocol import Endpoints, FrameHeader

WIDTH, HEIGHT = 64, 48


def show_pictures(station: Station, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        header = FrameHeader(width_px=WIDTH, height_px=HEIGHT, frame_id=-1, available_ns=time.monotonic_ns())
        station.show(header, bytes(WIDTH * HEIGHT))
        time.sleep(0.05)


def test_a_console_reports_when_it_is_there_and_at_its_end(
    station: Station, endpoints: Endpoints, tmp_path: Path
) -> None:
    station.publish(*calm_facts())
    report = tmp_path / "report.json"
    with running_console(endpoints, "--report", str(report)) as process:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not (
            report.exists() and json.loads(report.read_text())["attach_s"] is not None
        ):
            show_pictures(station, 0.1)
        first = json.loads(report.read_text())
        assert 0 < first["attach_s"] < first["run_s"]
        assert 0 < first["first_paint_s"] <= first["run_s"]
        show_pictures(station, 1.0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    last = json.loads(report.read_text())
    assert last["pid"] == process.pid
    assert last["captured_to_painted_us"]["count"] > 3
    assert 0 < last["captured_to_painted_us"]["p50"] <= last["captured_to_painted_us"]["max"]
    assert 0 < last["cpu_s"] < last["run_s"] * (os.cpu_count() or 1)
    assert 20 < last["resident_mb"] <= last["resident_peak_mb"]


def test_a_report_that_cannot_be_written_is_said_at_once(endpoints: Endpoints, tmp_path: Path) -> None:
    with running_console(endpoints, "--report", str(tmp_path / "nowhere" / "report.json")) as process:
        _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert "--report" in said
    assert "Traceback" not in said


def test_without_a_console_its_bench_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_process, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install .*\[console\]"):
        bench_console(ConsoleBench())
    assert UsageError.exit_code == 2


def window(*, has_run: bool, p50: int = 1000, late: int = 0) -> dict[str, Any]:
    times = {"p50": p50, "p99": 2 * p50, "p999": 3 * p50, "count": 160}
    return {
        "seconds": 8.0,
        "has_run": has_run,
        "frame_to_verdict_us": times,
        "late": late,
        "late_while_cpu_was_stolen": 0,
    }


def test_a_line_that_stood_still_is_no_proof_that_nothing_was_late() -> None:
    bench = _Bench(ConsoleBench(pairs=2))
    bench.pairs = [{"with": window(has_run=True, p50=1100), "without": window(has_run=True)}]
    bench.pairs.append({"with": window(has_run=False, p50=0), "without": window(has_run=True)})
    bench.disturbed = {name: window(has_run=True) for name in ("frozen", "killed", "restarted")}
    bench.busy, bench.idle = window(has_run=True), window(has_run=True)
    assert not bench.is_complete
    assert _of_line(bench.pairs)["p50_ratio"]["count"] == 1
    assert _of_late_parts(bench)["attributable"]["value"] is None
    bench.pairs[1]["with"] = window(has_run=True, late=2)
    assert bench.is_complete
    assert _of_late_parts(bench)["attributable"]["value"] == 2
