"""All images at the model's input size, made by the very code that runs on the line."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.errors import DatasetError
from inspector.images import read_image
from inspector.training._dataset import ImageFolder, Sample
from inspector.training._options import Progress, TrainOptions
from inspector.training._plan import input_size, is_coloured, region_shape
from inspector.vision import InputSpec, Preprocessor

_IN_MEMORY_BYTES = 2 * 1024**3
_LOOK_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """uint8 (N, H, W, C) with labels (N,), the samples they come from and the input they fit."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    samples: tuple[Sample, ...]
    spec: InputSpec


def plan_input(folder: ImageFolder, options: TrainOptions, progress: Progress) -> InputSpec:
    """Decide channels and size by looking at up to 200 of the images.

    Raises
    ------
    DatasetError
        Naming a file that cannot be used.
    """
    some = random.Random(options.seed).sample(folder.samples, min(_LOOK_AT, len(folder.samples)))
    images = [read_image(sample.path) for sample in some]
    shapes = Counter(image.shape[:2] for image in images)
    if len(shapes) > 1:
        progress(f"images have {len(shapes)} different sizes; all are stretched to one")
    channels = options.channels or (3 if is_coloured(images) else 1)
    height, width = input_size(region_shape(options, images), channels, options.size_px)
    return InputSpec(height=height, width=width, channels=3 if channels == 3 else 1)


def load(
    folder: ImageFolder, spec: InputSpec, options: TrainOptions, scratch: Path, progress: Progress
) -> Images:
    """Read and prepare all images; above 2 GiB they lie in a file in `scratch`.

    Frames without a recognizable part are left out and counted. The range of believable mean grey levels
    in the returned `spec` is widened to what the images show.

    Raises
    ------
    DatasetError
        Naming a file that cannot be used, or if too few images show a part.
    """
    shape = (len(folder.samples), spec.height, spec.width, spec.channels)
    pixels = _allocate(shape, scratch)
    prepare = Preprocessor(spec.model_copy(update={"mean_min": 0.0, "mean_max": 255.0}), options.roi)
    kept: list[Sample] = []
    refused: Counter[str] = Counter()
    means: list[float] = []
    for sample in folder.samples:
        image = read_image(sample.path)
        reason = prepare(image)
        if reason:
            refused[reason] += 1
            continue
        pixels[len(kept)] = prepare.output[0]
        means.append(float((image if image.ndim == 2 else image[..., 1]).mean()))
        kept.append(sample)
    _report(folder, kept, refused, progress)
    low, high = min(spec.mean_min, 0.5 * min(means)), max(spec.mean_max, 0.5 * (255 + max(means)))
    return Images(
        pixels=pixels[: len(kept)],
        labels=np.array([sample.label for sample in kept], np.int64),
        samples=tuple(kept),
        spec=spec.model_copy(update={"mean_min": round(low, 2), "mean_max": round(high, 2)}),
    )


def _allocate(shape: tuple[int, ...], scratch: Path) -> NDArray[np.uint8]:
    if np.prod(shape, dtype=np.int64) <= _IN_MEMORY_BYTES:
        return np.empty(shape, np.uint8)
    return np.lib.format.open_memmap(scratch / "images.npy", "w+", np.uint8, shape)


def _report(folder: ImageFolder, kept: Sequence[Sample], refused: Counter[str], progress: Progress) -> None:
    for reason, count in refused.items():
        progress(f"{count} of {len(folder.samples)} images left out: {reason}")
    left = Counter(sample.label for sample in kept)
    for label, name in enumerate(folder.classes):
        if left[label] < 2:
            raise DatasetError(
                f"only {left[label]} images of class {name!r} show a part in the region of interest "
                f"({dict(refused)}); check its mode, threshold and area limits"
            )
