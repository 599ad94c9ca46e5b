"""The simulated PLC's process."""

from __future__ import annotations

import json

from inspector.devices.sim import PlcOptions, run_plc


def run_plc_process(argument: str) -> int:
    """Run the PLC until it is told to stop."""
    run_plc(PlcOptions.from_dict(json.loads(argument)))
    return 0
