"""The sections of station.toml. Every setting has a title, bounds and, in its name or text, a unit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from inspector.config._hosts import is_door, is_host
from inspector.domain.recipe import RoiMode

BLOCK_S_WORDS = 100 + 16 * 12
BLOCK_P_WORDS = 200 + 16 * 3
"""Registers that each block takes, from its base (see the register map)."""
SMALLEST_SHARE = 0.005
"""A model is never as sure as that. A smaller accept_min lets parts pass that it holds for bad; with a greater
share than the rest for reject_min no part would ever be bad."""

NO_PATH, NO_HOST, NO_DOOR, NO_TIME = "no_path", "no_host", "no_door", "no_time"
"""Types of the validation errors of texts that are none of these."""


def _path_text(value: Any) -> Any:
    if isinstance(value, str) and (not value or "\0" in value):
        raise PydanticCustomError(NO_PATH, "a path that is not empty and has no zero character")
    return value


def _host(text: str) -> str:
    if not is_host(text):
        raise PydanticCustomError(NO_HOST, "an IP address or the name of a host, without a port")
    return text


def _door(text: str) -> str:
    if text and not is_door(text):
        raise PydanticCustomError(NO_DOOR, "HOST, HOST:PORT or [IPV6]:PORT, with a port of 1 to 65533")
    return text


def _time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise PydanticCustomError(NO_TIME, "a time of day, 00:00 to 23:59")
    return text


LoosePath = Annotated[Path, BeforeValidator(_path_text), Field(strict=False)]
"""A path written as a string; relative ones count from the folder of the file that names them."""


Shifts = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=24)],
        Annotated[str, AfterValidator(_time_of_day)],
    ],
    Field(max_length=12),
]
"""When each shift begins, by its name."""


def setting(default: Any, title: str, unit: str = "", about: str = "", **bounds: Any) -> Any:
    """Return a field with a default, a title, a unit and bounds (`ge`, `gt`, `le`, `lt`, `pattern`, …)."""
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    return Field(default, title=title, description=about or None, json_schema_extra=extra, **bounds)


class Section(BaseModel):
    """Closed and frozen: an unknown key is a mistake, and nothing changes during a run.

    Validators are built at first use (`defer_build`), once for the whole file: importing stays cheap.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


class StationSection(Section):
    """Who this station is, and where it keeps what."""

    name: str = setting(
        "demo",
        "Name of the station",
        about="Letters a-z, digits and dashes; part of file names.",
        pattern=r"^[a-z0-9-]{1,32}$",
    )
    station_id: int = setting(
        1, "Number of the station", about="Part of every result record.", ge=1, le=65535
    )
    run_dir: LoosePath | None = setting(
        None, "Folder for shared memory and sockets", about="In memory; default /dev/shm/inspector-NAME."
    )
    data_dir: LoosePath | None = setting(
        None, "Folder for the outbox and images", about="Default $XDG_STATE_HOME/inspector/NAME."
    )
    shifts: Shifts = setting(
        {},
        "Shifts, each with the time it begins",
        about='By the local clock, HH:MM, e.g. { Early = "06:00", Late = "14:00" }. '
        "Consoles then count by the shift, else by the run.",
    )


class CameraTiming(Section):
    """What every camera has."""

    colour: bool = setting(False, "Colour", about="Frames of three channels (BGR) instead of one.")
    exposure_time_us: int = setting(20, "Exposure time", "us", ge=1, le=1_000_000)
    trigger_delay_us: int = setting(300, "From photo-eye to start of exposure", "us", ge=0, le=1_000_000)
    readout_us: int = setting(1000, "From end of exposure to frame in memory", "us", ge=0, le=1_000_000)
    min_frame_period_us: int = setting(
        4000,
        "Smallest time between two triggers",
        "us",
        "A trigger that comes sooner is ignored.",
        ge=1,
        le=1_000_000,
    )
    slots: int = setting(16, "Frame buffers", ge=4, le=64)


class SimCamera(CameraTiming):
    """Simulated camera: rendered parts."""

    kind: Literal["sim"] = setting("sim", "Kind of camera")
    width: int = setting(1280, "Width of a frame", "px", ge=640, le=8192)
    height: int = setting(1024, "Height of a frame", "px", ge=560, le=8192)
    frozen_check: bool = setting(True, "Refuse a frame whose pixels equal those of the one before")


class FolderCamera(CameraTiming):
    """Photographs from a folder, on the simulated belt; the images give the size."""

    kind: Literal["folder"] = setting("folder", "Kind of camera")
    path: LoosePath = Field(
        title="Folder with the images", description="Its sub-folders are class names, if any."
    )
    frozen_check: bool = setting(
        False,
        "Refuse a frame whose pixels equal those of the one before",
        about="Off, since a folder may hold one picture twice.",
    )


class PlcLink(Section):
    """What every link to a PLC has: Modbus TCP, the station as client."""

    host: Annotated[str, AfterValidator(_host)] = setting(
        "127.0.0.1", "Address of the PLC", min_length=1, max_length=255
    )
    unit_id: int = setting(1, "Modbus unit identifier", ge=0, le=255)
    base_s: int = setting(
        0,
        "First register of block S (station to PLC)",
        about=f"{BLOCK_S_WORDS} registers.",
        ge=0,
        le=65536 - BLOCK_S_WORDS,
    )
    base_p: int = setting(
        1000,
        "First register of block P (PLC to station)",
        about=f"{BLOCK_P_WORDS} registers.",
        ge=0,
        le=65536 - BLOCK_P_WORDS,
    )
    word_order: Literal["big", "little"] = setting("big", "Order of the two words of a 32-bit value")
    timeout_ms: int = setting(
        80,
        "Longest wait for an answer",
        "ms",
        "Then the connection is closed and opened anew.",
        ge=10,
        le=1000,
    )
    exchange_ms: float = setting(
        2.0, "What one exchange may take in health", "ms", "Part of the decision's time.", gt=0, le=1000
    )
    poll_ms: int = setting(4, "Time between two polls without a verdict", "ms", ge=1, le=100)
    mirror_ms: int = setting(
        50,
        "Time between two writes of the mirror and reads of the slow part",
        "ms",
        "The heartbeat has the mirror written at least every 100 ms.",
        ge=50,
        le=1000,
    )
    heartbeat_timeout_ms: int = setting(500, "The PLC's heartbeat is stale after", "ms", ge=100, le=10_000)


class SimPlc(PlcLink):
    """Simulated PLC, started along with the station."""

    kind: Literal["sim"] = setting("sim", "Kind of PLC")
    port: int = setting(0, "TCP port", about="0 = any free one.", ge=0, le=65535)


class ModbusPlc(PlcLink):
    """A real PLC that speaks Modbus TCP."""

    kind: Literal["modbus"] = setting("modbus", "Kind of PLC")
    port: int = setting(502, "TCP port", ge=1, le=65535)


class LineSection(Section):
    """The belt: what the station needs to know to be in time."""

    rate_per_min: float = setting(300, "Nominal rate", "parts/min", ge=1, le=12_000)
    pitch_mm: float = setting(40, "Mean distance between two leading edges", "mm", gt=0, le=10_000)
    min_pitch_mm: float = setting(24, "Smallest distance between two leading edges", "mm", gt=0, le=10_000)
    part_length_mm: float = setting(19, "Length of a part along the belt", "mm", gt=0, le=10_000)
    counts_per_mm: float = setting(10, "Encoder counts per millimetre of belt", "counts/mm", gt=0, le=655)
    eye_to_gate_mm: float = setting(400, "Distance from photo-eye to gate", "mm", gt=0, le=100_000)
    window_mm: float = setting(
        8,
        "Half the window in which the gate acts",
        "mm",
        "Around the part's middle at the gate.",
        gt=0,
        le=1000,
    )
    dead_time_ms: float = setting(4, "What the gate needs to switch", "ms", ge=0, le=1000)
    plc_scan_ms: float = setting(2, "The PLC's scan time", "ms", gt=0, le=1000)


class DecisionSection(Section):
    """How long a verdict may take."""

    deadline_ms: float = setting(
        5,
        "From frame available to verdict",
        "ms",
        "A later verdict is a reject, counted as late.",
        gt=0,
        le=1000,
    )


class PairingSection(Section):
    """Which frame belongs to which tag."""

    epsilon_us: int = setting(
        1500, "Largest difference between a frame's and a tag's time", "us", ge=1, le=1_000_000
    )
    clock_uncertainty_us: int = setting(
        1000, "How far the mapping of the two clocks may be off", "us", ge=0, le=1_000_000
    )
    max_consecutive_failures: int = setting(
        3, "Failures in a row that hold the line", about="Until the belt is empty.", ge=1, le=100
    )


class RoiSection(Section):
    """Region of interest, instead of the bundle's own."""

    mode: Literal["whole", "fixed", "locate"] = setting(RoiMode.WHOLE.value, "How the region is found")
    offset_x: int = setting(0, "Left edge, for fixed", "px", ge=0, le=8191)
    offset_y: int = setting(0, "Upper edge, for fixed", "px", ge=0, le=8191)
    width_px: int = setting(0, "Width, for fixed and locate", "px", ge=0, le=8192)
    height_px: int = setting(0, "Height, for fixed and locate", "px", ge=0, le=8192)
    threshold: int = setting(60, "Grey level above which a pixel is part, for locate", ge=0, le=255)
    min_area_px: int = setting(0, "Smallest area of one part, for locate", "px", ge=0, le=1 << 26)
    max_area_px: int = setting(0, "Largest area of one part, for locate", "px", ge=0, le=1 << 26)


class RecipeSection(Section):
    """What to look for. A change needs a new revision."""

    name: str = setting("default", "Name of the recipe", min_length=1, max_length=64)
    revision: int = setting(1, "Revision of the recipe", ge=1, le=65535)
    expected_views: int = setting(1, "Views of one part", ge=1, le=8)
    accept_min: float | None = setting(
        None,
        "Smallest probability of OK that is OK",
        about="Default: what the bundle suggests.",
        ge=SMALLEST_SHARE,
        le=1,
    )
    reject_min: float | None = setting(
        None,
        "Smallest probability of a defect that is NG",
        about="Default: what the bundle suggests.",
        gt=0,
        le=1 - SMALLEST_SHARE,
    )
    roi: RoiSection | None = setting(None, "Region of interest", about="Default: the bundle's own.")


class BundleSection(Section):
    """The model, with everything needed to trust and run it."""

    path: LoosePath | None = setting(
        None, "Folder of the bundle", about="Default: the one that comes with the product."
    )


class RecorderSection(Section):
    """What is kept of every part."""

    enabled: bool = setting(True, "Record results")
    quota_mb: int = setting(
        2000, "Room for images", "MB", "The oldest go first, counted.", ge=1, le=100_000_000
    )
    image_format: Literal["png", "jpeg"] = setting("png", "File format of images")
    images: Literal["ng+indeterminate", "none", "all"] = setting("ng+indeterminate", "Which images are kept")


class RealtimeSection(Section):
    """What is asked of the scheduler. What is not granted is reported, and the station carries on."""

    priority: int = setting(
        30, "SCHED_FIFO priority of the station", about="0 = ordinary scheduling.", ge=0, le=90
    )
    sim_priority: int = setting(
        40,
        "SCHED_FIFO priority of simulated devices",
        about="The PLC's is one above. 0 = ordinary.",
        ge=0,
        le=90,
    )
    station_core: int = setting(-1, "CPU core of the station", about="-1 = the last one.", ge=-1, le=1023)
    other_core: int = setting(0, "CPU core of everything else", about="-1 = the last one.", ge=-1, le=1023)
    lock_memory: bool = setting(True, "Keep the station's memory from being swapped out")
    wake_latency_us: int = setting(
        -1,
        "Longest time an idle core may take to wake",
        "us",
        "-1 = as the kernel likes; 0 = idle cores wait awake: quicker, but not for machines that share theirs.",
        ge=-1,
        le=1_000_000,
    )


class ServiceSection(Section):
    """What consoles attach to. The line runs without it, too."""

    enabled: bool = setting(True, "Run the service that consoles attach to")
    folder: LoosePath | None = setting(
        None, "Folder for its local sockets", about="Default: the run directory."
    )
    remote: Annotated[str, AfterValidator(_door)] = setting(
        "", "Address for consoles of other machines", about="HOST or HOST:PORT; empty = none.", max_length=255
    )
    keys: LoosePath | None = setting(
        None,
        "Folder with server.key and clients/",
        about="Needed for remote; clients/ has a NAME.pub for each console that may connect.",
    )
    anonymous_operator: bool = setting(True, "Operator's acts need no log-in")
    log_off_min: float = setting(10, "Log-ins end when nothing was done for", "min", gt=0, le=720)


class AlarmSection(Section):
    """When single misses become an alarm."""

    late_n: int = setting(5, "Late verdicts that raise the alarm", "parts", ge=1, le=10_000)
    late_m: int = setting(100, "Among this many parts", "parts", ge=1, le=10_000)
    ng_run: int = setting(3, "Bad parts in a row that raise the alarm", "parts", ge=1, le=10_000)
    reject_percent: float = setting(20, "Rejects among the last 200 parts", "%", gt=0, le=100)
    undecided_percent: float = setting(
        5, "Parts that cannot be judged, among the last 200", "%", gt=0, le=100
    )
    latency_percent: float = setting(80, "Share of the deadline that slow verdicts take", "%", gt=0, le=100)
    disk_percent: float = setting(85, "How full the disk may be", "%", gt=0, le=100)
    yield_target_percent: float | None = setting(
        None,
        "Yield that is aimed at",
        "%",
        "Shown beside the yield; raises no alarm. Default: none.",
        gt=0,
        le=100,
    )


class SimulationSection(Section):
    """The simulated line. Without effect where camera and PLC are real."""

    seed: int = setting(1, "Seed of everything random", ge=0, le=(1 << 32) - 1)
    defect_rate: float = setting(0.1, "Share of bad parts", ge=0, le=1)
    parts: int | None = setting(
        None, "Number of parts, then the line stops", "parts", "Default: endless.", ge=1
    )
    pitch_jitter: float = setting(
        0.08,
        "Standard deviation of the pitch, as a share of it",
        about="Cut off at min_pitch_mm.",
        ge=0,
        le=0.5,
    )
    auto_reset_s: float = setting(
        1,
        "The simulated operator presses reset so long after the line has stopped for a fault",
        "s",
        "And again every 2 s until it runs. A scenario may say otherwise. 0 = nobody does.",
        ge=0,
        le=3600,
    )
    clock_drift_ppm: float = setting(50, "How far the devices' clocks drift apart", "ppm", ge=0, le=500)
