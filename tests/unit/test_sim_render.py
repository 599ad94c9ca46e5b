from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inspector.devices.sim._defects import DEFECT_CLASSES, draw_shape
from inspector.devices.sim._flange import DIAMETER_PX
from inspector.devices.sim._product import JITTER_PX, ProductSource
from inspector.devices.sim._source import PartSource, PartTruth
from inspector.devices.sim._texture import blurred, motion_kernel, noise, rng_for
from inspector.errors import ConfigError

Frame = NDArray[np.uint8]
BRIGHTER_THAN_BELT = 60
FILLED_AREA_PX = np.pi / 4 * DIAMETER_PX**2


def source(**settings: object) -> ProductSource:
    return ProductSource(**{"seed": 3, "plates": 3, **settings})  # type: ignore[arg-type]


def frame_of(parts: PartSource, index: int) -> Frame:
    out = np.zeros((parts.height, parts.width, 3)[: 2 if parts.channels == 1 else 3], np.uint8)
    assert parts.render_into(index, out) == (parts.height, parts.width)
    return out


def scene_of(parts: PartSource, *scene: tuple[int, int]) -> Frame:
    out = np.zeros((parts.height, parts.width), np.uint8)
    parts.render_scene_into(scene, out, key=7)
    return out


def bright_contours(frame: Frame) -> list[NDArray[np.int32]]:
    _, binary = cv2.threshold(frame, BRIGHTER_THAN_BELT, 255, cv2.THRESH_BINARY)
    found, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [contour for contour in found if cv2.contourArea(contour) > 1000]


@pytest.fixture(scope="module")
def good() -> ProductSource:
    return source(defect_rate=0.0)


@pytest.fixture(scope="module")
def bad() -> ProductSource:
    return source(defect_rate=1.0, size_px=(20, 60), contrast=(0.5, 0.8))


def test_a_part_looks_the_same_to_the_bit_in_any_order_and_in_another_process() -> None:
    program = (
        "import hashlib, numpy as np\n"
        "from inspector.devices.sim._product import ProductSource\n"
        "parts = ProductSource(seed=3, plates=3, defect_rate=0.5)\n"
        "out = np.zeros((1024, 1280), np.uint8)\n"
        "for i in (9, 4, 0):\n"
        "    parts.render_into(i, out)\n"
        "    print(i, hashlib.sha256(out.tobytes()).hexdigest())\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    parts = source(defect_rate=0.5)
    for i in (0, 9, 4, 9):
        digest = hashlib.sha256(frame_of(parts, i).tobytes()).hexdigest()
        assert f"{i} {digest}" in there.stdout.splitlines()


def test_no_two_parts_and_no_two_seeds_give_the_same_frame(good: ProductSource) -> None:
    other = source(seed=4, defect_rate=0.0)
    frames = [frame_of(parts, i) for parts in (good, other) for i in range(12)]
    cuts = {frame[272:752, 384:896].tobytes() for frame in frames}
    assert len(cuts) == len(frames)


def test_a_frame_is_written_into_the_callers_buffer_and_nowhere_else(good: ProductSource) -> None:
    slot = np.full((1100, 1300), 250, np.uint8)
    assert good.render_into(2, slot) == (1024, 1280)
    assert np.array_equal(slot[:1024, :1280], frame_of(good, 2))
    assert (slot[1024:] == 250).all()
    assert (slot[:, 1280:] == 250).all()


@settings(max_examples=40, deadline=None)
@given(index=st.integers(0, 100_000))
def test_a_defect_changes_the_picture_where_it_lies_and_only_there(
    good: ProductSource, bad: ProductSource, index: int
) -> None:
    truth = bad.truth(index)
    difference = cv2.absdiff(frame_of(bad, index), frame_of(good, index))
    rows, columns = np.nonzero(difference)
    # A crack's fork and a dent's Gaussian may reach a little beyond the stated extent, blur adds the rest.
    reach = 1.3 * truth.size_px + 12
    assert rows.max() - rows.min() < reach
    assert columns.max() - columns.min() < reach
    darkest_metal, thin_line = 50, 0.3
    assert difference.max() > truth.contrast * thin_line * darkest_metal


@settings(max_examples=20, deadline=None)
@given(index=st.integers(0, 100_000))
def test_as_contrast_goes_to_nothing_the_defect_vanishes(good: ProductSource, index: int) -> None:
    faint = _faint()
    assert not faint.truth(index).is_good
    assert np.array_equal(frame_of(faint, index), frame_of(good, index))


def _faint(cache: list[ProductSource] = []) -> ProductSource:  # noqa: B006 - made once for all examples
    if not cache:
        cache.append(source(defect_rate=1.0, contrast=(1e-9, 1e-8)))
    return cache[0]


@pytest.mark.parametrize("name", DEFECT_CLASSES)
def test_a_defects_shape_grows_from_nothing_with_its_size(name: str) -> None:
    def ink(size_px: float) -> float:
        return float(np.mean([np.abs(draw_shape(name, size_px, rng_for(1, k))).sum() for k in range(20)]))

    amounts = [ink(size) for size in (0.0, 0.5, 2.0, 4.0, 12.0, 25.0, 60.0)]
    assert amounts[0] == 0.0
    assert all(a < b * 1.1 for a, b in pairwise(amounts))
    assert amounts[1] < 0.5
    assert amounts[-1] > 20 * amounts[2]


@pytest.mark.parametrize("name", DEFECT_CLASSES)
@pytest.mark.parametrize("size_px", [8.0, 25.0, 60.0])
def test_a_defects_contrast_means_the_largest_change_of_light(name: str, size_px: float) -> None:
    for k in range(10):
        shape = draw_shape(name, size_px, rng_for(2, k))
        assert 0.45 < np.abs(shape).max() < 1.45
        assert not np.abs(shape[[0, -1]]).max() > 0.06, "cut off at the border"


def test_truth_has_the_defect_rate_and_spreads_classes_sizes_and_contrasts_evenly() -> None:
    parts = source(defect_rate=0.1, plates=1)
    truths = [parts.truth(i) for i in range(12_000)]
    bad = [t for t in truths if not t.is_good]
    assert abs(len(bad) / len(truths) - 0.1) < 0.015
    for name in DEFECT_CLASSES:
        assert abs(sum(t.class_name == name for t in bad) / len(bad) - 1 / 6) < 0.06
    sizes, contrasts = (np.array([getattr(t, key) for t in bad]) for key in ("size_px", "contrast"))
    assert sizes.min() >= 2.0
    assert sizes.max() <= 60.0
    assert np.median(sizes) == pytest.approx(np.sqrt(2 * 60), rel=0.2)
    assert np.median(contrasts) == pytest.approx(np.sqrt(0.05 * 0.8), rel=0.2)
    assert abs(np.corrcoef(np.log(sizes), np.log(contrasts))[0, 1]) < 0.1
    assert all(t.size_px == t.contrast == 0 for t in truths if t.is_good)


def test_truth_of_an_unlabelled_part_is_unknown() -> None:
    assert PartTruth(index=0, class_name="").is_good is None
    assert PartTruth(index=0, class_name="Good").is_good is True
    assert PartTruth(index=0, class_name="crack").is_good is False


def test_each_frame_shows_one_whole_part_near_its_place_on_a_darker_belt(good: ProductSource) -> None:
    places = set()
    for index in range(25):
        frame = frame_of(good, index)
        (part,) = bright_contours(frame)
        x, y, w, h = cv2.boundingRect(part)
        place = good.centre_of(index)
        assert (x + w / 2, y + h / 2) == pytest.approx(place, abs=4)
        assert abs(place[0] - 640) <= JITTER_PX[0]
        assert abs(place[1] - 512) <= JITTER_PX[1]
        assert cv2.contourArea(part) == pytest.approx(FILLED_AREA_PX, rel=0.04)
        assert frame[:200].max() < BRIGHTER_THAN_BELT
        places.add(place)
    assert len(places) > 20


def test_an_empty_belt_shows_no_part(good: ProductSource) -> None:
    belt = scene_of(good)
    assert belt.max() < BRIGHTER_THAN_BELT
    assert belt.std() > 1


def test_neighbours_are_cut_off_at_the_border_and_farther_parts_are_not_seen(good: ProductSource) -> None:
    alone = scene_of(good, (0, 0))
    assert np.array_equal(alone, scene_of(good, (0, 0), (1, 1000), (2, -1000)))
    assert len(bright_contours(scene_of(good, (0, 0), (1, 600), (2, -600)))) == 3


def test_touching_parts_are_one_bright_region(good: ProductSource) -> None:
    apart = good.centre_of(0)[0] - good.centre_of(1)[0] + DIAMETER_PX - 2
    level = abs(good.centre_of(0)[1] - good.centre_of(1)[1])
    assert level <= 2 * JITTER_PX[1]
    pair = bright_contours(scene_of(good, (0, -250), (1, apart - 255)))
    assert len(pair) == 1
    assert cv2.contourArea(pair[0]) > 1.9 * FILLED_AREA_PX


def test_a_part_seen_late_lies_beside_its_place(good: ProductSource) -> None:
    (part,) = bright_contours(scene_of(good, (5, 90)))
    x, _, w, _ = cv2.boundingRect(part)
    assert x + w / 2 == pytest.approx(good.centre_of(5)[0] + 90, abs=4)


def test_colour_frames_show_the_same_parts_in_colour() -> None:
    mono, colour = source(defect_rate=0.5), source(defect_rate=0.5, channels=3)
    assert [mono.truth(i) for i in range(50)] == [colour.truth(i) for i in range(50)]
    grey, bgr = frame_of(mono, 1), frame_of(colour, 1)
    metal = grey > 100
    assert np.abs(bgr[..., 1][metal].astype(int) - grey[metal]).mean() < 5
    blue, _, red = (bgr[..., c][metal].mean() for c in range(3))
    assert red > blue + 5


def test_motion_blur_smooths_along_the_belt_only() -> None:
    def steepest(blur_px: float) -> list[float]:
        part = cv2.blur(frame_of(source(blur_px=blur_px, defect_rate=0.0), 0), (3, 3)).astype(np.int16)
        return [float(np.percentile(np.abs(np.diff(part, axis=axis)), 99.9)) for axis in (0, 1)]

    (sharp_y, sharp_x), (moved_y, moved_x) = steepest(0.0), steepest(12.0)
    assert moved_x < 0.7 * sharp_x
    assert moved_y > 0.8 * sharp_y


def test_motion_kernel_has_the_length_asked_for_and_keeps_the_light() -> None:
    assert motion_kernel(0.0).tolist() == [0, 1, 0]
    assert motion_kernel(2.0).tolist() == pytest.approx([0, 0.25, 0.5, 0.25, 0])
    assert motion_kernel(5.5).sum() == pytest.approx(1)
    flat = np.full((20, 20), 7, np.float32)
    assert blurred(flat, 0.8, motion_kernel(3.0)) == pytest.approx(7, abs=1e-4)


def test_noise_is_seamless_when_tiled() -> None:
    tile = noise(rng_for(1), (64, 96), 4.0, 4.0)
    inside = np.abs(np.diff(tile, axis=1)).mean()
    seam = np.abs(tile[:, 0] - tile[:, -1]).mean()
    assert seam < 2 * inside
    assert tile.std() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"width": 500}, "width = 500"),
        ({"height": 400}, "height = 400"),
        ({"channels": 2}, "channels = 2"),
        ({"defect_rate": 1.5}, "defect_rate = 1.5"),
        ({"defect_rate": float("nan")}, "defect_rate = nan"),
        ({"blur_px": -1.0}, "blur_px = -1.0"),
        ({"plates": 0}, "plates = 0"),
        ({"seed": -1}, "seed = -1"),
        ({"size_px": (0.0, 9.0)}, "size_px = 0.0…9.0"),
        ({"contrast": (0.5, 0.1)}, "contrast = 0.5…0.1"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        source(**settings)
