"""What the caller may ask for. One set of defaults serves all data sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from inspector.domain.recipe import Roi

Progress = Callable[[str], None]
"""Takes one line of text for a person; called at least once per epoch, from the training thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How to make a bundle out of a folder of images.

    Parameters
    ----------
    data
        Folder of class folders; if it contains `train/`, only that half is learned from. Two more halves may
        stand beside it: `golden/`, frames to choose golden samples from, and `limits/`, defects of known
        size (`size_px` in `index.csv`) to state detection limits with. Without them the validation images
        serve for both. `test/` is never looked at.
    out
        The bundle's directory. Written at the very end, at once; an existing one is replaced.
    name, version
        The bundle's name (default: the name of `out`) and version.
    epochs
        How often to go through the images; default: as many as `minutes` allow, by counting operations,
        never by the clock, so that the result does not depend on how busy the machine was.
    minutes
        About how long training may take on two busy cores (at 20 GMAC/s).
    seed
        Everything random follows from it.
    resume
        Continue an interrupted training with the same options.
    size_px
        Longer side of the model's input; default: native resolution up to a budget.
    channels
        1 mono, 3 colour; default: colour if the images are really coloured.
    roi
        Region of interest; part of the bundle.
    ok_classes
        Names of the OK classes; default: those called ok, good, normal or pass.
    flips
        Whether a mirrored part is still the same part. Switch it off where left and right matter.
    threads
        Threads of PyTorch; the result depends on it in the last digits.
    command
        The command line, for the provenance.
    """

    data: Path
    out: Path
    name: str | None = None
    version: str = "1.0.0"
    epochs: int | None = None
    minutes: float = 10.0
    seed: int = 0
    resume: bool = False
    size_px: int | None = None
    channels: int | None = None
    roi: Roi = field(default_factory=Roi)
    ok_classes: tuple[str, ...] = ()
    flips: bool = True
    threads: int = 2
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOptions:
    """How to measure a bundle on a folder of images.

    Parameters
    ----------
    bundle
        The bundle's directory.
    data
        Folder of class folders named like the bundle's classes; if it contains `test/`, that half is used.
    per_file
        Also list every file with its verdict.
    """

    bundle: Path
    data: Path
    per_file: bool = False
