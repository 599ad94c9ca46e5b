"""What a simulated world is made of: its dimensions, its parts, and how its process may run."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from inspector.errors import ConfigError

RATE_PER_MIN = (1.0, 12_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Physics:
    """Dimensions and times of the line. Lengths along the belt in mm, from the photo-eye."""

    pitch_mm: float = 40.0
    pitch_jitter: float = 0.08
    """Standard deviation of the pitch, as a share of it; cut off at `min_pitch_mm` and as far above."""
    min_pitch_mm: float = 24.0
    part_mm: float = 19.0
    eye_to_gate_mm: float = 400.0
    confirm_mm: float = 30.0
    """Belt travel between an ejected part's middle at the gate and its passing the chute's sensor."""
    counts_per_mm: float = 10.0
    trigger_delay_us: float = 300.0
    exposure_us: float = 20.0
    readout_us: float = 1_000.0
    frame_period_us: float = 4_000.0
    """Triggers that come sooner after the last are ignored by the camera."""
    gate_switch_ms: float = 4.0
    """Dead time of the flap: an accept window armed later than this before the part has no effect."""
    outputs_stale_ms: float = 50.0
    """Age at which the PLC's outputs fall to their safe state: motor off, gate at reject, no trigger."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value, is_length = float(getattr(self, item.name)), item.name.endswith("_mm")
            if not (0 < value < math.inf if is_length else 0 <= value < math.inf):
                bound = "above 0" if is_length else "at least 0"
                raise ConfigError(f"physics.{item.name} is {value:g}; it must be {bound}")
        if not self.part_mm < self.min_pitch_mm <= self.pitch_mm:
            raise ConfigError(
                f"physics: part_mm {self.part_mm} < min_pitch_mm {self.min_pitch_mm} <= pitch_mm "
                f"{self.pitch_mm} does not hold; parts would lie on top of each other"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """What passes under the camera: `kind` 'product' (rendered) or 'folder' (photographs at `path`).

    `settings` are passed on to the source as keyword arguments.
    """

    kind: str = "product"
    path: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in {"product", "folder"}:
            raise ConfigError(f"source kind is {self.kind!r}; use 'product' or 'folder'")
        if self.kind == "folder" and not self.path:
            raise ConfigError("source kind 'folder' needs a path; use --camera folder:PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldOptions:
    """Everything the world process needs; plain values only, see `as_dict`.

    Parameters
    ----------
    run_dir
        Folder in memory that holds `wires` (made by the launcher) and gets `camera` and the sockets.
    rate_per_min
        Parts per minute; the belt's speed is rate × pitch.
    parts
        How many parts pass; None = endless.
    seed
        Of the spacing, the sensors' chatter, and (unless set in `source`) the parts themselves.
    channels
        Of the rendered product: 1, or 3 for BGR. Photographs have what they have.
    start_delay_s
        How long the belt runs before the first part's leading edge reaches the eye.
    core, priority
        Where and how the process asks to run; None leaves the scheduler alone.
    """

    run_dir: str
    rate_per_min: float = 1_200.0
    parts: int | None = None
    seed: int = 1
    source: SourceSpec = field(default_factory=SourceSpec)
    channels: int = 1
    start_delay_s: float = 0.5
    camera_slots: int = 16
    core: int | None = None
    priority: int | None = None
    physics: Physics = field(default_factory=Physics)

    def __post_init__(self) -> None:
        low, high = RATE_PER_MIN
        if not low <= self.rate_per_min <= high:
            raise ConfigError(f"rate is {self.rate_per_min} parts/min; it must be {low:g}…{high:g}")
        if self.parts is not None and self.parts < 1:
            raise ConfigError(f"parts is {self.parts}; use at least 1, or leave it out for an endless run")
        if self.channels not in {1, 3}:
            raise ConfigError(f"channels is {self.channels}; use 1 (mono) or 3 (colour)")
        if not 4 <= self.camera_slots <= 64:
            raise ConfigError(f"camera_slots is {self.camera_slots}; it must be 4…64")
        if not self.start_delay_s >= 0:
            raise ConfigError(f"start_delay_s is {self.start_delay_s}; it must not be negative")

    @property
    def belt_mm_per_s(self) -> float:
        """Nominal speed of the belt."""
        return self.rate_per_min / 60.0 * self.physics.pitch_mm

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def to_json(self) -> str:
        """Return the text that `from_json` takes."""
        return json.dumps(self.as_dict())

    @classmethod
    def from_json(cls, text: str) -> WorldOptions:
        """Take up what `to_json` gave. Raises ConfigError on anything else."""
        try:
            values = json.loads(text)
        except ValueError as error:
            raise ConfigError(f"world options are not JSON: {error}") from error
        return cls.from_dict(values)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> WorldOptions:
        """Take up what `as_dict` gave. Raises ConfigError on unknown keys or values out of range."""
        rest = dict(values)
        try:
            source = SourceSpec(**rest.pop("source", {}))
            physics = Physics(**rest.pop("physics", {}))
            return cls(source=source, physics=physics, **rest)
        except TypeError as error:
            raise ConfigError(f"world options: {error}") from error
