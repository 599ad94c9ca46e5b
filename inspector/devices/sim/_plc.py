"""The simulated PLC as a process: program, register map and Modbus TCP server in one thread."""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from inspector import realtime
from inspector.clock import monotonic_ns
from inspector.devices.sim._fault_spec import parse_fault
from inspector.devices.sim._plc_answer import Responder
from inspector.devices.sim._plc_faults import PLC_FAULTS, ActiveFaults
from inspector.devices.sim._plc_options import PlcOptions
from inspector.devices.sim._plc_program import PlcProgram
from inspector.devices.sim._plc_rack import PlcClock, Rack, RetainedMemory
from inspector.devices.sim._plc_registers import Registers
from inspector.devices.sim._plc_server import ModbusServer
from inspector.devices.sim._plc_settings import SCAN_MS, PlcInputs
from inspector.devices.sim._wires import Wires
from inspector.errors import UsageError


class Plc:
    """One power-up of the controller. Build it, `run` it, `close` it; one thread."""

    def __init__(self, options: PlcOptions) -> None:
        self.options = options
        settings = options.plc_settings()
        run_dir = Path(options.run_dir)
        clock = PlcClock(random.getrandbits(32), monotonic_ns(), options.drift_ppm)
        self._clock = clock
        self.rack = Rack(Wires.attach(run_dir / "wires"), clock, settings.outputs_stale_ms)
        retained = RetainedMemory(run_dir / "plc.retained", keep=options.retain)
        self._retained = retained
        session = _new_session(self.rack.previous_session)
        self.program = PlcProgram(settings, session, retained.load_totals())
        self.registers = Registers(options.map, settings.station_id, retained.station)
        self.registers.start_session(session)
        self.faults = ActiveFaults()
        responder = Responder(self.registers, options.unit)
        self.server = ModbusServer(options.host, options.port, responder, self.faults)
        self._eye = _datagram_socket(run_dir / "plc.eye")
        self._panel = _datagram_socket(run_dir / "plc.ctl")
        self._run_commanded = options.run
        self._presses = 0
        self._is_stopping = False
        self._next_scan_ns = 0
        _write_whole(run_dir / "plc.port", f"{self.server.port}\n")

    def stop(self) -> None:
        """Let `run` return after the present turn; may be called from a signal handler."""
        self._is_stopping = True

    def run(self) -> None:
        """Scan and serve until `stop` is called."""
        self.rack.power_up(self.program.session)
        self._next_scan_ns = monotonic_ns()
        try:
            while not self._is_stopping:
                self._turn()
        finally:
            self.rack.power_down()

    def report(self) -> dict[str, Any]:
        """Return what the program counted in this session, as plain values."""
        program = self.program
        return {
            "session": program.session,
            "part_count": program.part_count,
            "in_transit": program.in_transit,
            "outcomes": {
                applied.name.lower(): count for applied, count in program.outcomes.items() if applied
            },
            "latched": [fault.name for fault in program.latched],
            "lost_because": program.track.lost_because,
            "ignored_records": program.ignored_records,
            "requests": self.server.requests,
        }

    def close(self) -> None:
        """Close sockets and remove their names."""
        self.server.close()
        for sock in (self._eye, self._panel):
            name = sock.getsockname()
            sock.close()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)

    def _turn(self) -> None:
        """Wait for whatever comes first, then do what there is to do: interrupt, requests, scan."""
        now_ns = monotonic_ns()
        wake_ns = min(self._next_scan_ns, self.server.due_ns(now_ns) or self._next_scan_ns)
        clients, writable = self.server.waiting(now_ns)
        readable, _, _ = select.select(
            [self._eye, self._panel, *clients], writable, [], max(0, wake_ns - now_ns) / 1e9
        )
        if self._eye in readable:
            _drain(self._eye)
            self._interrupt()
        if self._panel in readable:
            for datagram in _drain(self._panel):
                self._obey(datagram)
        self.server.serve(readable, monotonic_ns())
        now_ns = monotonic_ns()
        if now_ns >= self._next_scan_ns:
            self._scan(now_ns)

    # The program

    def _interrupt(self) -> None:
        """Take up what the photo-eye has latched, between two scans."""
        if self._sense():
            now_ns = monotonic_ns()
            encoder = self.rack.wires.encoder_at(now_ns)
            self.registers.put_header(self.program.snapshot(self._clock.at(now_ns), encoder))

    def _sense(self) -> bool:
        """Give new events to the program; return whether there was a part among them."""
        has_part = False
        for event in self.rack.new_events():
            if event is None:
                self.program.track.lose("sensor events were overwritten unread")
                continue
            trigger = self.program.sense(event)
            if trigger is not None:
                self.registers.put_trigger(trigger)
                has_part = True
        return has_part

    def _scan(self, now_ns: int) -> None:
        scan_ms = self._scan_ms(now_ns)
        self.rack.note_lateness(now_ns - self._next_scan_ns)
        scan_ns = round(scan_ms * 1e6)
        self._next_scan_ns += scan_ns
        if self._next_scan_ns <= now_ns:
            self._next_scan_ns = now_ns + scan_ns
        horizon_ns = self.rack.horizon_ns(now_ns)
        if not horizon_ns:
            return  # nothing is connected yet: the sensors' zeros mean nothing
        self._sense()
        self.program.wanted_job = self._wanted_job(now_ns)
        outputs = self.program.scan(self._inputs(now_ns, horizon_ns, scan_ms), self._clock.at(now_ns))
        self.rack.drive(outputs, now_ns)
        self.registers.put_details(outputs.details)
        self.registers.put_header(outputs.snapshot)
        for entry in self.program.take_changed():
            self.rack.record(entry)
        self._retained.save_totals(self.program.totals)

    def _inputs(self, now_ns: int, horizon_ns: int, scan_ms: float) -> PlcInputs:
        air_ok, bin_full, bypass_key, challenge_key, presses = self.rack.switches()
        return PlcInputs(
            now_ns=now_ns,
            encoder=self.rack.wires.encoder_at(now_ns),
            horizon_encoder=self.rack.wires.encoder_at(horizon_ns),
            mirror=self.registers.mirror(),
            receipts=self.registers.take_receipts(),
            air_ok=air_ok,
            bin_full=bin_full,
            bypass_key=bypass_key,
            challenge_key=challenge_key,
            reset_presses=presses + self._presses,
            run_commanded=self._run_commanded,
            scan_ms=scan_ms,
        )

    def _scan_ms(self, now_ns: int) -> float:
        if not self.faults.is_active("scan_ms", now_ns):
            return self.options.scan_ms
        low, high = SCAN_MS
        return min(max(self.faults.value("scan_ms", "ms"), low), high)

    def _wanted_job(self, now_ns: int) -> int:
        is_wanted = self.faults.is_active("other_job", now_ns)
        return int(self.faults.value("other_job", "job")) & 0xFFFF if is_wanted else 0

    # The panel

    def _obey(self, datagram: bytes) -> None:
        """Carry out what was sent to `plc.ctl`; say on stderr what is wrong with it otherwise."""
        try:
            if not self._command(datagram):
                spec, values = parse_fault(datagram, PLC_FAULTS)
                self._inject(spec.name, values)
        except UsageError as error:
            sys.stderr.write(f"plc: {error}\n")
            sys.stderr.flush()

    def _command(self, datagram: bytes) -> bool:
        """Carry out ``{"command": "run" | "stop" | "reset"}``; return whether it was a command at all."""
        try:
            wish = json.loads(datagram)
        except ValueError:
            return False
        if not isinstance(wish, dict) or "command" not in wish:
            return False
        match wish["command"]:
            case "run" | "stop" as command:
                self._run_commanded = command == "run"
            case "reset":
                self._presses += 1
            case other:
                raise UsageError(f"unknown command {other!r}; known are reset, run, stop")
        return True

    def _inject(self, name: str, values: dict[str, float]) -> None:
        self.faults.start(name, values, monotonic_ns())
        if name == "link_reset":
            self.server.reset_all()
        elif name == "link_half_open":
            self.server.mute_all()


def run_plc(options: PlcOptions) -> None:
    """Run the simulated PLC in this process until SIGTERM.

    Ctrl-C is ignored: it is the launcher that stops the line in order, the PLC after the station. At the
    end `plc.json` says what became of the parts, and what the PLC cost.

    Raises
    ------
    ConfigError
        The port is in use, or the settings contradict themselves.
    SharedMemoryError
        The wires are missing or of another version.
    """
    plc = Plc(options)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        plc.stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    grant = realtime.request(options.priority, options.core, options.lock_memory)
    realtime.freeze_garbage_collector()
    began_s, began_ns = time.process_time(), monotonic_ns()
    try:
        plc.run()
    finally:
        plc.close()
    report = plc.report() | {
        "cpu_s": round(time.process_time() - began_s, 3),
        "wall_s": round((monotonic_ns() - began_ns) / 1e9, 3),
        "realtime": grant.as_dict(),
    }
    _write_whole(Path(options.run_dir) / "plc.json", json.dumps(report))


def _new_session(previous: int) -> int:
    """Return a random session, not 0 and not the one before."""
    return random.choice([session for session in range(1, 0x10000) if session != previous])


def _datagram_socket(path: Path) -> socket.socket:
    """Bind a non-blocking unix datagram socket, replacing the name of one that is gone."""
    path.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind(str(path))
    return sock


def _drain(sock: socket.socket) -> list[bytes]:
    """Return all datagrams that have come."""
    datagrams = []
    with contextlib.suppress(BlockingIOError):
        while True:
            datagrams.append(sock.recv(4096))
    return datagrams


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(text)
    scratch.replace(path)
