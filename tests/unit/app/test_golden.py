from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.app import resolve_bundle
from inspector.app._golden import RunningBundle
from inspector.config import StationConfig, apply_overrides, default_config
from inspector.domain.recipe import Roi, RoiMode
from inspector.errors import BundleError
from inspector.locate import region_of
from inspector.vision import Preprocessor, load_bundle

BUNDLE = resolve_bundle(default_config())


def running(folder: Path, bundle: Path = BUNDLE) -> RunningBundle:
    path = folder / "config.json"
    path.write_text(apply_overrides(default_config(), {"bundle": bundle}).model_dump_json())
    return RunningBundle(path)


def test_the_bundles_samples_are_listed_and_handed_out_as_they_are(tmp_path: Path) -> None:
    golden = running(tmp_path)
    samples = golden.samples()
    assert {said for _, said, _ in samples} >= {"OK", "NG"}
    for name, _, _ in samples:
        assert golden.read(name) == (BUNDLE / name).read_bytes()


@pytest.mark.parametrize("name", ["../manifest.json", "model.int8.onnx", "golden/99.png", ""])
def test_what_is_no_sample_is_not_handed_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleError, match="no golden sample"):
        running(tmp_path).read(name)


def test_a_sample_that_was_changed_is_not_handed_out(tmp_path: Path) -> None:
    shutil.copytree(BUNDLE, tmp_path / "copy")
    golden = running(tmp_path, tmp_path / "copy")
    name = golden.samples()[0][0]
    with (tmp_path / "copy" / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(BundleError, match="was changed"):
        golden.read(name)


def test_the_region_is_the_one_in_which_the_model_looks(tmp_path: Path) -> None:
    loaded, golden = load_bundle(BUNDLE), running(tmp_path)
    content = golden.read(golden.samples()[0][0])
    pixels = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED), np.uint8)
    region = golden.region_in_file(content)
    assert region is not None
    left, top, width, height = region
    located = Preprocessor(loaded.manifest.input, loaded.manifest.roi)
    cut = Preprocessor(loaded.manifest.input, Roi(mode=RoiMode.WHOLE))
    assert located(pixels) == ""
    assert cut(np.ascontiguousarray(pixels[top : top + height, left : left + width])) == ""
    assert np.array_equal(located.output, cut.output)


def test_another_product_has_its_own_region(tmp_path: Path) -> None:
    golden = running(tmp_path)
    pixels = np.zeros((1024, 1280), np.uint8)
    assert golden.region(pixels) is None  # no part
    path = tmp_path / "config.json"
    fixed = {"mode": "fixed", "offset_x": 5, "offset_y": 6, "width_px": 70, "height_px": 80}
    raw = json.loads(path.read_text())
    raw.setdefault("recipe", {})["roi"] = fixed
    (tmp_path / "new").write_text(StationConfig.model_validate(raw).model_dump_json())
    os.utime(tmp_path / "new", ns=(1, 1))
    (tmp_path / "new").replace(path)
    assert golden.region(pixels) == (5, 6, 70, 80)


def test_where_there_is_no_part_there_is_no_region(tmp_path: Path) -> None:
    roi = Roi(mode=RoiMode.LOCATE, width_px=64, height_px=64, min_area_px=500)
    assert region_of(np.zeros((480, 640), np.uint8), roi) is None
    assert region_of(np.zeros((480, 640), np.uint8), Roi()) == (0, 0, 640, 480)
    assert region_of(np.zeros((480, 640, 3), np.uint8), Roi(mode=RoiMode.FIXED, width_px=700)) is None
    assert running(tmp_path).region_in_file(b"no picture") is None
    assert RunningBundle(tmp_path / "gone").region(np.zeros((480, 640), np.uint8)) is None
