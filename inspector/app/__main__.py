"""Entry of the launcher's children: ``python -m inspector.app ROLE ARGUMENT PIPE``."""

from __future__ import annotations

import sys
from pathlib import Path

from inspector.app._tether import end_with_launcher
from inspector.errors import InspectorError, printable
from inspector.streams import open_standard_streams


def main(role: str, argument: str, pipe: str) -> int:
    """Become one process of the line, and import nothing that another one needs."""
    open_standard_streams()
    end_with_launcher(int(pipe))
    if role == "station":
        from inspector.app._station_process import run_station

        return run_station(Path(argument))
    if role == "standby":
        from inspector.app._station_process import run_station

        return run_station(Path(argument), in_standby=True)
    if role == "recorder":
        from inspector.app._recorder_process import run_recorder_process

        return run_recorder_process(argument)
    if role == "service":
        from inspector.app._service_process import run_service_process

        return run_service_process(argument)
    if role == "world":
        from inspector.app._world_process import run_world_process

        return run_world_process(argument)
    if role == "plc":
        from inspector.app._plc_process import run_plc_process

        return run_plc_process(argument)
    raise InspectorError(f"unknown role {role!r}")


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:4]))
    except InspectorError as error:
        sys.stderr.write(f"inspector: {sys.argv[1]}: error: {printable(str(error))}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
