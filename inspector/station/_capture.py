"""The capture thread: takes frames from the camera as they come, and hands them on or counts them."""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue

from inspector.clock import monotonic_ns, sleep_s
from inspector.domain.disposition import Cause
from inspector.domain.frame import Frame
from inspector.domain.matching import JudgedFrame
from inspector.domain.verdict import indeterminate
from inspector.errors import DeviceError
from inspector.ports import Camera
from inspector.sharedmem import StationStatus

_WAIT_S = 0.05
_RETRY_NS = 200_000_000


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """A frame has arrived; its verdict follows."""

    frame_id: int
    device_ns: int
    available_ns: int
    view: int


@dataclass(frozen=True, slots=True)
class CameraRestarted:
    """The camera has come (back): its clock and counters have started anew. `latch`: see `ports.Camera`."""

    latch: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CameraClock:
    """The camera's clock was read while there were no frames. `latch`: see `ports.Camera`."""

    latch: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ImageStored:
    """The recorder has been given a frame's image."""

    frame_id: int
    available_ns: int
    slot: int
    generation: int


Inbox = SimpleQueue[FrameSeen | CameraRestarted | CameraClock | ImageStored | JudgedFrame | None]
"""What actuation hears. None only wakes it up."""


class CaptureWorker:
    """Waits for frames and hands them to inspection; budget 50 µs per frame.

    A hand-over that is full is an OVERRUN: the part gets that as its verdict at once, never silence.
    """

    name = "capture"

    def __init__(
        self,
        camera: Camera,
        frames: SimpleQueue[Frame | None],
        inbox: Inbox,
        status: StationStatus,
        *,
        queue_limit: int,
    ) -> None:
        self._camera = camera
        self._frames = frames
        self._inbox = inbox
        self._status = status
        self._queue_limit = queue_limit
        self._last_id: int | None = None
        self._retry_ns = 0
        self._latch = (0, 0)
        self._must_renew = False
        self.is_connected = False

    def renew_clock(self) -> None:
        """Have the camera started anew before the next frame, for a fresh reading of its clock. Any thread."""
        self._must_renew = True

    def step(self) -> None:
        """Take at most one frame."""
        if not self.is_connected:
            self._connect()
            return
        if self._must_renew:
            self._begin(again=True)
            return
        try:
            frame = self._camera.next_frame(_WAIT_S)
        except DeviceError:
            self._disconnect()
            return
        if frame is not None:
            self._hand_over(frame)
        elif self._camera.clock_latch != self._latch:
            self._latch = self._camera.clock_latch
            self._inbox.put(CameraClock(self._latch))

    def _connect(self) -> None:
        if monotonic_ns() < self._retry_ns:
            sleep_s(0.02)
            return
        self._begin(again=False)

    def _begin(self, *, again: bool) -> None:
        self._must_renew = False
        try:
            if not again:
                self._camera.open()
            self._camera.start()
        except DeviceError:
            self._disconnect()
            return
        self._last_id = None
        self._latch = self._camera.clock_latch
        self._inbox.put(CameraRestarted(self._latch))
        self.is_connected = True
        self._status.set("is_camera_ok", 1)

    def _disconnect(self) -> None:
        self.is_connected = False
        self._status.set("is_camera_ok", 0)
        self._camera.ensure_stopped()
        self._retry_ns = monotonic_ns() + _RETRY_NS

    def _hand_over(self, frame: Frame) -> None:
        self._status.add("frames")
        if self._last_id is not None and frame.frame_id > self._last_id + 1:
            self._status.add("frames_lost", frame.frame_id - self._last_id - 1)
        self._last_id = frame.frame_id
        # First the notice, then the frame: its verdict must not arrive before it.
        self._inbox.put(FrameSeen(frame.frame_id, frame.device_timestamp_ns, frame.available_ns, frame.view))
        if self._frames.qsize() >= self._queue_limit:
            self._refuse(frame)
        else:
            self._frames.put(frame)

    def _refuse(self, frame: Frame) -> None:
        self._status.add("overrun")
        self._camera.release(frame)
        self._inbox.put(
            JudgedFrame(
                frame_id=frame.frame_id,
                device_ns=frame.device_timestamp_ns,
                available_ns=frame.available_ns,
                decided_ns=monotonic_ns(),
                verdict=indeterminate("overrun"),
                cause=Cause.OVERRUN,
                view=frame.view,
                trigger_count=frame.trigger_count,
            )
        )
