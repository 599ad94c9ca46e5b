"""What touches hardware: cameras, the PLC, and the simulator that stands for both.

A device's module, and the library behind it, is imported when the device is first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.rooms import on_demand

if TYPE_CHECKING:
    from inspector.devices._modbus_line import ModbusLine
    from inspector.devices._regmap import MapOptions
    from inspector.devices._regview import REGISTER_GROUPS, RegisterRow, RegisterView
    from inspector.devices._shm_camera import SimCamera
    from inspector.devices._shm_peek import CameraPeek, FrameStamp

__all__ = [
    "REGISTER_GROUPS",
    "CameraPeek",
    "FrameStamp",
    "MapOptions",
    "ModbusLine",
    "RegisterRow",
    "RegisterView",
    "SimCamera",
]

_HOMES = {
    "REGISTER_GROUPS": "_regview",
    "RegisterRow": "_regview",
    "RegisterView": "_regview",
    "CameraPeek": "_shm_peek",
    "FrameStamp": "_shm_peek",
    "MapOptions": "_regmap",
    "ModbusLine": "_modbus_line",
    "SimCamera": "_shm_camera",
}

if not TYPE_CHECKING:  # a checker knows the names above, and shall find any other wrong
    __getattr__ = on_demand(__name__, _HOMES)
