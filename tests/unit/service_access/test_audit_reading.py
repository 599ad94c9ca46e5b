"""The audit log, read: whoever changed it is found out, and whoever asks gets an answer page by page."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from access_rig import ENGINEER, Clock, files_of_at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.access import Identity, Role
from inspector.errors import AuditError
from inspector.service._audit import AuditLog
from inspector.service._audit_files import Head, audit_files, verify_audit
from inspector.service._audit_query import AuditFilter, export_audit_csv, query_audit
from inspector.service._audit_record import GENESIS, AuditEntry, line_of, record_of

ADA = Identity(user_id="a1", name="Ada", role=Role.ADMIN, console="office")
START_NS = Clock().day_ns


def written(folder: Path, count: int = 10, *, file_bytes: int = 1_500) -> Head:
    """Write records one second apart: Jörg's and Ada's in turn, over several files."""
    clock = Clock()
    log = AuditLog(folder, file_bytes=file_bytes, now_utc_ns=clock.utc)
    for i in range(count):
        who, act = (ADA, "users.manage") if i % 2 else (ENGINEER, "recipe.edit")
        log.write(AuditEntry(who=who, act=act, target=f"t{i + 1}"))
        clock.pass_s(1)
    log.close()
    return log.head


def begun_and_done(folder: Path, count: int) -> None:
    """Write acts as the service does, each by two records; the last one is still under way."""
    log = AuditLog(folder, now_utc_ns=Clock().utc)
    for at in range(count):
        with log.act(AuditEntry(who=ADA, act="recipe.edit", target=f"r{at}")):
            pass
    log.write(AuditEntry(who=ADA, act="line.release", result="begun"))
    log.close()


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_an_act_that_is_over_is_one_record_of_a_folded_page_and_two_of_the_table(
    tmp_path: Path, limit: int
) -> None:
    folder = tmp_path / "audit"
    begun_and_done(folder, 4)
    found, before = [], None
    while True:
        page = query_audit(folder, before_seq=before, limit=limit, folded=True)
        found += [(record.fields["target"], record.fields["result"]) for record in page.records]
        if (before := page.next_before_seq) is None:
            break
    assert found == [("", "begun"), *((f"r{at}", "done") for at in (3, 2, 1, 0))]
    assert len(query_audit(folder).records) == 9
    assert export_audit_csv(folder, tmp_path / "audit.csv") == 9


def lines_of(folder: Path) -> list[bytes]:
    return [line for path in audit_files(folder) for line in path.read_bytes().splitlines(keepends=True)]


def rewritten(folder: Path, lines: list[bytes]) -> None:
    """Put other lines into one file."""
    for path in audit_files(folder):
        path.unlink()
    (folder / "audit-000000000001.jsonl").write_bytes(b"".join(lines))


def without(n: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: lines[: n - 1] + lines[n:]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def changed(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"t4"', b'"t9"') for line in lines]


def rehashed(lines: list[bytes]) -> list[bytes]:
    """Record 4 changed, and its own hash made to fit."""
    fields = record_of(lines[3][:-1]).fields
    seq, prev = fields.pop("seq"), fields.pop("prev")
    fields.pop("hash")
    return [*lines[:3], line_of(seq, fields | {"target": "t9"}, prev)[0], *lines[4:]]


@pytest.mark.parametrize(
    ("tamper", "seq", "why"),
    [
        (changed, 4, "content does not fit its hash"),
        (rehashed, 5, "does not follow"),
        (without(4), 4, "records 4…4 are missing"),
        (without(1), 1, "records 1…1 are missing"),
        (swapped, 4, "records 4…4 are missing"),
        (lambda lines: [*lines[:4], lines[3], *lines[4:]], 5, "record 4 stands here a second time"),
        (lambda lines: [*lines[:4], b"note\n", *lines[4:]], 5, "not a record"),
        (lambda lines: [*lines[:-1], lines[-1][:-1]], 10, "not finished"),
    ],
)
def test_the_first_record_that_was_tampered_with_is_named(
    tmp_path: Path, tamper: Callable[[list[bytes]], list[bytes]], seq: int, why: str
) -> None:
    written(tmp_path)
    rewritten(tmp_path, tamper(lines_of(tmp_path)))
    broken = verify_audit(tmp_path).broken
    assert broken is not None
    assert (broken.seq, broken.file) == (seq, "audit-000000000001.jsonl")
    assert why in broken.why
    assert broken.line == seq


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    written(tmp_path, file_bytes=700)
    first, second, *_ = audit_files(tmp_path)
    missing = len(second.read_bytes().splitlines())
    kept = len(first.read_bytes().splitlines())
    second.unlink()
    broken = verify_audit(tmp_path).broken
    assert broken is not None
    assert broken.why == f"records {kept + 1}…{kept + missing} are missing"


def test_a_noted_head_shows_what_was_cut_off_or_written_anew(tmp_path: Path) -> None:
    head = written(tmp_path)
    assert verify_audit(tmp_path, anchor=head).is_whole
    whole = lines_of(tmp_path)
    rewritten(tmp_path, whole[:8])
    assert verify_audit(tmp_path).is_whole
    broken = verify_audit(tmp_path, anchor=head).broken
    assert broken is not None
    assert broken.why == "the log ends here, but reached record 10 once"
    anew, prev = [], GENESIS
    for seq in range(1, 13):
        line, prev = line_of(seq, {"act": "harmless"}, prev)
        anew.append(line)
    rewritten(tmp_path, anew)
    assert verify_audit(tmp_path).is_whole
    broken = verify_audit(tmp_path, anchor=head).broken
    assert broken is not None
    assert broken.seq == 11 or broken.line == 10


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_no_bit_can_be_changed_unseen(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("audit")
    content = bytearray(ten_records())
    content[at % len(content)] ^= 1 << bit
    (folder / "audit-000000000001.jsonl").write_bytes(content)
    assert not verify_audit(folder).is_whole


def ten_records() -> bytes:
    lines, prev = [], GENESIS
    for seq in range(1, 11):
        line, prev = line_of(seq, {"act": "a", "target": f"t{seq}"}, prev)
        lines.append(line)
    return b"".join(lines)


def test_an_empty_folder_is_whole_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    assert verify_audit(tmp_path).is_whole
    with pytest.raises(AuditError, match="nowhere"):
        verify_audit(tmp_path / "nowhere")


# Questions.


def seqs(folder: Path, wanted: AuditFilter | None = None) -> list[int]:
    return [record.seq for record in query_audit(folder, wanted).records]


def test_the_newest_comes_first(tmp_path: Path) -> None:
    written(tmp_path)
    assert seqs(tmp_path) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AuditFilter(user="ADA"), [10, 8, 6, 4, 2]),
        (AuditFilter(user="a1"), [10, 8, 6, 4, 2]),
        (AuditFilter(user="nobody"), []),
        (AuditFilter(act="recipe"), [9, 7, 5, 3, 1]),
        (AuditFilter(act="recipe.edit"), [9, 7, 5, 3, 1]),
        (AuditFilter(act="rec"), []),
        (AuditFilter(since_utc_ns=START_NS + 7 * 10**9), [10, 9, 8]),
        (AuditFilter(until_utc_ns=START_NS + 2 * 10**9), [2, 1]),
        (
            AuditFilter(
                user="Ada",
                act="users",
                since_utc_ns=START_NS + 2 * 10**9,
                until_utc_ns=START_NS + 6 * 10**9,
            ),
            [6, 4],
        ),
    ],
)
def test_records_are_found_by_time_user_and_act(
    tmp_path: Path, wanted: AuditFilter, found: list[int]
) -> None:
    written(tmp_path)
    assert seqs(tmp_path, wanted) == found


@given(count=st.integers(0, 25), limit=st.integers(1, 9), act=st.sampled_from(["", "users", "recipe"]))
@settings(max_examples=30, deadline=None)
def test_pages_together_are_the_whole_answer(
    tmp_path_factory: pytest.TempPathFactory, count: int, limit: int, act: str
) -> None:
    folder = tmp_path_factory.mktemp("audit")
    written(folder, count)
    wanted = AuditFilter(act=act)
    found: list[int] = []
    before: int | None = None
    for _ in range(count + 1):
        page = query_audit(folder, wanted, before_seq=before, limit=limit)
        assert len(page.records) <= limit
        found += [record.seq for record in page.records]
        before = page.next_before_seq
        if before is None:
            break
    assert before is None
    assert found == seqs(folder, wanted)


def test_a_page_stays_the_same_while_records_are_added(tmp_path: Path) -> None:
    written(tmp_path)
    first = query_audit(tmp_path, limit=3)
    log = AuditLog(tmp_path)
    log.write(AuditEntry(who=None, act="service.started"))
    second = query_audit(tmp_path, before_seq=first.next_before_seq, limit=3)
    assert [record.seq for record in second.records] == [7, 6, 5]
    log.close()


def test_a_damaged_line_is_passed_over_and_counted(tmp_path: Path) -> None:
    written(tmp_path)
    rewritten(tmp_path, changed(lines_of(tmp_path)))
    page = query_audit(tmp_path)
    assert (len(page.records), page.unreadable) == (9, 1)


def test_a_line_that_is_being_written_is_not_seen_yet(tmp_path: Path) -> None:
    written(tmp_path)
    with audit_files(tmp_path)[-1].open("ab") as file:
        file.write(b'{"seq":11,"utc"')
    page = query_audit(tmp_path)
    assert (len(page.records), page.unreadable) == (10, 0)


# The table.


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_holds_what_was_asked_for_oldest_first(tmp_path: Path) -> None:
    written(tmp_path / "audit")
    out = tmp_path / "out.csv"
    assert export_audit_csv(tmp_path / "audit", out, AuditFilter(user="Jörg")) == 5
    rows = rows_of(out)
    assert [row["seq"] for row in rows] == ["1", "3", "5", "7", "9"]
    assert (rows[0]["user"], rows[0]["role"], rows[0]["console"]) == ("Jörg", "engineer", "panel-1")
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_run_as_a_formula(tmp_path: Path, text: str) -> None:
    log = AuditLog(tmp_path / "audit")
    log.write(AuditEntry(who=replace(ADA, name=text), act="users.manage", target=text, new=text, reason=text))
    log.close()
    export_audit_csv(tmp_path / "audit", tmp_path / "out.csv")
    (row,) = rows_of(tmp_path / "out.csv")
    assert {row[column] for column in ("user", "target", "new", "reason")} == {f"'{text}"}


def test_quotes_line_breaks_and_values_survive_the_table(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    log.write(
        AuditEntry(who=ADA, act="a", old={"b": ['"', ";"]}, new=-5, reason='say "no";\nthen, \ud800 yes')
    )
    log.close()
    export_audit_csv(tmp_path / "audit", tmp_path / "out.csv")
    (row,) = rows_of(tmp_path / "out.csv")
    assert json.loads(row["old"]) == {"b": ['"', ";"]}
    assert row["new"] == "-5"
    assert row["reason"] == 'say "no";\nthen, \\ud800 yes'


def test_a_table_that_finds_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    written(tmp_path / "audit")
    with files_of_at_most(200), pytest.raises(AuditError, match="free some space"):
        export_audit_csv(tmp_path / "audit", tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]
