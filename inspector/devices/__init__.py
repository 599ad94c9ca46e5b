"""What touches hardware: cameras, the PLC, and the simulator that stands for both.

A device's module, and the library behind it, is imported when the device is first named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspector.devices._modbus_line import ModbusLine

__all__ = ["ModbusLine"]

_HOMES = {"ModbusLine": "_modbus_line"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
