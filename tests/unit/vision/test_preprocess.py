"""The way from a frame to the model's input: region, size, channels, health."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from inspector.domain.recipe import Roi, RoiMode
from inspector.vision import InputSpec, Preprocessor

LOCATE = Roi(
    mode=RoiMode.LOCATE, width_px=256, height_px=256, threshold=60, min_area_px=20_000, max_area_px=45_000
)
SPEC = InputSpec(height=256, width=256, channels=1)


def frame_with(*centres: tuple[int, int], radius: int = 100) -> NDArray[np.uint8]:
    """Discs of grey 180 with a dark spot beside the middle, on a noisy belt."""
    frame = np.random.default_rng(1).integers(10, 40, (1024, 1280)).astype(np.uint8)
    for x, y in centres:
        cv2.circle(frame, (x, y), radius, 180, -1)
        cv2.circle(frame, (x + 30, y), 5, 70, -1)
    frame.flags.writeable = False
    return frame


def test_the_region_is_centred_on_the_part_wherever_it_lies() -> None:
    prepare = Preprocessor(SPEC, LOCATE)
    for x, y in ((640, 512), (511, 403), (803, 650)):
        assert prepare(frame_with((x, y))) == ""
        ys, xs = np.nonzero(prepare.output[0, :, :, 0] > 60)
        assert abs(xs.mean() - 128) <= 3
        assert abs(ys.mean() - 128) <= 3


def test_a_region_at_the_frames_edge_is_moved_inside() -> None:
    prepare = Preprocessor(SPEC, LOCATE)
    assert prepare(frame_with((115, 512))) == ""
    xs = np.nonzero(prepare.output[0, :, :, 0] > 60)[1]
    assert xs.min() == pytest.approx(15, abs=1)


@pytest.mark.parametrize(
    ("centres", "reason"),
    [
        ((), "no part"),
        (((640, 512), (900, 512)), "more than one part"),
        (((580, 512), (760, 512)), "touching parts"),
        (((0, 512),), "part cut off"),
    ],
)
def test_a_frame_without_exactly_one_whole_part_gives_its_own_reason(
    centres: tuple[tuple[int, int], ...], reason: str
) -> None:
    assert Preprocessor(SPEC, LOCATE)(frame_with(*centres)) == reason


def test_a_part_that_is_too_small_is_refused_but_dirt_is_ignored() -> None:
    assert Preprocessor(SPEC, LOCATE)(frame_with((640, 512), radius=60)) == "part too small"
    dirty = frame_with((640, 512)).copy()
    cv2.circle(dirty, (1000, 200), 15, 200, -1)
    assert Preprocessor(SPEC, LOCATE)(dirty) == ""


def test_neighbours_that_peek_in_at_the_edges_do_not_matter() -> None:
    prepare = Preprocessor(SPEC, LOCATE)
    assert prepare(frame_with((640, 512), (20, 512), (1270, 512))) == ""
    xs = np.nonzero(prepare.output[0, :, :, 0] > 60)[1]
    assert abs(xs.mean() - 128) <= 3


def test_a_native_region_is_copied_unchanged() -> None:
    prepare = Preprocessor(SPEC, Roi(mode=RoiMode.FIXED, offset_x=7, offset_y=9, width_px=256, height_px=256))
    frame = frame_with((640, 512))
    assert prepare(frame) == ""
    np.testing.assert_array_equal(prepare.output[0, :, :, 0], frame[9:265, 7:263])


def test_a_fixed_region_outside_the_frame_is_a_wrong_size() -> None:
    prepare = Preprocessor(SPEC, Roi(mode=RoiMode.FIXED, offset_x=1100, width_px=256, height_px=256))
    assert prepare(frame_with((640, 512))) == "frame of wrong size"


@pytest.mark.parametrize("side", [512, 640, 1000, 1024])
def test_shrinking_keeps_every_small_defect(side: int) -> None:
    prepare = Preprocessor(InputSpec(height=128, width=128, channels=1), Roi())
    seen = []
    for offset in range(8):
        frame = np.full((side, side), 128, np.uint8)
        frame[side // 2 + offset : side // 2 + offset + 4, side // 3 : side // 3 + 4] = 255
        assert prepare(frame) == ""
        seen.append(int((prepare.output.astype(int) - 128).sum()))
    expected = 127 * 16 * (128 / side) ** 2
    assert min(seen) > 0.75 * expected
    assert max(seen) < 1.25 * expected


def test_exact_halvings_equal_the_mean_of_their_pixels() -> None:
    prepare = Preprocessor(InputSpec(height=64, width=64, channels=1), Roi())
    frame = np.random.default_rng(0).integers(20, 230, (128, 128)).astype(np.uint8)
    assert prepare(frame) == ""
    mean = frame.reshape(64, 2, 64, 2).mean((1, 3))
    assert np.abs(prepare.output[0, :, :, 0] - mean).max() <= 0.5


def test_frames_of_changing_size_and_colour_are_prepared_one_after_the_other() -> None:
    rng = np.random.default_rng(0)
    for channels in (1, 3):
        prepare = Preprocessor(InputSpec(height=96, width=64, channels=channels), Roi())
        for shape in ((96, 64), (96, 64, 3), (300, 201), (300, 201, 3), (40, 40), (1000, 64, 3), (96, 64)):
            frame = np.full(shape, rng.integers(60, 200), np.uint8)
            assert prepare(frame) == ""
            assert np.abs(prepare.output.astype(int) - int(frame.flat[0])).max() <= 1


def test_colour_and_grey_are_converted_as_the_model_wants() -> None:
    blue = np.zeros((64, 64, 3), np.uint8)
    blue[..., 0] = 255
    blue[..., 1] = 10
    mono = Preprocessor(InputSpec(height=64, width=64, channels=1), Roi())
    assert mono(blue) == ""
    assert abs(int(mono.output[0, 5, 5, 0]) - 35) <= 1
    colour = Preprocessor(InputSpec(height=64, width=64, channels=3), Roi())
    assert colour(blue) == ""
    assert colour.output[0, 5, 5].tolist() == [255, 10, 0]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (np.zeros((100, 100), np.uint8), "frame dark"),
        (np.full((100, 100), 255, np.uint8), "frame saturated"),
        (np.full((100, 100), 1000, np.uint16), "frame of wrong type"),
        (np.full((100, 100, 4), 100, np.uint8), "frame of wrong type"),
        (np.full((1, 1), 100, np.uint8), "frame of wrong size"),
    ],
)
def test_a_sick_frame_is_refused_by_name(frame: NDArray[np.uint8], reason: str) -> None:
    assert Preprocessor(SPEC, Roi())(frame) == reason


def test_a_repeated_frame_is_frozen_only_where_that_is_checked() -> None:
    frame = frame_with((640, 512))
    checking = Preprocessor(SPEC, LOCATE, frozen_check=True)
    assert [checking(frame), checking(frame)] == ["", "frame frozen"]
    changed = frame.copy()
    changed[512, 640] += 1
    assert checking(changed) == ""
    trusting = Preprocessor(SPEC, LOCATE)
    assert [trusting(frame), trusting(frame)] == ["", ""]
