"""`inspector keys`, as somebody who sets up a remote console would use it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from inspector.cli import main
from inspector.protocol import read_public, read_secret


def keys(*arguments: str | Path) -> int:
    return main(["keys", *map(str, arguments)])


@pytest.fixture
def station(tmp_path: Path) -> Path:
    assert keys("service", "--dir", tmp_path / "station") == 0
    return tmp_path / "station"


@pytest.fixture
def panel(station: Path, tmp_path: Path) -> Path:
    assert keys("console", "--dir", tmp_path / "panel", "--server", station / "server.pub") == 0
    return tmp_path / "panel"


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "Traceback" not in shown
    return shown


def test_a_station_and_a_console_have_keys_and_the_console_is_allowed(
    station: Path, panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys("allow", panel / "console.pub", "--name", "panel-2", "--dir", station) == 0
    assert read_public(station / "clients" / "panel-2.pub") == read_public(panel / "console.pub")
    assert read_public(panel / "server.pub") == read_public(station / "server.pub")
    assert read_secret(panel / "console.key") != read_secret(station / "server.key")
    capsys.readouterr()
    assert keys("list", "--dir", station) == 0
    assert capsys.readouterr().out == "panel-2\n"


def test_secrets_are_for_their_owner_alone(station: Path, panel: Path) -> None:
    for secret in (station / "server.key", panel / "console.key"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    for folder in (station, station / "clients", panel):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("what", ["service", "console"])
def test_nothing_is_overwritten(
    station: Path, panel: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, name = (station, "server") if what == "service" else (panel, "console")
    before = (folder / f"{name}.key").read_bytes()
    assert keys(what, "--dir", folder) == 2
    assert f"has keys named {name} already" in complaint(capsys)
    assert (folder / f"{name}.key").read_bytes() == before


def test_allowing_twice_is_fine_and_another_key_under_the_same_name_is_not(
    station: Path, panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert keys("allow", panel / "console.pub", "--name", "panel", "--dir", station) == 0
    assert keys("console", "--dir", tmp_path / "other") == 0
    capsys.readouterr()
    assert keys("allow", tmp_path / "other" / "console.pub", "--name", "panel", "--dir", station) == 2
    assert "holds another key already" in complaint(capsys)
    assert keys("allow", panel / "console.pub", "--name", "again", "--dir", station) == 2
    assert "may attach already, as panel" in complaint(capsys)


def test_what_is_wrong_is_named_with_a_remedy(
    station: Path, panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.pub").write_text("no key")
    capsys.readouterr()
    for arguments, words in (
        (("allow", panel / "console.key", "--name", "p", "--dir", station), "is a secret that stays"),
        (("allow", tmp_path / "odd.pub", "--name", "p", "--dir", station), "holds no key"),
        (("allow", tmp_path / "gone.pub", "--name", "p", "--dir", station), "cannot be read"),
        (("allow", panel / "console.pub", "--name", "../p", "--dir", station), "is no name for keys"),
        (("allow", panel / "console.pub", "--name", "p", "--dir", panel), "inspector keys service --dir"),
        (("list", "--dir", panel), "inspector keys service --dir"),
        (("console", "--dir", tmp_path / "n", "--server", tmp_path / "odd.pub"), "holds no key"),
    ):
        assert keys(*arguments) == 2
        assert words in complaint(capsys)
    assert not (tmp_path / "n").exists()


def test_a_name_and_a_folder_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "service"]) == 2
    assert main(["keys", "allow", "x.pub"]) == 2
    assert "--dir" in capsys.readouterr().err
