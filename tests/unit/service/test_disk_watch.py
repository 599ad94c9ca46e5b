"""A disk is looked at without waiting for it; what it said last is not held for true while it hangs."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from service_bench import Bench, until

from inspector.service import _disk_watch
from inspector.service._disk_watch import SILENT_NS, DiskWatch, Fill, look_at


class Disk:
    """Answers, unless it hangs."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()
        self.looks = 0

    def look(self, _: Path) -> Fill:
        self.looks += 1
        assert self.answers.wait(60)
        return Fill(40.0, 10**9)


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.answers.set()


@pytest.fixture
def watch(disk: Disk) -> Iterator[DiskWatch]:
    watch = DiskWatch(Path("/data"), disk.look)
    yield watch
    disk.answers.set()
    watch.close()


def knows(watch: DiskWatch, now_ns: int) -> bool:
    watch.step(now_ns)
    return watch.fill == Fill(40.0, 10**9)


def test_a_disk_that_hangs_is_not_known_any_more_until_it_answers(disk: Disk, watch: DiskWatch) -> None:
    until(lambda: knows(watch, 0))
    disk.answers.clear()
    before = disk.looks
    until(lambda: knows(watch, 0) and disk.looks > before)  # this look hangs
    looks = disk.looks
    watch.step(SILENT_NS - 1)
    assert (watch.fill.percent, watch.trouble) == (40.0, "")
    watch.step(SILENT_NS)
    assert watch.fill == Fill()
    assert watch.trouble == (
        "the disk of /data has not answered within 5 s; check it, its cable or its network connection"
    )
    assert disk.looks == looks, "another look was begun at a disk that hangs"
    disk.answers.set()
    until(lambda: knows(watch, SILENT_NS))
    assert watch.trouble == ""


def test_a_disk_that_is_there_says_how_full_it_is_and_one_that_is_gone_nothing(tmp_path: Path) -> None:
    fill = look_at(tmp_path)
    assert fill.percent is not None
    assert fill.free_bytes is not None
    assert 0.0 <= fill.percent <= 100.0
    assert look_at(tmp_path / "none") == Fill()


def test_a_disk_that_hangs_raises_the_alarm_while_everything_else_goes_on(
    bench: Bench, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, folder = os.statvfs, bench.station.files.data_dir

    def statvfs(path: Any) -> os.statvfs_result:
        assert path != folder or disk.answers.wait(60)
        return asked(path)

    monkeypatch.setattr(_disk_watch, "SILENT_NS", 200_000_000)
    monkeypatch.setattr(os, "statvfs", statvfs)
    bench.start()
    panel = bench.panel()
    disk.answers.clear()
    alarm = panel.wait_for_alarm("recorder_cannot_write")
    assert alarm.details["error"].startswith(f"the disk of {folder} has not answered")
    panel.take_control()
