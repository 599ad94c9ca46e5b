"""Where a verdict comes from: on the golden samples of the default bundle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.domain.recipe import Roi, RoiMode
from inspector.errors import HeatMapError
from inspector.images import read_image
from inspector.vision import Bundle, HeatMap, heat_map, load_bundle, recipe_from_bundle

BUNDLE = Path(__file__).parents[3] / "models" / "flange-v1"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(BUNDLE)


def golden(bundle: Bundle, name: str) -> np.ndarray:
    return read_image(BUNDLE / next(one.file for one in bundle.manifest.golden if one.class_name == name))


def hottest(found: HeatMap) -> tuple[float, float]:
    """Return the middle of the hottest place in the picture, px."""
    row, column = np.unravel_index(int(found.grid.argmax()), found.grid.shape)
    rows, columns = found.grid.shape
    return found.left + (column + 0.5) * found.width / columns, found.top + (row + 0.5) * found.height / rows


def test_the_hottest_place_stays_with_the_defect_when_the_part_lies_elsewhere(bundle: Bundle) -> None:
    pixels, recipe = golden(bundle, "scratch"), recipe_from_bundle(bundle)
    shift = np.float32([[1, 0, 60], [0, 1, -40]])
    moved = cv2.warpAffine(pixels, shift, pixels.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    (x, y), (moved_x, moved_y) = (hottest(heat_map(bundle, recipe, one)) for one in (pixels, moved))
    assert (abs(moved_x - x - 60), abs(moved_y - y + 40)) < (45, 45)


def test_with_less_time_the_map_is_coarser_and_says_the_same(bundle: Bundle) -> None:
    pixels, recipe = golden(bundle, "dent"), recipe_from_bundle(bundle)
    fine, coarse = heat_map(bundle, recipe, pixels, 60.0), heat_map(bundle, recipe, pixels, 0.0)
    assert (fine.grid.shape, coarse.grid.shape) == ((24, 24), (8, 8))
    assert np.hypot(*np.subtract(hottest(fine), hottest(coarse))) < 2 * 512 / 8
    assert 2 * fine.p_covered < fine.p_defect == coarse.p_defect


def test_a_colour_picture_of_a_fixed_region_is_mapped_where_the_region_lies(bundle: Bundle) -> None:
    grey, recipe = golden(bundle, "crack"), recipe_from_bundle(bundle)
    found = heat_map(bundle, recipe, grey)
    roi = Roi(mode=RoiMode.FIXED, offset_x=found.left, offset_y=found.top, width_px=512, height_px=512)
    fixed = replace(recipe, roi=roi)
    same = heat_map(bundle, fixed, cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), 60.0)
    assert (same.left, same.top, same.width, same.height) == (found.left, found.top, 512, 512)
    assert np.hypot(*np.subtract(hottest(same), hottest(found))) < 512 / 8


@pytest.mark.parametrize(("name", "why"), [("ok", "no_defect"), ("empty belt", "no_part")])
def test_what_cannot_be_explained_says_why(bundle: Bundle, name: str, why: str) -> None:
    pixels = np.full((1024, 1280), 20, np.uint8) if name == "empty belt" else golden(bundle, name)
    with pytest.raises(HeatMapError) as raised:
        heat_map(bundle, recipe_from_bundle(bundle), pixels)
    assert raised.value.why == why
