"""A bundle is verified as a whole before any of it is used."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.domain.frame import Frame, FrameHealth
from inspector.domain.verdict import Evaluation
from inspector.errors import BundleError
from inspector.images import read_image
from inspector.vision import (
    OnnxClassifier,
    load_bundle,
    recipe_from_bundle,
    self_test,
    stamp_bundle,
)
from inspector.vision._classifier import softmax

SHIPPED = sorted(Path(__file__).parents[3].glob("models/*/manifest.json"))[0].parent


@pytest.fixture
def bundle_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "bundle"))


def edit(bundle: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    stamp_bundle(bundle)


def replace_model(bundle: Path, content: bytes) -> None:
    """Put in another model with its right digest: only looking into it can tell."""
    (bundle / "model.int8.onnx").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    edit(bundle, lambda m: m["files"].update({"model.int8.onnx": digest}))


def golden_frame(bundle: Path, index: int = 0) -> Frame:
    sample = load_bundle(bundle).manifest.golden[index]
    return Frame(
        frame_id=1,
        trigger_count=1,
        device_timestamp_ns=0,
        available_ns=0,
        received_ns=0,
        pixels=read_image(bundle / sample.file),
        slot=0,
    )


def test_the_shipped_bundle_loads_and_passes_its_golden_set() -> None:
    bundle = load_bundle(SHIPPED)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    self_test(classifier, bundle)
    assert bundle.manifest.golden
    assert bundle.ok_classes == {bundle.classes.index(name) for name in bundle.manifest.ok_classes}
    classifier.close()


def test_the_digest_follows_the_content_not_the_layout_of_the_manifest(bundle_dir: Path) -> None:
    edit(bundle_dir, lambda _: None)
    assert load_bundle(bundle_dir).digest == load_bundle(SHIPPED).digest
    edit(bundle_dir, lambda m: m.update(version="9.9.9"))
    assert load_bundle(bundle_dir).digest != load_bundle(SHIPPED).digest


def test_a_missing_directory_and_a_missing_file_are_named(bundle_dir: Path) -> None:
    with pytest.raises(BundleError, match=r"nowhere is not a bundle directory"):
        load_bundle(bundle_dir / "nowhere")
    (bundle_dir / "model.int8.onnx").unlink()
    with pytest.raises(BundleError, match=r"model\.int8\.onnx is missing"):
        load_bundle(bundle_dir)
    (bundle_dir / "manifest.json").unlink()
    with pytest.raises(BundleError, match=r"manifest\.json is missing"):
        load_bundle(bundle_dir)


@pytest.mark.parametrize(
    "name", ["manifest.json", "manifest.sha256", "model.int8.onnx", "model_card.md", "golden/1.png"]
)
def test_an_empty_file_is_named(bundle_dir: Path, name: str) -> None:
    (bundle_dir / name).write_bytes(b"")
    with pytest.raises(BundleError, match=f"{name} is empty"):
        load_bundle(bundle_dir)


@pytest.mark.parametrize("name", ["manifest.json", "model.int8.onnx", "model_card.md", "golden/1.png"])
def test_a_truncated_or_tampered_file_is_named(bundle_dir: Path, name: str) -> None:
    content = (bundle_dir / name).read_bytes()
    for changed in (content[: len(content) // 2], content[:-1] + bytes([content[-1] ^ 1])):
        (bundle_dir / name).write_bytes(changed)
        with pytest.raises(BundleError, match=f"{name} was changed or truncated"):
            load_bundle(bundle_dir)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["thresholds"].update(accept_min=0.02, reject_min=0.98),
        lambda m: m.update(ok_classes=m["classes"]),
        lambda m: m.update(name="another"),
    ],
)
def test_a_manifest_that_was_edited_is_refused_although_it_is_a_good_one(
    bundle_dir: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    stamp = (bundle_dir / "manifest.sha256").read_bytes()
    edit(bundle_dir, change)
    load_bundle(bundle_dir)
    (bundle_dir / "manifest.sha256").write_bytes(stamp)
    with pytest.raises(BundleError, match=r"manifest\.json was changed .*manifest\.sha256 says") as caught:
        load_bundle(bundle_dir)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("stamp", ["", "no digest at all\n", "é\n"])
def test_a_bundle_without_a_stamp_is_refused(bundle_dir: Path, stamp: str) -> None:
    (bundle_dir / "manifest.sha256").write_text(stamp)
    with pytest.raises(BundleError, match=r"manifest\.sha256"):
        load_bundle(bundle_dir)
    (bundle_dir / "manifest.sha256").unlink()
    with pytest.raises(BundleError, match=r"manifest\.sha256 is missing"):
        load_bundle(bundle_dir)


def test_the_stamp_is_what_sha256sum_checks(bundle_dir: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "manifest.sha256"], cwd=bundle_dir, check=True)


def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(bundle_dir: Path) -> None:
    (bundle_dir / "manifest.json").unlink()
    os.mkfifo(bundle_dir / "manifest.json")
    with pytest.raises(BundleError, match=r"manifest\.json cannot be read \(it is no regular file\)"):
        load_bundle(bundle_dir)


def test_a_model_that_is_not_onnx_is_refused_even_with_its_right_digest(bundle_dir: Path) -> None:
    replace_model(bundle_dir, b"this is no model")
    with pytest.raises(BundleError, match=r"model\.int8\.onnx is not an ONNX model"):
        load_bundle(bundle_dir)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m.update(schema_version="2.0.0"), "schema_version is '2.0.0'"),
        (lambda m: m.pop("schema_version"), "schema_version is None"),
        (lambda m: m.update(opset=11), r"operator set is \d+, .*must be 11"),
        (lambda m: m["input"].update(height=64), "shape of 'frame' is"),
        (lambda m: m["input"].update(channels=3), "shape of 'frame' is"),
        (lambda m: m["classes"].append("extra"), "shape of 'logits' is"),
        (lambda m: m.update(ok_classes=["unheard_of"]), "unheard_of is not in classes"),
        (lambda m: m.update(ok_classes=m["ok_classes"] * 2), "listed more than once"),
        (lambda m: m.update(surprise=1), "surprise: Extra inputs"),
        (lambda m: m["thresholds"].update(accept_min=2.0), "accept_min = 2.0 must be"),
        (lambda m: m["roi"].update(mode="guess"), "roi.mode"),
        (lambda m: m["files"].update({"../../etc/passwd": "0"}), "not the name of a file inside"),
        (lambda m: m["files"].pop("model.int8.onnx"), r"does not list model\.int8\.onnx"),
        (lambda m: m["golden"][0].update(class_name="unheard_of"), "unknown class 'unheard_of'"),
        (lambda m: m["golden"][0].update(file="golden/99.png"), "not listed in files"),
    ],
)
def test_a_manifest_that_contradicts_itself_or_the_model_is_refused(
    bundle_dir: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    edit(bundle_dir, change)
    with pytest.raises(BundleError, match=says):
        load_bundle(bundle_dir)


@pytest.mark.parametrize("text", ['{"schema_version": "1.0', "[" * 100_000, "9" * 5000])
def test_a_manifest_that_is_not_json_is_refused(bundle_dir: Path, text: str) -> None:
    (bundle_dir / "manifest.json").write_text(text)
    stamp_bundle(bundle_dir)
    with pytest.raises(BundleError, match=r"manifest\.json is not JSON"):
        load_bundle(bundle_dir)


def test_a_model_that_sees_something_else_fails_its_golden_set_by_name(bundle_dir: Path) -> None:
    def lie(manifest: dict[str, Any]) -> None:
        sample = manifest["golden"][0]
        sample["class_name"] = next(c for c in manifest["classes"] if c != sample["class_name"])

    edit(bundle_dir, lie)
    bundle = load_bundle(bundle_dir)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    with pytest.raises(BundleError, match=r"golden sample golden/1\.png .*expected .*saw"):
        self_test(classifier, bundle)
    classifier.close()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m["thresholds"].update(accept_min=1.0, reject_min=1.0), "reject_min = 1 "),
        (lambda m: m.update(ok_classes=[]), "ok_classes = none"),
    ],
)
def test_thresholds_that_do_not_fit_the_golden_samples_are_not_blamed_on_the_machine(
    bundle_dir: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    edit(bundle_dir, change)
    bundle = load_bundle(bundle_dir)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    with pytest.raises(BundleError, match=says) as caught:
        self_test(classifier, bundle)
    classifier.close()
    assert "this machine" not in str(caught.value)


def test_a_frame_gets_the_verdict_of_its_golden_sample() -> None:
    bundle = load_bundle(SHIPPED)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle, revision=7))
    classifier.warm_up(3)
    for index, sample in enumerate(bundle.manifest.golden):
        verdict = classifier.classify(golden_frame(SHIPPED, index))
        assert verdict.evaluation is Evaluation[sample.evaluation]
        assert bundle.classes[verdict.class_index] == sample.class_name
        assert 0.0 <= verdict.p_ok <= 1.0
    assert classifier.last_run_ns > 0
    assert classifier.last_preprocess_ns > 0
    assert classifier.faults == 0
    classifier.close()


@pytest.mark.parametrize("health", [h for h in FrameHealth if h])
def test_a_frame_in_ill_health_is_never_judged(health: FrameHealth) -> None:
    bundle = load_bundle(SHIPPED)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    frame = golden_frame(SHIPPED)
    sick = Frame(**{f: getattr(frame, f) for f in frame.__dataclass_fields__ if f != "health"}, health=health)
    verdict = classifier.classify(sick)
    assert verdict.evaluation is Evaluation.INDETERMINATE
    assert verdict.reason.startswith("frame")
    assert classifier.last_run_ns == 0
    classifier.close()


def test_the_same_frame_twice_is_frozen_unless_repeats_are_expected() -> None:
    bundle = load_bundle(SHIPPED)
    frame = golden_frame(SHIPPED)
    strict = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    assert [strict.classify(frame).reason for _ in range(2)] == ["", "frame frozen"]
    strict.close()
    folder = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)
    assert [folder.classify(frame).reason for _ in range(2)] == ["", ""]
    folder.close()


def test_an_unexpected_failure_is_counted_and_rejects_the_part(caplog: pytest.LogCaptureFixture) -> None:
    bundle = load_bundle(SHIPPED)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)
    frame = golden_frame(SHIPPED)
    classifier.close()
    for _ in range(3):
        verdict = classifier.classify(frame)
        assert (verdict.evaluation, verdict.reason) == (Evaluation.INDETERMINATE, "model fault")
    assert classifier.faults == 3
    assert classifier.take_fault().startswith("frame 1: ")
    assert not caplog.records


def test_softmax_is_stable_and_passes_not_a_number_on() -> None:
    assert softmax([1000.0, 1000.0]) == [0.5, 0.5]
    assert softmax([-1000.0, 0.0])[1] == pytest.approx(1.0)
    assert all(np.isnan(p) for p in softmax([float("nan"), 0.0]))
    assert all(np.isnan(p) for p in softmax([float("inf"), float("inf")]))


def test_a_frame_of_another_size_than_the_cameras_is_not_judged() -> None:
    bundle = load_bundle(SHIPPED)
    frame = golden_frame(SHIPPED, 0)
    height, width = frame.pixels.shape[:2]
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frame_size=(height, width))
    assert classifier.classify(frame).reason == ""
    smaller = replace(frame, pixels=frame.pixels[: height // 2, : width // 2])
    assert classifier.classify(smaller).reason == "frame of wrong size"
    assert classifier.faults == 0
    classifier.close()


def test_a_model_that_fails_says_why_once_to_another_thread_and_writes_nothing_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    bundle = load_bundle(SHIPPED)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)

    def fail() -> list[float]:
        raise RuntimeError("the library is broken")

    monkeypatch.setattr(classifier, "run", fail)
    capfd.readouterr()
    for _ in range(2):
        assert classifier.classify(golden_frame(SHIPPED, 0)).reason == "model fault"
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
    assert classifier.take_fault() == "frame 1: RuntimeError: the library is broken"
    assert classifier.take_fault() == ""
    classifier.close()
