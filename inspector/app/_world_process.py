"""The simulated world's process."""

from __future__ import annotations

import json

from inspector.devices.sim import WorldOptions, run_world


def run_world_process(argument: str) -> int:
    """Run the world until it is told to stop."""
    run_world(WorldOptions.from_dict(json.loads(argument)))
    return 0
