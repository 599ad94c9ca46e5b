"""station.toml: frozen, closed models with bounds, units and titles; read, checked, explained."""

from inspector.config._example import config_schema, example_toml, settings_tables
from inspector.config._here import require_here, unusable_products
from inspector.config._load import FLAGS, apply_overrides, default_config, load_config, parse_toml
from inspector.config._product_sections import ProductSection, ProductsSection
from inspector.config._products import (
    PRODUCT_SECTIONS,
    ProductEntry,
    find_product,
    read_products,
)
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
    "PRODUCT_SECTIONS",
    "AlarmSection",
    "BundleSection",
    "DecisionSection",
    "FolderCamera",
    "LineSection",
    "ModbusPlc",
    "PairingSection",
    "ProductEntry",
    "ProductSection",
    "ProductsSection",
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
    "find_product",
    "load_config",
    "parse_toml",
    "read_products",
    "require_here",
    "settings_tables",
    "unusable_products",
]
