"""A camera in another process, read through shared memory without copying a pixel."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns, sleep_s
from inspector.devices._shm_layout import (
    FILLED,
    FREE,
    LOCK_NAME,
    MESSAGE,
    NO_SLOT,
    SEGMENT_NAME,
    SILENT_AFTER_NS,
    SLOT,
    SLOT_FIELDS,
    SOCKET_NAME,
    CameraMemory,
)
from inspector.domain.frame import Frame, FrameHealth
from inspector.errors import DeviceStateError, DeviceUnavailableError, SharedMemoryError

_LATCHES = 6  # the simulated camera latches its clock at least every 5 ms; the first reading is of any age
_LATCH_STEP_S = 2e-4
_LATCH_LIMIT_NS = 200_000_000  # a capture thread that is silent for longer stops the heartbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraInfo:
    """What the camera said when it was opened. `width`, `height` in px are those of its largest frame."""

    width: int
    height: int
    channels: int
    slots: int
    min_latency_ns: int
    """Exposure + readout: no frame is available sooner after its device timestamp."""
    generation: int
    """Changes each time the camera is plugged in or restarted."""


class SimCamera:
    """The consumer's end of `_shm_layout`; implements `ports.Camera`.

    One capture thread calls everything; `release` may come from one other thread. `open` may be tried
    again after a DeviceUnavailableError; then `start` again, as nothing of the old connection is valid.

    Parameters
    ----------
    run_dir
        Folder that holds the camera's segment; this end's socket and lock are made there.
    """

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._lock: int | None = None
        self._memory: CameraMemory | None = None
        self._info: CameraInfo | None = None
        self._socket: socket.socket | None = None
        self._wait_s = -1.0
        self._flags = 0
        self._message = bytearray(MESSAGE.size)
        self._views: list[NDArray[np.uint8]] = []
        self._slot_bytes = memoryview(b"")
        # What was handed out of each slot: (generation, frame_id, available_ns). Slots are independent, so
        # that `release` in the other thread needs no lock.
        self._handed_out: list[tuple[int, int, int] | None] = []
        self.clock_latch = (0, 0)
        self.stale_frames = 0
        """Wake-ups whose slot did not hold the announced frame any more; none of them was delivered."""

    @property
    def info(self) -> CameraInfo:
        """What the camera said when it was opened. Raises DeviceStateError before that."""
        if self._info is None:
            raise DeviceStateError(f"the camera in {self._run_dir} is not open; call open() first")
        return self._info

    def open(self) -> None:
        """Connect and read back the settings.

        Raises
        ------
        DeviceUnavailableError
            There is no camera, it is unplugged, or its process is gone.
        DeviceStateError
            Another station has it.
        """
        self.ensure_stopped()
        self._take_lock()
        try:
            memory = CameraMemory.attach(self._run_dir / SEGMENT_NAME)
        except SharedMemoryError as error:
            raise DeviceUnavailableError(f"no camera in {self._run_dir}: {error}") from error
        _check_presence(memory)
        header = memory.header[0]
        self._info = CameraInfo(
            width=int(header["width"]),
            height=int(header["height"]),
            channels=int(header["channels"]),
            slots=int(header["slots"]),
            min_latency_ns=int(header["min_latency_ns"]),
            generation=int(header["device_generation"]),
        )
        self._views = [pixels.view() for pixels in memory.pixels]
        for view in self._views:
            view.flags.writeable = False
        self._slot_bytes = memory.slot_bytes
        self._handed_out = [None] * self._info.slots
        self._memory = memory

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        path = self._run_dir / LOCK_NAME
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DeviceUnavailableError(f"cannot lock the camera with {path}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise DeviceStateError(
                f"the camera in {self._run_dir} is used by another station; stop that one first"
            ) from error
        self._lock = lock

    def start(self) -> None:
        """Be ready for triggers: bind the socket, forget every announced frame, free every slot.

        Raises
        ------
        DeviceUnavailableError
            The camera has gone since it was opened, or the socket cannot be made.
        DeviceStateError
            It is not open.
        """
        memory, generation = self._opened()
        self._check_connection(memory, generation)
        if self._socket is None:
            self._socket = self._bind()
            self._wait_s = -1.0
        # First the announcements, then the slots: what is announced in between is found FREE and dropped.
        self._socket.setblocking(False)
        try:
            while True:
                self._socket.recv_into(self._message)
        except BlockingIOError:
            self._socket.setblocking(True)
        self._handed_out = [None] * len(self._handed_out)
        memory.slots["state"][:] = FREE
        self._latch_clock(memory)

    def _latch_clock(self, memory: CameraMemory) -> None:
        """Read the device's clock at close intervals over some turns of it; keep the reading that was freshest.

        The device's clock comes first, the host's after: a pause in between makes a reading look stale, never
        fresh. So the smallest difference is the best.
        """
        latches, last_ns, best_ns = 0, -1, 1 << 62
        until_ns = monotonic_ns() + _LATCH_LIMIT_NS
        while latches < _LATCHES:
            device_ns = int(memory.header["device_now_ns"][0])
            now_ns = monotonic_ns()
            if now_ns > until_ns:
                raise DeviceUnavailableError(
                    f"the clock of the camera in {self._run_dir} stands still; restart it"
                )
            if device_ns != last_ns:
                latches, last_ns = latches + 1, device_ns
                if now_ns - device_ns < best_ns:
                    best_ns, self.clock_latch = now_ns - device_ns, (device_ns, now_ns)
            sleep_s(_LATCH_STEP_S)

    def _opened(self) -> tuple[CameraMemory, int]:
        if self._memory is None:
            raise DeviceStateError(f"the camera in {self._run_dir} is not open; call open() first")
        return self._memory, self.info.generation

    def _bind(self) -> socket.socket:
        path = self._run_dir / SOCKET_NAME
        inlet = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        try:
            path.unlink(missing_ok=True)  # left by a station that was killed; we hold the lock
            inlet.bind(str(path))
        except OSError as error:
            inlet.close()
            raise DeviceUnavailableError(
                f"cannot listen for frames at {path}: {error.strerror or error}; "
                "set [station] run_dir to a writable folder with a short path"
            ) from error
        return inlet

    def next_frame(self, timeout_s: float) -> Frame | None:
        """Wait for the next frame; None after `timeout_s`.

        Raises
        ------
        DeviceUnavailableError
            The camera was unplugged, restarted, or its process is gone. Call `open` and `start` again.
        DeviceStateError
            It is not started.
        """
        inlet = self._socket
        if inlet is None:
            raise DeviceStateError("the camera is not started; call start() first")
        if timeout_s != self._wait_s:
            self._set_wait(inlet, timeout_s)
        message = self._message
        while True:
            try:
                length = inlet.recv_into(message, 0, self._flags)
            except BlockingIOError:
                memory, generation = self._opened()
                self._check_connection(memory, generation)
                # Some ms old at worst, and never newer than it says; see `_latch_clock`.
                self.clock_latch = int(memory.header["device_now_ns"][0]), monotonic_ns()
                return None
            received_ns = monotonic_ns()
            if length != MESSAGE.size:
                self.stale_frames += 1
                continue
            slot, generation, device, _ = MESSAGE.unpack(message)
            if slot == NO_SLOT or device != self.info.generation:
                self._check_connection(*self._opened())
                continue
            frame = self._frame_in(slot, generation, received_ns)
            if frame is not None:
                return frame
            self.stale_frames += 1

    def _set_wait(self, inlet: socket.socket, timeout_s: float) -> None:
        # One system call per frame: the kernel keeps the time (in ticks), not a poll() before each recv().
        self._wait_s, self._flags = timeout_s, 0 if timeout_s > 0 else socket.MSG_DONTWAIT
        seconds, rest = divmod(max(timeout_s, 1e-6), 1.0)
        wait = struct.pack("ll", int(seconds), int(rest * 1e6))
        inlet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)

    def _frame_in(self, slot: int, generation: int, received_ns: int) -> Frame | None:
        if slot >= len(self._views):
            return None
        state, found, frame_id, triggers, device_ns, available_ns, height, width, health = (
            SLOT_FIELDS.unpack_from(self._slot_bytes, slot * SLOT.itemsize)
        )
        if state != FILLED or found != generation:
            return None
        pixels = self._views[slot]
        if (height, width) != pixels.shape[:2]:
            if 0 < height <= pixels.shape[0] and 0 < width <= pixels.shape[1]:
                pixels = pixels[:height, :width]
            else:
                health |= FrameHealth.WRONG_SIZE
        self._handed_out[slot] = (generation, frame_id, available_ns)
        return Frame(
            frame_id=frame_id,
            trigger_count=triggers,
            device_timestamp_ns=device_ns,
            available_ns=available_ns,
            received_ns=received_ns,
            pixels=pixels,
            slot=slot,
            health=FrameHealth(health) if health else FrameHealth.GOOD,
        )

    def release(self, frame: Frame) -> bool:
        """Give the slot back. False if it was overwritten, given back or reset meanwhile."""
        slot, handed_out = frame.slot, self._handed_out
        expected = handed_out[slot] if slot < len(handed_out) else None
        if expected is None or expected[1:] != (frame.frame_id, frame.available_ns):
            return False
        handed_out[slot] = None
        state, generation = struct.unpack_from("<II", self._slot_bytes, slot * SLOT.itemsize)
        if state != FILLED or generation != expected[0]:
            return False
        struct.pack_into("<I", self._slot_bytes, slot * SLOT.itemsize, FREE)
        return True

    def _check_connection(self, memory: CameraMemory, generation: int) -> None:
        _check_presence(memory)
        if int(memory.header["device_generation"][0]) != generation:
            raise DeviceUnavailableError("the camera was unplugged and is back; open it again")

    def ensure_stopped(self) -> None:
        """Take no more frames: the camera finds nobody listening."""
        if self._socket is not None:
            (self._run_dir / SOCKET_NAME).unlink(missing_ok=True)
            self._socket.close()
            self._socket = None

    def close(self) -> None:
        """Let go of the camera. Frames already handed out stay readable."""
        self.ensure_stopped()
        self._memory = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _check_presence(memory: CameraMemory) -> None:
    header = memory.header[0]
    if not header["connected"]:
        raise DeviceUnavailableError("the camera is unplugged; check its cable and power")
    silent_ns = monotonic_ns() - int(header["alive_ns"])
    if silent_ns > SILENT_AFTER_NS:
        raise DeviceUnavailableError(f"the camera's process has been silent for {silent_ns / 1e9:.1f} s")
