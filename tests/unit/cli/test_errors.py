"""What a person sees when something is wrong."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from inspector.cli import main
from inspector.cli._guard import guarded
from inspector.cli._output import print_json
from inspector.errors import ConfigError, DeviceUnavailableError


def test_an_error_of_ours_is_one_line_with_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise ConfigError("station.toml: line 3: no")

    assert guarded(work) == 2
    assert capsys.readouterr() == ("", "inspector: error: station.toml: line 3: no\n")


def test_a_fault_of_the_line_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise DeviceUnavailableError("camera gone")

    assert guarded(work) == 1
    assert "camera gone" in capsys.readouterr().err


def test_an_error_nobody_foresaw_is_one_line_that_names_the_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def work() -> int:
        raise ZeroDivisionError("one part per no time")

    assert guarded(work) == 1
    line = capsys.readouterr().err
    (report,) = tmp_path.iterdir()
    assert line.count("\n") == 1
    assert "Traceback" not in line
    assert "ZeroDivisionError: one part per no time" in line
    assert str(report) in line
    assert "Traceback" in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o077 == 0


def test_a_report_that_cannot_be_written_is_said_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))

    def work() -> int:
        raise ZeroDivisionError

    assert guarded(work) == 1
    assert "could not be written" in capsys.readouterr().err


def test_what_steers_a_terminal_is_shown_instead_of_done(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise ConfigError("photos/\x1b[2J\x9b31m\u202egpj.exe\r is no image\nsecond line")

    assert guarded(work) == 2
    said = capsys.readouterr().err
    assert said == (
        "inspector: error: photos/\\u001b[2J\\u009b31m\\u202egpj.exe\\u000d is no image\nsecond line\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--\x1b[2J"],
        ["\x1b[2J"],
        ["run", "--rate", "\x1b[2J"],
        ["config", "check", "/nowhere/\x1b[2J"],
        ["evaluate", "/nowhere/\x1b[2J", "photos"],
    ],
)
def test_what_was_typed_does_not_steer_the_terminal_either(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "u001b[2J" in said or "x1b[2J" in said


def test_a_document_says_what_steers_a_terminal_as_json_does(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a\x9b": "\x1b[2J µ"})
    printed = capsys.readouterr().out
    assert "\x9b" not in printed
    assert "µ" in printed
    assert json.loads(printed) == {"a\x9b": "\x1b[2J µ"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--run-dir", ""],
        ["run", "--data-dir", ""],
        ["run", "--bundle", ""],
        ["run", "--config", ""],
        ["run", "--scenario", ""],
        ["doctor", "--config="],
        ["telemetry", "status", "--data-dir", ""],
        ["evaluate", "", "photos"],
    ],
)
def test_an_empty_path_is_a_mistake_and_not_the_working_folder(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "an empty text is no path" in capsys.readouterr().err


def test_a_file_that_cannot_be_used_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def work() -> int:
        (tmp_path / "no" / "such").write_text("")
        return 0

    assert guarded(work) == 2
    assert capsys.readouterr().err == f"inspector: error: {tmp_path}/no/such: No such file or directory\n"


def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise KeyboardInterrupt

    assert guarded(work) == 130
    assert capsys.readouterr().err == "inspector: interrupted\n"


def test_a_reader_that_leaves_early_is_no_traceback() -> None:
    """`inspector config schema | head -1`, with a pipe so small that the rest does not fit."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        process = subprocess.run(
            [sys.executable, "-m", "inspector", "config", "schema"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert process.returncode == 1
    assert process.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "arguments are required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["run", "--parts", "0"], "--parts: 0 must be at least 1"),
        (["run", "--parts", "2.5"], "--parts: '2.5' is not a whole number"),
        (["run", "--rate", "0"], "--rate: 0 must be more than 0"),
        (["run", "--rate", "-30"], "--rate: -30 must be more than 0"),
        (["run", "--rate", "nan"], "--rate: nan must be"),
        (["run", "--rate", "inf"], "--rate: inf must be finite, more than 0"),
        (["run", "--rate", "fast"], "--rate: 'fast' is not a number"),
        (["run", "--seconds", "0"], "--seconds: 0 must be more than 0"),
        (["run", "--defect-rate", "1.5"], "--defect-rate: 1.5 must be at least 0 and at most 1"),
        (["run", "--head"], "unrecognized arguments: --head"),
        (["sim", "inject", "earthquake"], "unknown fault 'earthquake'; known are air_low"),
        (["sim", "inject", "frame_lost", "often"], "'often' is not KEY=NUMBER"),
        (
            ["sim", "inject", "frame_lost", "often=1"],
            "fault frame_lost has no parameter 'often'; it takes count",
        ),
        (["telemetry", "export", "out", "--since", "yesterday"], "'yesterday' is not a moment like"),
        (["train", "photos"], "arguments are required: --out"),
        (
            ["train", "photos", "--out", "b", "--roi", "fixed:1,2"],
            "'fixed:1,2' is none of whole, fixed:X,Y,W,H",
        ),
        (["train", "photos", "--out", "b", "--mono", "--colour"], "not allowed with argument --mono"),
        (["telemetry", "status", "--config", "a", "--data-dir", "b"], "not allowed with argument --config"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_expected(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


@pytest.mark.parametrize("action", [["status"], ["export", "out"], ["labelled", "out"]])
def test_a_folder_without_an_outbox_is_the_wrong_folder(
    action: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["telemetry", *action, "--data-dir", str(tmp_path / "nowhere")]) == 2
    assert "there is no outbox in" in capsys.readouterr().err


def test_an_outbox_that_cannot_be_opened_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "outbox.db")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE x (y)")
    (tmp_path / "outbox.db-shm").mkdir()
    (tmp_path / "outbox.db-wal").mkdir()
    assert main(["telemetry", "status", "--data-dir", str(tmp_path)]) == 2
    assert f"cannot read {tmp_path / 'outbox.db'}: " in capsys.readouterr().err


@pytest.mark.parametrize("action", [["status"], ["export", "out"]])
def test_a_folder_without_an_outbox_or_with_a_foreign_one_is_the_wrong_folder(
    action: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["telemetry", *action, "--data-dir", str(tmp_path)]) == 2
    assert "there is no outbox in" in capsys.readouterr().err
    with closing(sqlite3.connect(tmp_path / "outbox.db")) as foreign:
        foreign.execute("CREATE TABLE x (y)")
        foreign.commit()
    assert main(["telemetry", *action, "--data-dir", str(tmp_path)]) == 2
    assert "belongs to another program; move it away" in capsys.readouterr().err


def test_a_damaged_outbox_says_what_becomes_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "outbox.db").write_bytes(b"junk" * 5000)
    assert main(["telemetry", "status", "--data-dir", str(tmp_path)]) == 1
    assert (
        "outbox.db is damaged (file is not a database); the recorder sets it aside" in capsys.readouterr().err
    )
