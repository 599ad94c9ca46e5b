"""The commands that need no running line."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from inspector.cli import main
from inspector.cli._main import build_parser
from inspector.cli._telemetry import _utc
from inspector.cli._train import _roi
from inspector.domain.recipe import Roi, RoiMode

COMMANDS = ("run", "sim", "train", "evaluate", "bench", "doctor", "telemetry", "config", "keys")


def test_the_version_is_printed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("inspector ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"usage: inspector {command}" in shown
    assert "examples:" in shown
    assert command in build_parser().format_help()


def test_help_needs_none_of_the_rooms() -> None:
    """They cost a second to import; a person who asks for help shall have it at once."""
    script = (
        "import sys; from inspector.cli import main; main(['run', '--help']); "
        "heavy = {'numpy', 'cv2', 'onnxruntime', 'pymodbus', 'apsw', 'pydantic'} & set(sys.modules); "
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr


def test_the_package_runs_as_a_module() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "inspector", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0
    assert result.stdout.startswith("inspector ")


def test_the_example_is_a_station_that_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "example"]) == 0
    example = capsys.readouterr().out
    assert "line" in tomllib.loads(example)
    path = tmp_path / "station.toml"
    path.write_text(example, encoding="utf-8")
    assert main(["config", "check", str(path)]) == 0
    assert "fine" in capsys.readouterr().out


def test_a_wrong_configuration_is_refused_with_the_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "station.toml"
    path.write_text(
        '[camera]\nkind = "sim"\n[plc]\nkind = "sim"\n[line]\nrate_per_minute = 10\n', encoding="utf-8"
    )
    assert main(["config", "check", str(path)]) == 2
    assert "rate_per_minute" in capsys.readouterr().err


def test_the_schema_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "station.toml"


def test_a_fault_is_sent_as_one_datagram_to_the_device_that_has_it(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as plc:
        plc.bind(str(tmp_path / "plc.ctl"))
        plc.settimeout(5)
        assert main(["sim", "inject", "link_stall", "duration_s=1.5", "--run-dir", str(tmp_path)]) == 0
        assert json.loads(plc.recv(4096)) == {"fault": "link_stall", "duration_s": 1.5}


def test_a_fault_for_a_line_that_does_not_run_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sim", "inject", "frame_lost", "--run-dir", str(tmp_path)]) == 1
    assert f"no simulated line listens at {tmp_path}/world.ctl" in capsys.readouterr().err


def test_the_faults_are_listed_with_what_they_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sim", "faults"]) == 0
    shown = capsys.readouterr().out
    assert "frame_delayed" in shown
    assert "delay_ms=20  how much later" in shown
    assert "station_killed (scenario only): the station is killed" in shown


def test_a_fault_of_a_whole_process_is_not_injected_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sim", "inject", "station_killed", "--run-dir", str(tmp_path)]) == 2
    assert "put it into a file for --scenario" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "roi"),
    [
        ("whole", Roi()),
        (
            "fixed:10,20,300,200",
            Roi(mode=RoiMode.FIXED, offset_x=10, offset_y=20, width_px=300, height_px=200),
        ),
        ("locate:512,512", Roi(mode=RoiMode.LOCATE, width_px=512, height_px=512)),
        (
            "locate:512,512,70,1000,90000",
            Roi(
                mode=RoiMode.LOCATE,
                width_px=512,
                height_px=512,
                threshold=70,
                min_area_px=1000,
                max_area_px=90000,
            ),
        ),
    ],
)
def test_a_region_of_interest_is_read_from_one_word(text: str, roi: Roi) -> None:
    assert _roi(text) == roi


@pytest.mark.parametrize("text", ["2026-03-01T06:00Z", "2026-03-01T06:00", "2026-03-01T07:00+01:00"])
def test_a_moment_without_an_offset_is_utc(text: str) -> None:
    assert _utc(text) == 1_772_344_800_000_000_000


def test_rendered_pictures_are_listed_with_their_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pictures"
    assert main(["sim", "render", str(out), "--count", "8", "--seed", "3"]) == 0
    listed = (out / "index.csv").read_text(encoding="utf-8").splitlines()
    assert len(listed) == 1 + 8
    assert len(list(out.rglob("*.png"))) == 8
    assert str(out) in capsys.readouterr().err


def test_pictures_never_go_into_a_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "precious").write_text("", encoding="utf-8")
    assert main(["sim", "render", str(tmp_path), "--count", "8"]) == 2
    assert "not an empty folder" in capsys.readouterr().err
