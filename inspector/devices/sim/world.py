"""``python -m inspector.devices.sim.world OPTIONS``: the world process; OPTIONS is `WorldOptions` as JSON."""

from __future__ import annotations

import json
import sys

from inspector.devices.sim._options import WorldOptions
from inspector.devices.sim._world_process import run_world
from inspector.errors import InspectorError


def main() -> int:
    """Run the world; return the exit code."""
    try:
        run_world(WorldOptions.from_dict(json.loads(sys.argv[1])))
    except (InspectorError, json.JSONDecodeError, IndexError) as error:
        print(f"world: {error}", file=sys.stderr)  # noqa: T201 - a process of its own
        return getattr(error, "exit_code", 2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
