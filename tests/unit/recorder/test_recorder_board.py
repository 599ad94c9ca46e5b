from __future__ import annotations

from pathlib import Path

import pytest

from inspector.errors import SharedMemoryError
from inspector.sharedmem import RecorderBoard, RecorderError, RecorderState, RecorderStatus


def test_a_notice_is_read_as_it_was_published(tmp_path: Path) -> None:
    status = RecorderStatus(
        alive_ns=5,
        pid=7,
        rows_written=2**40,
        images_dropped=3,
        state=RecorderState.RETRYING,
        error_code=RecorderError.DISK_FULL,
        error_text="disk full: /data",
    )
    RecorderBoard.ensure(tmp_path / "recorder.board").publish(status)
    assert RecorderBoard.ensure(tmp_path / "recorder.board").read() == status


def test_before_the_first_notice_there_is_no_recorder(tmp_path: Path) -> None:
    status = RecorderBoard.ensure(tmp_path / "recorder.board").read()
    assert status == RecorderStatus()
    assert not status.is_alive(0)


def test_a_recorder_is_alive_while_it_gives_signs_and_until_it_says_goodbye() -> None:
    status = RecorderStatus(alive_ns=1_000_000_000, state=RecorderState.RECORDING)
    assert status.is_alive(1_500_000_000, limit_ms=500)
    assert not status.is_alive(1_500_000_001, limit_ms=500)
    assert not RecorderStatus(alive_ns=1_000_000_000, state=RecorderState.ABSENT).is_alive(1_000_000_000)


def test_a_long_text_is_cut_at_a_whole_character(tmp_path: Path) -> None:
    board = RecorderBoard.ensure(tmp_path / "recorder.board")
    board.publish(RecorderStatus(error_text="ä" * 65))
    assert board.read().error_text == "ä" * 62 + "…"


def test_a_notice_left_half_written_is_no_notice_until_the_next_one(tmp_path: Path) -> None:
    board = RecorderBoard.ensure(tmp_path / "recorder.board")
    board._version[0] = 1
    with pytest.raises(SharedMemoryError, match="half-written"):
        board.read()
    board.publish(RecorderStatus(pid=9))
    assert board.read().pid == 9
