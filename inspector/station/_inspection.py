"""The inspection thread: one frame in, one verdict out, within the deadline or counted as late."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.domain.disposition import Cause
from inspector.domain.frame import Frame
from inspector.domain.matching import JudgedFrame
from inspector.domain.verdict import Evaluation, Verdict, indeterminate
from inspector.ports import Camera, Classifier
from inspector.sharedmem import StationStatus
from inspector.station._capture import ImageStored, Inbox

_WAIT_S = 0.05
_COUNTERS = {
    Evaluation.OK: "decided_ok",
    Evaluation.NG: "decided_ng",
    Evaluation.INDETERMINATE: "decided_indeterminate",
}


class ImageSink(Protocol):
    """Where the pictures of rejected parts go. Never waits."""

    def put(self, pixels: NDArray[np.uint8]) -> tuple[int, int] | None:
        """Copy an image; return its slot and generation, or None where there is no room."""
        ...


class InspectionWorker:
    """Judges frames in the order in which they came."""

    name = "inspection"

    def __init__(
        self,
        classifier: Classifier,
        camera: Camera,
        frames: SimpleQueue[Frame | None],
        inbox: Inbox,
        status: StationStatus,
        *,
        deadline_ns: int,
        images: ImageSink | None = None,
        keep_all_images: bool = False,
    ) -> None:
        self._classifier = classifier
        self._camera = camera
        self._frames = frames
        self._inbox = inbox
        self._status = status
        self._deadline_ns = deadline_ns
        self._images = images
        self._keep_all = keep_all_images
        self._histograms = tuple(
            status.histograms[stage] for stage in ("frame_to_verdict", "preprocess", "run")
        )

    def step(self) -> None:
        """Judge at most one frame."""
        try:
            frame = self._frames.get(timeout=_WAIT_S)
        except Empty:
            return
        if frame is not None:
            self._judge(frame)

    def _judge(self, frame: Frame) -> None:
        started_ns = monotonic_ns()
        verdict = self._classifier.classify(frame)
        is_ok, stored = verdict.evaluation is Evaluation.OK, None
        if is_ok:
            # Before anybody hears of it: the pixels must have been this frame's to the end.
            stored = self._store(frame) if self._keep_all else None
            if not self._camera.release(frame):
                verdict = indeterminate("frame overwritten")
        decided_ns = monotonic_ns()
        self._inbox.put(_message(frame, verdict, decided_ns))
        self._count(frame, verdict, started_ns, decided_ns)
        if not is_ok:
            stored = self._store(frame)
            self._camera.release(frame)
        if stored is not None:
            self._inbox.put(ImageStored(frame.frame_id, frame.available_ns, *stored))

    def _store(self, frame: Frame) -> tuple[int, int] | None:
        """Give the picture to the recorder."""
        if self._images is None:
            return None
        stored = self._images.put(frame.pixels)
        if stored is None:
            self._status.add("images_dropped")
        return stored

    def _count(self, frame: Frame, verdict: Verdict, started_ns: int, decided_ns: int) -> None:
        status, classifier = self._status, self._classifier
        status.add(_COUNTERS[verdict.evaluation])
        latency_ns = decided_ns - frame.available_ns
        for histogram, value_ns in zip(
            self._histograms, (latency_ns, classifier.last_preprocess_ns, classifier.last_run_ns), strict=True
        ):
            histogram.record_ns(value_ns)
        if latency_ns > self._deadline_ns:
            status.note_slow(
                frame.available_ns,
                frame.received_ns,
                started_ns,
                classifier.last_preprocess_ns,
                classifier.last_run_ns,
                decided_ns,
            )
            status.add("late")
        if verdict.reason == "model fault":
            status.add("model_faults")


def _message(frame: Frame, verdict: Verdict, decided_ns: int) -> JudgedFrame:
    return JudgedFrame(
        frame_id=frame.frame_id,
        device_ns=frame.device_timestamp_ns,
        available_ns=frame.available_ns,
        decided_ns=decided_ns,
        verdict=verdict,
        cause=_cause(frame, verdict),
        view=frame.view,
        trigger_count=frame.trigger_count,
    )


def _cause(frame: Frame, verdict: Verdict) -> Cause:
    """Say whether the camera or the model, rather than the part, is to blame."""
    if frame.health or verdict.reason.startswith("frame "):
        return Cause.CAMERA_FAULT
    return Cause.MODEL_FAULT if verdict.reason == "model fault" else Cause.NONE
