from __future__ import annotations

from pathlib import Path

from recorder_rig import Rig, drain

from inspector.recorder import export, telemetry_status
from inspector.sharedmem import RecorderError, RecorderState


def stored_bytes(rig: Rig) -> int:
    return sum(path.stat().st_size for path in (rig.data_dir / "images").iterdir())


def test_the_oldest_images_make_room_for_new_ones_and_are_counted(rig: Rig) -> None:
    recorder = rig.recorder(quota_mb=0.3)
    for _ in range(20):
        rig.parts(8, image_every=1)
        drain(recorder)
        assert rig.board.read().bytes_used <= 300_000
    recorded = rig.recorded()
    assert [row["seq"] for row in recorded] == rig.sent
    states = [row["image"]["state"] for row in recorded]
    assert states == sorted(states)
    assert states[-1] == "STORED"
    status = rig.board.read()
    assert status.images_evicted == states.count("EVICTED") > 0
    assert status.images_written == 160
    assert {path.name for path in (rig.data_dir / "images").iterdir()} == {
        Path(row["image"]["file"]).name for row in recorded if row["image"]["state"] == "STORED"
    }


def test_rows_that_nobody_has_carried_away_are_kept_above_the_quota(rig: Rig) -> None:
    recorder = rig.recorder(quota_mb=0.1)
    rig.parts(1500)
    drain(recorder)
    rig.part(image=True)
    drain(recorder)
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    status = rig.board.read()
    assert (status.state, status.error_code) == (RecorderState.RECORDING, RecorderError.OVER_QUOTA)
    assert (status.rows_evicted, status.images_dropped) == (0, 1)


def test_exported_rows_go_when_images_alone_do_not_make_room(rig: Rig, tmp_path: Path) -> None:
    recorder = rig.recorder(quota_mb=0.1)
    rig.parts(2000)
    drain(recorder)
    assert export(rig.data_dir, tmp_path / "out").is_marked
    rig.parts(10)
    drain(recorder)
    for _ in range(5):
        recorder.step()
    left = [row["seq"] for row in rig.recorded()]
    assert left[-10:] == rig.sent[-10:]
    assert left == rig.sent[-len(left) :]  # the oldest went
    status = rig.board.read()
    assert status.rows_evicted >= 1000
    assert status.bytes_used <= 100_000
    totals = telemetry_status(rig.data_dir)
    assert totals["rows_written"] - totals["rows_evicted"] == totals["rows"]
