"""The simulated world's process."""

from __future__ import annotations

import json

from inspector.devices.sim import WorldOptions, run_world


def run_world_process(argument: str, _launcher_fd: int) -> int:
    """Run the world until it is told to stop; the kernel ends it with its parent."""
    run_world(WorldOptions.from_dict(json.loads(argument)))
    return 0
