"""What the doctor finds, and the remedies it names."""

from __future__ import annotations

import json
import resource
from dataclasses import replace
from pathlib import Path

import pytest

from inspector import doctor
from inspector.cli import main
from inspector.config import StationConfig, apply_overrides, default_config
from inspector.doctor import Check, Level
from inspector.doctor import _machine as machine
from inspector.doctor import _storage as storage
from inspector.doctor._model import model_checks
from inspector.doctor._plc import _agreement, geometry_checks
from inspector.domain.geometry import LineGeometry
from inspector.domain.line import LineDetails


@pytest.fixture
def config() -> StationConfig:
    return default_config()


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def details(geometry: LineGeometry) -> LineDetails:
    """What a PLC says that was set up for this geometry."""
    return LineDetails(
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


def test_every_finding_that_is_not_fine_names_a_remedy(config: StationConfig) -> None:
    for check in doctor.examine(config):
        assert check.finding
        assert (check.level is Level.OK) == (not check.remedy), check


def test_a_processor_without_int8_dot_products_is_a_warning(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags : fpu sse2 avx2\n", encoding="utf-8")
    assert machine._instructions(cpuinfo).level is Level.WARN
    cpuinfo.write_text("flags : fpu sse2 avx2 avx512_vnni\n", encoding="utf-8")
    assert machine._instructions(cpuinfo).level is Level.OK


@pytest.mark.parametrize(
    ("runtime_us", "level"),
    [("950000", Level.OK), ("-1", Level.OK), ("500000", Level.WARN), ("0", Level.WARN)],
)
def test_a_small_share_of_real_time_is_a_warning(runtime_us: str, level: Level, tmp_path: Path) -> None:
    path = tmp_path / "sched_rt_runtime_us"
    path.write_text(runtime_us, encoding="ascii")
    assert machine._throttling(path).level is level


def test_refused_real_time_names_the_commands_that_grant_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.sched_setscheduler", refuse)
    check = machine._realtime(30)
    assert check.level is Level.WARN
    assert "setcap cap_sys_nice" in check.remedy
    assert "rtprio 99" in check.remedy
    assert "LimitRTPRIO=99" in check.remedy


def test_a_low_limit_of_locked_memory_names_the_setting_that_raises_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (8 << 20, 8 << 20))
    monkeypatch.setattr(machine, "_has_capability", lambda _: False)
    check = machine._locked_memory(wanted=True)
    assert check.level is Level.WARN
    assert "8 MB" in check.finding
    assert "LimitMEMLOCK=infinity" in check.remedy


def test_sleepy_cores_are_a_warning_that_says_who_has_to_be_let_in(tmp_path: Path) -> None:
    check = machine._waking(0, tmp_path / "none")
    assert check.level is Level.WARN
    assert "udev rule" in check.remedy
    assert machine._waking(-1, tmp_path / "none").level is Level.OK


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path: Path, config: StationConfig) -> None:
    obstacle = tmp_path / "file"
    obstacle.write_text("", encoding="utf-8")
    broken = apply_overrides(config, {"run_dir": obstacle / "run"})
    assert by_name(storage.storage_checks(broken))["run folder"].level is Level.FAIL


def test_a_folder_that_does_not_exist_yet_is_fine_and_is_not_made(
    tmp_path: Path, config: StationConfig
) -> None:
    fresh = apply_overrides(config, {"run_dir": tmp_path / "run", "data_dir": tmp_path / "data"})
    checks = by_name(storage.storage_checks(fresh))
    assert checks["run folder"].level is Level.OK
    assert not (tmp_path / "run").exists()
    assert list(tmp_path.iterdir()) == []


def test_too_little_room_for_images_is_a_warning_only(tmp_path: Path, config: StationConfig) -> None:
    greedy = apply_overrides(config, {"data_dir": tmp_path, "recorder.quota_mb": 100_000_000})
    assert by_name(storage.storage_checks(greedy))["data folder"].level is Level.WARN


def test_a_product_that_nobody_could_change_to_is_a_warning_that_names_it(
    tmp_path: Path, config: StationConfig
) -> None:
    good = '[product]\nname = "good"\njob_id = 2\n[recipe]\nname = "good"\nrevision = 2\n'
    (tmp_path / "good.toml").write_text(good, encoding="utf-8")
    with_products = apply_overrides(config, {"products.folder": tmp_path})
    assert by_name(storage.storage_checks(with_products))["products"].level is Level.OK
    (tmp_path / "broken.toml").write_text("[product\n", encoding="utf-8")
    check = by_name(storage.storage_checks(with_products))["products"]
    assert check.level is Level.WARN
    assert "broken.toml" in check.finding


def test_a_bundle_that_is_missing_is_a_failure_that_names_it(tmp_path: Path, config: StationConfig) -> None:
    (check,) = model_checks(apply_overrides(config, {"bundle": tmp_path / "none"}))
    assert check.level is Level.FAIL
    assert str(tmp_path / "none") in check.finding


def test_a_plc_set_up_like_the_configuration_agrees(config: StationConfig) -> None:
    (check,) = _agreement(config.geometry, details(config.geometry))
    assert check.level is Level.OK


def test_a_plc_set_up_for_another_line_is_a_failure_with_both_values(config: StationConfig) -> None:
    geometry = config.geometry
    (check,) = _agreement(geometry, replace(details(geometry), gate_counts=geometry.gate_counts + 7))
    assert check.level is Level.FAIL
    assert str(geometry.gate_counts) in check.finding
    assert str(geometry.gate_counts + 7) in check.finding


def test_a_rate_close_to_the_highest_possible_is_a_warning(config: StationConfig) -> None:
    highest = config.geometry.highest_rate_per_min
    checks = by_name(geometry_checks(apply_overrides(config, {"rate": 0.95 * highest})))
    assert checks["highest rate"].level is Level.WARN


def test_the_report_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "plc", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert {check["name"] for check in report["checks"]} >= {"plc link", "highest rate", "eye to gate"}
