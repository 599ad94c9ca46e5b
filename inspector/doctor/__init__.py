"""What a station needs, checked on the spot: machine, folders, model, PLC and geometry."""

from inspector.doctor._check import Check, Level
from inspector.doctor._examine import examine, examine_plc

__all__ = ["Check", "Level", "examine", "examine_plc"]
