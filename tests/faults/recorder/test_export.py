from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from recorder_rig import Rig, drain

from inspector import clock
from inspector.errors import TelemetryError
from inspector.recorder import _carry, _export, export, rows, telemetry_status


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def carried(out: Path, epoch: int) -> list[dict[str, Any]]:
    """Return an epoch's rows in the target, after checking every digest."""
    found = []
    for path in out.glob("*.manifest.json"):
        manifest = json.loads(path.read_text())
        for name, entry in manifest["files"].items():
            data = (out / name).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
        if manifest["epoch"] == epoch:
            lines = (out / path.name.replace(".manifest.json", ".ndjson")).read_text().splitlines()
            assert len(lines) == manifest["rows"]
            found += [json.loads(line) for line in lines]
    return sorted(found, key=lambda row: int(row["seq"]))


def test_rows_and_images_are_carried_away_with_their_digests_while_the_recorder_runs(
    rig: Rig, out: Path
) -> None:
    recorder = rig.recorder()
    rig.parts(30, image_every=5)
    drain(recorder)
    steps: list[tuple[int, int]] = []
    report = export(rig.data_dir, out, progress=lambda done, total: steps.append((done, total)))
    found = carried(out, rig.ring.epoch)
    assert found == rig.recorded()
    assert (report.rows, report.images, report.images_missing, report.is_marked) == (31, 6, 0, True)
    assert steps[-1] == (31, 31)
    for row in found:
        if row["image"]:
            data = (out / row["image"]["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == row["image"]["sha256"]
    rig.parts(5)
    drain(recorder)
    assert len(rig.recorded()) == 35


def test_running_it_again_carries_only_what_is_new(rig: Rig, out: Path) -> None:
    recorder = rig.recorder()
    rig.parts(10, image_every=2)
    drain(recorder)
    export(rig.data_dir, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert export(rig.data_dir, out).rows == 0
    rig.parts(3)
    drain(recorder)
    assert export(rig.data_dir, out).rows == 3
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert [row["seq"] for row in carried(out, rig.ring.epoch)] == rig.sent


def test_an_export_interrupted_anywhere_is_completed_by_the_next_one(
    rig: Rig, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_export, "ROWS_PER_FILE", 4)
    rig.parts(20, image_every=3)
    drain(rig.recorder())
    put_file = _carry.put_file
    for at in range(1, 60):
        left = at

        def failing_put(path: Path, data: bytes) -> str:
            nonlocal left
            left -= 1
            if left == 0:
                (path.parent / f"{path.name}.part").write_bytes(data[: len(data) // 2])
                raise KeyboardInterrupt
            return put_file(path, data)

        monkeypatch.setattr(_export, "put_file", failing_put)
        try:
            export(rig.data_dir, out)
        except KeyboardInterrupt:
            complete = carried(out, rig.ring.epoch)
            assert complete == rig.recorded()[: len(complete)]
            continue
        break
    assert carried(out, rig.ring.epoch) == rig.recorded()
    assert not list(out.rglob("*.part"))


def test_an_image_that_was_evicted_meanwhile_or_is_damaged_is_counted_and_not_carried(
    rig: Rig, out: Path
) -> None:
    rig.parts(3, image_every=1)
    drain(rig.recorder())
    first, second, _ = sorted((rig.data_dir / "images").iterdir())
    first.unlink()
    second.write_bytes(b"something else")
    report = export(rig.data_dir, out)
    assert (report.images, report.images_missing) == (1, 2)
    states = [row["image"]["state"] for row in carried(out, rig.ring.epoch)]
    assert states == ["EVICTED", "DAMAGED", "STORED"]
    assert "(2 images were gone)" in str(report)


def test_rows_alone_can_be_carried_away(rig: Rig, out: Path) -> None:
    rig.parts(3, image_every=1)
    drain(rig.recorder())
    assert export(rig.data_dir, out, images=False).images == 0
    assert not list((out / "images").iterdir())


def test_since_leaves_out_older_rows_and_does_not_mark_anything(rig: Rig, out: Path) -> None:
    rig.parts(3)
    time.sleep(0.01)  # UTC and the monotonic clock cannot be read at once
    boundary_ns = clock.utc_ns()
    time.sleep(0.01)
    rig.parts(2)
    drain(rig.recorder())
    export(rig.data_dir, out, since=boundary_ns)
    assert [row["seq"] for row in carried(out, rig.ring.epoch)] == [4, 5]
    assert telemetry_status(rig.data_dir)["rows_not_exported"] == 6


def test_status_says_what_waits_and_what_was_carried_away(rig: Rig, out: Path) -> None:
    rig.parts(4, image_every=2)
    drain(rig.recorder())
    status = telemetry_status(rig.data_dir)
    assert (status["rows"], status["rows_not_exported"], status["images"]) == (5, 5, 2)
    export(rig.data_dir, out)
    status = telemetry_status(rig.data_dir)
    assert (status["rows"], status["rows_not_exported"]) == (5, 0)
    own, ring = status["epochs"]
    assert (ring["epoch"], ring["last_seq"], ring["exported_seq"]) == (rig.ring.epoch, 4, 4)
    assert own["last_seq"] == 1
    assert json.loads(json.dumps(status)) == status


def test_a_folder_without_an_outbox_is_named(tmp_path: Path) -> None:
    for act in (
        telemetry_status,
        lambda folder: export(folder, tmp_path / "out"),
        lambda folder: next(rows(folder, 1)),
    ):
        with pytest.raises(TelemetryError, match=f"there is no outbox in {tmp_path}"):
            act(tmp_path)
    assert not (tmp_path / "out").exists()


def test_an_epoch_that_is_not_there_is_named(rig: Rig) -> None:
    rig.recorder().step()
    with pytest.raises(TelemetryError, match="has no rows of epoch 12"):
        next(rows(rig.data_dir, 12))


def test_rows_can_be_read_from_a_point_on(rig: Rig) -> None:
    rig.parts(2500)
    drain(rig.recorder())
    assert [row["seq"] for row in rows(rig.data_dir, rig.ring.epoch, after=1200)] == list(range(1201, 2501))


def test_a_target_that_cannot_be_made_is_named(rig: Rig, tmp_path: Path) -> None:
    rig.parts(1)
    drain(rig.recorder())
    (tmp_path / "file").write_text("")
    with pytest.raises(
        TelemetryError, match=r"cannot write into .*file/out: Not a directory; what is complete"
    ):
        export(rig.data_dir, tmp_path / "file" / "out")


def test_a_full_target_keeps_what_is_complete_and_the_export_goes_on_later(
    rig: Rig, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_export, "ROWS_PER_FILE", 500)
    rig.parts(2000)
    drain(rig.recorder())
    with open(small_disk / "ballast", "wb") as ballast:
        ballast.write(bytes(1_000_000))
    out = small_disk / "out"
    with pytest.raises(TelemetryError, match="no space left there"):
        export(rig.data_dir, out)
    complete = carried(out, rig.ring.epoch)
    assert 0 < len(complete) < 2000
    (small_disk / "ballast").unlink()
    (small_disk / "out").rename(small_disk / "moved")
    assert len(carried(small_disk / "moved", rig.ring.epoch)) == len(complete)
