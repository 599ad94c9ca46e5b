"""Power cuts, simulated: synced bytes survive; of what was not, any part does, down to single sectors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from recorder_rig import Rig

SECTOR_BYTES = 512
CUTS = 100


class _Disk:
    """Everything SQLite asked of the system, in order; and what a disk could hold after any prefix of that."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []

    def after(self, cut: int, chance: random.Random) -> dict[str, bytearray]:
        durable: dict[str, bytearray] = {}
        pending: dict[str, list[tuple[Any, ...]]] = {}
        for entry in self.log[:cut]:
            kind, name = entry[:2]
            if kind == "sync":
                _apply(durable, name, pending.pop(name, []))
            elif kind == "delete":
                durable.pop(name, None)
                pending.pop(name, None)
            else:
                pending.setdefault(name, []).append(entry)
        for name, entries in pending.items():
            _apply(durable, name, [_torn(entry, chance) for entry in entries if chance.random() < 0.5])
        return durable


def _torn(entry: tuple[Any, ...], chance: random.Random) -> tuple[Any, ...]:
    if entry[0] == "write" and len(entry[3]) > SECTOR_BYTES and chance.random() < 0.3:
        sectors = chance.randrange(1, len(entry[3]) // SECTOR_BYTES + 1)
        return (*entry[:3], entry[3][: sectors * SECTOR_BYTES])
    return entry


def _apply(files: dict[str, bytearray], name: str, entries: list[tuple[Any, ...]]) -> None:
    content = files.setdefault(name, bytearray())
    for kind, _, offset, *data in entries:
        end = offset + len(data[0]) if data else offset
        content.extend(bytes(max(0, end - len(content))))
        if kind == "write":
            content[offset:end] = data[0]
        else:
            del content[offset:]


@pytest.fixture
def disk() -> Iterator[_Disk]:
    disk = _Disk()

    class File(apsw.VFSFile):
        def __init__(self, name: Any, flags: list[int]) -> None:
            super().__init__("unix", name, flags)
            self.name = Path(name.filename() if hasattr(name, "filename") else name).name

        def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
            disk.log.append(("write", self.name, offset, bytes(data)))
            super().xWrite(data, offset)

        def xTruncate(self, size: int) -> None:  # noqa: N802
            disk.log.append(("truncate", self.name, size))
            super().xTruncate(size)

        def xSync(self, flags: int) -> None:  # noqa: N802
            disk.log.append(("sync", self.name))
            super().xSync(flags)

    class System(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("noting", "unix", makedefault=True)

        def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return File(name, flags)

        def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
            disk.log.append(("delete", Path(name).name))
            super().xDelete(name, sync)

    system = System()
    yield disk
    system.unregister()


def test_no_power_cut_takes_a_row_that_the_ring_was_told_is_safe(
    rig: Rig, tmp_path: Path, disk: _Disk
) -> None:
    recorder = rig.recorder()
    recorder.step()
    promises = [(len(disk.log), 0)]
    for n in range(60):
        rig.parts(1 + n % 7)
        recorder.step()
        promises.append((len(disk.log), rig.ring.consumed))
    recorder.close(is_drained=True)
    chance = random.Random(1)
    for cut in chance.sample(range(promises[0][0], len(disk.log) + 1), CUTS):
        folder = tmp_path / f"cut{cut}"
        folder.mkdir()
        for name, content in disk.after(cut, chance).items():
            (folder / name).write_bytes(content)
        db = apsw.Connection(str(folder / "outbox.db"), vfs="unix")
        assert db.pragma("integrity_check") == "ok"
        numbers = [seq for (seq,) in db.execute("SELECT seq FROM ledger WHERE epoch = ?", (rig.ring.epoch,))]
        cursors = list(db.execute("SELECT cursor FROM epoch WHERE epoch = ?", (rig.ring.epoch,)))
        db.close()
        promised = max(consumed for length, consumed in promises if length <= cut)
        assert len(numbers) >= promised
        assert numbers == list(range(1, len(numbers) + 1))
        assert cursors == [(len(numbers),)]
