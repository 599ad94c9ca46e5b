"""Teaching the net where something is: what it says of every place, against what is known of it."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from inspector.training._nets import DefectNet

_EARLY_LAYERS = 3
"""Layers of the body up to the end of its first stage: places half as far apart as those of the last map."""
_SOMEWHERE = 0.5
"""How much of what a box teaches is only that the surest place in it should be sure: a thin defect that lies
aslant touches few of the places in its box, and the others are bare metal."""


def place_loss(seen: Tensor, places: Tensor, step: int, *, boxed: bool) -> Tensor:
    """Return the binary cross entropy of what is seen where; both kinds of places weigh the same.

    Parameters
    ----------
    seen
        Logits, (B, h, w).
    places
        Of every pixel: something is there (1), nothing is (0), nobody knows (-1); (B, H, W).
    step
        Pixels per place, in each direction.
    boxed
        Whether what is there was marked by boxes, which are never empty but seldom full.
    """
    goal = functional.max_pool2d(places[:, None], step, ceil_mode=True)[
        :, 0, : seen.shape[1], : seen.shape[2]
    ]
    each = functional.binary_cross_entropy_with_logits(seen, goal.clamp(min=0), reduction="none")
    there, bare = (goal == 1).float(), (goal == 0).float()
    if not boxed:
        weights = [kind / kind.sum().clamp(min=1) for kind in (there, bare)]
        return (each * (weights[0] + weights[1])).sum() / 2
    found = (each * there).sum() / there.sum().clamp(min=1)
    found = (1 - _SOMEWHERE) * found + _SOMEWHERE * _surest(seen, there)
    return (found + (each * bare).sum() / bare.sum().clamp(min=1)) / 2


def _surest(seen: Tensor, there: Tensor) -> Tensor:
    """Return how much is lacking, in the mean over the images with a box, at the surest place in it."""
    shown = there.amax((1, 2))
    top = seen.masked_fill(there == 0, -1e4).amax((1, 2))
    lacking: Tensor = (functional.softplus(-top) * shown).sum() / shown.sum().clamp(min=1)
    return lacking


class EarlyWitness(nn.Module):  # type: ignore[misc] # torch is not followed
    """A second witness after the first stage, for training alone: nothing of it is exported.

    What passes through it reaches the first kernels directly. They learn fine lines many times faster than
    from what the last map makes of them.
    """

    def __init__(self, net: DefectNet, step: int) -> None:
        super().__init__()
        self._step = step // 2
        self.judge = nn.Conv2d(net.body[_EARLY_LAYERS].conv.in_channels, 1, 1)

    def forward(self, net: DefectNet, x: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Return the net's last feature map, and the loss of what could be seen half-way to it."""
        middle = net.body[:_EARLY_LAYERS](x)
        loss = place_loss(self.judge(middle)[:, 0], places, self._step, boxed=True)
        return net.body[_EARLY_LAYERS:](middle), loss
