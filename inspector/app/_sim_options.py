"""What the processes of the simulated line are told, by its configuration, and what speaks against it."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from inspector.app._places import RunDir
from inspector.config import FolderCamera, StationConfig
from inspector.devices import MapOptions
from inspector.devices.sim import PlcOptions, SourceSpec, WorldOptions, line_physics
from inspector.errors import ConfigError
from inspector.vision import Bundle


def world_options(config: StationConfig, places: RunDir) -> WorldOptions:
    """Return what the simulated world's process is told."""
    camera, simulation = config.camera, config.simulation
    settings: dict[str, Any]
    if isinstance(camera, FolderCamera):
        source = SourceSpec(kind="folder", path=str(camera.path), settings={"shuffle_seed": simulation.seed})
    else:
        settings = {"width": camera.width, "height": camera.height, "defect_rate": simulation.defect_rate}
        source = SourceSpec(kind="product", settings=settings)
    return WorldOptions(
        run_dir=str(places.path),
        rate_per_min=config.line.rate_per_min,
        parts=simulation.parts,
        seed=simulation.seed,
        source=source,
        channels=3 if camera.colour else 1,
        camera_slots=camera.slots,
        core=config.realtime.other_core,
        priority=config.realtime.sim_priority or None,
        physics=line_physics(config.geometry, simulation.pitch_jitter),
    )


def plc_options(config: StationConfig, places: RunDir, port: int, *, retain: bool) -> PlcOptions:
    """Return what the simulated PLC's process is told; `retain`: its registers survive a loss of power."""
    plc = config.plc
    return PlcOptions(
        run_dir=str(places.path),
        rate_per_min=config.line.rate_per_min,
        host=plc.host,
        port=port,
        unit=plc.unit_id,
        scan_ms=config.line.plc_scan_ms,
        window_mm=config.line.window_mm,
        retain=retain,
        run=False,
        core=config.realtime.other_core,
        # Above the world: drawing a frame takes longer than a scan, and a controller has a CPU of its own.
        priority=config.realtime.sim_priority + 1 if config.realtime.sim_priority else None,
        physics=line_physics(config.geometry, config.simulation.pitch_jitter),
        map=MapOptions(base_s=plc.base_s, base_p=plc.base_p, word_order=plc.word_order),
        settings={"station_id": config.station.station_id},
    )


def unknown_classes(camera: FolderCamera, folders: Sequence[str], bundle: Bundle) -> list[str]:
    """Return a warning if a folder of photographs has classes that the bundle has not."""
    unknown = [name for name in folders if name not in bundle.classes]
    if not unknown:
        return []
    return [
        f"the bundle {bundle.manifest.name} does not know {', '.join(unknown)} of {camera.path}, it knows "
        f"{', '.join(bundle.classes)}: what it calls such parts can never be their own class"
    ]


def check_port(host: str, port: int) -> None:
    """Find out whether the simulated PLC may listen there, before anything is started.

    Raises
    ------
    ConfigError
        It may not.
    """
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise ConfigError(
            f"the simulated PLC cannot listen on {host}:{port}: {(error.strerror or '').split(' (')[0]}; "
            "stop the program that uses it, or set [plc] host to an address of this machine and port to a "
            "free one (0 = any)"
        ) from error
