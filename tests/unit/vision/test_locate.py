"""Finding the part by its brightness on an eighth of the pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inspector.locate import STEP_PX, find_blobs


@pytest.mark.parametrize("radius", [80, 115, 200])
def test_area_and_centre_are_those_of_the_part_in_frame_pixels(radius: int) -> None:
    frame = np.zeros((1024, 1280), np.uint8)
    cv2.circle(frame, (633, 509), radius, 200, -1)
    (blob,) = find_blobs(np.ascontiguousarray(frame[::STEP_PX, ::STEP_PX]), 60)
    assert blob.area_px == pytest.approx(np.pi * radius**2, rel=0.05)
    assert blob.centre_x == pytest.approx(633, abs=4)
    assert blob.centre_y == pytest.approx(509, abs=4)
    assert blob.is_whole


def test_a_hole_does_not_change_a_parts_area() -> None:
    sample = np.zeros((128, 160), np.uint8)
    cv2.circle(sample, (80, 64), 25, 200, -1)
    (full,) = find_blobs(sample, 60)
    cv2.circle(sample, (80, 64), 15, 0, -1)
    (ring,) = find_blobs(sample, 60)
    assert ring == full


def test_a_part_at_the_border_is_not_whole() -> None:
    sample = np.zeros((128, 160), np.uint8)
    sample[40:60, 0:20] = 200
    assert [blob.is_whole for blob in find_blobs(sample, 60)] == [False]


def test_a_single_bright_sample_has_an_area_of_one_grid_cell_and_its_place() -> None:
    sample = np.zeros((16, 16), np.uint8)
    sample[5, 7] = 255
    (blob,) = find_blobs(sample, 60)
    assert (blob.centre_x, blob.centre_y) == (7 * STEP_PX, 5 * STEP_PX)
    assert STEP_PX**2 <= blob.area_px <= 2 * STEP_PX**2
