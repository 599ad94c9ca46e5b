"""The simulated PLC's process."""

from __future__ import annotations

import json

from inspector.devices.sim import PlcOptions, run_plc


def run_plc_process(argument: str, _launcher_fd: int) -> int:
    """Run the PLC until it is told to stop; the kernel ends it with its parent."""
    run_plc(PlcOptions.from_dict(json.loads(argument)))
    return 0
