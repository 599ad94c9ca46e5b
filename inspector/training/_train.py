"""From a folder of images to a bundle. Imports PyTorch: enter through `inspector.training.train`."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

from inspector.errors import UsageError
from inspector.training._arrays import load, plan_input
from inspector.training._augment import poses_for
from inspector.training._batches import Material
from inspector.training._bundling import (
    publish,
    require_place,
)
from inspector.training._calibrate import probabilities
from inspector.training._dataset import OK_NAMES, ImageFolder, boxes_of, digest, require_trainable, scan
from inspector.training._finish import fill, prove
from inspector.training._fit import Fit, FitSettings, predict
from inspector.training._job import Job
from inspector.training._metrics import auroc
from inspector.training._nets import DefectNet, NetSpec, count_macs
from inspector.training._options import Progress, TrainOptions
from inspector.training._plan import epochs_for, fold_factor, is_binary
from inspector.training._split import split

_WIDTHS = (32, 48, 80)
_EPOCH_MIN, _EPOCH_MAX = 256, 2048
_GROUPS_ENOUGH = 10
"""Fewer lots, boards or photographs than this say little of the next one."""


def run(options: TrainOptions, progress: Progress) -> Path:
    """Train, quantize, measure and write the bundle; see `inspector.training.train`."""
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    require_place(options.out)
    with _work_folder(options) as work:
        _train(options, work, progress)
        shutil.rmtree(work)
    progress(f"wrote {options.out}")
    return options.out


def _train(options: TrainOptions, work: Path, progress: Progress) -> None:
    job = _prepare(options, work, progress)
    material = Material(
        pixels=job.images.pixels[job.learn],
        labels=job.images.labels[job.learn],
        boxes=boxes_of([job.images.samples[index] for index in job.learn]),
        ok=job.settings.ok,
    )
    fit = Fit(job.settings, material, work)
    if options.resume:
        fit.resume()
        progress(f"resumed after epoch {fit.epoch}")
    try:
        net = fit.run(progress, lambda average: _progress_figures(job, average))
    except KeyboardInterrupt:
        if fit.epoch:
            progress(
                f"epoch {fit.epoch} is kept in {work}; the same command with --resume goes on from there"
            )
        raise
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=work) as scratch:
        staging = Path(scratch) / "bundle"
        staging.mkdir()
        fill(job, net, staging, Path(scratch))
        prove(staging)
        publish(staging, options.out)


@contextmanager
def _work_folder(options: TrainOptions) -> Iterator[Path]:
    """Make the folder beside the bundle that outlives an interrupted training; it is this training's alone."""
    work = options.out.with_name(f".{options.out.name}.training")
    try:
        work.mkdir(parents=True, exist_ok=True)
        held = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UsageError(f"{work} cannot be written ({error.strerror}); choose another --out") from error
    try:
        _claim(held, options.out)
        if not options.resume:
            _empty(work)
        yield work
    finally:
        os.close(held)


def _claim(folder: int, out: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(
            f"another training that still runs makes {out}; wait for it, or choose another --out"
        ) from error


def _empty(folder: Path) -> None:
    try:
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    except OSError as error:
        raise UsageError(f"{folder} cannot be emptied ({error.strerror}); choose another --out") from error


def _prepare(options: TrainOptions, work: Path, progress: Progress) -> Job:
    folder = scan(options.data, "train")
    require_trainable(folder)
    ok = _ok_labels(folder, options)
    spec = plan_input(folder, options, progress)
    images = load(folder, spec, options, work, progress)
    learn, check = split(images.samples, options.seed)
    net = NetSpec(
        height=spec.height,
        width=spec.width,
        channels=spec.channels,
        fold=fold_factor(spec.height, spec.width),
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
        ok=tuple(sorted(ok)),
    )
    if not np.isnan(boxes_of(images.samples)).all():
        # The index says where the defects are: looking at those teaches most, and needs no planted ones.
        settings = replace(settings, looking=0.7, planted=0.0)
    elif is_binary(images.pixels[learn]):
        # Planted defects are grey; in black and white they would teach nothing but to see grey.
        settings = replace(settings, looking=0.0, planted=0.0)
    progress(
        f"{folder.name}: {len(learn)} images to learn from, {len(check)} to validate with "
        f"(kept together by {folder.group_column or 'nothing: no groups known'}); classes "
        f"{', '.join(folder.classes)}; input {spec.width}×{spec.height}×{spec.channels}; "
        f"{count_macs(net) / 1e6:.0f} MMAC; {epochs} epochs of {per_epoch}"
    )
    note_few_groups(folder, [images.samples[index].group for index in check], progress)
    return Job(
        options=options, folder=folder, images=images, learn=learn, check=check, ok=ok, settings=settings
    )


def note_few_groups(folder: ImageFolder, groups: list[str], progress: Progress) -> None:
    """Say so where thresholds will rest on a handful of groups: between groups they vary more than within."""
    count = len(set(groups))
    if folder.group_column and count < _GROUPS_ENOUGH:
        progress(
            f"only {count} different {folder.group_column!r} are held back to choose thresholds with: "
            "check them on parts of other ones before the line relies on them"
        )


def _ok_labels(folder: ImageFolder, options: TrainOptions) -> frozenset[int]:
    unknown = [name for name in options.ok_classes if name not in folder.classes]
    if unknown:
        raise UsageError(
            f"OK class {unknown[0]!r} is not a class of {options.data}; it has {', '.join(folder.classes)}"
        )
    names = options.ok_classes or [name for name in folder.classes if name.lower() in OK_NAMES]
    return frozenset(folder.classes.index(name) for name in names)


def _progress_figures(job: Job, net: DefectNet) -> str:
    """Show how it goes on some of the validation images; nothing is chosen by it."""
    some = slice(None, None, max(1, len(job.check) // 300))
    chances = probabilities(predict(net, job.images.pixels[job.check[some]], job.settings.net.fold))
    accuracy = float((chances.argmax(1) == job.check_labels[some]).mean())
    p_ok = chances[:, sorted(job.ok)].sum(1)
    area = auroc(p_ok.tolist(), job.check_is_ok[some].tolist()) if job.ok else None
    return f"validation accuracy {accuracy:.3f}" + ("" if area is None else f", AUROC {area:.3f}")
