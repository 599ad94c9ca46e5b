"""The training loop: deterministic, resumable, with averaged weights."""

from __future__ import annotations

import copy
import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from inspector.clock import monotonic_ns
from inspector.errors import UsageError
from inspector.training._augment import Poses
from inspector.training._batches import NO_LABEL, Batch, Batches, Material, window_side
from inspector.training._nets import DefectNet, NetSpec, fold_pixels
from inspector.training._options import Progress
from inspector.training._witness import EarlyWitness, place_loss

Image = NDArray[np.uint8]
CHECKPOINT_FILE = "checkpoint.pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """Everything the outcome depends on, besides the images; a checkpoint fits only the same settings."""

    net: NetSpec
    poses: Poses
    epochs: int
    images_per_epoch: int
    seed: int
    images_digest: str
    ok: tuple[int, ...]
    batch: int = 16
    learning_rate: float = 2e-3
    warm_up: float = 0.1
    """Share of the training in which the learning rate rises."""
    weight_decay: float = 0.05
    smoothing: float = 0.05
    dropout: float = 0.2
    planted: float = 0.5
    """Share of the OK images that get synthetic defects."""
    looking: float = 0.25
    """Share of the epochs, at the beginning, in which the net only learns where defects are, planted ones or
    those that the index locates: what it cannot see yet, it cannot name."""
    average_decay: float = 0.998


class Fit:
    """One training. `net` learns, `average` (exponential moving average of its weights) is the result."""

    def __init__(self, settings: FitSettings, material: Material, work: Path) -> None:
        torch.manual_seed(settings.seed)
        torch.use_deterministic_algorithms(True)
        # It would also fill all new memory, which finds mistakes and takes a tenth of the time.
        torch.utils.deterministic.fill_uninitialized_memory = False
        self._settings = settings
        self._file = work / CHECKPOINT_FILE
        is_located = bool(material.is_located.any())
        self._batches = Batches(
            material,
            settings.poses,
            planted=settings.planted,
            planted_while_looking=1.0,
            # Without located defects there is nothing to point windows at.
            window_px=window_side(settings.net.height, settings.net.width, settings.net.step)
            if is_located
            else 0,
        )
        self.epoch = 0
        self._steps = 0
        self._net = DefectNet(settings.net, settings.dropout).to(memory_format=torch.channels_last)
        self._net.forget_light()
        self.average: DefectNet = copy.deepcopy(self._net).eval()
        # Only what the index locates is known well enough to be asked for half-way.
        self._early = EarlyWitness(self._net, settings.net.step) if is_located else None
        learns = nn.ModuleList([self._net, *([self._early] if self._early else [])])
        self._optimizer = torch.optim.AdamW(_decay_groups(learns, settings.weight_decay))

    def run(self, progress: Progress, validate: Callable[[DefectNet], str]) -> DefectNet:
        """Train to the last epoch, leaving a checkpoint after each; return the averaged net."""
        started, first = monotonic_ns(), self.epoch
        for epoch in range(first, self._settings.epochs):
            loss = self._one_epoch(epoch)
            self.epoch = epoch + 1
            self._save()
            each_s = (monotonic_ns() - started) / 1e9 / (self.epoch - first)
            left_s = each_s * (self._settings.epochs - self.epoch)
            line = f"epoch {self.epoch}/{self._settings.epochs}  loss {loss:.3f}"
            progress(f"{line}  {validate(self.average)}  {left_s:.0f} s left")
        return self.average

    def _one_epoch(self, epoch: int) -> float:
        """Show a balanced draw of images once. All chance follows from (seed, epoch), hence resumable."""
        settings = self._settings
        rng = np.random.default_rng((settings.seed, epoch))
        torch.manual_seed(settings.seed * 100_003 + epoch)
        looks = bool(settings.ok) and epoch < settings.looking * settings.epochs
        self._net.train()
        losses: list[float] = []
        for done, batch in self._batches.epoch(
            settings.images_per_epoch, settings.batch, looks=looks, rng=rng
        ):
            self._set_rate((epoch + done) / settings.epochs)
            losses.append(self._step(batch))
        return float(np.mean(losses))

    def _set_rate(self, done: float) -> None:
        """Warm up, then down along a cosine, by the share of the training that is `done`."""
        rise = self._settings.warm_up
        share = done / rise if done < rise else 0.5 * (1 + math.cos(math.pi * (done - rise) / (1 - rise)))
        for group in self._optimizer.param_groups:
            group["lr"] = self._settings.learning_rate * max(share, 1e-3)

    def _step(self, batch: Batch) -> float:
        net, spec = self._net, self._settings.net
        places, labels = torch.from_numpy(batch.places), torch.from_numpy(batch.labels)
        x = fold_pixels(torch.from_numpy(batch.images), spec.fold)
        x = x.contiguous(memory_format=torch.channels_last)
        features, early = self._early(net, x, places) if self._early else (net.body(x), 0.0)
        seen = net.witness(features)
        loss = functional.cross_entropy(
            net.classify(features, seen),
            labels,
            ignore_index=NO_LABEL,
            label_smoothing=self._settings.smoothing,
            reduction="sum",
        ) / max(1, int((labels >= 0).sum()))
        if self._settings.ok:
            boxed = self._early is not None
            loss = loss + early + place_loss(seen[:, 0], places, spec.step, boxed=boxed)
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        self._optimizer.step()
        net.forget_light()
        self._follow()
        return float(loss.detach())

    def _follow(self) -> None:
        """Move the average towards the net; quickly at first, when the net is still far from anything."""
        self._steps += 1
        decay = min(self._settings.average_decay, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for mean, value in zip(
                self.average.state_dict().values(), self._net.state_dict().values(), strict=True
            ):
                if mean.dtype.is_floating_point:
                    mean.lerp_(value, 1 - decay)
                else:
                    mean.copy_(value)

    def _save(self) -> None:
        state = {
            "settings": asdict(self._settings),
            "epoch": self.epoch,
            "steps": self._steps,
            "net": self._net.state_dict(),
            "average": self.average.state_dict(),
            "early": self._early.state_dict() if self._early else {},
            "optimizer": self._optimizer.state_dict(),
        }
        part = self._file.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, self._file)

    def resume(self) -> None:
        """Take up the checkpoint.

        Raises
        ------
        UsageError
            If there is none, it is damaged, or it belongs to other images or options.
        """
        if not self._file.is_file():
            raise UsageError(f"nothing to resume: {self._file} does not exist; train without --resume")
        state = _read_checkpoint(self._file)
        wanted = asdict(self._settings)
        differs = [key for key, value in wanted.items() if state["settings"].get(key) != value]
        if differs:
            raise UsageError(
                f"{self._file} was made with other images or options ({', '.join(differs)} differ); use the "
                "same ones, or train without --resume"
            )
        self.epoch, self._steps = int(state["epoch"]), int(state["steps"])
        self._net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        if self._early:
            self._early.load_state_dict(state["early"])
        self._optimizer.load_state_dict(state["optimizer"])


def predict(net: DefectNet, pixels: Image, fold: int, batch: int = 16) -> NDArray[np.float64]:
    """Return float logits, shape (N, classes)."""
    net.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(pixels), batch):
            images = torch.from_numpy(np.ascontiguousarray(pixels[start : start + batch]))
            x = fold_pixels(images, fold).contiguous(memory_format=torch.channels_last)
            parts.append(net(x).double().numpy())
    return np.concatenate(parts)


def _decay_groups(net: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Decay weights, but neither biases nor batch-norm parameters."""
    weights = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    return [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def _read_checkpoint(path: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except Exception as error:  # torch raises a different class for every kind of damage
        raise UsageError(f"{path} is damaged ({type(error).__name__}); train without --resume") from error
    return state
