"""The network: plain 3×3 convolutions, fast as INT8, and a head that does not average defects away."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

MEAN = 128.0
SCALE = 1.0 / 64.0
"""Grey level g enters as (g - MEAN) * SCALE: exactly the dequantization of a uint8 input, hence free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSpec:
    """Shape of a network; everything needed to build it again.

    Parameters
    ----------
    height, width, channels
        Input image, pixels.
    fold
        Space-to-depth factor: fold × fold pixels become channels before the first convolution, so that
        nothing of the native resolution is thrown away before something has looked at it.
    widths
        Channels of the stem and of the two stages.
    classes
        Number of outputs.
    """

    height: int
    width: int
    channels: int
    fold: int
    widths: tuple[int, int, int]
    classes: int

    @property
    def step(self) -> int:
        """Pixels of the input, in each direction, per place of the last feature map."""
        return self.fold * 8


def fold_pixels(images: Tensor, fold: int) -> Tensor:
    """Turn uint8 (B, H, W, C) into normalized float (B, C·fold², H/fold, W/fold).

    The exported graph does the same with Reshape and Transpose on uint8; the order of channels must agree.
    """
    batch, height, width, channels = images.shape
    x = images.view(batch, height // fold, fold, width // fold, fold * channels)
    x = x.permute(0, 1, 3, 2, 4).reshape(batch, height // fold, width // fold, fold * fold * channels)
    return (x.permute(0, 3, 1, 2).float() - MEAN) * SCALE


class _Conv(nn.Module):  # type: ignore[misc] # torch is not followed
    """3×3 convolution, batch norm, ReLU; with a shortcut where shapes allow it."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, *, shortcut: bool = False) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        return functional.relu(x + y if self.shortcut else y)


class DefectNet(nn.Module):  # type: ignore[misc]
    """Stem, two stages, and a linear layer on the average and the maxima of the last feature map.

    The maximum is what keeps a small local defect alive: an average over a thousand places would
    dilute one of them a thousandfold. Input: the folded image of `fold_pixels`.
    """

    def __init__(self, spec: NetSpec, dropout: float = 0.0) -> None:
        super().__init__()
        low, mid, high = spec.widths
        self.body = nn.Sequential(
            # The stem strides at once: narrow convolutions over many places are what runs slowest.
            _Conv(spec.channels * spec.fold**2, low, 2),
            _Conv(low, mid, 2),
            _Conv(mid, mid, shortcut=True),
            _Conv(mid, high, 2),
            _Conv(high, high, shortcut=True),
            _Conv(high, high, shortcut=True),
        )
        self.average = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.witness = nn.Conv2d(high, 1, 1)
        """Says for every place whether something is there (a logit); taught by planted defects."""
        self.score = nn.Linear(2 * high + 1, spec.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits, (B, classes)."""
        x = self.body(x)
        return self.classify(x, self.witness(x))

    def classify(self, x: Tensor, seen: Tensor) -> Tensor:
        """Return logits, (B, classes), of the last feature map (B, C, h, w) and the witness (B, 1, h, w)."""
        # A pooling of fixed size quantizes; a global one would not.
        places = [int(side) for side in x.shape[2:]]
        highest, seen_most = functional.max_pool2d(x, places), functional.max_pool2d(seen, places)
        pooled = torch.cat((self.average(x), highest, seen_most), 1).flatten(1)
        scores: Tensor = self.score(self.dropout(pooled))
        return scores

    def forget_light(self) -> None:
        """Take the mean out of the stem's kernels: they see differences of light, whatever its level.

        A defect is a small difference on a bright part beside a dark belt. Kernels that answer to the level
        drown it, and the net needs many times longer to see anything at all.
        """
        with torch.no_grad():
            kernels = self.body[0].conv.weight
            kernels -= kernels.mean((1, 2, 3), keepdim=True)


def count_macs(spec: NetSpec) -> int:
    """Return the multiplications of one inference."""
    low, mid, high = spec.widths
    places = (spec.height // spec.fold) * (spec.width // spec.fold)
    stem = places // 4 * spec.channels * spec.fold**2 * low
    stages = places // 16 * (low * mid + mid * mid) + places // 64 * (mid * high + 2 * high * high)
    return 9 * (stem + stages)
