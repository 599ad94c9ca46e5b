from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from inspector_console import places
from inspector_console.places import find_places, save_file


def test_sticks_come_first_and_the_home_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = tmp_path / "media" / "My Stick"
    stick.mkdir(parents=True)
    monkeypatch.setattr(places, "_REMOVABLE", (f"{tmp_path}/media/",))
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"proc /proc proc rw 0 0\n/dev/sdb1 {tmp_path}/media/My\\040Stick vfat rw 0 0\n"
        f"/dev/sdc1 {tmp_path}/media/gone vfat rw 0 0\n\n"
    )
    found = find_places(mounts, home=tmp_path)
    assert [(place.path, place.is_home) for place in found] == [(stick, False), (tmp_path, True)]
    assert all(place.is_writable and place.free_bytes > 0 for place in found)


def test_without_a_list_of_mounts_there_is_the_home(tmp_path: Path) -> None:
    assert [place.path for place in find_places(tmp_path / "none", home=tmp_path)] == [tmp_path]


@pytest.mark.parametrize("folder", ["/media/KEY", "/proc/self"])
def test_a_place_that_takes_no_files_is_known_before_anybody_tries(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = list(os.statvfs(tmp_path))
    state[8] = os.ST_RDONLY if folder == "/media/KEY" else 0
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(state))
    monkeypatch.setattr(os, "access", lambda path, _: str(path) == "/media/KEY")
    assert not find_places(tmp_path / "none", home=Path(folder))[0].is_writable


def test_a_file_that_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    names = [save_file(tmp_path, "log.csv", f"{number}".encode()).name for number in range(3)]
    assert names == ["log.csv", "log-2.csv", "log-3.csv"]
    assert (tmp_path / "log.csv").read_bytes() == b"0"
    assert stat.S_IMODE((tmp_path / "log.csv").stat().st_mode) == 0o600


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    (tmp_path / "x.csv.part").symlink_to("/dev/full")  # replaced, not followed
    assert save_file(tmp_path, "x.csv", b"1").read_bytes() == b"1"
    with pytest.raises(OSError, match="No such file"):
        save_file(tmp_path / "gone", "x.csv", b"1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv"]
