"""A run directory belongs to one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspector.app._places import RunDir, make_data_dir
from inspector.errors import ConfigError, SharedMemoryError

STALE = ("status", "wires", "plc.port", "plc.ctl", "world.ctl", "camera")


def test_a_run_directory_is_made_for_this_user_alone(tmp_path: Path) -> None:
    places = RunDir(tmp_path / "deep" / "run")
    places.take()
    assert places.path.stat().st_mode & 0o777 == 0o700
    places.release()


def test_a_second_line_is_refused_and_told_whose_it_is(tmp_path: Path) -> None:
    first, second = RunDir(tmp_path), RunDir(tmp_path)
    first.take()
    with pytest.raises(
        SharedMemoryError, match=rf"in use by another line \(process {os.getpid()}\)"
    ) as caught:
        second.take()
    assert caught.value.exit_code == 2
    second.release()  # it has nothing to give back, and takes nothing from the first
    with pytest.raises(SharedMemoryError):
        second.take()
    first.release()
    second.take()
    second.release()


def test_what_a_killed_line_left_is_cleared_but_never_its_ledger(tmp_path: Path) -> None:
    for name in (*STALE, "ledger.ring"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    places = RunDir(tmp_path)
    places.take()
    assert {path.name for path in tmp_path.iterdir()} == {"lock", "ledger.ring"}
    places.release()


def test_after_a_run_only_the_ledger_keeps_memory(tmp_path: Path) -> None:
    places = RunDir(tmp_path)
    places.take()
    for name in (*STALE, "images.pool", "journal", "config.json", "recorder.board", "ledger.ring"):
        (tmp_path / name).write_text("new", encoding="utf-8")
    places.release()
    places.release()
    assert {path.name for path in tmp_path.iterdir()} == {"lock", "ledger.ring"}


def test_a_run_directory_under_a_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SharedMemoryError, match=r"Not a directory; set \[station\] run_dir \(--run-dir\)"):
        RunDir(tmp_path / "file" / "run").take()


def test_a_data_directory_is_made_or_refused_with_the_remedy(tmp_path: Path) -> None:
    make_data_dir(tmp_path / "a" / "b")
    make_data_dir(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"set \[station\] data_dir \(--data-dir\)"):
        make_data_dir(tmp_path / "file")
