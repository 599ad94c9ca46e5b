"""The rounds: in which order things are looked at."""

from __future__ import annotations

from inspector.config import StationConfig
from inspector.doctor._check import Check, ok
from inspector.doctor._machine import machine_checks
from inspector.doctor._plc import geometry_checks, link_checks
from inspector.doctor._storage import storage_checks
from inspector.ports import LineIO


def examine(config: StationConfig) -> list[Check]:
    """Look at everything. Takes about a second; leaves nothing behind and writes nothing into the PLC."""
    from inspector.doctor._model import model_checks

    return [*machine_checks(config), *storage_checks(config), *model_checks(config), *examine_plc(config)]


def examine_plc(config: StationConfig) -> list[Check]:
    """Look at the PLC and the belt's arithmetic."""
    if config.plc_is_simulated:
        return [ok("plc link", "simulated: started along with the line"), *geometry_checks(config)]
    return [*link_checks(config, _line_of(config)), *geometry_checks(config)]


def _line_of(config: StationConfig) -> LineIO:
    from inspector.devices import ModbusLine

    plc = config.plc
    return ModbusLine(
        plc.host,
        plc.port,
        station_id=config.station.station_id,
        unit_id=plc.unit_id,
        base_s=plc.base_s,
        base_p=plc.base_p,
        word_order=plc.word_order,
        timeout_ms=plc.timeout_ms,
    )
