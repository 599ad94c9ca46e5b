from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from recorder_rig import Rig, drain

from inspector import clock
from inspector.recorder import last_parts
from inspector.recorder._images import ImageStore
from inspector.recorder._outbox import Outbox
from inspector.recorder._rows import RecorderCode
from inspector.sharedmem import ImagePool, LedgerRing, RecorderState, RowFlags


def test_every_row_is_recorded_once_and_in_order(rig: Rig) -> None:
    rig.parts(1200)
    recorder = rig.recorder()
    drain(recorder)
    recorder.close(is_drained=True)
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    assert rig.ring.free == rig.ring.capacity


def test_a_row_says_what_the_station_said_of_the_part(rig: Rig) -> None:
    trigger_ns = clock.monotonic_ns()
    rig.ring.append(
        session=9,
        tag=77,
        trigger_ns=trigger_ns,
        available_ns=trigger_ns + 1_000_000,
        decided_ns=trigger_ns + 1_900_000,
        latency_us=900,
        evaluation=2,
        class_index=1,
        score_permille=987,
        disposition=0,
        cause=3,
        causes=0b1010,
        applied=2,
        confirmed=2,
        flags=RowFlags.SIMULATED | RowFlags.REWORK,
        serial="Ü1".encode(),
        bundle_digest32=0xABC,
    )
    recorder = rig.recorder()
    drain(recorder)
    (row,) = rig.recorded()
    offset_ns = clock.utc_ns() - clock.monotonic_ns()
    assert abs(row["utc_ns"] - (trigger_ns + offset_ns)) < 50_000_000
    expected = {
        "station": "demo",
        "kind": "PART",
        "session": 9,
        "tag": 77,
        "latency_us": 900,
        "evaluation": "NG",
        "class_name": "scratch",
        "disposition": "REJECT",
        "cause": "LATE",
        "causes": ["NG", "LATE"],
        "applied": "REJECTED",
        "confirmed": "YES",
        "flags": ["SIMULATED", "REWORK"],
        "is_simulated": True,
        "serial": "Ü1",
        "bundle_digest32": "00000abc",
        "outcome_ns": None,
        "image": None,
    }
    assert {name: row[name] for name in expected} == expected


def test_an_event_is_recorded_with_its_text(rig: Rig) -> None:
    rig.ring.append_event(12, "held: camera lost", trigger_ns=clock.monotonic_ns())
    drain(rig.recorder())
    (row,) = rig.recorded()
    assert (row["kind"], row["code"], row["text"]) == ("EVENT", 12, "held: camera lost")


@pytest.mark.parametrize("image_format", ["png", "jpeg"])
def test_an_image_is_stored_with_its_digest_and_its_slot_is_given_back(rig: Rig, image_format: str) -> None:
    recorder = rig.recorder(image_format=image_format)
    for _ in range(5):
        rig.parts(8, image_every=1)
        drain(recorder)
    for row in rig.recorded():
        data = (rig.data_dir / row["image"]["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["image"]["sha256"]
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        if image_format == "png":
            np.testing.assert_array_equal(pixels, rig.images[row["seq"]])
    status = rig.board.read()
    assert (status.images_written, status.images_dropped) == (40, 0)


def test_an_image_that_was_dropped_is_counted_in_its_row(rig: Rig) -> None:
    rig.parts(10, image_every=1)  # there are eight slots
    drain(rig.recorder())
    states = [row["image"]["state"] for row in rig.recorded()]
    assert states == ["STORED"] * 8 + ["DROPPED"] * 2
    assert rig.recorded()[-1]["flags"] == ["IMAGE_DROPPED"]
    assert rig.board.read().images_dropped == 2


def test_an_image_overwritten_before_it_was_taken_is_counted_as_dropped(rig: Rig) -> None:
    rig.part(image=True)
    rig.pool = ImagePool.resume(rig.options.pool_path)
    for _ in range(8):
        rig.pool.put(np.zeros((4, 4), np.uint8))
    drain(rig.recorder())
    (row,) = rig.recorded()
    assert (row["image"]["state"], row["flags"]) == ("DROPPED", ["IMAGE_DROPPED"])


def test_images_are_on_disk_before_the_row_that_names_them_is_committed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    fsync, commit = os.fsync, Outbox.commit

    def noted_fsync(file: int) -> None:
        calls.append("fsync " + Path(os.readlink(f"/proc/self/fd/{file}")).name)
        fsync(file)

    def noted_commit(self: Outbox, epoch: int, *rest: Any) -> None:
        if epoch == rig.ring.epoch:
            calls.append("commit")
        commit(self, epoch, *rest)

    recorder = rig.recorder()
    recorder.step()
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Outbox, "commit", noted_commit)
    rig.parts(2, image_every=1)
    recorder.step()
    names = [f"{rig.ring.epoch:013x}-{seq:010d}.png" for seq in rig.sent]
    assert calls == [f"fsync {names[0]}.part", f"fsync {names[1]}.part", "fsync images", "commit"]


def test_a_damaged_row_leaves_an_unrecorded_one_in_its_place(rig: Rig) -> None:
    rig.parts(3)
    rig.ring._raw[1, 50] ^= 255
    drain(rig.recorder())
    assert [(row["seq"], row["kind"]) for row in rig.recorded()] == [
        (1, "PART"),
        (2, "UNRECORDED"),
        (3, "PART"),
    ]
    assert rig.board.read().unrecorded == 1


def test_a_restarted_recorder_goes_on_at_its_cursor(rig: Rig) -> None:
    rig.parts(10)
    first = rig.recorder()
    drain(first)
    first.close(is_drained=True)
    rig.parts(10)
    second = rig.recorder()
    drain(second)
    second.close(is_drained=True)
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    codes = [code for code, _ in rig.own_events()]
    assert codes == [RecorderCode.STARTED, RecorderCode.STOPPED] * 2


def test_a_new_ring_begins_a_new_epoch_in_the_same_outbox(rig: Rig, tmp_path: Path) -> None:
    rig.parts(3)
    recorder = rig.recorder()
    drain(recorder)
    recorder.close(is_drained=True)
    other = Rig(tmp_path / "other", rig.data_dir)
    other.parts(2)
    drain(other.recorder())
    assert [row["seq"] for row in rig.recorded()] == [1, 2, 3]
    assert [row["seq"] for row in other.recorded()] == [1, 2]


def test_the_board_says_that_a_recorder_works_and_that_it_has_left(rig: Rig) -> None:
    recorder = rig.recorder()
    rig.parts(3, image_every=1)
    drain(recorder)
    status = rig.board.read()
    assert status.is_alive(clock.monotonic_ns())
    assert (status.pid, status.rows_written, status.images_written) == (os.getpid(), 4, 3)
    stored = sum(path.stat().st_size for path in (rig.data_dir / "images").iterdir())
    assert status.bytes_used > stored
    recorder.close(is_drained=True)
    assert rig.board.read().state is RecorderState.ABSENT


def test_an_image_that_cannot_be_encoded_is_dropped_and_its_row_kept(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = rig.pool.put(np.zeros((2, 3, 2), np.uint8))  # two channels: no image file has that
    assert put is not None
    rig.part(image_slot=put[0], image_generation=put[1])
    drain(rig.recorder())
    assert rig.recorded()[0]["image"] == {"state": "DROPPED"}
    assert "cannot encode an image of shape (2, 3, 2)" in rig.board.read().error_text


def test_an_image_that_is_being_written_is_not_there_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ImageStore(tmp_path / "images", "png")
    seen: list[list[str]] = []

    def look(_: int) -> None:
        seen.append([path.name for path in store.folder.glob("*.png")])

    monkeypatch.setattr("inspector.recorder._images.os.fsync", look)
    image = store.write(1, 1, b"whole")
    assert seen == [[]]
    assert [path.name for path in store.folder.iterdir()] == [image.name]
    assert (store.folder / image.name).read_bytes() == b"whole"


def test_an_image_file_is_named_by_its_row(rig: Rig, tmp_path: Path) -> None:
    store = ImageStore(tmp_path / "images", "png")
    assert store.write(255, 7, b"x").name == "00000000000ff-0000000007.png"


def test_the_last_parts_are_found_over_several_rings_and_while_nothing_is_there_yet(rig: Rig) -> None:
    assert last_parts(rig.data_dir, 5) == []
    rig.parts(3)
    recorder = rig.recorder()
    drain(recorder)
    recorder.close(is_drained=True)
    first = rig.ring.epoch
    LedgerRing.create(rig.options.ring_path)  # as after a restart of the machine
    rig.start_station()
    rig.parts(2)
    rig.ring.append_event(1, "EXECUTE", trigger_ns=1)
    recorder = rig.recorder()
    drain(recorder)
    recorder.close(is_drained=True)
    second = rig.ring.epoch
    found = [(row["epoch"], row["part_count"]) for row in last_parts(rig.data_dir, 4)]
    assert found == [(first, 2), (first, 3), (second, 4), (second, 5)]
    assert [row["part_count"] for row in last_parts(rig.data_dir, 1)] == [5]
