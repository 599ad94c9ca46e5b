"""An audit log that a power cut has left unfinished is repaired, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from access_rig import files_of_at_most
from audit_rig import ENTRY, fields, log_at, written
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import AuditError
from inspector.service._audit_files import audit_files, verify_audit
from inspector.service._audit_record import GENESIS, record_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


@given(lost=st.integers(1, 600), garbage=st.sampled_from([b"", b"\x00" * 512, b"\x00\n\x00", b'{"seq":9}\n']))
@settings(max_examples=60, deadline=None)
def test_a_line_that_was_cut_off_is_set_aside_counted_and_said(
    tmp_path_factory: pytest.TempPathFactory, lost: int, garbage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("audit")
    written(folder, 3)
    path = audit_files(folder)[0]
    content = path.read_bytes()
    end_of_second = content.index(b"\n", content.index(b"\n") + 1) + 1
    torn = content[: max(end_of_second, len(content) - lost)] + garbage
    path.write_bytes(torn)
    log = log_at(folder)
    rest = torn[end_of_second:]
    assert log.repairs == (1 if rest else 0)
    log.write(ENTRY)
    log.close()
    found = verify_audit(folder)
    assert (found.is_whole, found.repairs, found.records) == (True, log.repairs, 3 + log.repairs)
    if rest:
        said = fields(folder)[2]
        assert (said["act"], said["role"], said["new"]["bytes"]) == ("audit.repaired", "service", len(rest))
        assert (folder / said["new"]["kept_in"]).read_bytes() == rest


def test_a_whole_log_is_left_alone(folder: Path) -> None:
    written(folder, 3)
    before = audit_files(folder)[0].read_bytes()
    log = log_at(folder)
    log.close()
    assert log.repairs == 0
    assert audit_files(folder)[0].read_bytes() == before


@pytest.mark.parametrize("rest", [b"", b'{"seq":5,"ut'])
def test_a_power_cut_just_after_a_new_file_was_begun_does_not_break_the_chain(
    folder: Path, rest: bytes
) -> None:
    written(folder, 4)
    (folder / "audit-000000000005.jsonl").write_bytes(rest)
    written(folder, 2)
    found = verify_audit(folder)
    assert (found.is_whole, found.repairs) == (True, 1 if rest else 0)
    assert found.records == 6 + found.repairs


def test_a_log_is_repaired_when_there_is_room_again(folder: Path) -> None:
    written(folder, 1)
    path = audit_files(folder)[0]
    torn = path.read_bytes() + b"x" * 5_000
    path.write_bytes(torn)
    with files_of_at_most(1_000):
        log = log_at(folder)
        assert log.trouble
        with pytest.raises(AuditError):
            log.write(ENTRY)
        assert path.read_bytes() == torn
    assert log.write(ENTRY) == 3
    log.close()
    assert verify_audit(folder).is_whole


def test_a_record_of_another_log_is_not_a_valid_line_when_changed() -> None:
    with pytest.raises(ValueError, match="not a record"):
        record_of(json.dumps({"seq": 1, "prev": GENESIS}).encode())
