"""The training loop: deterministic, resumable, with averaged weights."""

from __future__ import annotations

import copy
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
from inspector.training._augment import Poses, augment
from inspector.training._nets import DefectNet, NetSpec, fold_pixels
from inspector.training._options import Progress
from inspector.training._plant import plant

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
    weight_decay: float = 0.05
    smoothing: float = 0.05
    dropout: float = 0.2
    planted: float = 0.5
    """Share of the OK images that get synthetic defects."""
    looking: float = 0.25
    """Share of the epochs, at the beginning, in which the net only learns where defects are, planted ones and
    those that the index locates: what it cannot see yet, it cannot name."""
    average_decay: float = 0.998


class Fit:
    """One training. `net` learns, `average` (exponential moving average of its weights) is the result."""

    def __init__(
        self,
        settings: FitSettings,
        pixels: Image,
        labels: NDArray[np.int64],
        boxes: NDArray[np.float64],
        work: Path,
    ) -> None:
        torch.manual_seed(settings.seed)
        torch.use_deterministic_algorithms(True)
        self._settings = settings
        self._pixels = pixels
        self._labels = labels
        self._boxes = boxes
        # Where real ones are located, some images without anything have to be left.
        self._planted_while_looking = 1.0 if np.isnan(boxes).all() else 0.9
        # Images of which it is known where something is, and where nothing: there is something to look for.
        self._is_located = np.isin(labels, settings.ok) | ~np.isnan(boxes).any(axis=1)
        self._file = work / CHECKPOINT_FILE
        self.epoch = 0
        self._net = DefectNet(settings.net, settings.dropout).to(memory_format=torch.channels_last)
        self.average: DefectNet = copy.deepcopy(self._net).eval()
        self._optimizer = torch.optim.AdamW(
            _decay_groups(self._net, settings.weight_decay), lr=settings.learning_rate
        )
        steps = settings.epochs * max(1, settings.images_per_epoch // settings.batch)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, settings.learning_rate, total_steps=steps, pct_start=0.15
        )
        # Rare classes are shown more often than they occur, but not as if they were frequent.
        counts = np.bincount(labels, minlength=settings.net.classes)
        weights = (1 / np.sqrt(np.maximum(1, counts)))[labels]
        self._chances = weights / weights.sum()

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
        chances = self._chances * self._is_located if looks else self._chances
        order = _draw(chances / chances.sum(), settings.images_per_epoch, rng)
        self._net.train()
        losses = []
        for start in range(0, max(1, len(order) - settings.batch + 1), settings.batch):
            chosen = order[start : start + settings.batch]
            losses.append(self._step(*self._batch(chosen, looks, rng)))
        return float(np.mean(losses))

    def _batch(
        self, chosen: NDArray[np.int64], looks: bool, rng: np.random.Generator
    ) -> tuple[torch.Tensor, ...]:
        """Return changed images, their labels (-1: none) and where something was planted.

        In OK images nothing is anywhere (0) but where it was planted (1), and what was planted has no
        class; in all others nobody knows what is where (-1), unless the index has said so.
        """
        images, labels, places = [], [], []
        for index in chosen:
            label = int(self._labels[index])
            is_ok = label in self._settings.ok
            image, place = augment(self._pixels[index], self._place(index, is_ok), self._settings.poses, rng)
            if is_ok and rng.random() < (self._planted_while_looking if looks else self._settings.planted):
                image, where = plant(image, rng)
                place[where] = 1.0
                label = -1
            images.append(image)
            labels.append(-1 if looks else label)
            places.append(place)
        return torch.from_numpy(np.stack(images)), torch.tensor(labels), torch.from_numpy(np.stack(places))

    def _place(self, index: int, is_ok: bool) -> NDArray[np.float32]:
        """Return what is known before anything is planted: nowhere (0), in its box (1), or nothing (-1)."""
        height, width = self._pixels.shape[1:3]
        box = self._boxes[index]
        is_known = is_ok or not np.isnan(box).any()
        place = np.full((height, width), 0.0 if is_known else -1.0, np.float32)
        if not is_ok and is_known:
            left, top, right, bottom = box * (width, height, width, height)
            place[int(top) : int(np.ceil(bottom)) + 1, int(left) : int(np.ceil(right)) + 1] = 1.0
        return place

    def _step(self, images: torch.Tensor, labels: torch.Tensor, places: torch.Tensor) -> float:
        x = fold_pixels(images, self._settings.net.fold).contiguous(memory_format=torch.channels_last)
        features = self._net.body(x)
        seen = self._net.witness(features)
        loss = functional.cross_entropy(
            self._net.classify(features, seen),
            labels,
            ignore_index=-1,
            label_smoothing=self._settings.smoothing,
            reduction="sum",
        ) / max(1, int((labels >= 0).sum()))
        if self._settings.ok:
            loss = loss + _witness_loss(seen[:, 0], places, self._settings.net.step)
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._net.parameters(), 5.0)
        self._optimizer.step()
        self._schedule.step()
        self._follow()
        return float(loss.detach())

    def _follow(self) -> None:
        """Move the average towards the net; quickly at first, when the net is still far from anything."""
        step = self._schedule.last_epoch
        decay = min(self._settings.average_decay, (1 + step) / (10 + step))
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
            "net": self._net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
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
        self.epoch = int(state["epoch"])
        self._net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])


def _witness_loss(seen: torch.Tensor, places: torch.Tensor, step: int) -> torch.Tensor:
    """Binary cross entropy of what the net sees where; both kinds of places weigh the same."""
    goal = functional.max_pool2d(places[:, None], step, ceil_mode=True)[
        :, 0, : seen.shape[1], : seen.shape[2]
    ]
    each = functional.binary_cross_entropy_with_logits(seen, goal.clamp(min=0), reduction="none")
    weights = [(kind / kind.sum().clamp(min=1)) for kind in ((goal == 1).float(), (goal == 0).float())]
    return (each * (weights[0] + weights[1])).sum() / 2


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


def _draw(chances: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw with little repetition: systematic sampling shows every image its expected number of times ± 1."""
    order = rng.permutation(len(chances))
    places = (np.arange(count) + rng.random()) / count
    drawn = order[np.minimum(np.searchsorted(np.cumsum(chances[order]), places), len(order) - 1)]
    return rng.permutation(drawn)


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
