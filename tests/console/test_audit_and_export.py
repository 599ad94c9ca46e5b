"""The audit log and exports on the System screen, at a real service that decides who may."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from accounts_rig import Plant
from fake_station import FakeStation
from pytestqt.qtbot import QtBot
from service_bench import Bench

from inspector.protocol import Ask

pytestmark = pytest.mark.usefixtures("steady")


@pytest.fixture
def plant(tmp_path: Path, qtbot: QtBot, closing: ExitStack) -> Iterator[Plant]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:
        bench = Bench(Path(folder), FakeStation(tmp_path))
        try:
            bench.start()
            yield Plant(bench, qtbot, closing)
            closing.close()
        finally:
            bench.close()


def test_a_shift_lead_reads_what_was_done_and_finds_the_chain_whole(plant: Plant) -> None:
    lead = plant.open("audit", "Nora")
    lead.sees("Nora (Shift lead): logged in")
    lead.panel.touch(lead.screen.audit.check)
    lead.sees("Whole: ")
    audit = lead.screen.audit
    lead.panel.touch(audit.filters[1])
    lead.choose("Users", audit.sheet)
    lead.sees("Ada (Administrator): added a user · Olga")
    assert "begun" not in lead.panel.texts()
    lead.panel.touch(audit.filters[0])
    lead.choose("Type a name", audit.sheet)
    lead.type("nobody", audit.keyboard)
    lead.sees("No records like these")


def test_a_log_that_somebody_has_changed_is_called_broken(plant: Plant) -> None:
    path = next((plant.bench.station.files.own / "audit").glob("audit-*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"new here"', b'"old here"', 1))
    lead = plant.open("audit", "Nora")
    lead.panel.touch(lead.screen.audit.check)
    lead.sees(f"{path.name}: its content does not fit its hash")


def test_an_operator_has_no_audit_log_and_no_export(plant: Plant) -> None:
    olga = plant.open("audit", "Olga")
    olga.sees("Who did what at the station is shown to: Shift lead, Quality, Engineer, Administrator")
    assert not olga.screen.audit.export.isVisible()
    olga.panel.touch(olga.screen.buttons["log"])
    assert not olga.screen.log.export.isVisible()
    olga.sees("To export, log in as: ")


def test_the_audit_log_is_taken_away_whole_and_says_so_itself(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    lead = plant.open("audit", "Nora")
    lead.sees("logged in")
    lead.panel.touch(lead.screen.audit.export)
    lead.choose("This machine: home", lead.screen.audit.desk.sheet)
    lead.sees("Saved: ")
    (path,) = home.iterdir()
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {row["act"] for row in rows} >= {"session.set_up", "users.manage", "session.log_in"}
    assert [record["user"] for record in plant.audit("export")] == ["Nora", "Nora"]


def test_the_log_is_taken_away_and_one_console_s_log_is_another_s(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    plant.office.done(Ask.HOLD, reason="cleaning")
    lead = plant.open("log", "Nora")
    lead.sees("line held: Ada: cleaning")
    lead.panel.touch(lead.screen.log.export)
    lead.choose("This machine: home", lead.screen.log.desk.sheet)
    lead.sees("Saved: ")
    (path,) = home.iterdir()
    assert "line held: Ada: cleaning" in path.read_text(encoding="utf-8-sig")
