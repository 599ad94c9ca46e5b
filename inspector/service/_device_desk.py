"""Gathers what is known of the devices, has it told, and keeps what must outlive the service."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Final

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.line import LineTalk
from inspector.errors import InspectorError
from inspector.protocol import Latency
from inspector.service._alarms import Tell
from inspector.service._conditions import Known
from inspector.service._device_values import Sources
from inspector.service._devices import Devices, save_devices
from inspector.service._options import ServiceFiles, ServiceParts, ServiceSettings, Value
from inspector.service._worker import Worker

_VALUES_NS: Final = 500_000_000
_OUTBOX_NS: Final = 5_000_000_000


class DeviceDesk:
    """Owned by the service's thread; what waits for a disk is done by the worker.

    Attributes
    ----------
    talk : LineTalk or None
        What the PLC has last said.
    brightness_percent, picture_ns : float or None, int
        Of the newest picture, and when it was there.
    """

    def __init__(
        self, settings: ServiceSettings, files: ServiceFiles, parts: ServiceParts, worker: Worker, tell: Tell
    ) -> None:
        self._settings, self._files, self._parts, self._worker = settings, files, parts, worker
        self._path = files.own / "devices.json"
        self._devices = Devices(tell)
        self.talk: LineTalk | None = None
        self.brightness_percent: float | None = None
        self.picture_ns = 0
        self._beat = (-1, 0)  # the PLC's heartbeat, and when it was seen to change
        self._values_due_ns = self._outbox_due_ns = 0
        self._outbox: Mapping[str, Value] = {}
        self._reading: Future[Mapping[str, Value]] | None = None
        self._saving: Future[str] | None = None

    def restore(self) -> str:
        """Take up what was kept; return why that cannot be used, or ""."""
        return self._devices.restore(self._path)

    def look(self, known: Known, board: AlarmBoard, latency: tuple[Latency, ...]) -> None:
        """Look at the devices, a few times a second; at their values twice a second."""
        now_ns = known.look.now_ns
        if now_ns >= self._values_due_ns:
            self._values_due_ns = now_ns + _VALUES_NS
            self._listen(now_ns)
            self._read_outbox(now_ns)
            self._devices.take_values(self._sources(known, latency))
        self._devices.observe(known.look, board.views(), board.parts_now)

    def _sources(self, known: Known, latency: tuple[Latency, ...]) -> Sources:
        camera = self._parts.camera() if self._parts.camera else {}
        self.brightness_percent = (
            float(camera["brightness_percent"]) if "brightness_percent" in camera else None
        )
        self.picture_ns = int(camera.get("last_frame_ns", 0))
        return Sources(
            known=known,
            settings=self._settings,
            camera=camera,
            talk=self.talk,
            beat_ns=self._beat[1],
            outbox=self._outbox,
            latency=latency,
        )

    def _listen(self, now_ns: int) -> None:
        """Note when the PLC's heartbeat changes; the first one that is seen may be of any age."""
        self.talk = self._parts.line() if self._parts.line else None
        if self.talk is None or self.talk.plc_heartbeat == self._beat[0]:
            return
        is_first = self._beat[0] < 0
        self._beat = self.talk.plc_heartbeat, self.talk.fast_ns if is_first else now_ns

    def _read_outbox(self, now_ns: int) -> None:
        if self._reading is not None and self._reading.done():
            self._outbox, self._reading = self._reading.result(), None
        if self._reading is None and now_ns >= self._outbox_due_ns:
            self._outbox_due_ns = now_ns + _OUTBOX_NS
            self._reading = self._worker.chore(self._look_at_outbox)

    def _look_at_outbox(self) -> Mapping[str, Value]:
        """In the worker."""
        try:
            return dict(self._parts.outbox()) if self._parts.outbox else {}
        except InspectorError:
            return {}  # the recorder has not made it yet, or its own alarm says what is wrong

    def keep(self) -> str:
        """Have the worker write what has changed; return what went wrong with the last time, or ""."""
        trouble = ""
        if self._saving is not None:
            if not self._saving.done():
                return ""
            trouble, self._saving = self._saving.result(), None
            self._devices.is_changed |= bool(trouble)
        if self._devices.is_changed:
            self._devices.is_changed = False
            kept, path = self._devices.kept(), self._path
            self._saving = self._worker.chore(lambda: save_devices(path, kept))
        return trouble

    def close(self) -> None:
        """Keep what has changed. When the worker has ended."""
        if self._devices.is_changed or self._saving is not None:
            save_devices(self._path, self._devices.kept())
