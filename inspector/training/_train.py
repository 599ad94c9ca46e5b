"""From a folder of images to a bundle. Imports PyTorch: enter through `inspector.training.train`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from inspector.domain.recipe import Recipe, Thresholds
from inspector.domain.verdict import Verdict, judge
from inspector.errors import UsageError
from inspector.training._arrays import Images, load, plan_input
from inspector.training._augment import poses_for
from inspector.training._bundling import (
    Judged,
    file_digests,
    git_revision,
    package_versions,
    publish,
    require_place,
    write_card,
    write_golden,
)
from inspector.training._calibrate import probabilities, temperature, thresholds
from inspector.training._dataset import OK_NAMES, ImageFolder, digest, require_trainable, scan
from inspector.training._evaluate import summarize
from inspector.training._export import OPSET, export_float, quantize
from inspector.training._fit import Fit, FitSettings, predict
from inspector.training._limits import detection_limit
from inspector.training._metrics import auroc
from inspector.training._nets import DefectNet, NetSpec, count_macs
from inspector.training._options import Progress, TrainOptions
from inspector.training._plan import epochs_for, fold_factor
from inspector.training._split import split
from inspector.vision import (
    MANIFEST_FILE,
    MODEL_FILE,
    GoldenSample,
    Manifest,
    Measured,
    OnnxClassifier,
    Provenance,
    load_bundle,
    open_session,
    self_test,
)

_WIDTHS = (24, 48, 80)
_EPOCH_MIN, _EPOCH_MAX = 256, 4096
_CALIBRATION_IMAGES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What is fixed before the first epoch."""

    options: TrainOptions
    folder: ImageFolder
    images: Images
    learn: list[int]
    check: list[int]
    ok: frozenset[int]
    settings: FitSettings

    @property
    def check_labels(self) -> NDArray[np.int64]:
        return self.images.labels[self.check]

    @property
    def check_is_ok(self) -> NDArray[np.bool_]:
        return np.isin(self.check_labels, sorted(self.ok))


def run(options: TrainOptions, progress: Progress) -> Path:
    """Train, quantize, measure and write the bundle; see `inspector.training.train`."""
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    require_place(options.out)
    work = _work_folder(options)
    job = _prepare(options, work, progress)
    fit = Fit(job.settings, job.images.pixels[job.learn], job.images.labels[job.learn], work)
    if options.resume:
        fit.resume()
        progress(f"resumed after epoch {fit.epoch}")
    net = fit.run(progress, lambda average: _progress_figures(job, average))
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=work) as scratch:
        staging = Path(scratch) / "bundle"
        staging.mkdir()
        _fill(job, net, staging, Path(scratch))
        _prove(staging)
        publish(staging, options.out)
    shutil.rmtree(work)
    progress(f"wrote {options.out}")
    return options.out


def _work_folder(options: TrainOptions) -> Path:
    """Make the folder beside the bundle that outlives an interrupted training."""
    work = options.out.with_name(f".{options.out.name}.training")
    try:
        if work.exists() and not options.resume:
            shutil.rmtree(work)
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{work} cannot be written ({error.strerror}); choose another --out") from error
    return work


def _prepare(options: TrainOptions, work: Path, progress: Progress) -> _Job:
    folder = scan(options.data, "train")
    require_trainable(folder)
    ok = _ok_labels(folder, options)
    spec = plan_input(folder, options, progress)
    images = load(folder, spec, options, work, progress)
    learn, check = split(images.samples, options.seed)
    fold, stem_stride = fold_factor(spec.height, spec.width)
    net = NetSpec(
        height=spec.height,
        width=spec.width,
        channels=spec.channels,
        fold=fold,
        stem_stride=stem_stride,
        widths=_WIDTHS,
        classes=len(folder.classes),
    )
    per_epoch = int(np.clip(len(learn), _EPOCH_MIN, _EPOCH_MAX))
    epochs = options.epochs or epochs_for(options.minutes, count_macs(net), per_epoch, len(learn))
    settings = FitSettings(
        net=net,
        poses=poses_for(images.pixels[learn], flips=options.flips),
        epochs=epochs,
        images_per_epoch=per_epoch,
        seed=options.seed,
        images_digest=digest(images.samples),
    )
    progress(
        f"{folder.name}: {len(learn)} images to learn from, {len(check)} to validate with "
        f"(kept together by {folder.group_column or 'nothing: no groups known'}); classes "
        f"{', '.join(folder.classes)}; input {spec.width}×{spec.height}×{spec.channels}; "
        f"{count_macs(net) / 1e6:.0f} MMAC; {epochs} epochs of {per_epoch}"
    )
    return _Job(
        options=options, folder=folder, images=images, learn=learn, check=check, ok=ok, settings=settings
    )


def _ok_labels(folder: ImageFolder, options: TrainOptions) -> frozenset[int]:
    unknown = [name for name in options.ok_classes if name not in folder.classes]
    if unknown:
        raise UsageError(
            f"OK class {unknown[0]!r} is not a class of {options.data}; it has {', '.join(folder.classes)}"
        )
    names = options.ok_classes or [name for name in folder.classes if name.lower() in OK_NAMES]
    return frozenset(folder.classes.index(name) for name in names)


def _progress_figures(job: _Job, net: DefectNet) -> str:
    chances = probabilities(predict(net, job.images.pixels[job.check], job.settings.net.fold))
    accuracy = float((chances.argmax(1) == job.check_labels).mean())
    area = auroc(chances[:, sorted(job.ok)].sum(1).tolist(), job.check_is_ok.tolist()) if job.ok else None
    return f"validation accuracy {accuracy:.3f}" + ("" if area is None else f", AUROC {area:.3f}")


def _fill(job: _Job, net: DefectNet, staging: Path, scratch: Path) -> None:
    """Export, choose thresholds, measure both models, and write everything into the staging folder."""
    pixels = job.images.pixels[job.check]
    logits = predict(net, pixels, job.settings.net.fold)
    divisor = temperature(logits, job.check_labels)
    with torch.no_grad():
        net.score.weight /= divisor
        net.score.bias /= divisor
    export_float(net, job.settings.net, scratch / "float.onnx")
    order = np.random.default_rng(job.options.seed).permutation(job.learn)[:_CALIBRATION_IMAGES]
    quantize(
        scratch / "float.onnx", staging / MODEL_FILE, job.settings.net, (job.images.pixels[i] for i in order)
    )
    p_float = probabilities(logits / divisor)
    p_int8 = probabilities(_run_int8(staging / MODEL_FILE, pixels))
    chosen = thresholds(p_int8[:, sorted(job.ok)].sum(1), job.check_is_ok)
    verdicts = [judge(p, job.ok, chosen) for p in p_int8.tolist()]
    judged = [
        Judged(sample=job.images.samples[i], verdict=v) for i, v in zip(job.check, verdicts, strict=True)
    ]
    golden = write_golden(judged, job.folder.classes, staging)
    measured = {"fp32": _measure(job, p_float, chosen), "int8": _measure(job, p_int8, chosen)}
    limit = detection_limit(job.folder, [(j.sample, j.verdict) for j in judged], job.ok)
    manifest = _manifest(job, staging, chosen, measured, golden).model_copy(update={"detection_limit": limit})
    figures = summarize(job.check_labels.tolist(), verdicts, job.ok, len(job.folder.classes))
    write_card(manifest, figures.confusion, staging)
    manifest = manifest.model_copy(update={"files": file_digests(staging)})
    (staging / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _run_int8(model: Path, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    session = open_session(model.read_bytes(), str(model))
    name = session.get_inputs()[0].name
    return np.concatenate([session.run(None, {name: image[None]})[0] for image in pixels]).astype(np.float64)


def _measure(job: _Job, chances: NDArray[np.float64], chosen: Thresholds) -> Measured:
    verdicts: Sequence[Verdict] = [judge(p, job.ok, chosen) for p in chances.tolist()]
    figures = summarize(job.check_labels.tolist(), verdicts, job.ok, len(job.folder.classes))
    return Measured(
        accuracy=figures.accuracy, macro_f1=figures.macro_f1, auroc=figures.auroc, images=figures.images
    )


def _manifest(
    job: _Job, staging: Path, chosen: Thresholds, measured: dict[str, Measured], golden: list[GoldenSample]
) -> Manifest:
    options = job.options
    return Manifest.model_validate(
        {
            "name": options.name or options.out.name,
            "version": options.version,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "classes": list(job.folder.classes),
            "ok_classes": [job.folder.classes[i] for i in sorted(job.ok)],
            "input": job.images.spec,
            "roi": options.roi,
            "thresholds": chosen,
            "opset": OPSET,
            "files": file_digests(staging),
            "provenance": Provenance(
                dataset=job.folder.name,
                dataset_digest=job.settings.images_digest,
                images=len(job.images.samples),
                seed=options.seed,
                command=options.command or "inspector.training.train",
                epochs=job.settings.epochs,
                packages=package_versions(),
                git_revision=git_revision(),
            ),
            "measured": measured,
            "golden": golden,
        }
    )


def _prove(staging: Path) -> None:
    """Load the bundle as the station will, and pass its own golden set, before it is published."""
    bundle = load_bundle(staging)
    recipe = Recipe(name="proof", revision=1, thresholds=bundle.manifest.thresholds, roi=bundle.manifest.roi)
    classifier = OnnxClassifier(bundle, recipe, frozen_check=False)
    self_test(classifier, bundle)
    classifier.close()
