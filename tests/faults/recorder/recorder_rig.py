"""A station's side of the shared memory, and recorders for it: in this process, or of their own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import numpy as np

from inspector.clock import monotonic_ns, sleep_s
from inspector.recorder import RecorderOptions, rows
from inspector.recorder._recorder import Recorder
from inspector.sharedmem import ImagePool, LedgerRing, RecorderBoard, RecorderStatus, RowFlags

HEIGHT, WIDTH = 48, 64


class Rig:
    def __init__(self, run_dir: Path, data_dir: Path, capacity: int = 4096) -> None:
        run_dir.mkdir(exist_ok=True)
        self.options = RecorderOptions(
            run_dir=str(run_dir),
            data_dir=str(data_dir),
            station="demo",
            station_id=3,
            classes=("ok", "scratch"),
            reserve_mb=0.0,
            poll_ms=5.0,
            nice=0,
        )
        self.data_dir = data_dir
        LedgerRing.create(self.options.ring_path, capacity=capacity)
        ImagePool.create(self.options.pool_path, HEIGHT * WIDTH, slots=8)
        self.board = RecorderBoard.ensure(self.options.board_path)
        self.start_station()
        self.sent: list[int] = []
        self.images: dict[int, np.ndarray] = {}

    def start_station(self) -> None:
        self.ring = LedgerRing.resume(self.options.ring_path)
        self.pool = ImagePool.resume(self.options.pool_path)

    def recorder(self, **changes: Any) -> Recorder:
        return Recorder(replace(self.options, **changes))

    def start(self, **changes: Any) -> subprocess.Popen[str]:
        options = replace(self.options, **changes)
        command = [sys.executable, "-m", "inspector.recorder", options.to_json()]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def part(self, *, image: bool = False, **fields: Any) -> int:
        """Record a part, and return its number in the sequence."""
        if image:
            pixels = np.random.default_rng(len(self.sent)).integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8)
            put = self.pool.put(pixels)
            if put is None:
                fields["flags"] = RowFlags.IMAGE_DROPPED
            else:
                fields["image_slot"], fields["image_generation"] = put
                self.images[self.ring.written + 1] = pixels
        moment = {"trigger_ns": monotonic_ns(), "part_count": len(self.sent) + 1}
        assert self.ring.append(**{**moment, **fields})
        self.sent.append(self.ring.written)
        return self.ring.written

    def parts(self, count: int, image_every: int = 0) -> None:
        for n in range(count):
            self.part(image=bool(image_every) and n % image_every == 0)

    def recorded(self) -> list[dict[str, Any]]:
        return list(rows(self.data_dir, self.ring.epoch))

    def own_events(self) -> list[tuple[int, str]]:
        with_kind = "SELECT code, text FROM ledger WHERE kind = 4 ORDER BY utc_ns, epoch, seq"
        return self.sql(with_kind)

    def sql(self, text: str) -> list[Any]:
        db = apsw.Connection(str(self.data_dir / "outbox.db"))
        try:
            return list(db.execute(text))
        finally:
            db.close()

    def wait_for(self, what: str, *, timeout_s: float = 60.0) -> RecorderStatus:
        """Wait until an expression over `status` and `ring` holds on the board."""
        until_ns = monotonic_ns() + timeout_s * 1e9
        while monotonic_ns() < until_ns:
            status = self.board.read()
            if eval(what, {"status": status, "ring": self.ring}):
                return status
            sleep_s(0.002)
        raise AssertionError(f"never: {what}; {self.board.read()}")


def drain(recorder: Recorder) -> None:
    for _ in range(1000):
        recorder.step(impatient=True)
        if recorder.waiting == 0:
            return
    raise AssertionError("the recorder does not get on")
