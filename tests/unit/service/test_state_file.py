"""What of the alarms outlives the service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.service._state_file import Kept, load_state, save_state

KEPT = Kept(AlarmBoard(TABLE).snapshot(5), utc_ns=7, passed=2)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "service" / "alarms.json"
    assert save_state(path, KEPT) == ""
    assert load_state(path) == (KEPT, "")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_first_start_is_no_trouble(tmp_path: Path) -> None:
    assert load_state(tmp_path / "alarms.json") == (None, "")


@pytest.mark.parametrize(
    "text",
    ["", "{ half", "[]", '"text"', "{}", json.dumps({"schema": "inspector-alarms", "version": 2}), "\0"],
)
def test_a_damaged_file_is_told_and_all_alarms_begin_as_new(tmp_path: Path, text: str) -> None:
    path = tmp_path / "alarms.json"
    path.write_text(text)
    kept, complaint = load_state(path)
    assert kept is None
    assert str(path) in complaint


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be kept" in save_state(tmp_path / "file" / "alarms.json", KEPT)
