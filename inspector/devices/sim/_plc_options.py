"""What the simulated PLC's process is told; whoever tells it needs nothing of the PLC itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from inspector.devices._regmap import MapOptions
from inspector.devices.sim._options import Physics
from inspector.devices.sim._plc_settings import PlcSettings
from inspector.errors import ConfigError

DRIFT_PPM = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlcOptions:
    """Everything the PLC process needs; plain values only, see `as_dict`.

    Parameters
    ----------
    run_dir
        Folder in memory that holds `wires` and gets `plc.port`, `plc.eye`, `plc.ctl`, `plc.retained`.
    port
        0 = any free one; the one taken is written to `plc.port`.
    unit
        Modbus unit id; others are answered with exception 0x0B.
    retain
        Keep block S and the totals of the PLC that ran here before, as a battery-backed memory does.
    run
        Whether the belt is commanded to run from the start.
    settings
        Single values of `PlcSettings` that differ from what follows from rate and physics.
    core, priority, lock_memory
        Where and how the process asks to run; None leaves the scheduler alone.
    """

    run_dir: str
    rate_per_min: float = 1_200.0
    host: str = "127.0.0.1"
    port: int = 0
    unit: int = 1
    scan_ms: float = 2.0
    window_mm: float = 8.0
    retain: bool = False
    run: bool = True
    drift_ppm: float = DRIFT_PPM
    core: int | None = None
    priority: int | None = None
    lock_memory: bool = False
    physics: Physics = field(default_factory=Physics)
    map: MapOptions = field(default_factory=MapOptions)
    settings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"plc port is {self.port}; it must be 0 (any free one) … 65535")
        if not 1 <= self.unit <= 247:
            raise ConfigError(f"plc unit is {self.unit}; it must be 1…247")
        if not abs(self.drift_ppm) <= 50:
            raise ConfigError(f"plc drift_ppm is {self.drift_ppm}; it must be -50…50")
        if not self.rate_per_min > 0:
            raise ConfigError(f"rate is {self.rate_per_min} parts/min; it must be above 0")

    def plc_settings(self) -> PlcSettings:
        """Return the program's constants. Raises ConfigError if they do not fit the line."""
        return PlcSettings.for_line(
            self.physics,
            self.rate_per_min,
            scan_ms=self.scan_ms,
            window_mm=self.window_mm,
            **self.settings,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> PlcOptions:
        """Take up what `as_dict` gave. Raises ConfigError on unknown keys or values out of range."""
        rest = dict(values)
        try:
            physics, layout = Physics(**rest.pop("physics", {})), MapOptions(**rest.pop("map", {}))
            return cls(physics=physics, map=layout, **rest)
        except TypeError as error:
            raise ConfigError(f"plc options: {error}") from error
