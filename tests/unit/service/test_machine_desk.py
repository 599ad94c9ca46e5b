"""The computer and backups, as a console asks for them: everybody may look, an admin alone takes a backup."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from service_bench import PASSWORD, Bench, Panel, audit

from inspector.domain.access import Refusal
from inspector.errors import BackupError
from inspector.protocol import ClockView, Machine, StoreView, body_as
from inspector.service import _machine_desk

NOON_NS = 1_800_014_400 * 10**9


def read() -> Machine:
    return Machine(
        host="hall-3", clock=ClockView(utc_ns=NOON_NS), store=StoreView(data_dir="/var/lib/inspector")
    )


def back_up(out: BinaryIO) -> tuple[int, int]:
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("data/identity", "1")
    return 1, 1


@pytest.fixture
def admin(bench: Bench) -> Panel:
    bench.parts = replace(bench.parts, machine=read, back_up=back_up)
    bench.start()
    panel = bench.panel("Office")
    panel.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
    panel.log_in("Ada", PASSWORD)
    return panel


def test_everybody_may_see_how_the_computer_is(admin: Panel, bench: Bench) -> None:
    seen = body_as(bench.panel("Panel 2").done("machine.read").body, Machine)
    assert (seen.host, seen.backup.utc_ns) == ("hall-3", 0)


def test_an_admin_gets_a_backup_it_is_written_down_and_the_last_one_is_remembered(
    admin: Panel, bench: Bench
) -> None:
    reply = admin.done("backup.make")
    (content,) = reply.attachments
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["data/identity"]
    made = [record for record in audit(bench) if record["act"] == "backup.make"]
    assert [record["result"] for record in made] == ["begun", "done"]
    assert (made[-1]["user"], made[-1]["new"]) == ("Ada", {"files": 1, "bytes": 1})
    last = body_as(admin.done("machine.read").body, Machine).backup
    assert (last.user, last.files, last.size_bytes) == ("Ada", 1, 1)
    assert last.utc_ns > 0


@pytest.mark.parametrize(("role", "refusal"), [("engineer", Refusal.NOT_ALLOWED), ("", Refusal.NEEDS_LOGIN)])
def test_nobody_else_gets_one(role: str, refusal: Refusal, admin: Panel, bench: Bench) -> None:
    other = bench.panel("Panel 2")
    if role:
        admin.take_control()
        admin.done("user.add", name="Nora", role=role, secret=PASSWORD, reason="new here")
        other.log_in("Nora", PASSWORD)
    reply = other.ask("backup.make")
    assert (reply.ok, reply.body["refusal"], reply.attachments) == (False, refusal, ())


def test_one_that_does_not_fit_into_an_answer_is_refused_with_the_way_to_get_it(
    admin: Panel, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_machine_desk, "MAX_REPLY_BYTES", 64)
    reply = admin.ask("backup.make")
    assert not reply.ok
    assert "inspector backup make" in reply.reason
    made = [record["result"] for record in audit(bench) if record["act"] == "backup.make"]
    assert made[0] == "begun"
    assert made[1].startswith("failed: the backup takes")


def test_a_file_that_cannot_be_read_is_named(bench: Bench) -> None:
    def unreadable(_: BinaryIO) -> tuple[int, int]:
        raise BackupError("/etc/inspector/keys cannot be read for the backup: Permission denied")

    bench.parts = replace(bench.parts, back_up=unreadable)
    bench.start()
    panel = bench.panel()
    panel.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
    panel.log_in("Ada", PASSWORD)
    assert "/etc/inspector/keys" in panel.ask("backup.make").reason


def test_a_memory_of_the_last_one_that_is_damaged_is_none(admin: Panel, bench: Bench) -> None:
    path: Path = bench.station.files.own / "backup.json"
    path.write_text('{"utc_ns": -1}')
    assert body_as(admin.done("machine.read").body, Machine).backup.utc_ns == 0


def test_a_service_without_a_computer_says_so(bench: Bench) -> None:
    bench.start()
    assert "says nothing of its computer" in bench.panel().ask("machine.read").reason
