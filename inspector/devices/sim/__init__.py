"""The simulated line: a belt and a camera, a PLC, and the truth about every part.

Names are imported when they are first used: the world needs nothing of the PLC, and neither of them is
needed by a station with real hardware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.rooms import on_demand

if TYPE_CHECKING:
    from inspector.devices.sim._catalogue import fault_parameters, faults, line_physics
    from inspector.devices.sim._dataset import write_dataset
    from inspector.devices.sim._fault_spec import FaultSpec, parse_fault
    from inspector.devices.sim._open_source import open_source
    from inspector.devices.sim._options import Physics, SourceSpec, WorldOptions
    from inspector.devices.sim._plc import run_plc
    from inspector.devices.sim._plc_options import PlcOptions
    from inspector.devices.sim._source import PartSource, PartTruth
    from inspector.devices.sim._wires import Fate, Wires
    from inspector.devices.sim._world_process import run_world

_HOMES = {
    "Fate": "_wires",
    "FaultSpec": "_fault_spec",
    "PartSource": "_source",
    "PartTruth": "_source",
    "Physics": "_options",
    "PlcOptions": "_plc_options",
    "SourceSpec": "_options",
    "Wires": "_wires",
    "WorldOptions": "_options",
    "fault_parameters": "_catalogue",
    "faults": "_catalogue",
    "line_physics": "_catalogue",
    "open_source": "_open_source",
    "parse_fault": "_fault_spec",
    "run_plc": "_plc",
    "run_world": "_world_process",
    "write_dataset": "_dataset",
}
__all__ = [
    "Fate",
    "FaultSpec",
    "PartSource",
    "PartTruth",
    "Physics",
    "PlcOptions",
    "SourceSpec",
    "Wires",
    "WorldOptions",
    "fault_parameters",
    "faults",
    "line_physics",
    "open_source",
    "parse_fault",
    "run_plc",
    "run_world",
    "write_dataset",
]

if not TYPE_CHECKING:  # a checker knows the names above, and shall find any other wrong
    __getattr__ = on_demand(__name__, _HOMES)
