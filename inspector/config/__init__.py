"""station.toml: frozen, closed models with bounds, units and titles; read, checked, explained."""

from inspector.config._example import config_schema, example_toml, settings_tables
from inspector.config._load import FLAGS, apply_overrides, default_config, load_config
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
    RoiSection,
    ServiceSection,
    SimCamera,
    SimPlc,
    SimulationSection,
    StationSection,
)
from inspector.config._station import StationConfig, checksum

__all__ = [
    "FLAGS",
    "AlarmSection",
    "BundleSection",
    "DecisionSection",
    "FolderCamera",
    "LineSection",
    "ModbusPlc",
    "PairingSection",
    "RealtimeSection",
    "RecipeSection",
    "RecorderSection",
    "RoiSection",
    "ServiceSection",
    "SimCamera",
    "SimPlc",
    "SimulationSection",
    "StationConfig",
    "StationSection",
    "apply_overrides",
    "checksum",
    "config_schema",
    "default_config",
    "example_toml",
    "load_config",
    "settings_tables",
]
