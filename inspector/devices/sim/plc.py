"""``python -m inspector.devices.sim.plc OPTIONS``: the PLC process; OPTIONS is `PlcOptions` as JSON."""

from __future__ import annotations

import json
import sys

from inspector.devices.sim._plc import PlcOptions, run_plc
from inspector.errors import InspectorError


def main() -> int:
    """Run the PLC; return the exit code."""
    try:
        run_plc(PlcOptions.from_dict(json.loads(sys.argv[1])))
    except (InspectorError, json.JSONDecodeError, IndexError) as error:
        sys.stderr.write(f"plc: {error}\n")
        return getattr(error, "exit_code", 2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
