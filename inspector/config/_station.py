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

from inspector.config._sections import (
    BLOCK_P_WORDS,
    BLOCK_S_WORDS,
    AlarmSection,
    BundleSection,
    DecisionSection,
    FolderCamera,
    LineSection,
    ModbusPlc,
    PairingSection,
    ProductSection,
    ProductsSection,
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
from inspector.domain.geometry import Finding, LineGeometry

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
        """Return the dotted path of a setting that a finding names."""
        section = next(name for name, section in self if key in type(section).model_fields)
        return f"{section}.{key}"

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        findings = (*self.geometry.findings(), *_other_findings(self))
        if findings:
            lines = [f"{self._place(finding.settings[0])}: {finding.message}" for finding in findings]
            raise PydanticCustomError(CONTRADICTION, "settings contradict each other", {"lines": lines})
        return self


def checksum(config: StationConfig) -> int:
    """Return the first 32 bits of SHA-256 over the configuration as canonical JSON. Goes to the PLC."""
    canonical = json.dumps(config.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:4], "big")


def _other_findings(config: StationConfig) -> list[Finding]:
    """What contradicts itself and is not the belt's arithmetic."""
    found = (
        _overlapping_blocks(config),
        _short_heartbeat(config),
        _deaf_alarm(config),
        _overlapping_bands(config),
        _empty_region(config),
        _region_outside(config),
        _unlocked_door(config),
    )
    return [finding for finding in found if finding]


def _overlapping_blocks(config: StationConfig) -> Finding | None:
    base_s, base_p = config.plc.base_s, config.plc.base_p
    if base_s >= base_p + BLOCK_P_WORDS or base_p >= base_s + BLOCK_S_WORDS:
        return None
    return Finding(
        settings=("base_p", "base_s"),
        message=f"base_s = {base_s} ({BLOCK_S_WORDS} registers) and base_p = {base_p} ({BLOCK_P_WORDS} "
        "registers) overlap; move one of them",
    )


def _short_heartbeat(config: StationConfig) -> Finding | None:
    plc = config.plc
    silence_ms = plc.timeout_ms + plc.mirror_ms
    if plc.heartbeat_timeout_ms > silence_ms:
        return None
    return Finding(
        settings=("heartbeat_timeout_ms", "timeout_ms", "mirror_ms"),
        message=f"heartbeat_timeout_ms = {plc.heartbeat_timeout_ms} is not more than timeout_ms = "
        f"{plc.timeout_ms} plus mirror_ms = {plc.mirror_ms}: one slow answer would look like a dead PLC; "
        f"set it above {silence_ms}",
    )


def _deaf_alarm(config: StationConfig) -> Finding | None:
    alarms = config.alarms
    if alarms.late_n <= alarms.late_m:
        return None
    return Finding(
        settings=("late_n", "late_m"),
        message=f"late_n = {alarms.late_n} of late_m = {alarms.late_m} parts can never be late; "
        f"set late_n to at most {alarms.late_m}",
    )


def _overlapping_bands(config: StationConfig) -> Finding | None:
    accept_min, reject_min = config.recipe.accept_min, config.recipe.reject_min
    if accept_min is None or reject_min is None or accept_min + reject_min >= 1.0:
        return None
    return Finding(
        settings=("accept_min", "reject_min"),
        message=f"accept_min = {accept_min:g} and reject_min = {reject_min:g} overlap: a part could be OK "
        "and NG at once; raise one until their sum is at least 1",
    )


def _empty_region(config: StationConfig) -> Finding | None:
    roi = config.recipe.roi
    if roi is None or roi.mode == "whole" or (roi.width_px and roi.height_px):
        return None
    return Finding(
        settings=("roi", "width_px", "height_px"),
        message=f'mode = "{roi.mode}" with width_px = {roi.width_px} and height_px = {roi.height_px} is an '
        'empty region; give it a size, or set mode = "whole"',
    )


def _region_outside(config: StationConfig) -> Finding | None:
    roi, camera = config.recipe.roi, config.camera
    if roi is None or roi.mode != "fixed" or not isinstance(camera, SimCamera):
        return None
    right_px, lower_px = roi.offset_x + roi.width_px, roi.offset_y + roi.height_px
    if right_px <= camera.width and lower_px <= camera.height:
        return None
    return Finding(
        settings=("roi", "width", "height"),
        message=f"the region ends at x = {right_px}, y = {lower_px}, outside the frame of width = "
        f"{camera.width} and height = {camera.height} px; move it or make it smaller",
    )


def _unlocked_door(config: StationConfig) -> Finding | None:
    service = config.service
    if not service.remote or service.keys is not None:
        return None
    return Finding(
        settings=("remote", "keys"),
        message=f'remote = "{service.remote}" without keys would let anybody in; '
        "set keys to the folder with server.key and clients/",
    )
