"""One line's processes: what each is told, how they are started, watched and stopped."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
from dataclasses import dataclass, replace
from pathlib import Path

from inspector.app._children import Child, wait_for_file
from inspector.app._places import RunDir, identity_of
from inspector.app._products import notice_of
from inspector.app._scenario import tell
from inspector.app._sim_options import check_port, plc_options, unknown_classes, world_options
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import FolderCamera, StationConfig
from inspector.devices.sim import Wires, open_source
from inspector.errors import ConfigError, DeviceError, SharedMemoryError
from inspector.recorder import RecorderOptions
from inspector.sharedmem import (
    ClassNames,
    DecisionRing,
    ImagePool,
    LedgerRing,
    ProductBoard,
    RecorderBoard,
    RegisterBoard,
    RequestBoard,
    Requests,
    StationStatus,
)
from inspector.station import Journal
from inspector.vision import Bundle

STANDBY = "standby"
"""A station that has been made ready for another product, and waits."""
_RESTARTS = 5
"""More deaths than these in one run, and a process is not started again."""
_START_LIMIT_S = 20.0
_DRAIN_LIMIT_S = 60.0
"""Only a machine that is busy with something else comes near; a recorder that gets nowhere gives up by itself."""
_STOP_LIMITS_S = (
    (STANDBY, 2.0),
    ("station", 5.0),
    ("recorder", _DRAIN_LIMIT_S),
    ("service", 3.0),  # so consoles see the end
    ("world", 3.0),
    ("plc", 3.0),
)
_IMAGE_MEMORY = 48_000_000
_NOT_ITS_PLC = (
    "the camera is simulated, the PLC is not: it does not trigger this camera, and is never told OK; "
    "every part will be rejected"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A product that the station made from a moment on (monotonic ns)."""

    from_ns: int
    config: StationConfig
    bundle: Bundle


class Line:
    """Launches and supervises the processes of one line; works as a context manager.

    Attributes
    ----------
    children : dict
        By role; `plc` only where it is simulated.
    fault : str
        Why the run has to end, or "".
    is_refused : bool
        A process refused what it was told before the line was Ready for the first time: nothing has been made.
    warnings : list of str
        What a person should know of this line.
    made : list of Made
        What products it has made, the present one last.
    is_changing : bool
        Somebody exchanges the station for one with another product, and looks after it meanwhile.
    """

    def __init__(
        self, config: StationConfig, places: RunDir, bundle: Bundle, base: StationConfig | None = None
    ) -> None:
        self.config, self.places, self._bundle = config, places, bundle
        self.base = base or config
        self.made = [Made(0, config, bundle)]
        self.is_changing = False
        self.plc_is_simulated = config.plc_is_simulated
        self.fault = ""
        self.is_refused = False
        self.resets = 0
        self.warnings = [] if self.plc_is_simulated else [_NOT_ITS_PLC]
        self.started_ns = monotonic_ns()
        self.peak_memory_mb = 0.0
        self.children: dict[str, Child] = {}
        self._read_end, self._pipe = os.pipe()
        self._plc_port = config.plc.port
        self._memory_due_ns = 0
        self._has_said_link = False
        self.world_options = world_options(config, places)
        self._make_memory()

    def _make_memory(self) -> None:
        """Allocate everything that is shared, before anybody needs it."""
        config, places = self.config, self.places
        places.base.write_text(self.base.model_dump_json())
        places.config.write_text(config.model_dump_json())
        self.status = StationStatus.create(places.status)
        RegisterBoard.create(places.registers)
        DecisionRing.create(places.decisions)
        self.ring = LedgerRing.ensure(
            places.ledger, identity_of(config.data_dir) if config.recorder.enabled else 0
        )
        self.warnings += _left_in_transit(len(Journal.ensure(places.journal).left_open(self.ring)))
        self.board = RecorderBoard.ensure(places.recorder)
        # Whoever held the line before it was started anew does not hold it any more.
        self.requests = RequestBoard.ensure(places.requests)
        self.requests.publish(Requests())
        self.products = ProductBoard.ensure(places.products)
        self.products.publish(notice_of(config))
        self.class_names = ClassNames(places.path)
        self.class_names.add(self._bundle.digest32, self._bundle.classes)
        self.first_row = self.ring.written
        height, width, channels = self._frame_shape()
        slots = max(4, min(32, _IMAGE_MEMORY // (height * width * channels)))
        ImagePool.ensure(places.images, height * width * channels, slots=slots)
        self.wires = Wires.create(places.wires)

    def _frame_shape(self) -> tuple[int, int, int]:
        camera = self.config.camera
        if isinstance(camera, FolderCamera):
            source = open_source(self.world_options)
            self.warnings += getattr(source, "warnings", ())
            self.warnings += unknown_classes(camera, source.classes, self._bundle)
            return source.height, source.width, source.channels
        return camera.height, camera.width, 3 if camera.colour else 1

    # -- start

    def start(self) -> None:
        """Start all processes; the belt stands still until the station is Ready.

        Raises
        ------
        ConfigError
            The simulated PLC's port is in use, or a process refuses its options.
        DeviceError
            A process did not come up; its own message is on stderr already.
        """
        if self.plc_is_simulated:
            check_port(self.config.plc.host, self.config.plc.port)
            self._add("plc", self._plc_argument(retain=False))
        self._add("world", self.world_options.to_json())
        if self.config.recorder.enabled:
            self._add("recorder", self._recorder_argument())
        # The station, which has the most to load, waits for the PLC's port itself.
        self._add("station", str(self.places.path))
        if self.config.service.enabled:
            self._add("service", self._service_argument())
        if self.plc_is_simulated:
            wait_for_file(self.places.plc_port, self.children["plc"], _START_LIMIT_S)
            self._plc_port = int(self.places.plc_port.read_text())

    def _add(self, role: str, argument: str) -> None:
        self.children[role] = self.spawn(role, argument)

    def spawn(self, role: str, argument: str) -> Child:
        """Start a process that ends when this one does."""
        child = Child(role, argument, self._read_end, self.places.claims_of(role))
        child.start()
        return child

    def keep_last(self) -> None:
        """Write the present product beside the next one, while the line is not told yet: this needs room."""
        self.places.last_config.write_text(self.config.model_dump_json())

    def make_next(self, config: StationConfig, bundle: Bundle) -> None:
        """Note that the station makes the product of `next.json` from now on, one that is started anew, too.

        All or nothing, and needs no room: the line has been told already. Raises OSError.
        """
        self.places.next_config.replace(self.places.config)
        self._note_made(config, bundle)

    def make_last(self, last: Made) -> None:
        """Take back what `make_next` has noted, or could not. May be repeated; raises OSError."""
        if self.places.last_config.exists():
            self.places.last_config.replace(self.places.config)
        if self.config is not last.config:
            self._note_made(last.config, last.bundle)

    def _note_made(self, config: StationConfig, bundle: Bundle) -> None:
        self.config, self._bundle = config, bundle
        self.made.append(Made(monotonic_ns(), config, bundle))

    def _recorder_argument(self) -> str:
        config = self.config
        return RecorderOptions(
            run_dir=str(self.places.path),
            data_dir=str(config.data_dir),
            station=config.station.name,
            station_id=config.station.station_id,
            classes=tuple(self._bundle.classes),
            quota_mb=config.recorder.quota_mb,
            image_format=config.recorder.image_format,
            core=config.realtime.other_core,
        ).to_json()

    def _service_argument(self) -> str:
        # The launcher has read the bundle; the service needs no more of it.
        bundle = self._bundle
        known = {"product": bundle.manifest.name, "classes": list(bundle.classes)}
        return json.dumps({"run_dir": str(self.places.path), **known})

    def _plc_argument(self, *, retain: bool) -> str:
        return json.dumps(plc_options(self.config, self.places, self._plc_port, retain=retain).as_dict())

    def run_belt(self) -> None:
        """Let the simulated PLC start the conveyor (it waits for the station's echo)."""
        if self.plc_is_simulated:
            tell(self.places.plc_control, {"command": "run"})

    def end_feed(self) -> None:
        """Lay no more parts on the simulated belt; those on it run out."""
        tell(self.places.world_control, {"fault": "feed_ended"})

    def press_reset(self) -> None:
        """Press the reset button on the simulated PLC's panel."""
        self.resets += 1
        tell(self.places.plc_control, {"command": "reset"})

    # -- watch

    def watch(self) -> None:
        """Restart what may be restarted; note what ends the run."""
        for name, child in list(self.children.items()):
            code = child.exit_code
            # While the product is changed, the station's end is wanted; whoever changes it sees to that.
            is_wanted = name == STANDBY or (name == "station" and self.is_changing)
            if code is not None and not self.fault and not is_wanted:
                self._handle_death(child, code)
        if not self.config.recorder.enabled:
            self.ring.acknowledge(self.ring.written)  # nobody else takes the rows away
        self._note_link()
        self._note_memory()

    def _note_link(self) -> None:
        """Say once why a real PLC cannot be reached: nothing else would, where nobody looks at the screen."""
        if self.plc_is_simulated or self._has_said_link or self.status.get("is_linked"):
            return
        trouble = self.status.get("link_fault")
        if trouble:
            self.warnings.append(
                f"the PLC cannot be reached, and every part is rejected meanwhile: {trouble}"
            )
            self._has_said_link = True

    def _note_memory(self) -> None:
        """Keep the station's largest resident size; /proc is read a few times a second at most."""
        now_ns = monotonic_ns()
        station = self.children.get("station")
        if now_ns < self._memory_due_ns or station is None or station.process is None:
            return
        self._memory_due_ns = now_ns + 500_000_000
        with contextlib.suppress(OSError):
            pages = int(Path(f"/proc/{station.process.pid}/statm").read_text().split()[1])
            self.peak_memory_mb = max(self.peak_memory_mb, round(pages * resource.getpagesize() / 1e6, 1))

    def _handle_death(self, child: Child, code: int) -> None:
        if child.role == "service":
            self._handle_silence(child, code)
        elif code == ConfigError.exit_code:
            self.fault = f"the {child.role} refused to start"
            self.is_refused = child.starts == 1 and not self.status.get("ready_ns")
        elif child.role in ("station", "recorder") and child.starts <= _RESTARTS:
            if self._start_again(child):
                self.warnings.append(f"the {child.role} ended with exit code {code}; it was started again")
        else:
            self.fault = f"the {child.role} ended with exit code {code}"

    def _start_again(self, child: Child) -> bool:
        """Start a process that has ended; say once why that cannot be, and leave it to the next turn."""
        try:
            child.start()
        except DeviceError as error:
            if str(error) not in self.warnings:
                self.warnings.append(str(error))
            return False
        return True

    def _handle_silence(self, service: Child, code: int) -> None:
        """The line does not need the service: it goes on without, if it must."""
        may_start = code != ConfigError.exit_code and service.starts <= _RESTARTS
        if may_start and not self._start_again(service):
            return
        then = "it was started again" if may_start else "consoles can no longer attach"
        self.warnings.append(f"the service ended with exit code {code}; {then}")
        if not may_start:
            del self.children[service.role]
            with contextlib.suppress(SharedMemoryError):  # nobody is left who could silence the horn
                self.requests.publish(replace(self.requests.read(), is_light_on=False, is_horn_on=False))

    @property
    def recorder_trouble(self) -> str:
        """Why nothing can be recorded at the moment, or ""."""
        if not self.config.recorder.enabled:
            return ""
        try:
            return self.board.read().error_text
        except SharedMemoryError as error:  # killed in the middle of a notice
            return str(error)

    def restart_plc(self, *, retain: bool) -> None:
        """Cut the simulated PLC's power and give it back."""
        plc = self.children["plc"]
        plc.send(signal.SIGKILL)
        if plc.process is not None:
            plc.process.wait(5.0)
        self.places.plc_port.unlink(missing_ok=True)
        plc.argument = self._plc_argument(retain=retain)
        plc.start()
        wait_for_file(self.places.plc_port, plc, _START_LIMIT_S)
        wait_for_plc(self)

    @property
    def is_finished(self) -> bool:
        """Whether the last simulated part has left the belt, and the station knows all outcomes."""
        if not int(self.wires.totals["finished"][0]):
            return False
        return int(self.status.get("in_transit")) == 0

    # -- stop

    def stop(self) -> None:
        """Stop in order: the station tells the line, the recorder drains, then the simulated hardware goes."""
        for role, limit_s in _STOP_LIMITS_S:
            child = self.children.get(role)
            if child is None:
                continue
            if role == "recorder":
                self._let_recorder_come_up(child)
            code = child.stop(limit_s)
            if role == "recorder" and code not in (0, None):
                self.fault = self.fault or f"the recorder ended with exit code {code}"

    def _let_recorder_come_up(self, recorder: Child) -> None:
        """One that has just died, or was only just started again, could not drain the ledger otherwise."""
        recorder.send(signal.SIGCONT)
        if not recorder.is_running and recorder.starts <= _RESTARTS:
            self._start_again(recorder)
        deadline_ns = monotonic_ns() + int(_START_LIMIT_S * 1e9)
        while recorder.is_running and monotonic_ns() < deadline_ns:
            with contextlib.suppress(SharedMemoryError):  # its predecessor was killed while writing there
                if recorder.process is not None and self.board.read().pid == recorder.process.pid:
                    return
            sleep_s(0.01)

    def close(self) -> None:
        """Make sure that nothing is left running, and give the memory back. May be repeated."""
        for child in self.children.values():
            if child.is_running:
                child.send(signal.SIGCONT)
                child.send(signal.SIGKILL)
        for end in (self._read_end, self._pipe):
            os.close(end)
        self.places.release()


def _left_in_transit(parts: int) -> list[str]:
    """Say what a killed line has left for this one to find out."""
    if not parts:
        return []
    return [
        f"{parts} parts were in transit when the last run in this run directory was killed: they are counted and "
        "recorded in this run, with what the PLC still tells of them"
    ]


def wait_for_plc(line: Line) -> None:
    """Wait, at most 2 s, until the restarted PLC listens to commands again."""
    deadline_ns = monotonic_ns() + 2_000_000_000
    while not tell(line.places.plc_control, {"command": "run"}):
        if monotonic_ns() > deadline_ns:
            raise DeviceError("the restarted PLC does not take commands")
        sleep_s(0.01)
