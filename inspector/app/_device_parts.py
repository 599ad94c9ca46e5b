"""What the service may know of camera and PLC, read along in memory: neither notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inspector.app._places import RunDir
from inspector.config import FolderCamera, StationConfig
from inspector.devices import REGISTER_GROUPS, CameraPeek, MapOptions, RegisterView
from inspector.domain.frame import percent_of_grey
from inspector.domain.line import LineTalk
from inspector.errors import ProtocolError, SharedMemoryError
from inspector.protocol import Register, RegisterTable
from inspector.sharedmem import RegisterBoard

_STEP_PX: Final = 16
"""Every so many-th pixel tells how bright a picture is."""
_WHITE: Final = 250


class ReadAlong:
    """What station and PLC have last said to each other. Used by one thread."""

    def __init__(self, config: StationConfig, places: RunDir) -> None:
        plc = config.plc
        options = MapOptions(base_s=plc.base_s, base_p=plc.base_p, word_order=plc.word_order)
        self._view = RegisterView(RegisterBoard.attach(places.registers), config.station.station_id, options)

    def talk(self) -> LineTalk | None:
        """Return what the PLC has last said; None before that, or while the station's writer stands still."""
        try:
            talk = self._view.talk()
        except SharedMemoryError:
            return None
        return talk if talk.fast_ns else None

    def table(self, group: str) -> RegisterTable:
        """Return a group of registers.

        Raises
        ------
        ProtocolError
            There is no such group.
        SharedMemoryError
            The station was stopped in the middle of writing it.
        """
        if group not in REGISTER_GROUPS:
            known = ", ".join(REGISTER_GROUPS)
            raise ProtocolError(f"there is no group of registers {group[:40]!r}; use one of {known}")
        rows, at_ns = self._view.rows(group)
        return RegisterTable(
            group=group,
            at_ns=at_ns,
            rows=tuple(
                Register(
                    name=row.name,
                    address=row.address,
                    words=row.words,
                    value=row.value,
                    meaning=row.meaning,
                    entry=row.entry,
                )
                for row in rows
            ),
        )


class CameraValues:
    """What is known of the camera, and of the light in its newest frame."""

    def __init__(self, config: StationConfig, camera_memory: Callable[[], CameraPeek | None]) -> None:
        camera = config.camera
        self._camera_memory = camera_memory
        self._fixed: dict[str, str | int | float] = {
            "kind": "folder" if isinstance(camera, FolderCamera) else camera.kind,
            "exposure_us": camera.exposure_time_us,
            "trigger_delay_us": camera.trigger_delay_us,
        }

    def __call__(self) -> dict[str, str | int | float]:
        """Return it, by the names in docs/service.md."""
        peek = self._camera_memory()
        if peek is None:
            return dict(self._fixed)
        return self._fixed | _counted(peek) | _seen(peek)


def _counted(peek: CameraPeek) -> dict[str, int]:
    counts = peek.counts()
    names = {"width": "width_px", "height": "height_px", "frames_dropped": "dropped"}
    return {names.get(name, name): value for name, value in counts.items()}


def _seen(peek: CameraPeek) -> dict[str, int | float]:
    newest_ns, pixels = peek.newest_ns, peek.newest()
    if pixels is None:
        return {}
    return {"last_frame_ns": newest_ns, **light_in(pixels)}


def light_in(pixels: NDArray[np.uint8]) -> dict[str, float]:
    """Return how bright a picture is on the whole, and how much of it is as good as white, in percent."""
    # Green stands for grey, as it does where the station looks whether it may believe a picture.
    some = pixels[::_STEP_PX, ::_STEP_PX] if pixels.ndim == 2 else pixels[::_STEP_PX, ::_STEP_PX, 1]
    return {
        "brightness_percent": percent_of_grey(float(some.mean())),
        "saturated_percent": round(100 * float((some >= _WHITE).mean()), 1),
    }
