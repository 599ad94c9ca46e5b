"""The doctor at a PLC: a Modbus server that is not ours holds block P."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyModbusTCP.server import DataBank, ModbusServer

from inspector.cli import main
from inspector.config import StationConfig, load_config
from inspector.devices._codec import encode_details, encode_fast
from inspector.devices._regmap import DETAILS, FAST, MapOptions
from inspector.doctor import Level, examine_plc
from inspector.domain.line import Control, LineDetails, LineSnapshot, RejectFault

MAP = MapOptions()


class Registers(DataBank):
    """Block P of a PLC that runs: its clock advances with every read."""

    def __init__(self, details: LineDetails, faults: RejectFault) -> None:
        super().__init__(h_regs_size=2000)
        self.faults = faults
        self.set_holding_registers(MAP.address(DETAILS), encode_details(details, MAP))

    def get_holding_registers(
        self, address: int, number: int = 1, srv_info: object = None
    ) -> list[int] | None:
        snapshot = LineSnapshot(
            plc_heartbeat=1,
            session=42,
            control=Control.TRIGGER_ENABLE,
            newest_tag=0,
            part_count=0,
            now_100us=time.monotonic_ns() // 100_000 % 2**32,
            encoder_counts=0,
            last_outcome_tag=0,
            reject_fault=self.faults,
            triggers=(),
            torn_triggers=0,
            sent_ns=0,
            received_ns=0,
        )
        self.set_holding_registers(MAP.address(FAST), encode_fast(snapshot, MAP))
        return super().get_holding_registers(address, number, srv_info)


@pytest.fixture
def bank(config: StationConfig) -> Registers:
    geometry = config.geometry
    details = LineDetails(
        command=0,
        command_argument=0,
        rejects_commanded=0,
        rejects_confirmed=0,
        late_verdicts=0,
        consecutive_rejects=0,
        scan_time_100us=round(geometry.plc_scan_ms * 10),
        counts_per_mm_x100=round(geometry.counts_per_mm * 100),
        gate_counts=geometry.gate_counts,
        window_counts=geometry.window_counts,
        deadline_counts=geometry.deadline_counts,
        trigger_delay_100us=round(geometry.trigger_delay_us / 100),
        outcomes=(),
    )
    return Registers(details, RejectFault.NONE)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def path(tmp_path: Path, free_port: int) -> Path:
    path = tmp_path / "station.toml"
    # Slow enough for a machine that does other things meanwhile.
    settings = (
        '[camera]\nkind = "sim"\n[line]\nrate_per_min = 30\n[plc]\nkind = "modbus"\n'
        f"port = {free_port}\ntimeout_ms = 1000\nheartbeat_timeout_ms = 5000\nexchange_ms = 900\n"
    )
    path.write_text(settings, encoding="utf-8")
    return path


@pytest.fixture
def config(path: Path) -> StationConfig:
    return load_config(path)


@pytest.fixture
def server(bank: Registers, free_port: int) -> Iterator[ModbusServer]:
    server = ModbusServer("127.0.0.1", free_port, no_block=True, data_bank=bank)
    server.start()
    yield server
    server.stop()


def levels(config: StationConfig) -> dict[str, Level]:
    return {check.name: check.level for check in examine_plc(config)}


@pytest.mark.usefixtures("server")
def test_a_plc_that_fits_is_fine(config: StationConfig) -> None:
    found = levels(config)
    assert found["plc link"] is Level.OK
    assert found["plc settings"] is Level.OK


@pytest.mark.usefixtures("server")
def test_latched_faults_are_named(config: StationConfig, bank: Registers) -> None:
    bank.faults = RejectFault.AIR_LOW | RejectFault.BIN_FULL
    (check,) = [check for check in examine_plc(config) if check.name == "plc faults"]
    assert check.level is Level.WARN
    assert "BIN_FULL, AIR_LOW" in check.finding


@pytest.mark.usefixtures("server")
def test_looking_writes_nothing_into_the_plc(config: StationConfig, bank: Registers) -> None:
    block_s = bank.get_holding_registers(0, 292)
    examine_plc(config)
    assert bank.get_holding_registers(0, 292) == block_s


def test_a_plc_that_cannot_be_reached_fails_with_its_address(
    path: Path, free_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "plc", "--config", str(path)]) == 1
    shown = capsys.readouterr().out
    assert f"FAIL  plc link: PLC at 127.0.0.1:{free_port}" in shown
    assert "remedy:" in shown
