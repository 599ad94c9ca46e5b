"""The INT8 model with the line's own preprocessing, while it is not a bundle yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.domain.recipe import Roi, Thresholds
from inspector.domain.verdict import Verdict, indeterminate, judge
from inspector.images import read_image
from inspector.training._calibrate import probabilities
from inspector.training._dataset import Sample
from inspector.vision import InputSpec, Preprocessor, open_session


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An image with its verdict."""

    sample: Sample
    verdict: Verdict


class ModelJudge:
    """Judges arrays and files. `thresholds` may be set once they are known."""

    def __init__(self, model: Path, spec: InputSpec, roi: Roi, ok: frozenset[int]) -> None:
        self.thresholds = Thresholds()
        self._session = open_session(model.read_bytes(), str(model))
        self._input = self._session.get_inputs()[0].name
        self._prepare = Preprocessor(spec, roi)
        self._ok = ok

    def chances(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return probabilities, (N, classes), of prepared images, uint8 (N, H, W, C)."""
        logits = [self._session.run(None, {self._input: image[None]})[0] for image in pixels]
        return probabilities(np.concatenate(logits).astype(np.float64))

    def judge_pixels(self, samples: Sequence[Sample], chances: NDArray[np.float64]) -> list[Judged]:
        """Apply the thresholds to probabilities."""
        return [
            Judged(sample=sample, verdict=judge(row, self._ok, self.thresholds))
            for sample, row in zip(samples, chances.tolist(), strict=True)
        ]

    def judge_files(self, samples: Sequence[Sample]) -> list[Judged]:
        """Read, prepare and judge images; a frame that cannot be judged is INDETERMINATE."""
        return [Judged(sample=sample, verdict=self._judge_file(sample)) for sample in samples]

    def _judge_file(self, sample: Sample) -> Verdict:
        reason = self._prepare(read_image(sample.path))
        if reason:
            return indeterminate(reason)
        return judge(self.chances(self._prepare.output)[0].tolist(), self._ok, self.thresholds)
