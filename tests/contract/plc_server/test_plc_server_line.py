"""From the photo-eye over real Modbus to the gate's window and the outcome."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from plc_server_rig import HOST, BeatingStation, PoweredPlc, wait_for

from inspector.clock import monotonic_ns
from inspector.devices import ModbusLine
from inspector.devices.sim import PlcOptions, Wires
from inspector.devices.sim._wires import EventKind
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import Control, LineSnapshot, ResultFlags, ResultRecord
from inspector.domain.verdict import Evaluation
from inspector.errors import ConfigError

PowerUp = Callable[..., PoweredPlc]
PATIENCE = {"heartbeat_stale_ms": 20_000.0, "heartbeat_hold_ms": 40_000.0, "outputs_stale_ms": 20_000.0}
"""For a machine so busy that the test's own threads stall."""


@pytest.fixture
def line(plc: PoweredPlc) -> ModbusLine:
    line = ModbusLine(HOST, plc.port, station_id=1, timeout_ms=2000)
    wait_for(lambda: plc.plc.program.station is not None and plc.plc.registers.read(1000, 1) != [0])
    line.open()
    return line


def test_a_trigger_stands_in_the_registers_without_waiting_for_the_scan(power_up: PowerUp) -> None:
    plc = power_up(scan_ms=10.0)
    station = BeatingStation(plc.port)
    between_scans = 0
    for count in range(1, 41):
        before = station.line.exchange(None)
        encoder = plc.part_comes()
        after = wait_for(lambda: s if (s := station.line.exchange(None)).part_count == count else None)  # noqa: B023
        between_scans += after.plc_heartbeat == before.plc_heartbeat
        assert after.triggers[-1].tag == after.newest_tag == count
        assert after.triggers[-1].encoder_counts == encoder
        assert after.torn_triggers == 0
        assert len(after.triggers) == min(count, 8)
    assert between_scans
    station.line.close()


def test_a_latched_time_is_that_of_the_event_not_of_its_handling(plc: PoweredPlc, line: ModbusLine) -> None:
    at_ns = monotonic_ns()
    time.sleep(0.05)
    plc.part_comes(at_ns)
    snapshot = wait_for(lambda: s if (s := line.exchange(None)).part_count else None)
    lag_100us = (snapshot.now_100us - snapshot.triggers[0].time_100us) % 2**32
    assert 490 <= lag_100us <= 100_000
    line.close()


def test_its_clock_and_heartbeat_advance(plc: PoweredPlc, line: ModbusLine) -> None:
    first = line.exchange(None)
    time.sleep(0.1)

    def elapsed_100us(snapshot: LineSnapshot) -> int:
        return (snapshot.now_100us - first.now_100us) % 2**32

    # Its program may not have had the processor since, and the clock is read by the program.
    second = wait_for(lambda: s if elapsed_100us(s := line.exchange(None)) >= 900 else None)
    assert elapsed_100us(second) <= 100_000
    assert second.plc_heartbeat != first.plc_heartbeat
    assert Control.TRIGGER_ENABLE | Control.AIR_OK in second.control
    line.close()


def test_an_ok_in_time_opens_the_window_and_comes_back_as_an_accepted_part(power_up: PowerUp) -> None:
    plc = power_up(settings=PATIENCE)
    station = BeatingStation(plc.port)
    plc.move_to(100)
    station.work(until=lambda: plc.wires.outputs["conveyor_run"][0] == 1)
    plc.part_comes()
    record = ResultRecord(
        session=station.session,
        tag=1,
        encoder_counts=100,
        evaluation=Evaluation.OK,
        acquisition_id=321,
        flags=ResultFlags.SIMULATED,
    )
    wait_for(lambda: plc.plc.program.part_count)
    station.line.exchange(record)
    window = wait_for(lambda: w if (w := plc.wires.windows[1])["armed_ns"] else None)
    assert (int(window["open_count"]), int(window["close_count"])) == (100 + 4015, 100 + 4175)
    plc.wires.put_event(EventKind.EYE_FALL, monotonic_ns(), 290, 0)
    plc.move_to(4195)
    plc.wires.put_event(EventKind.GATE_EYE, monotonic_ns(), 4195, 0)
    station.work(until=lambda: plc.wires.windows[1]["withdrawn_ns"])
    plc.move_to(4195 + 421)
    station.work(until=lambda: plc.plc.program.in_transit == 0)
    (outcome,) = wait_for(lambda: station.line.read_details().outcomes)
    assert (outcome.tag, outcome.applied, outcome.confirmed) == (1, Applied.ACCEPTED, Confirmation.NO)
    row = plc.wires.tags[0]
    assert row[["session", "tag", "eye_event", "applied", "evaluation", "acquisition"]].item() == (
        station.session, 1, 1, 1, 1, 321,
    )  # fmt: skip
    assert row["trigger_ns"] < row["record_ns"] <= row["released_ns"]
    station.line.close()


def test_the_slow_part_says_what_it_was_built_for(plc: PoweredPlc, line: ModbusLine) -> None:
    details = line.read_details()
    assert (details.gate_counts, details.window_counts, details.scan_time_100us) == (4095, 80, 20)
    # 0.8 m/s: 8 counts per ms, for 4 ms of dead time and two scans of 2 ms
    assert details.deadline_counts == 4095 - 80 - 64
    assert (details.counts_per_mm_x100, details.trigger_delay_100us) == (1000, 3)
    line.close()


@pytest.mark.parametrize("retain", [True, False])
def test_a_restart_makes_a_new_session_and_keeps_block_s_if_it_is_retained(
    power_up: PowerUp, retain: bool
) -> None:
    first = power_up()
    station = BeatingStation(first.port)
    station.work(until=lambda: station.beat > 3)
    first.part_comes()
    wait_for(lambda: first.plc.program.part_count == 1)
    station.line.exchange(
        ResultRecord(session=station.session, tag=1, encoder_counts=5, evaluation=Evaluation.OK)
    )
    first.plc.program.totals.late_verdicts = 12
    station.line.close()
    time.sleep(0.02)
    first.stop()
    assert first.wires.outputs["alive_ns"][0] == 0
    assert first.wires.windows["withdrawn_ns"].all()

    second = power_up(retain=retain)
    line = ModbusLine(HOST, second.port, station_id=1, timeout_ms=2000)
    line.open()
    snapshot = wait_for(lambda: s if (s := line.exchange(None)).session else None)
    assert snapshot.session != station.session
    assert (snapshot.newest_tag, snapshot.part_count) == (0, 0)
    assert line.read_details().late_verdicts == (12 if retain else 0)
    echo = second.plc.registers.read(8, 1)
    assert echo == [station.session if retain else 0]
    assert not second.plc.program.station.is_fresh
    line.close()


def test_a_port_in_use_is_named_with_the_remedy(plc: PoweredPlc, run_dir: Path) -> None:
    with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{plc.port}: .*; .*another port"):
        PoweredPlc(run_dir, port=plc.port)


def process(run_dir: Path, **options: object) -> subprocess.Popen[str]:
    argument = json.dumps(PlcOptions(run_dir=str(run_dir), **options).as_dict())  # type: ignore[arg-type]
    command = [sys.executable, "-m", "inspector.app", "plc", argument, "0"]
    # Its standard input stands for the launcher's pipe; the other end stays open until the tests are over.
    launcher, _ = os.pipe()
    child = subprocess.Popen(command, stdin=launcher, stderr=subprocess.PIPE, text=True)
    os.close(launcher)
    return child


def test_the_process_ends_with_2_if_its_port_is_in_use(plc: PoweredPlc, run_dir: Path) -> None:
    child = process(run_dir, port=plc.port)
    _, complaint = child.communicate(timeout=60)
    assert child.returncode == 2
    assert f"127.0.0.1:{plc.port}" in complaint
    assert "Traceback" not in complaint


def test_the_process_survives_sigint_stops_for_sigterm_and_leaves_a_report(run_dir: Path) -> None:
    wires = Wires.create(run_dir / "wires")
    wires.inputs["air_ok"], wires.inputs["horizon_ns"] = 1, 1 << 62
    child = process(run_dir)
    try:
        wait_for((run_dir / "plc.port").exists)
        wait_for(lambda: int(wires.outputs["alive_ns"][0]))
        os.kill(child.pid, signal.SIGINT)
        time.sleep(0.1)
        assert child.poll() is None
        child.terminate()
        _, complaint = child.communicate(timeout=60)
    finally:
        child.kill()
        child.wait()
    assert (child.returncode, complaint) == (0, "")
    assert wires.outputs["alive_ns"][0] == 0
    report = json.loads((run_dir / "plc.json").read_text())
    assert (report["part_count"], report["in_transit"], report["latched"]) == (0, 0, [])
    assert report["session"] == wires.outputs["session"][0]
