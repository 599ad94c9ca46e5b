"""The recorder is killed at every single write, sync and hand-over of a session; the next one finishes."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
from recorder_rig import Rig, drain

from inspector.sharedmem import ImagePool, LedgerRing


class _Countdown:
    """Kills this process at the n-th thing that is done."""

    def __init__(self, n: int) -> None:
        self.left = n

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:
            self.tick()
            return function(*args)

        return wrapped


def _kill_in_the_middle_of(n: int, rig: Rig) -> None:
    countdown = _Countdown(n)

    class File(apsw.VFSFile):
        def __init__(self, name: Any, flags: list[int]) -> None:
            super().__init__("unix", name, flags)

        def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
            countdown.tick()
            super().xWrite(data, offset)

        def xSync(self, flags: int) -> None:  # noqa: N802
            countdown.tick()
            super().xSync(flags)

    class System(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("killing", "unix", makedefault=True)

        def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return File(name, flags)

    system = System()
    os.fsync = countdown.before(os.fsync)
    os.open = countdown.before(os.open)
    LedgerRing.acknowledge = countdown.before(LedgerRing.acknowledge)  # type: ignore[method-assign]
    ImagePool.give_back = countdown.before(ImagePool.give_back)  # type: ignore[method-assign]
    recorder = rig.recorder()
    drain(recorder)
    recorder.close(is_drained=True)
    del system


def test_wherever_the_recorder_is_killed_each_row_is_recorded_once_with_its_image(memory_path: Path) -> None:
    point = 0
    while True:
        point += 1
        rig = Rig(memory_path / f"run{point}", memory_path / f"data{point}", capacity=64)
        rig.parts(6, image_every=3)
        child = os.fork()
        if child == 0:
            try:
                _kill_in_the_middle_of(point, rig)
            except Exception:  # noqa: BLE001 - it must not get out into a second pytest
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        rig.parts(2, image_every=2)
        recorder = rig.recorder()
        drain(recorder)
        recorder.close(is_drained=True)
        recorded = rig.recorded()
        assert [row["seq"] for row in recorded] == rig.sent, f"killed at {point}"
        files = {f"images/{path.name}" for path in (rig.data_dir / "images").iterdir()}
        assert {row["image"]["file"] for row in recorded if row["image"]} == files, f"killed at {point}"
        assert all(rig.pool.put(rig.images[1]) for _ in range(rig.pool.slots)), f"slots lost at {point}"
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "the recorder failed where it should have finished"
            break
    assert point > 30  # the session was really cut to pieces
