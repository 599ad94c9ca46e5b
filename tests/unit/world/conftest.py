from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.devices._shm_camera import SimCamera
from inspector.devices.sim._options import WorldOptions
from inspector.devices.sim._source import PartTruth
from inspector.devices.sim._wires import EVENT_SLOTS, WINDOW_SLOTS, EventKind, Wires
from inspector.devices.sim._world import World
from inspector.domain.frame import Frame

MS = 1_000_000
SECOND = 1_000_000_000


class NumberedParts:
    """Parts whose frames say which they are: every pixel within 2 px of a part's place is its number + 1."""

    height, width, channels = 6, 1280, 1
    classes: tuple[str, ...] = ("ok",)
    count: int | None = None

    def truth(self, index: int) -> PartTruth:
        return PartTruth(index=index, class_name="ok")

    def render_into(self, index: int, out: NDArray[np.uint8]) -> tuple[int, int]:
        return self.render_scene_into(((index, 0),), out, key=index)

    def render_scene_into(
        self, parts: Sequence[tuple[int, int]], out: NDArray[np.uint8], *, key: int
    ) -> tuple[int, int]:
        out[...] = 0
        for index, offset_px in parts:
            middle = self.width // 2 + offset_px
            out[:, max(middle - 2, 0) : max(middle + 3, 0)] = index + 1
        return self.height, self.width


class Rig:
    """A world whose time is moved by hand, with a camera, and a PLC that is only its outputs."""

    def __init__(self, run_dir: Path, **options: Any) -> None:
        # Far ahead of the real clock, which the camera's consumer uses to tell whether the world lives.
        self.now_ns = monotonic_ns() + 3_600 * SECOND
        self.wires = Wires.create(run_dir / "wires")
        settings = WorldOptions(run_dir=str(run_dir), **({"parts": 20, "start_delay_s": 0.1} | options))
        self.source = NumberedParts()
        self.world = World(settings, self.wires, self.source, clock_ns=lambda: self.now_ns)
        self.camera = SimCamera(run_dir)
        self.camera.open()
        self.camera.start()
        self.frames: list[tuple[Frame, NDArray[np.uint8]]] = []
        self.is_plc_alive = True
        self.accepts: Callable[[int], bool] = lambda _row: False
        self.arm_lead_ns = 50 * MS
        self._seen = 0
        self.wires.outputs["conveyor_run"] = 1
        self.wires.outputs["camera_trigger_enable"] = 1

    @property
    def is_finished(self) -> bool:
        return bool(self.wires.totals["finished"][0])

    def run(self, seconds: float = 60.0, *, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass until the belt is empty, `until` holds, or the time is over."""
        self.run_on(seconds, until=lambda: self.is_finished or until())

    def run_on(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, also on an empty belt."""
        end_ns = self.now_ns + round(seconds * 1e9)
        while self.now_ns < end_ns and not until():
            if self.is_plc_alive:
                self.wires.outputs["alive_ns"] = self.now_ns
            self.world.advance(self.now_ns)
            while self.world.draw_ahead(SECOND):
                pass
            self._be_the_plc()
            self._be_the_station()
            self.now_ns = min(self.world.due_ns(), end_ns)

    def _be_the_plc(self) -> None:
        count = int(self.wires.inputs["event_seq"][0])
        for seq in range(self._seen + 1, count + 1):
            _, kind, encoder, t_ns, row = self.wires.events[seq % EVENT_SLOTS].item()
            self._seen = seq
            if kind == EventKind.EYE_RISE and self.accepts(row):
                middle = encoder + 4_095
                self.arm(middle - 80, middle + 80, t_ns)

    def _be_the_station(self) -> None:
        while (frame := self.camera.next_frame(0.0)) is not None:
            self.frames.append((frame, frame.pixels.copy()))
            assert self.camera.release(frame)

    def arm(self, open_count: int, close_count: int, armed_ns: int) -> None:
        seq = self.wires.arm_window(open_count, close_count, 1)
        self.wires.windows["armed_ns"][seq % WINDOW_SLOTS] = armed_ns

    def inject(self, fault: str, **parameters: float) -> None:
        self.world.inject(json.dumps({"fault": fault} | parameters).encode(), self.now_ns)

    def events(self, kind: EventKind | None = None) -> list[tuple[int, int, int, int, int]]:
        count = int(self.wires.inputs["event_seq"][0])
        rows = [self.wires.events[seq % EVENT_SLOTS].item() for seq in range(1, count + 1)]
        return [row for row in rows if kind is None or row[1] == kind]

    def rows(self) -> list[dict[str, int]]:
        names = self.wires.parts.dtype.names
        count = int(self.wires.totals["part_rows"][0])
        return [dict(zip(names, row.item(), strict=True)) for row in self.wires.parts[:count]]

    def frame_rows(self) -> list[tuple[int, int, int, int]]:
        count = int(self.wires.totals["frame_rows"][0])
        return [row.item() for row in self.wires.frames[:count]]

    def shown(self) -> list[int]:
        """Return the number of the part in the middle of each frame, -1 for none."""
        return [int(pixels[0, 640]) - 1 for _, pixels in self.frames]

    def total(self, name: str) -> int:
        return int(self.wires.totals[name][0])


@pytest.fixture(autouse=True)
def _one_look_at_the_clock_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still while the camera is started."""
    monkeypatch.setattr("inspector.devices._shm_camera._LATCHES", 1)


@pytest.fixture
def make_rig() -> Iterator[Callable[..., Rig]]:
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="insp") as folder:
        rigs: list[Rig] = []

        def make(**options: Any) -> Rig:
            run_dir = Path(folder, str(len(rigs)))
            run_dir.mkdir()
            rigs.append(Rig(run_dir, **options))
            return rigs[-1]

        yield make
        for rig in rigs:
            rig.camera.close()
            rig.world.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    return make_rig()
