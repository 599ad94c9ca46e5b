"""System › Computer at a real service: everybody looks, an admin takes a backup to a stick."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from accounts_rig import Plant
from fake_station import FakeStation
from pytestqt.qtbot import QtBot
from service_bench import PASSWORD, Bench

from inspector.app._backup import make_backup
from inspector.app._machine_facts import machine_facts
from inspector.app._places import RunDir
from inspector.app._restore import check_backup
from inspector.config import StationConfig

pytestmark = pytest.mark.usefixtures("steady")


@pytest.fixture
def plant(tmp_path: Path, qtbot: QtBot, closing: ExitStack) -> Iterator[Plant]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:
        station = FakeStation(tmp_path)
        places = RunDir(tmp_path)
        config = StationConfig.model_validate(
            {
                "station": {"name": "hall-3", "data_dir": str(station.files.data_dir)},
                "camera": {"kind": "sim"},
                "plc": {"kind": "sim"},
            }
        )
        bench = Bench(Path(folder), station)

        def back_up(out: object) -> tuple[int, int]:
            manifest = make_backup(config, None, out)  # type: ignore[arg-type]
            return len(manifest.files), manifest.size_bytes

        bench.parts = replace(bench.parts, machine=lambda: machine_facts(config, places), back_up=back_up)
        try:
            bench.start()
            yield Plant(bench, qtbot, closing)
            closing.close()
        finally:
            bench.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "operator"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


def test_whoever_comes_sees_how_the_computer_is_and_who_may_back_up(plant: Plant) -> None:
    olga = plant.open("machine", "Olga")
    olga.sees("Kept right by a source of time", "Nothing keeps the clock right", "is not known")
    assert not olga.screen.machine.back_up.isVisible()
    olga.sees("To back up, log in as: Administrator")


def test_an_admin_takes_a_backup_that_is_whole(plant: Plant, home: Path) -> None:
    ada = plant.open("machine", "Ada", PASSWORD)
    ada.sees("None was made from a console yet")
    ada.panel.touch(ada.screen.machine.back_up)
    ada.sees("It holds keys and hashed PINs: lock it away")
    sheet = ada.screen.machine.desk.sheet
    ada.choose("operator", sheet)
    ada.sees("Saved: ")
    (path,) = home.iterdir()
    assert path.name.startswith("inspector-backup-")
    manifest = check_backup(path)
    assert (manifest.station, "data/service/users.json" in {file.name for file in manifest.files}) == (
        "hall-3",
        True,
    )
    ada.panel.touch(sheet.cancel)
    ada.sees("by Ada")
    assert [record["result"] for record in plant.audit("backup.make")] == ["begun", "done"]
