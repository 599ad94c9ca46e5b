"""Entry of the launcher's children: ``python -m inspector.app ROLE ARGUMENT PIPE``."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import NoReturn

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


def _end(code: int) -> NoReturn:
    """End at once: all is closed and on disk by now, and taking the libraries apart takes 50 ms of CPU time."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    try:
        _end(main(*sys.argv[1:4]))
    except InspectorError as error:
        sys.stderr.write(f"inspector: {sys.argv[1]}: error: {printable(str(error))}\n")
        _end(error.exit_code)
    except KeyboardInterrupt:
        _end(130)
