"""The station's threads among each other: what they hand over, and what happens when one of them fails."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
from numpy.typing import NDArray
from small_line import Bench, SmallCamera, SmallPlc, SureClassifier, make_book, make_frame

from inspector.domain.frame import Frame
from inspector.domain.hold import Hold
from inspector.domain.matching import JudgedFrame
from inspector.domain.verdict import Evaluation, Verdict
from inspector.errors import WorkerDiedError
from inspector.sharedmem import LedgerRing, StationStatus
from inspector.station import Journal, LedgerOutlet, Station, StationParts, StationSettings
from inspector.station._capture import CameraClock, CameraRestarted, CaptureWorker, FrameSeen, Inbox
from inspector.station._inspection import InspectionWorker


class WaitingCamera(SmallCamera):
    """Waits for its frames as a real one does."""

    def next_frame(self, timeout_s: float) -> Frame | None:
        if self.frames.empty():
            time.sleep(timeout_s)
        return super().next_frame(0)


class RoomySink:
    """Takes every picture."""

    def put(self, pixels: NDArray[np.uint8]) -> tuple[int, int] | None:
        return 3, 99


class BrokenClassifier(SureClassifier):
    """Breaks its promise never to raise."""

    def classify(self, frame: Frame) -> Verdict:
        raise RuntimeError("the session is gone")


def make_station(folder: Path, camera: SmallCamera, classifier: SureClassifier, plc: SmallPlc) -> Station:
    """Return a whole station with small devices."""
    StationStatus.create(folder / "status")
    Journal.create(folder / "journal")
    LedgerRing.create(folder / "ledger", capacity=1024)
    status = StationStatus.attach(folder / "status")
    outlet = LedgerOutlet(
        LedgerRing.resume(folder / "ledger"),
        Journal.attach(folder / "journal"),
        status,
        station_id=1,
        bundle_digest32=0,
    )
    parts = StationParts(
        camera=camera,
        line=plc,
        classifier=classifier,
        book=make_book(),
        outlet=outlet,
        status=status,
        images=None,
        check_details=lambda _: "",
    )
    return Station(parts, StationSettings(priority=0, core=None, lock_memory=False))


def supervise(station: Station, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        station.supervise()


@pytest.fixture
def status(tmp_path: Path) -> StationStatus:
    return StationStatus.create(tmp_path / "status")


def test_actuation_hears_of_a_frame_before_any_verdict_on_it_however_fast_inspection_is(
    status: StationStatus,
) -> None:
    inbox: Inbox = SimpleQueue()
    camera = SmallCamera()

    class EagerInspection(SimpleQueue[Frame | None]):
        """Inspection judges a frame in the very moment it is handed over."""

        def put(self, item: Frame | None, block: bool = True, timeout: float | None = None) -> None:
            super().put(item, block, timeout)
            inspection.step()

    frames = EagerInspection()
    inspection = InspectionWorker(SureClassifier(), camera, frames, inbox, status, deadline_ns=5_000_000)
    capture = CaptureWorker(camera, frames, inbox, status, queue_limit=4)
    capture.step()
    camera.frames.put(make_frame(1))
    capture.step()
    kinds = [type(inbox.get_nowait()) for _ in range(3)]
    assert kinds == [CameraRestarted, FrameSeen, JudgedFrame]


def test_a_flood_of_messages_does_not_keep_the_plc_waiting(bench: Bench) -> None:
    bench.get_ready()
    for _ in range(6000):
        bench.connect_camera()
    bench.plc.log.clear()
    bench.steps(2)
    assert "exchange" in bench.plc.log
    assert bench.inbox.qsize() > 0


def test_while_no_frames_come_actuation_is_told_the_camera_s_time(status: StationStatus) -> None:
    inbox: Inbox = SimpleQueue()
    camera = SmallCamera()
    capture = CaptureWorker(camera, SimpleQueue(), inbox, status, queue_limit=4)
    capture.step()
    inbox.get_nowait()
    capture.step()
    assert inbox.get_nowait() == CameraClock(camera.clock_latch)


def test_a_camera_whose_clock_is_doubted_is_opened_anew_without_having_been_away(
    status: StationStatus,
) -> None:
    inbox: Inbox = SimpleQueue()
    camera = SmallCamera()
    capture = CaptureWorker(camera, SimpleQueue(), inbox, status, queue_limit=4)
    capture.step()
    first = inbox.get_nowait()
    capture.renew_clock()
    capture.step()
    again = inbox.get_nowait()
    assert isinstance(first, CameraRestarted)
    assert isinstance(again, CameraRestarted)
    assert again.latch > first.latch
    assert status.get("is_camera_ok") == 1
    capture.step()
    assert isinstance(inbox.get_nowait(), CameraClock), "once is enough"


@pytest.mark.parametrize("keeps_all", [False, True])
def test_a_frame_that_was_overwritten_while_it_was_judged_is_never_ok(
    status: StationStatus, keeps_all: bool
) -> None:
    inbox: Inbox = SimpleQueue()
    frames: SimpleQueue[Frame | None] = SimpleQueue()
    camera = SmallCamera()
    camera.is_overwritten = True
    inspection = InspectionWorker(
        SureClassifier(),
        camera,
        frames,
        inbox,
        status,
        deadline_ns=5_000_000,
        images=RoomySink(),
        keep_all_images=keeps_all,
    )
    frames.put(make_frame(1))
    inspection.step()
    judged = inbox.get_nowait()
    assert isinstance(judged, JudgedFrame)
    assert judged.verdict.evaluation is Evaluation.INDETERMINATE
    assert camera.released == [1]


def test_a_station_whose_worker_has_died_says_so_and_ends(tmp_path: Path) -> None:
    camera, plc = WaitingCamera(), SmallPlc()
    station = make_station(tmp_path, camera, BrokenClassifier(), plc)
    status = StationStatus.attach(tmp_path / "status")
    station.start()
    try:
        supervise(station, 0.7)
        assert status.get("is_ready") == 1
        camera.frames.put(make_frame(1))
        with pytest.raises(WorkerDiedError, match="inspection has died: RuntimeError: the session is gone"):
            supervise(station, 2)
        assert status.get("hold_code") == Hold.WORKER
    finally:
        station.stop()
        gc.enable()
        gc.unfreeze()
    assert status.get("is_ready") == 0
    assert not plc.is_told_ready


def test_a_station_that_was_stopped_for_seconds_goes_on_without_a_reset(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, __file__, str(tmp_path)],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        status = wait_until_ready(tmp_path)
        child.send_signal(signal.SIGSTOP)
        time.sleep(1.3)
        child.send_signal(signal.SIGCONT)
        held, ready = 0, 0
        for _ in range(200):
            time.sleep(0.005)
            held, ready = held or status.get("hold_code"), status.get("is_ready")
        assert held == Hold.NONE
        assert ready == 1
    finally:
        child.kill()
        child.wait(5)


def wait_until_ready(folder: Path) -> StationStatus:
    """Wait at most a minute for a station in another process."""
    for _ in range(6000):
        time.sleep(0.01)
        if (folder / "journal").exists():
            status = StationStatus.attach(folder / "status")
            if status.get("is_ready"):
                return status
    raise AssertionError("the station did not get ready within a minute")


def run_alone(folder: Path) -> None:
    """Run a station in this process until it is killed."""
    station = make_station(folder, WaitingCamera(), SureClassifier(), SmallPlc())
    station.start()
    supervise(station, 20)


if __name__ == "__main__":
    run_alone(Path(sys.argv[1]))
