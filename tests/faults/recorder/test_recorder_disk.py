from __future__ import annotations

import subprocess
from pathlib import Path

import apsw
import pytest
from recorder_rig import Rig, drain

from inspector import clock
from inspector.recorder._errors import OutboxError
from inspector.recorder._rows import RecorderCode
from inspector.sharedmem import RecorderError, RecorderState


def fill(disk: Path) -> Path:
    """Leave no byte free, and return the file that does it."""
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return ballast


def test_a_full_disk_keeps_the_rows_in_the_ring_until_there_is_room_again(
    tmp_path: Path, small_disk: Path
) -> None:
    rig = Rig(tmp_path / "run", small_disk / "data")
    recorder = rig.recorder()
    rig.parts(50)
    drain(recorder)
    ballast = fill(small_disk)
    rig.parts(3000)
    for _ in range(20):
        recorder.step(impatient=True)
    status = rig.board.read()
    assert (status.state, status.error_code) == (RecorderState.RETRYING, RecorderError.DISK_FULL)
    assert status.error_text.startswith(f"disk full: {small_disk / 'data'}")
    assert status.is_alive(clock.monotonic_ns())
    assert recorder.waiting > 0
    ballast.unlink()
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    assert rig.board.read().error_code is RecorderError.NONE
    assert RecorderCode.WRITING_AGAIN in [code for code, _ in rig.own_events()]
    recorder.close(is_drained=True)


def test_a_recorder_started_on_a_full_disk_waits_for_room(tmp_path: Path, small_disk: Path) -> None:
    ballast = fill(small_disk)
    rig = Rig(tmp_path / "run", small_disk / "data")
    rig.parts(30)
    recorder = rig.recorder()
    assert not recorder.step()
    assert rig.board.read().error_code is RecorderError.DISK_FULL
    ballast.unlink()
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    recorder.close(is_drained=True)


def test_on_a_full_disk_the_oldest_images_make_room_for_rows(tmp_path: Path, small_disk: Path) -> None:
    rig = Rig(tmp_path / "run", small_disk / "data")
    recorder = rig.recorder(reserve_mb=0.1)
    for _ in range(6):
        rig.parts(8, image_every=1)
        drain(recorder)
    fill(small_disk)
    rig.parts(200)
    drain(recorder)
    recorded = rig.recorded()
    assert [row["seq"] for row in recorded] == rig.sent
    states = [row["image"]["state"] for row in recorded if row["image"]]
    assert states == sorted(states)  # EVICTED before STORED: the oldest went
    assert rig.board.read().images_evicted == states.count("EVICTED") > 0
    recorder.close(is_drained=True)


def test_images_leave_a_reserve_on_the_disk_for_rows(tmp_path: Path, small_disk: Path) -> None:
    rig = Rig(tmp_path / "run", small_disk / "data")
    recorder = rig.recorder(reserve_mb=10.0)
    rig.parts(4, image_every=1)
    drain(recorder)
    assert [row["image"]["state"] for row in rig.recorded()] == ["DROPPED"] * 4
    status = rig.board.read()
    assert (status.state, status.error_code) == (RecorderState.RECORDING, RecorderError.DISK_FULL)
    assert "images are dropped" in status.error_text
    recorder.close(is_drained=True)


def test_a_disk_that_turns_read_only_is_named_and_waited_for(tmp_path: Path, small_disk: Path) -> None:
    rig = Rig(tmp_path / "run", small_disk / "data")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    rig.parts(5)
    recorder = rig.recorder()
    assert not recorder.step()
    status = rig.board.read()
    assert status.error_code is RecorderError.CANNOT_WRITE
    assert status.error_text.startswith(f"cannot write {small_disk / 'data'}: Read-only file system")
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    recorder.close(is_drained=True)


def test_a_folder_that_cannot_be_made_is_named_and_tried_again_later(rig: Rig) -> None:
    rig.data_dir.write_text("in the way")
    rig.parts(5)
    recorder = rig.recorder()
    assert not recorder.step()
    status = rig.board.read()
    assert status.error_code is RecorderError.CANNOT_WRITE
    assert status.error_text.startswith(f"cannot write {rig.data_dir}: File exists")
    rig.data_dir.unlink()
    assert not recorder.step()  # not yet: it tries again after a while
    assert recorder.waiting == 5
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == rig.sent


def test_a_recorder_told_to_stop_while_it_cannot_write_says_how_much_is_waiting(rig: Rig) -> None:
    rig.data_dir.write_text("in the way")
    rig.parts(5)
    process = rig.start()
    rig.wait_for("status.state == 2")
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "5 rows wait in" in said
    assert rig.board.read().state is RecorderState.FAILED
    assert rig.ring.free == rig.ring.capacity - 5


@pytest.mark.parametrize("damage", ["garbage", "pages"])
def test_a_damaged_database_is_set_aside_with_its_images_and_recording_goes_on(rig: Rig, damage: str) -> None:
    recorder = rig.recorder()
    rig.parts(300, image_every=50)
    drain(recorder)
    recorder.close(is_drained=True)
    database = rig.data_dir / "outbox.db"
    content = bytearray(database.read_bytes())
    content = (
        bytearray(b"\xff" * 5000) if damage == "garbage" else content[:8192] + b"\xff" * len(content[8192:])
    )
    database.write_bytes(content)
    rig.parts(10)
    recorder = rig.recorder()
    drain(recorder)
    status = rig.board.read()
    (aside,) = rig.data_dir.glob("damaged-*")
    assert status.error_code is RecorderError.DATABASE_DAMAGED
    assert status.error_text.startswith(f"a damaged outbox was set aside in {aside}"[:120])
    assert (aside / "outbox.db").read_bytes() == content
    assert len(list((aside / "images").iterdir())) == 6
    assert [row["seq"] for row in rig.recorded()] == rig.sent[300:]
    assert (RecorderCode.DATABASE_REPLACED, f"set aside in {aside.name}") in rig.own_events()
    recorder.close(is_drained=True)


def test_a_database_damaged_while_recording_is_set_aside_and_no_waiting_row_is_lost(rig: Rig) -> None:
    recorder = rig.recorder()
    rig.parts(300)
    drain(recorder)
    rig.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    size = (rig.data_dir / "outbox.db").stat().st_size
    with open(rig.data_dir / "outbox.db", "r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (size - 100))
    recorder._close_store()  # so that no page is in its cache any more
    rig.parts(10)
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == rig.sent[300:]


def test_images_found_without_their_database_are_set_aside_not_deleted(rig: Rig) -> None:
    recorder = rig.recorder()
    rig.parts(3, image_every=1)
    drain(recorder)
    recorder.close(is_drained=True)
    (rig.data_dir / "outbox.db").unlink()
    recorder = rig.recorder()
    recorder.step()
    (aside,) = rig.data_dir.glob("damaged-*")
    assert len(list((aside / "images").iterdir())) == 3


def test_an_older_copy_of_the_outbox_is_told_from_the_newest(rig: Rig) -> None:
    recorder = rig.recorder()
    rig.parts(5)
    drain(recorder)
    recorder.close(is_drained=True)
    copy = (rig.data_dir / "outbox.db").read_bytes()
    recorder = rig.recorder()
    rig.parts(5)
    drain(recorder)
    recorder.close(is_drained=True)
    (rig.data_dir / "outbox.db").write_bytes(copy)
    recorder = rig.recorder()
    rig.parts(2)
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == [1, 2, 3, 4, 5, 11, 12]
    assert (RecorderCode.CURSOR_BEHIND, "rows 6 to 10 are not here") in rig.own_events()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("PRAGMA application_id = 5", "belongs to another program"),
        ("PRAGMA user_version = 99", "a newer one wrote it"),
    ],
)
def test_a_database_that_is_not_ours_is_left_alone_and_ends_the_recorder(
    rig: Rig, statement: str, reason: str
) -> None:
    first = rig.recorder()
    first.step()
    first.close(is_drained=True)
    rig.sql(statement)
    rig.parts(1)
    second = rig.recorder()
    with pytest.raises(OutboxError, match=reason):
        drain(second)
    second.close(is_drained=False)
    status = rig.board.read()
    assert (status.state, status.error_code) == (RecorderState.FAILED, RecorderError.UNKNOWN_DATABASE)


def test_two_recorders_do_not_write_into_one_folder(rig: Rig, tmp_path: Path) -> None:
    first = rig.recorder()
    first.step()
    other = Rig(tmp_path / "other", rig.data_dir)
    second = other.recorder()
    other.parts(1)
    assert not second.step()
    assert other.board.read().error_code is RecorderError.ANOTHER_RECORDER
    first.close(is_drained=True)
    drain(second)
    assert len(other.recorded()) == 1


def test_files_that_no_row_names_are_removed_and_lost_images_are_counted(rig: Rig) -> None:
    recorder = rig.recorder()
    rig.parts(4, image_every=1)
    drain(recorder)
    recorder.close(is_drained=True)
    images = sorted((rig.data_dir / "images").iterdir())
    images[0].unlink()
    stray = rig.data_dir / "images" / "stray.png"
    stray.write_bytes(b"half an im")
    rig.recorder().step()
    assert not stray.exists()
    assert [row["image"]["state"] for row in rig.recorded()] == ["EVICTED", "STORED", "STORED", "STORED"]
    assert rig.board.read().images_evicted == 1


def test_the_database_carries_our_name_and_version(rig: Rig) -> None:
    rig.recorder().step()
    assert rig.sql("PRAGMA application_id") == [(0x494E5350,)]
    assert rig.sql("PRAGMA user_version") == [(1,)]
    assert rig.sql("PRAGMA journal_mode") == [("wal",)]
    assert apsw.sqlite_lib_version().split(".") >= ["3", "51", "3"]
