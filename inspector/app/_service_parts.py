"""The service, put together: what it may know of cameras, records and pictures comes from here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector import __version__
from inspector.app._backup import make_backup
from inspector.app._device_parts import CameraValues, ReadAlong
from inspector.app._golden import RunningBundle
from inspector.app._machine_facts import config_source, machine_facts
from inspector.app._places import RunDir
from inspector.app._product_list import LineProducts
from inspector.app._rejects import RecordedRejects
from inspector.clock import monotonic_ns
from inspector.config import StationConfig
from inspector.devices import CameraPeek, FrameStamp
from inspector.domain.alarms import AlarmId
from inspector.domain.shifts import minute_of
from inspector.errors import SharedMemoryError
from inspector.protocol import Endpoints, FrameHeader, ServerKeys, read_secret
from inspector.recorder import last_parts, rows_waiting
from inspector.service import (
    Region,
    Service,
    ServiceFiles,
    ServiceParts,
    ServiceSettings,
    SessionPolicy,
    View,
)
from inspector.sharedmem import ClassNames

Pixels = NDArray[np.uint8]
_JPEG_QUALITY = 80
_FAR_APART = 1.5
"""Beyond so many pixels between two that are shown, one between them would be seen by less than a quarter."""
_FROZEN_NS = 2_000_000_000
"""No new frame for so long: look whether the camera has another memory by now."""


def service_of(config: StationConfig, places: RunDir, product: str, classes: tuple[str, ...]) -> Service:
    """Return the service of a line whose memory has been made; it listens from now on.

    Raises
    ------
    InspectorError
        Something of it cannot be used.
    """
    cv2.setNumThreads(1)
    files = ServiceFiles(
        status=places.status,
        ledger=places.ledger,
        recorder=places.recorder,
        requests=places.requests,
        products=places.products,
        data_dir=config.data_dir,
        decisions=places.decisions,
        image_suffix=".png" if config.recorder.image_format == "png" else ".jpg",
    )
    golden = RunningBundle(places.config)
    newest = NewestFrame(places.path, golden.region)
    along = ReadAlong(config, places)
    base = _base(places, config)
    parts = ServiceParts(
        frames=newest,
        camera=CameraValues(config, newest.camera),
        line=along.talk,
        registers=along.table,
        outbox=lambda: {"rows_waiting": rows_waiting(config.data_dir)} if config.recorder.enabled else {},
        encoder=encode_jpeg,
        fitter=fit,
        history=lambda most: last_parts(config.data_dir, most) if config.recorder.enabled else (),
        products=LineProducts(places, base),
        class_names=ClassNames(places.path, classes).of,
        rejects=RecordedRejects(config, places.config) if config.recorder.enabled else None,
        golden=golden,
        region_in_file=golden.region_in_file,
        machine=lambda: machine_facts(config, places),
        back_up=lambda out: _back_up(base, places, out),
    )
    return Service(service_settings(config, places, product, classes), files, parts)


def _back_up(base: StationConfig, places: RunDir, out: BinaryIO) -> tuple[int, int]:
    manifest = make_backup(base, config_source(places), out)
    return len(manifest.files), manifest.size_bytes


def service_settings(
    config: StationConfig, places: RunDir, product: str, classes: tuple[str, ...]
) -> ServiceSettings:
    """Return what the configuration says of the service."""
    service, alarms = config.service, config.alarms
    return ServiceSettings(
        local=Endpoints.ipc(service.folder or places.path),
        remote=_remote(config),
        station=config.station.name,
        version=__version__,
        product=product,
        recipe=config.recipe.name,
        recipe_revision=config.recipe.revision,
        since_utc_ns=places.config.stat().st_mtime_ns,
        plc_address=f"{config.plc.host}:{config.plc.port}" if config.plc.port else config.plc.host,
        deadline_us=round(config.decision.deadline_ms * 1000),
        is_simulated=config.is_simulated,
        is_recording=config.recorder.enabled,
        classes=classes,
        limits={
            AlarmId.LATE: alarms.late_n,
            AlarmId.NG_RUN: alarms.ng_run,
            AlarmId.REJECT_RATE_HIGH: alarms.reject_percent,
            AlarmId.UNDECIDED_HIGH: alarms.undecided_percent,
            AlarmId.LATENCY_HIGH: alarms.latency_percent,
            AlarmId.DISK_HIGH: alarms.disk_percent,
        },
        late_window=alarms.late_m,
        yield_target_percent=alarms.yield_target_percent,
        quota_mb=config.recorder.quota_mb,
        shifts={name: minute_of(start) for name, start in config.station.shifts.items()},
        policy=SessionPolicy(idle_s=service.log_off_min * 60, anonymous_operator=service.anonymous_operator),
    )


def _base(places: RunDir, config: StationConfig) -> StationConfig:
    """Return the station's configuration as it is without a change of the product."""
    try:
        return StationConfig.model_validate_json(places.base.read_text())
    except FileNotFoundError:
        return config


def _remote(config: StationConfig) -> tuple[Endpoints, ServerKeys] | None:
    service = config.service
    if not service.remote or service.keys is None:
        return None
    keys = ServerKeys(read_secret(service.keys / "server.key"), service.keys / "clients")
    return Endpoints.parse(service.remote), keys


class NewestFrame:
    """Looks at the camera's memory, which may be made later, and made anew. Used by one thread.

    `region` says where the recipe looks in a frame.
    """

    def __init__(self, run_dir: Path, region: Callable[[Pixels], Region | None] = lambda _: None) -> None:
        self._run_dir, self._region = run_dir, region
        self._peek: CameraPeek | None = None
        self._looked_ns = 0
        self._newest: tuple[CameraPeek, FrameStamp] | None = None

    def newer_than(self, after_ns: int) -> int | None:
        """Return when the newest frame came (monotonic), if that was after a time."""
        peek = self.camera(after_ns)
        if peek is None or peek.newest_ns <= after_ns:
            return None
        self._newest = peek, peek.newest_stamp()
        return self._newest[1].available_ns

    def copy_of(self, available_ns: int) -> View | None:
        """Return a copy of the frame that came at a time, or None if the camera has drawn over it."""
        if self._newest is None or self._newest[1].available_ns != available_ns:
            return None
        peek, stamp = self._newest
        own = peek.copy_of(stamp)
        return View(own, available_ns, self._region(own)) if own is not None else None

    def camera(self, after_ns: int = 0) -> CameraPeek | None:
        """Return the camera's memory, if there is one; a caller that has seen its last frame says when that came."""
        now_ns = monotonic_ns()
        is_frozen = self._peek is None or now_ns - max(after_ns, self._peek.newest_ns) > _FROZEN_NS
        if is_frozen and now_ns - self._looked_ns > _FROZEN_NS:
            self._looked_ns = now_ns
            try:
                self._peek = CameraPeek(self._run_dir)
            except SharedMemoryError:
                self._peek = None  # there is no camera yet
        return self._peek


def encode_jpeg(header: FrameHeader, pixels: memoryview, width_px: int) -> tuple[FrameHeader, bytes]:
    """Return a picture for a screen: at most that wide, never enlarged."""
    picture = _scaled(header, pixels, width_px)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return _resized(header, picture).model_copy(update={"encoding": "jpeg"}), data.tobytes()


def fit(header: FrameHeader, pixels: memoryview, width_px: int) -> tuple[FrameHeader, memoryview]:
    """Return raw pixels for a screen of this machine: at most that wide, never enlarged."""
    picture = _scaled(header, pixels, width_px)
    return _resized(header, picture), picture.data.cast("B")


def _resized(header: FrameHeader, picture: Pixels) -> FrameHeader:
    return header.model_copy(update={"width_px": picture.shape[1], "height_px": picture.shape[0]})


def _scaled(header: FrameHeader, pixels: memoryview, width_px: int) -> Pixels:
    """Return a picture of at most a width that every pixel has a part in: thin scratches must not be lost.

    What is shown is taken from two neighbours in each direction; where that would not reach every pixel, each is the
    mean of its surroundings first. That is as bright as the mean over fractions of pixels, at a third of the cost.
    """
    picture = np.frombuffer(pixels, np.uint8).reshape(header.height_px, header.width_px, header.channels)
    times = header.width_px / width_px
    if times <= 1:
        return picture
    if times > _FAR_APART:
        around = max(3, int(times) | 1)  # odd, so that nothing moves
        picture = cv2.blur(picture, (around, around), borderType=cv2.BORDER_REPLICATE)
    size = width_px, max(1, round(header.height_px / times))
    fitting: Pixels = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return fitting
