"""The simulated world: what happens on the belt, in true time, and what the sensors make of it."""

from __future__ import annotations

import heapq
import itertools
import math
import random
import socket
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from inspector.clock import monotonic_ns
from inspector.devices.sim._camera_port import CameraPort
from inspector.devices.sim._conveyor import Belt, BeltPart, Mark, Passage
from inspector.devices.sim._eye import PhotoEye
from inspector.devices.sim._fault_spec import parse_fault
from inspector.devices.sim._flange import DIAMETER_PX, PX_PER_MM
from inspector.devices.sim._gate import Gate
from inspector.devices.sim._lateness import Lateness
from inspector.devices.sim._options import WorldOptions
from inspector.devices.sim._source import PartSource
from inspector.devices.sim._truth import TruthTable
from inspector.devices.sim._virtual_camera import Scene, VirtualCamera
from inspector.devices.sim._wires import EventKind, Fate, Wires
from inspector.devices.sim._world_faults import EFFECTS, FAULTS
from inspector.errors import UsageError

POLL_NS = 5_000_000
"""How often the world looks at the PLC's motor output: the contactor's delay."""
_NEVER_NS = 1 << 62

Action = Callable[[int], None]


class World:
    """Belt, sensors, camera and gate. Single-threaded; time is what `advance` is given.

    Parameters
    ----------
    wires
        The segment that the launcher made; the world writes all but the PLC's fields.
    clock_ns
        Used for stamping only.
    """

    def __init__(
        self,
        options: WorldOptions,
        wires: Wires,
        source: PartSource,
        clock_ns: Callable[[], int] = monotonic_ns,
    ) -> None:
        self.options, self.wires = options, wires
        self.rng = random.Random(options.seed)
        self._clock_ns = clock_ns
        line, now_ns = options.physics, clock_ns()
        self.belt = Belt(
            line, random.Random(self.rng.random()), options.parts,
            lead_in_mm=options.belt_mm_per_s * options.start_delay_s,
            t_ns=now_ns, encoder=float(self.rng.randrange(1 << 24, 1 << 32)),
        )  # fmt: skip
        self.gate, self.eye, self.truth = Gate(wires, line), PhotoEye(), TruthTable(wires)
        self.lateness = Lateness(wires)
        run_dir = Path(options.run_dir)
        latency_ns = round((line.exposure_us + line.readout_us) * 1e3)
        port = CameraPort(
            run_dir, height=source.height, width=source.width, channels=source.channels,
            slots=options.camera_slots, min_latency_ns=latency_ns,
        )  # fmt: skip
        self.camera: VirtualCamera = VirtualCamera(
            port, source, line, self.rng, self.at, self.truth.add_frame, clock_ns
        )
        self.pending: Counter[str] = Counter()
        """What is to happen to the next parts ('touching', 'removed', …): how many are left to go."""
        self.troubled_until_ns = 0
        self._belt_factors: list[float] = []
        self._encoder_factors: list[float] = []
        self._held: Counter[str] = Counter()
        self._motion = (0.0, 1.0)
        self._agenda: list[tuple[int, int, bool, Action]] = []
        self._order = itertools.count()
        self._bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._bell.setblocking(False)
        self._plc_eye = str(run_dir / "plc.eye")
        self._reach_mm = (source.width + DIAMETER_PX) / 2 / PX_PER_MM
        wires.inputs["air_ok"] = 1
        wires.set_belt(now_ns, self.belt.encoder, 0.0)
        self._poll(now_ns)

    # -- time

    def at(self, t_ns: int, action: Action, *, is_physical: bool = True) -> None:
        """Have `action` called with its own time at `t_ns`. `is_physical`: its lateness counts as a stall."""
        heapq.heappush(self._agenda, (t_ns, next(self._order), is_physical, action))

    def due_ns(self) -> int:
        """Return when something happens next."""
        passage = self.belt.next_passage()
        return min(self._agenda[0][0], passage.t_ns if passage else _NEVER_NS)

    def advance(self, now_ns: int) -> int:
        """Let everything happen that is due by `now_ns`, in the order of its true time; return `due_ns()`."""
        while (due_ns := self.due_ns()) <= now_ns:
            late_ns = self._clock_ns() - due_ns
            if self._agenda[0][0] <= due_ns:
                _, _, is_physical, action = heapq.heappop(self._agenda)
                action(due_ns)
            else:
                is_physical = True
                self._passes_next()
            if is_physical:
                self.lateness.add(late_ns)
        self.wires.inputs["horizon_ns"] = now_ns
        return due_ns

    def draw_ahead(self, spare_ns: int) -> bool:
        """Draw the next coming part's frame if that fits into `spare_ns`; return whether it did."""
        if not self.camera.has_room():
            return False
        for index, part in enumerate(self.belt.coming()):
            if part.touches_previous or self.camera.has_drawn(part.number):
                continue
            if spare_ns < self.camera.draw_ns and index > 0:
                return False
            self.camera.draw_ahead(part.number, self._scene_of(part))
            return True
        return False

    def _poll(self, t_ns: int) -> None:
        now_ns = self._clock_ns()
        self.camera.beat(now_ns)
        self.drive(t_ns)
        totals = self.wires.totals
        totals["ignored_triggers"] = self.camera.ignored_triggers
        totals["frames_dropped"] = self.camera.frames_dropped
        totals["finished"] = self.belt.is_empty
        self.at(max(t_ns + POLL_NS, now_ns), self._poll, is_physical=False)

    # -- motion

    def drive(self, t_ns: int) -> None:
        """Let the motor and the encoder follow the PLC's output and the faults."""
        outputs = self.wires.outputs
        runs = bool(outputs["conveyor_run"][0]) and self.gate.outputs_alive(t_ns)
        nominal = self.options.belt_mm_per_s if runs else 0.0
        motion = (nominal * math.prod(self._belt_factors), math.prod(self._encoder_factors))
        if motion != self._motion:
            self._motion = motion
            self.belt.set_motion(t_ns, *motion)
            self.wires.set_belt(t_ns, self.belt.encoder, self.belt.counts_per_s)
            self.wires.totals["belt_mm_per_s"] = motion[0]

    def scale_belt(self, factor: float, t_ns: int, duration_s: float) -> None:
        """Let the belt run at a multiple of its speed for a while; 0 stops it, below 0 reverses it."""
        self._scale(self._belt_factors, factor, t_ns, duration_s)

    def scale_encoder(self, factor: float, t_ns: int, duration_s: float) -> None:
        """Let the encoder count a multiple of the truth for a while."""
        self._scale(self._encoder_factors, factor, t_ns, duration_s)

    def _scale(self, factors: list[float], factor: float, t_ns: int, duration_s: float) -> None:
        factors.append(factor)
        self.drive(t_ns)

        def end(end_ns: int) -> None:
            factors.remove(factor)
            self.drive(end_ns)

        self.after(t_ns, duration_s, end)

    def after(self, t_ns: int, duration_s: float, end: Action) -> None:
        """Call `end` so many seconds after `t_ns`; parts that pass until then are marked as troubled."""
        end_ns = t_ns + round(duration_s * 1e9)
        self.troubled_until_ns = max(self.troubled_until_ns, end_ns)
        self.at(end_ns, end, is_physical=False)

    def hold(self, name: str, t_ns: int, duration_s: float, begin: Action, end: Action) -> None:
        """Call `begin`, and `end` so much later; what is held again meanwhile ends with the last."""
        self._held[name] += 1
        if self._held[name] == 1:
            begin(t_ns)

        def let_go(end_ns: int) -> None:
            self._held[name] -= 1
            if not self._held[name]:
                end(end_ns)

        self.after(t_ns, duration_s, let_go)

    def set_input(self, name: str, is_on: bool) -> None:
        """Set an input of the PLC."""
        self.wires.inputs[name] = is_on

    def block_eye(self, is_blocked: bool, t_ns: int) -> None:
        """Cover the photo-eye by something that is no part, or free it."""
        self.eye.is_blocked = is_blocked
        if self.eye.settle():
            self.eye_changed(t_ns, -1)

    # -- what the parts pass

    def _passes_next(self) -> None:
        passage = self.belt.take()
        if passage is None:
            return
        part, t_ns = passage.part, passage.t_ns
        match passage.mark:
            case Mark.LEADING | Mark.TRAILING:
                self._passes_eye(passage)
            case Mark.MIDDLE_AT_GATE:
                self._passes_gate(part, t_ns)
            case Mark.CONFIRM:
                self._emit(EventKind.CONFIRM, t_ns, part.row)

    def _passes_eye(self, passage: Passage) -> None:
        part, t_ns = passage.part, passage.t_ns
        arrives = passage.mark is Mark.LEADING and passage.forward
        if arrives and part.row < 0:
            touching, troubled = part.touches_next or part.touches_previous, self.is_troubled(t_ns)
            part.row = self.truth.add_part(part.number, t_ns, touching=touching, troubled=troubled)
        if self.eye.part_passes(passage):
            self.eye_changed(t_ns, part.row, part if arrives else None)
        if arrives:
            self.camera.forget(part.number)
            self.push_together()
        elif passage.forward:
            self.take_off()

    def eye_changed(self, t_ns: int, row: int, part: BeltPart | None = None) -> None:
        """Report the photo-eye's wire to PLC and camera. `part`: the one that has just arrived there."""
        if not self.eye.is_covered:
            self._emit(EventKind.EYE_FALL, t_ns, row)
            return
        seq = self._emit(EventKind.EYE_RISE, t_ns, row)
        with suppress(OSError):  # no PLC is listening, or it has not read the last ones
            self._bell.sendto(b"\1", self._plc_eye)
        if part is not None:
            self.truth.set_eye_event(row, seq)
        if self.wires.outputs["camera_trigger_enable"][0] and self.gate.outputs_alive(t_ns):
            self.camera.trigger(t_ns, row, part.number if part else None, lambda: self._scene_now(t_ns, part))
        if part is not None and self.pending["chatter"] > 0:
            self.pending["chatter"] -= 1
            self._chatter(t_ns, row)

    def _chatter(self, t_ns: int, row: int) -> None:
        times_ns = sorted(self.rng.randrange(100_000, 3_000_000) for _ in range(2 * self.rng.randint(3, 6)))
        for index, offset_ns in enumerate(times_ns):
            self.at(t_ns + offset_ns, partial(self._bounce, row, index % 2 == 0))

    def _bounce(self, row: int, falls: bool, t_ns: int) -> None:
        if self.eye.set_level(False) if falls else self.eye.settle():
            self.eye_changed(t_ns, row)

    def _passes_gate(self, part: BeltPart, t_ns: int) -> None:
        encoder = int(self.belt.encoder_at(t_ns))
        accepted = self.gate.lets_through(t_ns, encoder)
        self.wires.put_event(EventKind.GATE_EYE, t_ns, encoder, part.row)
        fate = Fate.ACCEPTED if accepted else Fate.EJECTED
        self.truth.set_fate(part.row, fate, t_ns, troubled=self.is_troubled(t_ns))
        if not accepted:
            self.belt.eject(part)

    def _emit(self, kind: EventKind, t_ns: int, row: int) -> int:
        return self.wires.put_event(kind, t_ns, int(self.belt.encoder_at(t_ns)), row)

    def is_troubled(self, t_ns: int) -> bool:
        """Whether an injected fault is at work."""
        return t_ns < self.troubled_until_ns or self.pending.total() > 0 or self.camera.trouble.total() > 0

    # -- hands on the belt

    def push_together(self) -> None:
        """Make the next parts touch, as far as that is pending and parts are coming."""
        while self.pending["touching"] > 0:
            pair = self.belt.push_together(self.rng.random())
            if pair is None:
                return
            self.pending["touching"] -= 1
            for part in pair:
                self.camera.forget(part.number)

    def take_off(self) -> None:
        """Take parts off the belt by hand, as far as that is pending and there are some behind the eye."""
        while self.pending["removed"] > 0:
            part = self.belt.take_off()
            if part is None:
                return
            self.pending["removed"] -= 1
            self.truth.set_fate(part.row, Fate.TAKEN, 0, troubled=True)

    def lay_on(self, t_ns: int) -> None:
        """Lay an extra part on the belt, between eye and gate."""
        part = self.belt.lay_on(t_ns)
        part.row = self.truth.add_part(part.number, 0, by_hand=True, troubled=True)

    # -- what the camera sees

    def _scene_of(self, part: BeltPart) -> Scene:
        """Return what its trigger will show: the part in its place, and the one that touches it."""
        scene = [(part.number, 0)]
        if part.touches_next:
            end_mm = part.marks_mm[Mark.TRAILING]
            behind = min(self.belt.coming(), key=lambda other: abs(other.place_mm - end_mm))
            scene.append((behind.number, _px(part.place_mm - behind.place_mm)))
        return scene

    def _scene_now(self, t_ns: int, part: BeltPart | None) -> Scene:
        """Return all that is before the camera, `part` in its place if it has just arrived."""
        if part is not None:
            return self._scene_of(part)
        travel = self.belt.travel_at(t_ns)
        return [
            (each.number, _px(travel - each.place_mm))
            for each in self.belt.riding
            if each.next_mark <= Mark.MIDDLE_AT_GATE and abs(travel - each.place_mm) < self._reach_mm
        ]

    # -- faults

    def inject(self, datagram: bytes, t_ns: int) -> None:
        """Act out a fault that somebody sent; say on stderr what is wrong with it otherwise."""
        try:
            spec, values = parse_fault(datagram, FAULTS)
        except UsageError as error:
            print(f"world: {error}", file=sys.stderr, flush=True)  # noqa: T201 - a process of its own
            return
        EFFECTS[spec.name](self, values, t_ns)

    def close(self) -> None:
        """Take the camera away."""
        self.camera.port.close()
        self._bell.close()


def _px(mm: float) -> int:
    return round(mm * PX_PER_MM)
