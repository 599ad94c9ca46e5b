"""What the service is told at its start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from inspector.domain.alarms import AlarmId
from inspector.domain.labels import Label, RejectFilter, RowId
from inspector.domain.line import LineTalk
from inspector.protocol import Endpoints, Machine, RegisterTable, ServerKeys
from inspector.service._picture import Encoder
from inspector.service._products import Products
from inspector.service._secret import HashCost
from inspector.service._sessions import SessionPolicy

ReadMachine = Callable[[], Machine]
"""Returns what is known of the computer. Called in the worker."""
MakeBackup = Callable[[BinaryIO], tuple[int, int]]
"""Writes a backup; returns how many files are in it, and their bytes. Called in the worker."""
Value = str | int | float
"""What may be known of a device."""
RATE_WINDOW: Final = 200
"""Parts of which a share is taken: rejects, and what could not be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFiles:
    """Where things are: shared memory of the running line, and the folder that outlives it.

    Parameters
    ----------
    data_dir
        The station's data folder: the recorder's `images/`; the service's own things go into `service/`.
    decisions
        The parts that the PLC has been answered; None = parts are told when the line has done with them.
    image_suffix
        How the recorder's image files end.
    products
        What the launcher says of the product in use; None = beside `requests`.
    """

    status: Path
    ledger: Path
    recorder: Path
    requests: Path
    data_dir: Path
    decisions: Path | None = None
    products: Path | None = None
    image_suffix: str = ".png"

    @property
    def own(self) -> Path:
        """Users, audit log, alarms."""
        return self.data_dir / "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What does not change while the service runs.

    Parameters
    ----------
    since_utc_ns
        When the run began whose parts are counted.
    plc_address
        As people look for it.
    limits
        A plant's own limits of alarms.
    late_window
        Parts among which late ones are counted.
    yield_target_percent
        What the plant aims at; None = it has not said.
    quota_mb
        Room that the recorder may take.
    hash_cost
        What a secret costs to check.
    shifts
        By name, the minute of the day at which each begins, local time.
    """

    local: Endpoints
    remote: tuple[Endpoints, ServerKeys] | None = None
    station: str = ""
    version: str = ""
    product: str = ""
    recipe: str = ""
    recipe_revision: int = 0
    since_utc_ns: int = 0
    plc_address: str = ""
    deadline_us: int = 5000
    is_simulated: bool = False
    is_recording: bool = True
    classes: tuple[str, ...] = ()
    limits: Mapping[AlarmId, float] = field(default_factory=dict)
    late_window: int = 100
    yield_target_percent: float | None = None
    quota_mb: int = 0
    policy: SessionPolicy = field(default_factory=SessionPolicy)
    hash_cost: HashCost = field(default_factory=HashCost)
    shifts: Mapping[str, int] = field(default_factory=dict)


Region = tuple[int, int, int, int]
"""Left, top, width, height in px."""


@dataclass(frozen=True, slots=True)
class View:
    """A look at the camera: a private copy of a frame, uint8, (H, W) or (H, W, 3), and when it came.

    `region` is where the recipe looks in it; None = nowhere.
    """

    pixels: NDArray[np.uint8]
    available_ns: int
    region: Region | None = None


class Frames(Protocol):
    """What the camera has delivered last. Used by the service's thread; never waits."""

    def newer_than(self, after_ns: int) -> int | None:
        """Return when the newest frame came (monotonic), if that was after a time."""
        ...

    def copy_of(self, available_ns: int) -> View | None:
        """Return a copy of the frame that came at a time, or None if the camera has drawn over it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A heat map: `grid` has a byte for each of `rows` × `columns` places of a rectangle of the picture, px."""

    grid: bytes
    rows: int
    columns: int
    left: int
    top: int
    width: int
    height: int
    p_defect: float
    p_covered: float


class RejectRecords(Protocol):
    """What the recorder has of rejects, and what people have said of them. Used by worker threads; may wait."""

    def find(
        self, wanted: RejectFilter, before: RowId | None, most: int
    ) -> tuple[list[dict[str, Any]], RowId | None]:
        """Return documented rows with `part` and `label`, newest first, and where to go on."""

    def one(self, part: RowId) -> tuple[dict[str, Any], list[Label]]:
        """Return a part's row and all its labels, oldest first; raises TelemetryError if there is none."""

    def around(self, part: RowId, most: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the documented rows of the parts before and after one, oldest first, at most so many each."""

    def label(self, part: RowId, label: Label, expected: int | None) -> Label:
        """Keep a label; raises StaleLabelError if the part has another version than expected."""

    def heat_map(self, row: Mapping[str, Any]) -> Heat:
        """Return the heat map of a row's picture; raises InspectorError if there can be none. Takes seconds."""


class Golden(Protocol):
    """The bundle's golden samples. Used by a worker's thread; may wait, and raises InspectorError."""

    def samples(self) -> list[tuple[str, str, str]]:
        """Return name, evaluation and class of each."""

    def read(self, name: str) -> bytes:
        """Return a sample's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceParts:
    """What other rooms bring along.

    Parameters
    ----------
    frames
        The camera's newest frames; None where nobody is to see them.
    encoder
        Makes JPEG pictures.
    fitter
        Makes raw pictures smaller.
    history
        Returns the last rows that the recorder has of parts, oldest first, as documented JSON objects.
    golden
        The bundle's golden samples.
    machine
        Returns what is known of the computer. Called in the worker.
    back_up
        Writes a backup; returns the number of its files, and their bytes. Called in the worker.
    region_in_file
        Returns where the recipe looks in an image file; called in the worker.
    rejects
        None where nothing is recorded.
    camera
        Returns what is known of the camera and of the light in its newest frame, by the names in
        docs/service.md. Never waits.
    line
        Returns what the PLC has last said; None = nothing yet. Never waits.
    registers
        Returns a group of the PLC's registers as last written or read. Never waits; raises ProtocolError for a
        group that there is not.
    outbox
        Returns how many rows wait to be taken away (`rows_waiting`). Waits for a disk.
    products
        None where there is no line to make them.
    class_names
        Returns the names of a bundle's classes by its digest's first 32 bits; None = those of the settings.
    """

    frames: Frames | None = None
    encoder: Encoder | None = None
    fitter: Encoder | None = None
    history: Callable[[int], Iterable[Mapping[str, Any]]] | None = None
    rejects: RejectRecords | None = None
    camera: Callable[[], Mapping[str, Value]] | None = None
    line: Callable[[], LineTalk | None] | None = None
    registers: Callable[[str], RegisterTable] | None = None
    outbox: Callable[[], Mapping[str, Value]] | None = None
    products: Products | None = None
    class_names: Callable[[int], tuple[str, ...]] | None = None
    golden: Golden | None = None
    region_in_file: Callable[[bytes], Region | None] = lambda _: None
    machine: ReadMachine | None = None
    back_up: MakeBackup | None = None
