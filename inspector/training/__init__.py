"""Training: from a folder of images to a bundle, and from a bundle to figures.

Importing this room needs no PyTorch; `train` imports it when called.
"""

from __future__ import annotations

from pathlib import Path

from inspector.errors import UsageError
from inspector.training._evaluate import EvaluationReport, FileResult, evaluate
from inspector.training._options import EvaluateOptions, Progress, TrainOptions
from inspector.training._pod import a90_95

__all__ = [
    "EvaluateOptions",
    "EvaluationReport",
    "FileResult",
    "Progress",
    "TrainOptions",
    "a90_95",
    "evaluate",
    "train",
]


def _silent(_line: str) -> None:
    """Say nothing."""


def train(options: TrainOptions, progress: Progress = _silent) -> Path:
    """Train on a folder of images and write a bundle.

    Leaves a checkpoint in `.<out's name>.training/` beside `out` after every epoch, so that an
    interrupted training (KeyboardInterrupt passes through) goes on with `resume`, to the same result.

    Returns
    -------
    The bundle's directory.

    Raises
    ------
    DatasetError
        If the images cannot be used, naming the file or folder.
    UsageError
        If the options make no sense, there is nothing to resume, or the extra `train` is not installed.
    """
    try:
        from inspector.training import _train
    except ModuleNotFoundError as error:
        raise UsageError(
            f"training needs the package {error.name!r}; run: pip install -e '.[train]' in Inspector's folder"
        ) from error
    return _train.run(options, progress)
