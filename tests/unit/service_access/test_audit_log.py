"""The audit log: nothing that counts is missing, and nothing in it can be changed unseen."""

from __future__ import annotations

import os
import stat
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from access_rig import Clock, files_of_at_most
from audit_rig import ENTRY, acts, fields, log_at, written

from inspector.domain.access import Identity, Permission
from inspector.errors import AuditError
from inspector.service._audit import KEPT_MAX
from inspector.service._audit_files import audit_files, verify_audit
from inspector.service._audit_record import GENESIS, AuditEntry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


def test_a_record_says_who_did_what_where_when_why_and_how_it_went(folder: Path, clock: Clock) -> None:
    clock.day_ns = 1_790_000_000_123_456_789
    log = log_at(folder, clock)
    assert log.write(ENTRY) == 1
    (record,) = fields(folder)
    assert record.pop("hash") == log.head.hash
    assert record == {
        "seq": 1,
        "utc": "2026-09-21T14:13:20.123456Z",
        "user_id": "e1",
        "user": "Jörg",
        "role": "engineer",
        "console": "panel-1",
        "act": "recipe.edit",
        "target": "flange@7",
        "old": {"accept_min": 0.5},
        "new": {"accept_min": 0.55},
        "reason": "too many false rejects",
        "result": "done",
        "of": None,
        "kept": False,
        "prev": GENESIS,
    }
    log.close()


def test_each_record_carries_the_hash_of_the_one_before_also_after_a_restart(folder: Path) -> None:
    written(folder, 2)
    written(folder, 2)
    records = fields(folder)
    assert [record["seq"] for record in records] == [1, 2, 3, 4]
    assert [record["prev"] for record in records] == [GENESIS, *(record["hash"] for record in records[:-1])]
    assert verify_audit(folder).is_whole


def test_a_new_file_is_begun_by_size_and_the_chain_goes_on(folder: Path) -> None:
    head = written(folder, 30, file_bytes=2_000)
    files = audit_files(folder)
    assert len(files) > 5
    assert all(path.stat().st_size < 2_600 for path in files)
    found = verify_audit(folder)
    assert (found.is_whole, found.records, found.files, found.head) == (True, 30, len(files), head)
    assert written(folder, 1, file_bytes=2_000).seq == 31


def test_only_the_owner_reads_the_log(folder: Path) -> None:
    written(folder, 1)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_what_is_written_is_synced_before_it_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_at(folder)
    log.write(ENTRY)
    synced: list[int] = []
    sync = os.fsync

    def noted(file: int) -> None:
        sync(file)
        synced.append(log.head.seq)

    monkeypatch.setattr(os, "fsync", noted)
    assert log.write(ENTRY) == 2
    assert synced == [1]
    log.close()


def test_two_services_cannot_write_one_log(folder: Path) -> None:
    first = log_at(folder)
    second = log_at(folder)
    assert "another process writes the audit log" in second.trouble
    with pytest.raises(AuditError, match="another process"):
        second.write(ENTRY)
    first.close()
    assert second.write(ENTRY) == 1
    second.close()


def test_a_closed_log_refuses_and_holds_nothing_open(folder: Path) -> None:
    log = log_at(folder)
    log.close()
    log.close()
    with pytest.raises(AuditError, match="closed"):
        log.write(ENTRY)


def test_records_from_many_threads_are_all_there_in_one_chain(folder: Path) -> None:
    log = log_at(folder, file_bytes=5_000)

    def work(number: int) -> None:
        for i in range(20):
            entry = replace(ENTRY, target=f"{number}/{i}")
            log.keep(entry) if i % 2 else log.write(entry)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    log.close()
    assert verify_audit(folder).is_whole
    assert sorted(record["target"] for record in fields(folder)) == sorted(
        f"{n}/{i}" for n in range(4) for i in range(20)
    )


# What a disk without room does.


def test_an_act_that_cannot_be_audited_is_refused_and_leaves_no_trace(folder: Path) -> None:
    log = log_at(folder)
    log.write(ENTRY)
    done = []
    with files_of_at_most(audit_files(folder)[0].stat().st_size + 100):
        with pytest.raises(AuditError, match="free some space"), log.act(ENTRY):
            done.append("the act")
        assert "free some space" in log.trouble
    assert done == []
    assert log.write(ENTRY) == 2
    assert log.trouble == ""
    log.close()
    found = verify_audit(folder)
    assert (found.is_whole, found.records, found.repairs) == (True, 2, 0)


def test_what_must_never_wait_is_kept_and_written_as_soon_as_there_is_room(
    folder: Path, clock: Clock
) -> None:
    log = log_at(folder, clock)
    log.write(ENTRY)
    hold = AuditEntry(who=Identity(console="panel-1"), act=Permission.HOLD_LINE)
    with files_of_at_most(audit_files(folder)[0].stat().st_size):
        log.keep(hold)
        assert log.flush() == 1
        with pytest.raises(AuditError):
            log.write(ENTRY)
        assert log.waiting == 1
    clock.pass_s(3600)
    log.write(ENTRY)
    assert log.waiting == 0
    log.close()
    records = fields(folder)
    assert [(record["act"], record["kept"]) for record in records] == [
        ("recipe.edit", False),
        ("line.hold", True),
        ("recipe.edit", False),
    ]
    assert records[1]["utc"] == records[0]["utc"] < records[2]["utc"]
    assert verify_audit(folder).is_whole


def test_keeping_does_not_wait_for_a_disk_that_hangs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_at(folder)
    hangs, go_on = threading.Event(), threading.Event()
    sync = os.fsync

    def slow(file: int) -> None:
        hangs.set()
        assert go_on.wait(30)
        sync(file)

    monkeypatch.setattr(os, "fsync", slow)
    writer = threading.Thread(target=log.write, args=(ENTRY,))
    writer.start()
    assert hangs.wait(30)
    log.keep(ENTRY)
    assert log.waiting == 1
    go_on.set()
    writer.join(30)
    log.close()
    assert verify_audit(folder).records == 2


def test_what_there_was_no_room_for_even_in_memory_is_counted_in_the_log(folder: Path) -> None:
    log = log_at(folder)
    log.write(ENTRY)
    for _ in range(KEPT_MAX + 7):
        log.keep(ENTRY)
    assert (log.waiting, log.lost) == (KEPT_MAX, 7)
    assert log.flush() == 0
    assert log.lost == 0
    log.close()
    last = fields(folder)[-1]
    assert (last["act"], last["role"], last["new"]) == ("audit.lost", "service", {"records": 7})
    assert verify_audit(folder).records == 1 + KEPT_MAX + 1


def test_a_log_that_cannot_be_opened_at_the_start_is_opened_when_it_can(folder: Path) -> None:
    folder.write_text("something else is here")
    log = log_at(folder)
    log.keep(ENTRY)
    assert log.trouble
    assert log.flush() == 1
    folder.unlink()
    assert log.flush() == 0
    log.close()
    assert verify_audit(folder).records == 1


# An act and its end.


def test_an_act_is_on_disk_before_it_is_done_and_its_end_after(folder: Path) -> None:
    log = log_at(folder)
    with log.act(ENTRY) as act:
        assert acts(folder) == [("recipe.edit", "begun")]
        act.new = {"revision": 8}
    assert acts(folder) == [("recipe.edit", "begun"), ("recipe.edit", "done")]
    last = fields(folder)[-1]
    assert (last["of"], last["new"]) == (1, {"revision": 8})
    log.close()


def test_an_act_that_fails_is_told_with_its_reason(folder: Path) -> None:
    log = log_at(folder)
    with pytest.raises(RuntimeError), log.act(ENTRY):
        raise RuntimeError("the camera has gone")
    assert acts(folder)[-1] == ("recipe.edit", "failed: the camera has gone")
    log.close()


def test_the_end_of_an_act_is_kept_if_the_disk_fills_up_meanwhile(folder: Path) -> None:
    log = log_at(folder)
    log.write(ENTRY)
    size = audit_files(folder)[0].stat().st_size
    with files_of_at_most(2 * size + size // 2), log.act(ENTRY):
        pass
    assert log.waiting == 1
    log.close()
    assert acts(folder)[1:] == [("recipe.edit", "begun"), ("recipe.edit", "done")]


# What is in a record.


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        -1.5,
        "",
        "محمد 👩‍🔧",
        "line\nbreak\u2028\x00\x85",
        "\ud800",
        [1, {"a": None}],
        {"nested": {"b": [True]}},
    ],
)
def test_values_come_back_as_they_were(folder: Path, value: Any) -> None:
    log = log_at(folder)
    log.write(replace(ENTRY, old=value, reason=value if isinstance(value, str) else ""))
    log.close()
    assert fields(folder)[0]["old"] == value
    assert verify_audit(folder).is_whole


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}, b"x", pytest.param(10**5000, id="huge")])
def test_a_value_that_json_cannot_hold_is_named_and_the_act_still_written(
    folder: Path, value: object
) -> None:
    log = log_at(folder)
    log.write(replace(ENTRY, new=value))
    log.close()
    assert fields(folder)[0]["new"] == f"not JSON: {type(value).__name__}"


def test_huge_texts_and_values_are_clipped_and_say_so(folder: Path) -> None:
    log = log_at(folder)
    log.write(replace(ENTRY, reason="r" * 10**6, new=["v" * 10**6]))
    log.close()
    assert audit_files(folder)[0].stat().st_size < 5_000
    (record,) = fields(folder)
    assert record["reason"].endswith("…")
    assert (record["new"]["characters"], len(record["new"]["sha256"])) == (10**6 + 4, 64)


# What a power cut leaves behind.
