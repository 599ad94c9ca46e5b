"""The world as a process: it sleeps until something happens, and draws frames ahead in between."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from pathlib import Path
from types import FrameType

from inspector.clock import monotonic_ns
from inspector.devices.sim._open_source import open_source
from inspector.devices.sim._options import WorldOptions
from inspector.devices.sim._wires import Wires
from inspector.devices.sim._world import World
from inspector.errors import DeviceUnavailableError
from inspector.realtime import freeze_garbage_collector, request

WIRES_NAME, CONTROL_NAME, REPORT_NAME = "wires", "world.ctl", "world.json"
_DATAGRAM_BYTES = 4096
_BY_HAND = 4
"""Parts laid on by hand that the world is prepared for, where it knows how many come by themselves."""


def run_world(options: WorldOptions) -> None:
    """Run until SIGTERM.

    Ctrl-C is ignored: it is the launcher that stops the line in order, the world last.
    `run_dir` must hold the wires. `world.ctl` takes one fault per datagram; at the end `world.json` says
    how late the world was and what it cost.

    Raises
    ------
    InspectorError
        Options, source or shared memory are not usable.
    """
    run_dir = Path(options.run_dir)
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The control socket first: who sees the camera may count on it.
    with _control_socket(run_dir / CONTROL_NAME) as control:
        source = open_source(options)
        source.prepare(None if options.parts is None else options.parts + _BY_HAND)
        world = World(options, Wires.attach(run_dir / WIRES_NAME), source)
        grant = request(options.priority, options.core)
        freeze_garbage_collector()
        began_s, ran_ns = time.process_time(), monotonic_ns()
        while not stopping:
            _turn(world, control)
        ran_ns = monotonic_ns() - ran_ns
    world.close()
    report = {
        "lateness_us": world.lateness.summary(),
        "cpu_s": round(time.process_time() - began_s, 3),
        "wall_s": round(ran_ns / 1e9, 3),
        "realtime": grant.as_dict(),
    }
    (run_dir / REPORT_NAME).write_text(json.dumps(report), encoding="utf-8")


def _turn(world: World, control: socket.socket) -> None:
    due_ns = world.advance(monotonic_ns())
    if world.draw_ahead(due_ns - monotonic_ns()):
        return
    wait_ns = due_ns - monotonic_ns()
    readable, _, _ = select.select([control], [], [], max(wait_ns, 0) / 1e9)
    if readable:
        now_ns = monotonic_ns()
        world.advance(now_ns)
        world.inject(control.recv(_DATAGRAM_BYTES), now_ns)


def _control_socket(path: Path) -> socket.socket:
    control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    try:
        path.unlink(missing_ok=True)
        control.bind(os.fspath(path))
    except OSError as error:
        control.close()
        raise DeviceUnavailableError(
            f"cannot listen for faults at {path}: {error.strerror or error}; "
            "use a writable folder with a short path"
        ) from error
    return control
