"""From the trained net to a complete bundle: export, quantize, choose thresholds, measure, prove."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from inspector.domain.recipe import Thresholds
from inspector.domain.verdict import judge
from inspector.training._bundling import (
    file_digests,
    git_revision,
    package_versions,
    write_card,
    write_golden,
)
from inspector.training._calibrate import probabilities, temperature, thresholds
from inspector.training._dataset import Sample, scan
from inspector.training._evaluate import summarize
from inspector.training._export import OPSET, export_float, quantize
from inspector.training._fit import predict
from inspector.training._job import Job
from inspector.training._judge import Judged, ModelJudge
from inspector.training._limits import detection_limit
from inspector.training._nets import DefectNet
from inspector.vision import (
    MODEL_FILE,
    DetectionLimit,
    GoldenSample,
    Manifest,
    Measured,
    OnnxClassifier,
    Provenance,
    load_bundle,
    recipe_from_bundle,
    self_test,
    write_manifest,
)

_CALIBRATION_IMAGES = 128


def fill(job: Job, net: DefectNet, staging: Path, scratch: Path) -> None:
    """Write everything that makes up the bundle into the empty folder `staging`."""
    pixels, labels = job.images.pixels[job.check], job.check_labels
    logits = predict(net, pixels, job.settings.net.fold)
    divisor = temperature(logits, labels)
    _export(job, net, divisor, staging / MODEL_FILE, scratch / "float.onnx")
    judge_int8 = ModelJudge(staging / MODEL_FILE, job.images.spec, job.options.roi, job.ok)
    p_int8 = judge_int8.chances(pixels)
    chosen = thresholds(p_int8[:, sorted(job.ok)].sum(1), job.check_is_ok)
    judge_int8.thresholds = chosen
    samples = [job.images.samples[index] for index in job.check]
    judged = judge_int8.judge_pixels(samples, p_int8)
    measured = {
        "fp32": _measure(job, probabilities(logits / divisor), chosen),
        "int8": _measure(job, p_int8, chosen),
    }
    golden = write_golden(_from_half(job, "golden", judge_int8) or judged, job.folder.classes, staging)
    figures = summarize(labels.tolist(), [item.verdict for item in judged], job.ok, len(job.folder.classes))
    false_calls = (figures.false_rejects or 0) / max(1, int(job.check_is_ok.sum()))
    of_known_size = _from_half(job, "limits", judge_int8) or judged
    limit = detection_limit(of_known_size, job.folder, job.ok, round(false_calls, 4))
    manifest = _manifest(job, chosen, measured, golden, limit)
    write_card(manifest, figures.confusion, staging)
    complete = manifest | {"files": file_digests(staging)}
    write_manifest(staging, Manifest.model_validate(complete))


def prove(staging: Path) -> None:
    """Load the bundle as the station will, and pass its own golden set, before it is published."""
    bundle = load_bundle(staging)
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)
    self_test(classifier, bundle)
    classifier.close()


def _export(job: Job, net: DefectNet, divisor: float, target: Path, scratch: Path) -> None:
    """Fold the temperature into the last layer, export, and calibrate on images that were learned from."""
    with torch.no_grad():
        net.score.weight /= divisor
        net.score.bias /= divisor
    export_float(net, job.settings.net, scratch)
    order = np.random.default_rng(job.options.seed).permutation(job.learn)[:_CALIBRATION_IMAGES]
    quantize(scratch, target, job.settings.net, (job.images.pixels[index] for index in order))


def _from_half(job: Job, half: str, model: ModelJudge) -> list[Judged]:
    """Judge the images in DATA's folder `half`, if it has one; its classes must be those of training."""
    if not (job.options.data / half).is_dir():
        return []
    folder = scan(job.options.data, half)
    samples = [
        Sample(s.path, job.folder.classes.index(folder.classes[s.label]), s.group, s.row)
        for s in folder.samples
        if folder.classes[s.label] in job.folder.classes
    ]
    return model.judge_files(samples)


def _measure(job: Job, chances: NDArray[np.float64], chosen: Thresholds) -> Measured:
    verdicts = [judge(p, job.ok, chosen) for p in chances.tolist()]
    figures = summarize(job.check_labels.tolist(), verdicts, job.ok, len(job.folder.classes))
    return Measured(
        accuracy=figures.accuracy, macro_f1=figures.macro_f1, auroc=figures.auroc, images=figures.images
    )


def _manifest(
    job: Job,
    chosen: Thresholds,
    measured: dict[str, Measured],
    golden: Sequence[GoldenSample],
    limit: DetectionLimit | None,
) -> dict[str, object]:
    """Return the manifest's fields, all but the files' digests."""
    options = job.options
    return {
        "name": options.name or options.out.name,
        "version": options.version,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "classes": list(job.folder.classes),
        "ok_classes": [job.folder.classes[index] for index in sorted(job.ok)],
        "input": job.images.spec,
        "roi": options.roi,
        "thresholds": chosen,
        "opset": OPSET,
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
        "golden": list(golden),
        "detection_limit": limit,
    }
