"""Folders of photographs on the belt, good ones and bad ones."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from line_rig import Launcher, Place, accounted, default_bundle

from inspector.cli import main

SIZES = ((300, 400), (320, 400))
PHOTOGRAPHS = 12


def write_photographs(folder: Path) -> None:
    """Two classes, two sizes, nothing that any model knows."""
    rng = np.random.default_rng(5)
    for number in range(PHOTOGRAPHS):
        into = folder / ("ok" if number % 3 else "scratch")
        into.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, SIZES[number % 2], dtype=np.uint8)
        assert cv2.imwrite(str(into / f"{number}.png"), pixels)


@pytest.fixture(scope="module")
def line(new_place: Callable[[], Place]) -> Iterator[Launcher]:
    """Photographs, on a machine where nobody may ask for real time."""
    place = new_place()
    write_photographs(place.root / "photographs")
    with closing(
        place.start(
            "--headless",
            "--json",
            *("--camera", f"folder:{place.root / 'photographs'}", "--bundle", str(default_bundle())),
            *("--seconds", "2", "--rate", "600"),
            before=without_rights(),
        )
    ) as line:
        assert line.wait() == 0, line.err
        yield line


def without_rights() -> tuple[str, ...]:
    """Return the command that takes away what real-time priority and locked memory need."""
    limits = ("prlimit", "--rtprio=0", "--memlock=0")
    capabilities = "-sys_nice,-ipc_lock,-sys_resource"
    drop = ("setpriv", f"--bounding-set={capabilities}", f"--inh-caps={capabilities}")
    command = limits + drop if os.geteuid() == 0 else limits
    if not all(shutil.which(tool) for tool in command if tool in {"prlimit", "setpriv"}):
        pytest.skip("there is no prlimit or setpriv to take rights away with")
    return command


@pytest.fixture(scope="module")
def report(line: Launcher) -> dict[str, Any]:
    return line.report


def test_photographs_run_down_the_line_like_parts(report: dict[str, Any]) -> None:
    assert report["ended_by"] == "seconds"
    assert report["triggers"] == accounted(report) > 0
    assert (report["unaccounted"], report["mispaired"], report["missed_rejects"]) == (0, 0, 0)
    assert report["escapes"] == report["escapes_by_classifier"]
    assert set(report["confusion"]) <= {"ok", "scratch"}
    assert report["confusion"]


def test_mixed_sizes_are_allowed_and_said(line: Launcher, report: dict[str, Any]) -> None:
    (warning,) = report["warnings"]
    assert "2 sizes, 400×300 to 400×320 px" in warning
    assert f"inspector: warning: {warning}" in line.err


def test_without_permission_for_real_time_the_line_carries_on_and_says_so(report: dict[str, Any]) -> None:
    threads = report["realtime"]
    assert set(threads) == {"supervisor", "capture", "inspection", "actuation"}
    for grant in threads.values():
        assert grant["priority"] == 0
        assert any("SCHED_FIFO" in text and "CAP_SYS_NICE" in text for text in grant["refusals"])
    assert not threads["supervisor"]["memory_locked"]
    assert any("mlockall" in text for text in threads["supervisor"]["refusals"])


def run(folder: Path, *more: str) -> int:
    places = ("--run-dir", str(folder.parent / "run"), "--data-dir", str(folder.parent / "data"))
    return main(["run", "--headless", "--parts", "3", "--camera", f"folder:{folder}", *places, *more])


def write_bad(kind: str, path: Path) -> None:
    rng = np.random.default_rng(1)
    match kind:
        case "16-bit":
            cv2.imwrite(str(path), rng.integers(0, 1 << 16, (64, 64), dtype=np.uint16))
        case "corrupt":
            cv2.imwrite(str(path), rng.integers(0, 256, (64, 64), dtype=np.uint8))
            path.write_bytes(path.read_bytes()[:300])
        case "zero byte":
            path.write_bytes(b"")
        case "1x1":
            cv2.imwrite(str(path), np.zeros((1, 1), np.uint8))


@pytest.mark.parametrize("kind", ["16-bit", "corrupt", "zero byte", "1x1"])
def test_a_photograph_that_cannot_be_used_is_named_before_anything_moves(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    cv2.imwrite(str(folder / "fine.png"), np.full((64, 64), 90, np.uint8))
    write_bad(kind, folder / "bad.png")
    assert run(folder, "--bundle", str(default_bundle())) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert str(folder / "bad.png") in err
    assert err.count("\n") == 1


def test_a_folder_without_photographs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / "notes.txt").write_text("none", encoding="utf-8")
    assert run(folder, "--bundle", str(default_bundle())) == 2
    assert f"{folder} holds no images" in capsys.readouterr().err


def test_photographs_without_a_bundle_of_their_own_get_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photographs(tmp_path / "photographs")
    assert run(tmp_path / "photographs") == 2
    err = capsys.readouterr().err
    assert "inspector train" in err
    assert "--bundle" in err
