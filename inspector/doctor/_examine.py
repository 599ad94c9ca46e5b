"""The rounds: in which order things are looked at."""

from __future__ import annotations

from inspector.config import StationConfig
from inspector.doctor._check import Check, ok
from inspector.doctor._machine import machine_checks
from inspector.doctor._plc import geometry_checks, link_checks
from inspector.doctor._storage import storage_checks


def examine(config: StationConfig) -> list[Check]:
    """Look at everything. Takes about a second; leaves nothing behind and writes nothing into the PLC."""
    from inspector.doctor._model import model_checks

    return [*machine_checks(config), *storage_checks(config), *model_checks(config), *examine_plc(config)]


def examine_plc(config: StationConfig) -> list[Check]:
    """Look at the PLC and the belt's arithmetic."""
    if config.plc_is_simulated:
        return [ok("plc link", "simulated: started along with the line"), *geometry_checks(config)]
    from inspector.devices import ModbusLine

    return [*link_checks(config, ModbusLine(config)), *geometry_checks(config)]
