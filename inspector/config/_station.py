"""station.toml as a whole, and what only several of its settings together can tell."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from inspector.config._findings import contradictions
from inspector.config._product_sections import ProductSection, ProductsSection
from inspector.config._sections import (
    AlarmSection,
    BundleSection,
    DecisionSection,
    FolderCamera,
    LineSection,
    ModbusPlc,
    PairingSection,
    RealtimeSection,
    RecipeSection,
    RecorderSection,
    Section,
    ServiceSection,
    SimCamera,
    SimPlc,
    SimulationSection,
    StationSection,
)
from inspector.domain.geometry import LineGeometry

CONTRADICTION = "contradiction"
"""Type of the validation error that carries findings."""


class StationConfig(Section):
    """A whole station, frozen. Get one from `load_config`, `default_config` or `apply_overrides`.

    `camera` and `plc` have no default: simulation is never chosen by leaving something out of a file.
    """

    station: StationSection = Field(default_factory=StationSection)
    camera: Annotated[SimCamera | FolderCamera, Field(discriminator="kind")]
    plc: Annotated[SimPlc | ModbusPlc, Field(discriminator="kind")]
    line: LineSection = Field(default_factory=LineSection)
    decision: DecisionSection = Field(default_factory=DecisionSection)
    pairing: PairingSection = Field(default_factory=PairingSection)
    product: ProductSection = Field(default_factory=ProductSection)
    recipe: RecipeSection = Field(default_factory=RecipeSection)
    bundle: BundleSection = Field(default_factory=BundleSection)
    products: ProductsSection = Field(default_factory=ProductsSection)
    recorder: RecorderSection = Field(default_factory=RecorderSection)
    realtime: RealtimeSection = Field(default_factory=RealtimeSection)
    service: ServiceSection = Field(default_factory=ServiceSection)
    alarms: AlarmSection = Field(default_factory=AlarmSection)
    simulation: SimulationSection = Field(default_factory=SimulationSection)

    @property
    def is_simulated(self) -> bool:
        """Whether the pixels are not of this line; a real PLC is then never told OK."""
        return self.camera.kind in {"sim", "folder"}

    @property
    def plc_is_simulated(self) -> bool:
        """Whether the PLC is started along with the station."""
        return self.plc.kind == "sim"

    @property
    def run_dir(self) -> Path:
        """Folder for shared memory and sockets; not created here."""
        if self.station.run_dir is not None:
            return self.station.run_dir
        memory = Path("/dev/shm")
        root = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
        return root / f"inspector-{self.station.name}"

    @property
    def data_dir(self) -> Path:
        """Folder for the outbox and images; not created here."""
        if self.station.data_dir is not None:
            return self.station.data_dir
        state = os.environ.get("XDG_STATE_HOME", "")
        root = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
        return root / "inspector" / self.station.name

    @property
    def geometry(self) -> LineGeometry:
        """The line's arithmetic, from the sections that it needs."""
        return LineGeometry(
            **self.line.model_dump(),
            trigger_delay_us=self.camera.trigger_delay_us,
            exposure_time_us=self.camera.exposure_time_us,
            readout_us=self.camera.readout_us,
            min_frame_period_us=self.camera.min_frame_period_us,
            deadline_ms=self.decision.deadline_ms,
            poll_ms=self.plc.poll_ms,
            exchange_ms=self.plc.exchange_ms,
            mirror_ms=self.plc.mirror_ms,
            epsilon_us=self.pairing.epsilon_us,
            clock_uncertainty_us=self.pairing.clock_uncertainty_us,
        )

    def _place(self, key: str) -> str:
        """Return the dotted path of a setting that a finding names, unless it is one already."""
        if "." in key:
            return key
        section = next(name for name, section in self if key in type(section).model_fields)
        return f"{section}.{key}"

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        findings = (*self.geometry.findings(), *contradictions(self))
        if findings:
            lines = [f"{self._place(finding.settings[0])}: {finding.message}" for finding in findings]
            raise PydanticCustomError(CONTRADICTION, "settings contradict each other", {"lines": lines})
        return self


def checksum(config: StationConfig) -> int:
    """Return the first 32 bits of SHA-256 over the configuration as canonical JSON. Goes to the PLC."""
    canonical = json.dumps(config.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:4], "big")
