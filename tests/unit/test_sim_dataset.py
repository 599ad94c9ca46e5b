from __future__ import annotations

import csv
from pathlib import Path

import cv2
import pytest

from inspector.devices.sim._dataset import COLUMNS, write_dataset
from inspector.errors import ConfigError, DatasetError


def rows_of(index: Path) -> list[dict[str, str]]:
    with index.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "set"
    write_dataset(out, count=24, seed=5)
    return out


def test_every_picture_is_in_its_class_folder_and_in_the_index(written: Path) -> None:
    rows = rows_of(written / "index.csv")
    assert tuple(rows[0]) == COLUMNS
    assert {row["path"] for row in rows} == set(contents(written)) - {"index.csv"}
    for row in rows:
        assert row["path"].split("/")[0] == row["label"]
        assert (row["label"] == "ok") == (float(row["size_px"]) == 0.0 == float(row["contrast"]))
    assert {row["label"] == "ok" for row in rows} == {True, False}


def test_groups_are_plates_and_each_holds_several_parts(written: Path) -> None:
    groups = [int(row["group"]) for row in rows_of(written / "index.csv")]
    assert set(groups) == {0, 1, 2}


def test_pictures_are_cut_around_the_part_as_the_station_cuts_them(written: Path) -> None:
    for row in rows_of(written / "index.csv")[:8]:
        image = cv2.imread(str(written / row["path"]), cv2.IMREAD_UNCHANGED)
        assert image.shape == (512, 512)
        assert image.dtype == "uint8"
        rows = (image > 60).any(axis=1).nonzero()[0]
        columns = (image > 60).any(axis=0).nonzero()[0]
        for seen in (rows, columns):
            assert (seen[0] + seen[-1]) / 2 == pytest.approx(256, abs=7)
            assert 452 < len(seen) < 468


def test_the_same_seed_writes_the_same_bytes_and_another_one_others(written: Path, tmp_path: Path) -> None:
    write_dataset(tmp_path / "again", count=24, seed=5)
    write_dataset(tmp_path / "other", count=24, seed=6)
    assert contents(tmp_path / "again") == contents(written)
    assert not set(contents(tmp_path / "other").values()) & set(contents(written).values())


def test_many_plates_come_from_several_sources_with_groups_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.devices.sim._dataset._PLATES_PER_SOURCE", 8)
    index = write_dataset(tmp_path / "set", count=24, seed=1, plates=12, defect_rate=0.0)
    groups = {int(row["group"]) for row in rows_of(index)}
    assert len(groups) > 8
    assert {group // 8 for group in groups} == {0, 1}


def test_full_frames_colour_and_split_are_options_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    index = write_dataset(
        tmp_path / "set",
        count=2,
        seed=1,
        channels=3,
        crop_px=None,
        split="test",
        progress=lambda done, wanted: told.append((done, wanted)),
    )
    assert told == [(1, 2), (2, 2)]
    for row in rows_of(index):
        assert row["split"] == "test"
        assert cv2.imread(str(index.parent / row["path"]), cv2.IMREAD_UNCHANGED).shape == (1024, 1280, 3)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"count": 0}, "count = 0"),
        ({"count": -3}, "count = -3"),
        ({"crop_px": 32}, "crop_px = 32"),
        ({"crop_px": 1024}, "crop_px = 1024"),
        ({"defect_rate": 2.0}, "defect_rate = 2.0"),
        ({"plates": -1}, "plates = -1"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_numbers_out_of_range_are_refused_by_name(
    tmp_path: Path, settings: dict[str, float], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        write_dataset(tmp_path / "set", **{"count": 1, "seed": 1, **settings})  # type: ignore[arg-type]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(DatasetError, match="not an empty folder; name a new one"):
        write_dataset(tmp_path, count=1, seed=1)
    assert [p.name for p in tmp_path.iterdir()] == ["precious.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match=r"file.* cannot be written: Not a directory"):
        write_dataset(tmp_path / "file" / "set", count=1, seed=1)
