"""What is fixed before the first epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.training._arrays import Images
from inspector.training._dataset import ImageFolder
from inspector.training._fit import FitSettings
from inspector.training._options import TrainOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Images, their division (indices to learn from, to check with), and how the net is to be fitted."""

    options: TrainOptions
    folder: ImageFolder
    images: Images
    learn: list[int]
    check: list[int]
    ok: frozenset[int]
    settings: FitSettings

    @property
    def check_labels(self) -> NDArray[np.int64]:
        """Labels of the validation images."""
        return self.images.labels[self.check]

    @property
    def check_is_ok(self) -> NDArray[np.bool_]:
        """Whether each validation image shows an OK part."""
        return np.isin(self.check_labels, sorted(self.ok))
