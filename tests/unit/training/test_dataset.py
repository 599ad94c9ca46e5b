"""Folders of images: what is used, what is refused, and what is kept together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.errors import DatasetError
from inspector.training._dataset import Sample, digest, group_column, require_trainable, scan
from inspector.training._plan import fold_factor, input_size, is_coloured
from inspector.training._split import split


def put(path: Path, value: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((16, 16), value, np.uint8))
    return path


def test_only_the_asked_half_is_listed_where_there_are_halves(tmp_path: Path) -> None:
    for half in ("train", "test", "unsure"):
        put(tmp_path / half / "ok" / f"{half}.png")
        put(tmp_path / half / "ng" / f"{half}.png")
    assert {s.path.name for s in scan(tmp_path, "train").samples} == {"train.png"}
    assert {s.path.name for s in scan(tmp_path, "test").samples} == {"test.png"}


def test_a_folder_without_halves_is_used_as_it_is_and_other_files_are_ignored(tmp_path: Path) -> None:
    put(tmp_path / "ok" / "a.png")
    put(tmp_path / "ng" / "deep" / "b.JPG")
    put(tmp_path / "ng" / ".thumbnails" / "b.png")
    put(tmp_path / "ng" / "c.png").rename(tmp_path / "ng" / "._c.png")
    (tmp_path / "ng" / "notes.txt").write_text("x")
    folder = scan(tmp_path, "train")
    assert folder.classes == ("ng", "ok")
    assert [s.path.name for s in folder.samples] == ["b.JPG", "a.png"]


def test_folders_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere is not a folder"):
        scan(tmp_path / "nowhere", "train")
    with pytest.raises(DatasetError, match=r"holds no images"):
        scan(tmp_path, "train")
    put(tmp_path / "ok" / "a.png")
    (tmp_path / "ng").mkdir()
    with pytest.raises(DatasetError, match=r"ng holds no images"):
        scan(tmp_path, "train")


def test_one_class_or_one_image_is_not_enough(tmp_path: Path) -> None:
    put(tmp_path / "ok" / "a.png")
    put(tmp_path / "ok" / "b.png")
    with pytest.raises(DatasetError, match=r"one class only \(ok\)"):
        require_trainable(scan(tmp_path, "train"))
    put(tmp_path / "ng" / "a.png")
    with pytest.raises(DatasetError, match=r"class 'ng' of .* has 1 image"):
        require_trainable(scan(tmp_path, "train"))


def test_an_index_gives_groups_and_a_broken_one_is_named(tmp_path: Path) -> None:
    for name in ("ok/a.png", "ok/b.png", "ng/c.png"):
        put(tmp_path / name)
    (tmp_path / "index.csv").write_text("path,split,label,group\nok/a.png,train,ok,7\nng/c.png,train,ng,7\n")
    groups = {s.path.name: s.group for s in scan(tmp_path, "train").samples}
    assert groups["a.png"] == groups["c.png"] == "7"
    assert groups["b.png"].endswith("b.png")
    (tmp_path / "index.csv").write_text("path,group\nok/a.png,7,8,9\n")
    with pytest.raises(DatasetError, match=r"index.csv has rows with more or fewer fields"):
        scan(tmp_path, "train")
    (tmp_path / "index.csv").write_text("file,group\nok/a.png,7\n")
    with pytest.raises(DatasetError, match=r"no column 'path'"):
        scan(tmp_path, "train")


def rows(*columns: str, data: list[tuple[str, ...]]) -> list[dict[str, str]]:
    return [dict(zip(columns, row, strict=True)) for row in data]


def test_the_group_is_the_column_that_the_halves_were_divided_by() -> None:
    data = [
        (f"{i}.png", "test" if i // 4 % 3 == 0 else "train", "ok" if i % 2 else "ng", str(i // 4), str(i % 4))
        for i in range(60)
    ]
    table = rows("path", "split", "label", "photo", "position", data=data)
    assert group_column(table) == "photo"
    assert group_column([row | {"group": "x"} for row in table]) == "group"
    assert group_column([{k: v for k, v in row.items() if k != "photo"} for row in table]) is None
    assert group_column([row | {"split": "train"} for row in table]) is None
    assert group_column([]) is None


def samples(*groups: tuple[str, int, int]) -> list[Sample]:
    """Make (name, label, count) groups."""
    return [Sample(Path(f"{g}{i}"), label, g) for g, label, count in groups for i in range(count)]


def test_groups_stay_whole_and_classes_keep_their_share() -> None:
    rng = np.random.default_rng(0)
    all_samples = samples(*((f"g{i}", i % 3, int(rng.integers(1, 12))) for i in range(90)))
    learn, check = split(all_samples, seed=0)
    assert sorted(learn + check) == list(range(len(all_samples)))
    assert not {all_samples[i].group for i in learn} & {all_samples[i].group for i in check}
    total = Counter(s.label for s in all_samples)
    held = Counter(all_samples[i].label for i in check)
    for label in total:
        assert held[label] / total[label] == pytest.approx(0.2, abs=0.05)


def test_a_class_in_one_single_group_is_still_on_both_sides() -> None:
    all_samples = samples(("a", 0, 30), ("b", 1, 10), ("c", 1, 10), ("d", 1, 10))
    learn, check = split(all_samples, seed=0)
    for part in (learn, check):
        assert {all_samples[i].label for i in part} == {0, 1}


def test_two_images_per_class_are_divided_one_to_one() -> None:
    learn, check = split(samples(("a", 0, 1), ("b", 0, 1), ("c", 1, 1), ("d", 1, 1)), seed=3)
    assert (len(learn), len(check)) == (2, 2)


def test_the_split_follows_from_the_seed() -> None:
    all_samples = samples(*((f"g{i}", i % 2, 2) for i in range(40)))
    assert split(all_samples, seed=1) == split(all_samples, seed=1)
    assert split(all_samples, seed=1) != split(all_samples, seed=2)


def test_the_digest_changes_with_any_byte(tmp_path: Path) -> None:
    one = [Sample(put(tmp_path / "ok" / "a.png"), 0, "a")]
    before = digest(one)
    put(tmp_path / "ok" / "a.png", value=101)
    assert digest(one) != before


def test_colour_counts_only_where_hues_differ() -> None:
    rng = np.random.default_rng(0)
    grey = np.repeat(rng.integers(0, 200, (32, 32, 1)).astype(np.uint8), 3, 2)
    tinted = grey + np.array([0, 20, 40], np.uint8)
    assert not is_coloured([grey, grey])
    assert not is_coloured([tinted, tinted])
    assert not is_coloured([grey[..., 0]])
    assert is_coloured([rng.integers(0, 255, (32, 32, 3)).astype(np.uint8)])


@pytest.mark.parametrize(
    ("region", "channels", "expected"),
    [
        ((96, 96), 1, (96, 96)),
        ((224, 224), 1, (224, 224)),
        ((1024, 1024), 1, (1024, 1024)),
        ((2048, 2448), 1, (1024, 1224)),
        ((288, 384), 3, (288, 384)),
        ((1024, 1024), 3, (512, 512)),
        ((30, 40), 1, (64, 85)),
        ((789, 600), 1, (788, 600)),
    ],
)
def test_the_input_is_native_up_to_the_budget_and_an_exact_part_above(
    region: tuple[int, int], channels: int, expected: tuple[int, int]
) -> None:
    height, width = input_size(region, channels, None)
    assert abs(height - expected[0]) <= 2
    assert abs(width - expected[1]) <= 2
    fold = fold_factor(height, width)
    assert height % fold == 0
    assert width % fold == 0


def test_the_longer_side_may_be_chosen() -> None:
    assert input_size((512, 1024), 1, 256) == (128, 256)
