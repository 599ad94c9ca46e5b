"""From a folder of images to a bundle on the line: trained, quantized, proven, resumed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from inspector.domain.frame import Frame  # noqa: E402
from inspector.domain.recipe import Roi, RoiMode  # noqa: E402
from inspector.domain.verdict import Evaluation  # noqa: E402
from inspector.errors import DatasetError, UsageError  # noqa: E402
from inspector.training import EvaluateOptions, TrainOptions, evaluate, train  # noqa: E402
from inspector.training._dataset import scan  # noqa: E402
from inspector.training._export import export_float, quantize  # noqa: E402
from inspector.training._nets import DefectNet, NetSpec, count_macs, fold_pixels  # noqa: E402
from inspector.training._train import note_few_groups  # noqa: E402
from inspector.vision import (  # noqa: E402
    OnnxClassifier,
    load_bundle,
    open_session,
    recipe_from_bundle,
    self_test,
)

pytestmark = [
    pytest.mark.train,
    # The tracing exporter is deprecated in favour of one whose graphs the quantizer does not fuse.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def picture(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Noise with nothing, a dark spot, or a bright line in it; 80×80."""
    image = rng.normal(120, 6, (80, 80))
    x, y = (int(v) for v in rng.integers(14, 60, 2))
    if kind == "spot":
        cv2.circle(image, (x, y), 4, 30, -1)
    if kind == "line":
        cv2.line(image, (x, y), (x + 12, y + 8), 230, 2)
    return np.clip(image, 0, 255).astype(np.uint8)


def write_images(root: Path, seed: int, count: int) -> Path:
    rng = np.random.default_rng(seed)
    for kind in ("good", "spot", "line"):
        folder = root / kind
        folder.mkdir(parents=True)
        for number in range(count):
            cv2.imwrite(str(folder / f"{number:03d}.png"), picture(kind, rng))
    return root


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    write_images(root / "train", 1, 24)
    write_images(root / "test", 2, 10)
    return root


@pytest.fixture(scope="module")
def options(data: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainOptions:
    return TrainOptions(data=data, out=tmp_path_factory.mktemp("out") / "spots", epochs=4, threads=1)


@pytest.fixture(scope="module")
def halfway(options: TrainOptions, tmp_path_factory: pytest.TempPathFactory) -> TrainOptions:
    """The same training elsewhere, as one that was interrupted half-way leaves it."""
    return replace(options, out=tmp_path_factory.mktemp("halfway") / "spots")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return []


@pytest.fixture(scope="module")
def bundle_dir(options: TrainOptions, halfway: TrainOptions, lines: list[str]) -> Path:
    def progress(line: str) -> None:
        lines.append(line)
        keep_checkpoint(options, halfway, line)

    return train(options, progress)


def work_of(options: TrainOptions) -> Path:
    return options.out.with_name(f".{options.out.name}.training")


def keep_checkpoint(options: TrainOptions, halfway: TrainOptions, line: str) -> None:
    """Copy what a training would leave if it were interrupted after its second epoch."""
    if line.startswith("epoch 2/"):
        shutil.copytree(work_of(options), work_of(halfway))


def resume(halfway: TrainOptions) -> Path:
    said: list[str] = []
    resumed = train(replace(halfway, resume=True), said.append)
    assert "resumed after epoch 2" in said
    return resumed


def test_training_says_what_it_does_and_where_it_stands(bundle_dir: Path, lines: list[str]) -> None:
    assert "57 images to learn from, 15 to validate with" in lines[0]
    assert [line.split()[1] for line in lines if line.startswith("epoch")] == [f"{n}/4" for n in range(1, 5)]
    assert lines[-1] == f"wrote {bundle_dir}"


def test_the_bundle_is_complete_and_proves_itself(bundle_dir: Path) -> None:
    bundle = load_bundle(bundle_dir)
    manifest = bundle.manifest
    assert bundle.classes == ("good", "line", "spot")
    assert manifest.ok_classes == ["good"]
    assert manifest.input.shape == (1, 80, 80, 1)
    assert manifest.measured["int8"].accuracy >= 0.9
    assert manifest.provenance.images == 72
    assert len(manifest.golden) == 3
    assert sum(f.stat().st_size for f in bundle_dir.rglob("*") if f.is_file()) < 4_000_000
    card = (bundle_dir / "model_card.md").read_text()
    assert f"SHA-256 `{manifest.provenance.dataset_digest}`" in card
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    self_test(classifier, bundle)
    classifier.close()


@pytest.mark.parametrize(("boards", "is_said"), [(4, True), (10, False)])
def test_thresholds_that_rest_on_few_boards_are_said_to_do_so(
    tmp_path: Path, boards: int, *, is_said: bool
) -> None:
    write_images(tmp_path, 3, boards)
    rows = [f"{p.relative_to(tmp_path)},board-{p.stem}" for p in sorted(tmp_path.rglob("*.png"))]
    (tmp_path / "index.csv").write_text("\n".join(["path,group", *rows]) + "\n")
    said: list[str] = []
    folder = scan(tmp_path, "train")
    note_few_groups(folder, [sample.group for sample in folder.samples], said.append)
    assert bool(said) == is_said
    assert all(f"only {boards} different 'group'" in line for line in said)


def test_nothing_is_left_behind_beside_the_bundle(bundle_dir: Path) -> None:
    assert [p.name for p in bundle_dir.parent.iterdir()] == [bundle_dir.name]


def test_the_test_half_is_judged_right_by_the_code_of_the_line(bundle_dir: Path, data: Path) -> None:
    report = evaluate(EvaluateOptions(bundle=bundle_dir, data=data, per_file=True))
    assert report.images == 30
    assert report.accuracy >= 0.9
    assert report.auroc is not None
    assert report.auroc >= 0.97
    assert len(report.files) == 30
    assert json.loads(json.dumps(report.as_dict()))["confusion"] == report.confusion
    assert "macro-F1" in report.as_text()


def test_a_class_folder_that_the_bundle_does_not_know_is_named(bundle_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle_dir / "golden", tmp_path / "dents")
    with pytest.raises(DatasetError, match="class folder 'dents'"):
        evaluate(EvaluateOptions(bundle=bundle_dir, data=tmp_path))


def test_the_graph_runs_as_int8_on_the_raw_image_and_ends_in_float(bundle_dir: Path, tmp_path: Path) -> None:
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    settings.log_severity_level = 4
    onnxruntime.InferenceSession(
        str(bundle_dir / "model.int8.onnx"), settings, providers=["CPUExecutionProvider"]
    )
    kinds = [node.op_type for node in onnx.load(tmp_path / "optimized.onnx").graph.node]
    assert kinds.count("QLinearConv") == 7
    assert not {"Conv", "FusedConv", "QuantizeLinear", "Cast"} & set(kinds)
    assert kinds.count("DequantizeLinear") == 1
    assert kinds[-1] == "Gemm"


@pytest.mark.usefixtures("bundle_dir")
def test_two_trainings_do_not_make_one_bundle(halfway: TrainOptions) -> None:
    folder = os.open(work_of(halfway), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        for is_resumed in (True, False):
            with pytest.raises(UsageError, match=r"another training that still runs makes .*; wait"):
                train(replace(halfway, resume=is_resumed), print)
    finally:
        os.close(folder)


def test_an_interrupted_training_resumes_to_the_same_bytes(bundle_dir: Path, halfway: TrainOptions) -> None:
    assert (resume(halfway) / "model.int8.onnx").read_bytes() == (bundle_dir / "model.int8.onnx").read_bytes()


def write_located_spots(root: Path) -> Path:
    """Write pictures of which the index says where the spots are; 96×96, just enough for windows."""
    rng = np.random.default_rng(4)
    rows = ["path,defect_left,defect_top,defect_right,defect_bottom"]
    for number in range(48):
        name = "spot" if number % 2 else "good"
        image = cv2.resize(picture(name, rng), (96, 96))
        (root / name).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(root / name / f"{number}.png"), image)
        y, x = (np.flatnonzero((image < 75).any(axis)) / 96 for axis in (1, 0))
        box = (x[0], y[0], x[-1], y[-1]) if number % 2 else ("",) * 4
        rows.append(f"{name}/{number}.png," + ",".join(map(str, box)))
    (root / "index.csv").write_text("\n".join(rows) + "\n")
    return root


def test_located_defects_are_learned_and_resumed_to_the_same_bytes(tmp_path: Path) -> None:
    options = TrainOptions(
        data=write_located_spots(tmp_path / "data"), out=tmp_path / "located", epochs=3, threads=1
    )
    halfway = replace(options, out=tmp_path / "again")
    whole = load_bundle(train(options, partial(keep_checkpoint, options, halfway)))
    resumed = load_bundle(resume(halfway))
    assert whole.manifest.measured["int8"].auroc == 1.0
    assert resumed.model == whole.model


def test_a_checkpoint_does_not_fit_other_options_and_resuming_needs_one(
    options: TrainOptions, tmp_path: Path
) -> None:
    other = replace(options, out=tmp_path / "other", epochs=2)
    with pytest.raises(UsageError, match="nothing to resume"):
        train(replace(other, resume=True))

    def interrupt(line: str) -> None:
        if line.startswith("epoch 1/"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(other, interrupt)
    assert not other.out.exists()
    with pytest.raises(UsageError, match=r"made with other images or options \(seed differ\)"):
        train(replace(other, resume=True, seed=5))
    checkpoint = work_of(other) / "checkpoint.pt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    with pytest.raises(UsageError, match="is damaged"):
        train(replace(other, resume=True))


def damage_with(content: bytes) -> Callable[[Path], None]:
    return lambda root: (root / "train" / "spot" / "bad.png").write_bytes(content)


def png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (damage_with(b""), "bad.png is empty"),
        (damage_with(b"garbage"), "bad.png is not a readable image"),
        (damage_with(png(np.full((1, 1), 9, np.uint8))), "bad.png has 1×1 pixels"),
        (damage_with(png(np.full((80, 80), 999, np.uint16))), "bad.png has uint16 pixels"),
        (lambda root: shutil.rmtree(root / "train"), "holds no images"),
        (lambda root: (root / "train" / "void").mkdir(), "void holds no images"),
        (lambda root: [shutil.rmtree(root / "train" / k) for k in ("spot", "line")], "one class only"),
    ],
)
def test_data_that_cannot_be_used_is_named_and_nothing_is_written(
    data: Path, tmp_path: Path, damage: Callable[[Path], object], says: str
) -> None:
    broken = tmp_path / "data"
    shutil.copytree(data / "train", broken / "train")
    damage(broken)
    with pytest.raises(DatasetError, match=says):
        train(TrainOptions(data=broken, out=tmp_path / "out", epochs=1, threads=1))
    assert not (tmp_path / "out").exists()


def test_a_place_that_holds_something_else_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(UsageError, match="exists and is not a bundle"):
        train(TrainOptions(data=data, out=tmp_path, epochs=1, threads=1))


def test_an_ok_class_that_does_not_exist_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="OK class 'fine' is not a class"):
        train(TrainOptions(data=data, out=tmp_path / "out", ok_classes=("fine",), threads=1))


def test_frames_are_cut_to_the_part_in_training_as_on_the_line(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    for kind in ("ok", "spot"):
        for number in range(12):
            frame = rng.integers(5, 25, (200, 240)).astype(np.uint8)
            x, y = (int(v) for v in rng.integers(70, 130, 2))
            cv2.circle(frame, (x, y), 40, 160, -1)
            if kind == "spot":
                cv2.circle(frame, (x + 10, y), 7, 90, -1)
            path = tmp_path / "data" / kind / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), frame)
        cv2.imwrite(str(tmp_path / "data" / kind / "empty.png"), np.full((200, 240), 20, np.uint8))
    roi = Roi(mode=RoiMode.LOCATE, width_px=96, height_px=96, min_area_px=2500, max_area_px=8000)
    said: list[str] = []
    out = train(
        TrainOptions(data=tmp_path / "data", out=tmp_path / "b", roi=roi, epochs=3, threads=1), said.append
    )
    assert "2 of 26 images left out: no part" in said
    bundle = load_bundle(out)
    assert bundle.manifest.roi == roi
    assert bundle.manifest.input.shape == (1, 96, 96, 1)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    empty = np.full((200, 240), 20, np.uint8)
    frame = Frame(
        frame_id=1,
        trigger_count=None,
        device_timestamp_ns=0,
        available_ns=0,
        received_ns=0,
        pixels=empty,
        slot=0,
    )
    verdict = classifier.classify(frame)
    assert (verdict.evaluation, verdict.reason) == (Evaluation.INDETERMINATE, "no part")
    classifier.close()


@pytest.mark.parametrize(("fold", "channels"), [(1, 1), (2, 3), (4, 1)])
def test_the_int8_graph_sees_the_same_pixels_in_the_same_order_as_the_net(
    tmp_path: Path, fold: int, channels: int
) -> None:
    spec = NetSpec(
        height=48,
        width=64,
        channels=channels,
        fold=fold,
        widths=(16, 16, 16),
        classes=3,
    )
    torch.manual_seed(0)
    net = DefectNet(spec)
    images = np.random.default_rng(0).integers(0, 255, (24, 48, 64, channels)).astype(np.uint8)
    net.train()
    for _ in range(20):
        net(fold_pixels(torch.from_numpy(images), fold))
    net.eval()
    with torch.no_grad():
        net.score.weight *= 20
        expected = net(fold_pixels(torch.from_numpy(images), fold)).numpy()
    export_float(net, spec, tmp_path / "float.onnx")
    quantize(tmp_path / "float.onnx", tmp_path / "int8.onnx", spec, images)
    session = open_session((tmp_path / "int8.onnx").read_bytes(), "int8.onnx")
    seen = np.concatenate([session.run(None, {"frame": image[None]})[0] for image in images])
    assert np.corrcoef(seen.ravel(), expected.ravel())[0, 1] > 0.98
    assert count_macs(spec) > 0
