"""What `inspector run` refuses, before anything is started: one clear line, exit code 2."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import pytest
from line_rig import default_bundle, station_toml

from inspector.cli import main
from inspector.vision import stamp_bundle


def refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, *arguments: str, toml: str = "") -> str:
    """Run a line that must not start; return what is said."""
    config = tmp_path / "station.toml"
    config.write_text(toml or station_toml("line-test-refused"), encoding="utf-8")
    places = ["--run-dir", str(tmp_path / "run"), "--data-dir", str(tmp_path / "data")]
    assert main(["run", "--headless", "--json", "--config", str(config), *places, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err


def test_a_port_in_use_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        toml = station_toml("line-test-refused", plc=f'kind = "sim"\nport = {port}')
        said = refused(capsys, tmp_path, toml=toml)
    assert f"127.0.0.1:{port}: Address already in use" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("option", ["--run-dir", "--data-dir"])
@pytest.mark.parametrize("place", ["/proc/inspector", "under-a-file"])
def test_a_folder_that_cannot_be_made_is_named_with_the_option(
    option: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = place if place.startswith("/") else str(tmp_path / "file" / place)
    said = refused(capsys, tmp_path, option, folder)
    assert folder in said
    assert option in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("option", ["--run-dir", "--data-dir"])
def test_a_folder_that_may_not_be_written_is_named_with_the_option(
    option: str, read_only: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, tmp_path, option, str(read_only))
    assert str(read_only) in said
    assert option in said
    assert said.count("\n") == 1


def test_shared_memory_for_which_there_is_no_room_is_named(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, tmp_path, "--run-dir", str(small_disk / "run"))
    assert f"cannot create shared memory {small_disk / 'run'}" in said
    assert "No space left on device" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--parts", "0"], "--parts: 0 must be at least 1"),
        (["--rate", "0"], "--rate: 0 must be more than 0"),
        (["--rate", "-1"], "--rate: -1 must be more than 0"),
        (["--rate", "100000"], "--rate"),
        (["--camera", "telescope"], "use sim or folder:PATH"),
        (["--bundle", "/nowhere"], "/nowhere"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(
    arguments: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert expected in refused(capsys, tmp_path, *arguments)


def test_a_scenario_with_a_fault_that_does_not_exist_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('[[fault]]\nat_s = 1\nkind = "earthquake"\n', encoding="utf-8")
    said = refused(capsys, tmp_path, "--scenario", str(scenario))
    assert f"scenario {scenario}, fault 1: kind = 'earthquake' is not known; use one of air_low" in said
    assert "station_killed" in said


def test_faults_are_not_injected_into_a_line_with_a_real_plc(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('[[fault]]\nat_s = 1\nkind = "frame_lost"\n', encoding="utf-8")
    toml = station_toml("line-test-refused", plc='kind = "modbus"')
    assert "simulated line only" in refused(capsys, tmp_path, "--scenario", str(scenario), toml=toml)


def test_a_bundle_that_fails_its_own_golden_samples_starts_nothing_and_leaves_no_document(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bundle = shutil.copytree(default_bundle(), tmp_path / "bundle")
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["thresholds"] = {"accept_min": 1.0, "reject_min": 1.0}
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    stamp_bundle(bundle)
    said = refused(capfd, tmp_path, "--bundle", str(bundle))
    assert "golden sample golden/1.png" in said
    assert "accept_min = 1" in said
    assert "this machine" not in said
    assert "inspector: error: the station refused to start; its message is above" in said
