from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from inspector.devices.sim._folder import FolderSource
from inspector.devices.sim._source import PartSource
from inspector.errors import ConfigError, DatasetError
from inspector.images import SUFFIXES, read_image

Image = NDArray[np.uint8]


def picture(level: int, height: int = 24, width: int = 32, channels: int = 1) -> Image:
    """A smooth picture of its own brightness; in colour its channels differ."""
    ramp = np.linspace(0, 40, height * width).reshape(height, width) + level
    if channels == 1:
        return ramp.astype(np.uint8)
    return np.stack([ramp, ramp / 2, ramp / 3], 2).astype(np.uint8)


def put(path: Path, image: Image) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, image)[1].tobytes())
    return path


def shown(parts: PartSource, index: int) -> Image:
    out = np.full((parts.height, parts.width, 3)[: 2 if parts.channels == 1 else 3], 255, np.uint8)
    height, width = parts.render_into(index, out)
    return out[:height, :width]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good and two bad pictures, each of its own brightness."""
    for k, name in enumerate(["good/a.png", "good/b.png", "good/c.png", "dent/a.png", "dent/b.png"]):
        put(tmp_path / name, picture(30 * k))
    return tmp_path


def test_sub_folders_name_the_truth(folder: Path) -> None:
    parts = FolderSource(folder)
    assert parts.classes == ("dent", "good")
    truths = [parts.truth(i) for i in range(5)]
    assert sorted(t.origin for t in truths) == [
        "dent/a.png",
        "dent/b.png",
        "good/a.png",
        "good/b.png",
        "good/c.png",
    ]
    assert all(t.class_name == t.origin.split("/")[0] for t in truths)
    assert all(t.is_good == (t.class_name == "good") for t in truths)
    assert parts.warnings == []


def test_each_part_is_the_photograph_its_truth_names(folder: Path) -> None:
    parts = FolderSource(folder)
    for i in range(12):
        assert np.array_equal(shown(parts, i), read_image(folder / parts.truth(i).origin))


def test_pictures_in_no_class_folder_have_no_truth(folder: Path) -> None:
    put(folder / "loose.png", picture(7))
    parts = FolderSource(folder)
    (loose,) = [t for t in map(parts.truth, range(6)) if t.origin == "loose.png"]
    assert loose.class_name == ""
    assert loose.is_good is None
    assert parts.classes == ("dent", "good")
    assert any("1 images" in warning and "unknown" in warning for warning in parts.warnings)


def test_order_is_shuffled_the_same_way_each_time_or_by_name(folder: Path) -> None:
    def order(seed: int | None) -> list[str]:
        parts = FolderSource(folder, shuffle_seed=seed)
        return [parts.truth(i).origin for i in range(5)]

    assert order(None) == sorted(order(None))
    assert order(3) == order(3)
    assert len({tuple(order(seed)) for seed in range(8)}) > 4


def test_the_row_starts_again_unless_told_not_to(folder: Path) -> None:
    endless, once = FolderSource(folder), FolderSource(folder, repeat=False)
    assert endless.count is None
    assert endless.truth(7).origin == endless.truth(2).origin
    assert endless.truth(7).index == 7
    assert once.count == 5
    with pytest.raises(IndexError, match="part 5 of 5"):
        once.truth(5)


def test_a_limit_keeps_the_first_of_the_shuffled_order(folder: Path) -> None:
    everything, some = FolderSource(folder), FolderSource(folder, limit=2, repeat=False)
    assert some.count == 2
    assert [some.truth(i).origin for i in range(2)] == [everything.truth(i).origin for i in range(2)]
    with pytest.raises(ConfigError, match="limit = 0"):
        FolderSource(folder, limit=0)


@pytest.mark.parametrize("suffix", [*sorted(SUFFIXES), ".JPG"])
def test_every_format_is_read(tmp_path: Path, suffix: str) -> None:
    channels = 1 if suffix == ".pgm" else 3
    image = picture(60, channels=channels)
    (tmp_path / f"a{suffix}").write_bytes(cv2.imencode(suffix.lower(), image)[1].tobytes())
    parts = FolderSource(tmp_path)
    assert (parts.height, parts.width, parts.channels) == (24, 32, channels)
    assert np.abs(shown(parts, 0).astype(int) - image).mean() < 4


def test_mixed_sizes_are_shown_in_their_own_size_and_remarked(folder: Path) -> None:
    put(folder / "good/wide.png", picture(9, 20, 50))
    parts = FolderSource(folder, shuffle_seed=None)
    assert (parts.height, parts.width) == (24, 50)
    assert {shown(parts, i).shape for i in range(6)} == {(24, 32), (20, 50)}
    assert any("2 sizes" in warning for warning in parts.warnings)


def test_pictures_are_grey_only_if_all_channels_of_all_of_them_are_equal(tmp_path: Path) -> None:
    grey_as_colour = cv2.cvtColor(picture(50), cv2.COLOR_GRAY2BGR)
    put(tmp_path / "a.png", grey_as_colour)
    put(tmp_path / "b.png", picture(80))
    assert FolderSource(tmp_path).channels == 1
    assert np.array_equal(shown(FolderSource(tmp_path, shuffle_seed=None), 0), picture(50))
    put(tmp_path / "c.png", picture(90, channels=3))
    mixed = FolderSource(tmp_path, shuffle_seed=None)
    assert mixed.channels == 3
    assert np.array_equal(shown(mixed, 0), grey_as_colour)
    assert np.array_equal(shown(mixed, 2), picture(90, channels=3))


def test_transparency_is_left_out(tmp_path: Path) -> None:
    image = picture(40, channels=3)
    put(tmp_path / "a.png", np.dstack([image, np.full(image.shape[:2], 9, np.uint8)]))
    assert np.array_equal(shown(FolderSource(tmp_path), 0), image)


def test_what_does_not_fit_in_memory_is_read_again_and_remarked(folder: Path) -> None:
    parts = FolderSource(folder, cache_bytes=2 * 24 * 32, shuffle_seed=None)
    assert any("3 images" in warning and "memory" in warning for warning in parts.warnings)
    for i in range(10):
        assert np.array_equal(shown(parts, i), read_image(folder / parts.truth(i).origin))


def test_a_picture_that_grew_while_the_line_runs_is_refused(folder: Path) -> None:
    parts = FolderSource(folder, cache_bytes=0, shuffle_seed=None)
    put(folder / parts.truth(0).origin, picture(1, 99, 99))
    with pytest.raises(DatasetError, match=r"dent/a\.png has changed"):
        shown(parts, 0)


def test_a_scene_shows_the_part_nearest_the_middle_or_nothing(folder: Path) -> None:
    parts = FolderSource(folder)
    out = np.full((24, 32), 255, np.uint8)
    parts.render_scene_into(((0, -20), (1, 3)), out, key=0)
    assert np.array_equal(out, shown(parts, 1))
    for empty in ((), ((0, 17),)):
        out[:] = 255
        assert parts.render_scene_into(empty, out, key=0) == (24, 32)
        assert not out.any()


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere does not exist; give a folder"):
        FolderSource(tmp_path / "nowhere")
    file = put(tmp_path / "a.png", picture(1))
    with pytest.raises(DatasetError, match=r"a\.png is not a folder; give a folder"):
        FolderSource(file)


def test_a_folder_without_images_is_refused_and_the_right_one_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(DatasetError, match=r"holds no images; put bmp, jpeg, .* files there"):
        FolderSource(tmp_path)
    put(tmp_path / "test" / "good" / "a.png", picture(1))
    with pytest.raises(DatasetError, match=r"did you mean .*/test\?"):
        FolderSource(tmp_path)


def jpeg(image: Image) -> bytes:
    return bytes(cv2.imencode(".jpg", image)[1].tobytes())


def _torn(content: bytes) -> bytes:
    half = len(content) // 2
    return content[:half] + bytes(np.random.default_rng(1).integers(0, 256, half, np.uint8))


BIG = picture(20, 100, 100, 3)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("zero.jpg", b"", r"zero\.jpg is empty \(0 bytes\); remove it"),
        ("text.png", b"this is no image", r"text\.png is not a readable image.*remove or replace"),
        ("cut.jpg", jpeg(BIG)[:-40], r"cut\.jpg is not a readable image, or is damaged"),
        ("half.jpg", jpeg(BIG)[:600], r"half\.jpg is not a readable image, or is damaged"),
        ("torn.png", _torn(cv2.imencode(".png", BIG)[1].tobytes()), r"torn\.png is not a readable image"),
        (
            "deep.png",
            cv2.imencode(".png", BIG.astype(np.uint16) * 256)[1].tobytes(),
            r"deep\.png has uint16 .*8 bits",
        ),
        (
            "deep.tif",
            cv2.imencode(".tif", BIG.astype(np.uint16) * 256)[1].tobytes(),
            r"deep\.tif has uint16 .*8 bits",
        ),
        ("dot.png", cv2.imencode(".png", BIG[:1, :1])[1].tobytes(), r"dot\.png has 1×1 pixels; at least 8"),
        ("strip.png", cv2.imencode(".png", BIG[:7])[1].tobytes(), r"strip\.png has 100×7 pixels"),
    ],
)
def test_a_picture_that_cannot_be_used_is_named_with_the_remedy(
    folder: Path, name: str, content: bytes, said: str
) -> None:
    (folder / "good" / name).write_bytes(content)
    with pytest.raises(DatasetError, match=said):
        FolderSource(folder)


def test_a_pipe_among_the_pictures_is_refused_by_name_instead_of_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "good" / "pipe.png")
    with pytest.raises(DatasetError, match=r"pipe\.png cannot be read \(it is no regular file\)"):
        FolderSource(folder)


def test_libraries_that_read_pictures_write_nothing_to_the_terminal(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(jpeg(BIG))
    middle = content.index(b"\xff\xda") + 60
    content[middle : middle + 40] = bytes(np.random.default_rng(1).integers(0, 256, 40, np.uint8))
    (folder / "good" / "worn.jpg").write_bytes(content)
    cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert "JPEG" in capfd.readouterr().err
    FolderSource(folder)
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(folder: Path) -> None:
    (folder / "good" / "gone.png").symlink_to(folder / "moved.png")
    with pytest.raises(DatasetError, match=r"gone\.png cannot be read \(No such file"):
        FolderSource(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(folder: Path) -> None:
    (folder / "good").chmod(0)
    with pytest.raises(DatasetError, match=r"good cannot be read .*permissions"):
        FolderSource(folder)


def test_several_bad_pictures_are_reported_together(folder: Path) -> None:
    for k in range(5):
        (folder / "good" / f"zero{k}.jpg").write_bytes(b"")
    with pytest.raises(DatasetError, match=r"zero\d\.jpg.*zero\d\.jpg.*zero\d\.jpg.*; and 2 more"):
        FolderSource(folder)
