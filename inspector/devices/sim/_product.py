"""The rendered product on its belt: everything dear is drawn once, a frame is then put together.

A part's frame = belt, cut at a random place + one of the plates, mirrored at random, under a light of
its own strength, with its own dirt, its own noise and perhaps a defect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np

from inspector.devices.sim._belt import (
    SHOT_SCALE,
    SLACK_PX,
    belt_canvases,
    shot_noise_tile,
)
from inspector.devices.sim._compose import Mirror, PatchBench, coloured, gain_of, independent, tinted
from inspector.devices.sim._defects import DEFECT_CLASSES, EDGE_CLASSES, draw_shape
from inspector.devices.sim._dirt import Dirt
from inspector.devices.sim._flange import BORE_RADIUS_PX, PATCH_PX, RIM_RADIUS_PX, Plate, PlateMaker
from inspector.devices.sim._source import PartTruth
from inspector.devices.sim._texture import Bytes, blurred, motion_kernel, rng_for
from inspector.errors import ConfigError

JITTER_PX = (30.0, 15.0)
"""Largest distance of a part from its place, along and across the belt."""
SIZE_PX = (2.0, 60.0)
CONTRAST = (0.05, 0.8)
"""Ranges of a defect, both sampled uniformly in the logarithm and independently."""
_BELTS = 4
_FEW = 4
"""So many parts for each pose, and hardly a pose is left out: no need to look."""
# A part's own light in BGR, relative to the mono image: steel is a little warm, the belt a dark green.
_STEEL = (0.94, 1.0, 1.03)
_GREEN = (0.85, 1.1, 0.75)
# What a defect leaves of each colour: a stain is rust.
_RUST = (1.0, 0.85, 0.62)
_NEUTRAL = (1.0, 1.0, 1.0)


class _Purpose(IntEnum):
    MAKER, PLATE, BELT, SHOT, DIRT, PART, DEFECT, SCENE = range(8)


@dataclass(frozen=True, slots=True)
class _Pose:
    """What chance decided about one part, apart from its defect."""

    plate: int
    gain: float
    shot_at: tuple[int, int]
    mirror: Mirror
    jitter: tuple[int, int]
    rng: np.random.Generator


class ProductSource:
    """An endless row of rendered flanges; see `_source.PartSource` for the methods' contract.

    What is dear is drawn when it is first needed: who asks for the truth alone pays for no picture.

    Parameters
    ----------
    seed
        Same seed, same parts, bit for bit. Never use one seed for training and for a run.
    width, height
        Frame in px, at least 640 × 560.
    channels
        1, or 3 for BGR.
    defect_rate
        Share of defective parts, 0…1, spread evenly over the classes.
    blur_px
        Motion blur along the belt: speed × exposure × `PX_PER_MM`.
    plates
        How many poses there are (about 20 ms and 0.6 MB each).
    size_px, contrast
        Ranges of the defects, sampled uniformly in the logarithm.

    Raises
    ------
    ConfigError
        Where one of them is out of range, saying which.
    """

    classes = ("ok", *DEFECT_CLASSES)
    count: int | None = None

    def __init__(
        self,
        *,
        seed: int = 1,
        width: int = 1280,
        height: int = 1024,
        channels: int = 1,
        defect_rate: float = 0.1,
        blur_px: float = 2.0,
        plates: int = 32,
        size_px: tuple[float, float] = SIZE_PX,
        contrast: tuple[float, float] = CONTRAST,
    ) -> None:
        _check(seed, width, height, channels, defect_rate, blur_px, plates)
        self.height, self.width, self.channels = height, width, channels
        self._seed, self._defect_rate = seed, defect_rate
        self._log_size, self._log_contrast = _log_range("size_px", size_px), _log_range("contrast", contrast)
        self._motion = motion_kernel(blur_px)
        self._plates: list[Plate | None] = [None] * plates
        self._bench = PatchBench(channels)

    @cached_property
    def _maker(self) -> PlateMaker:
        return PlateMaker(rng_for(self._seed, _Purpose.MAKER), self._motion)

    @cached_property
    def _belts(self) -> list[Bytes]:
        belts = belt_canvases(self._seed, _Purpose.BELT, self.height, self.width, _BELTS)
        return belts if self.channels == 1 else [tinted(belt, _GREEN) for belt in belts]

    @cached_property
    def _shot_noise(self) -> Bytes:
        tile = shot_noise_tile(self._seed, _Purpose.SHOT, PATCH_PX)
        return tile if self.channels == 1 else independent(tile)

    @cached_property
    def _dirt(self) -> Dirt:
        return Dirt(rng_for(self._seed, _Purpose.DIRT), RIM_RADIUS_PX, self.channels)

    def _plate(self, number: int) -> Plate:
        plate = self._plates[number]
        if plate is None:
            plate = self._maker.plate(rng_for(self._seed, _Purpose.PLATE, number))
            plate = self._plates[number] = plate if self.channels == 1 else coloured(plate, _STEEL)
        return plate

    def prepare(self, parts: int | None = None) -> None:
        """Draw all that any part, or one of the first `parts`, may need: about 30 ms for each pose."""
        poses: Sequence[int] = range(len(self._plates))
        if parts is not None and parts < _FEW * len(poses):
            poses = sorted({self._pose(index).plate for index in range(parts)})
        for number in poses:
            self._plate(number)
        shape = (self.height, self.width, self.channels)
        self.render_into(0, np.empty(shape if self.channels == 3 else shape[:2], np.uint8))

    def truth(self, index: int) -> PartTruth:
        """Return what part `index` really is."""
        return self._truth(index, rng_for(self._seed, _Purpose.DEFECT, index))

    def plate_of(self, index: int) -> int:
        """Return the number of the plate that part `index` is drawn from: its group in a data set."""
        return self._pose(index).plate

    def centre_of(self, index: int) -> tuple[int, int]:
        """Return where part `index`'s middle lies in its own frame, x and y in px."""
        jitter = self._pose(index).jitter
        return self.width // 2 + jitter[0], self.height // 2 + jitter[1]

    def render_into(self, index: int, out: Bytes) -> tuple[int, int]:
        """Draw part `index` in its place. Budget: 1 ms in mono, 3 ms in colour."""
        return self.render_scene_into(((index, 0),), out, key=index)

    def render_scene_into(self, parts: Sequence[tuple[int, int]], out: Bytes, *, key: int) -> tuple[int, int]:
        """Draw any number of parts, each (index, px along the belt from the frame's centre)."""
        rng = rng_for(self._seed, _Purpose.SCENE, key)
        frame = out[: self.height, : self.width]
        np.copyto(frame, _cut(self._belts[int(rng.integers(_BELTS))], rng, frame.shape))
        for index, offset_px in parts:
            self._place(index, offset_px, frame)
        return self.height, self.width

    def _place(self, index: int, offset_px: int, frame: Bytes) -> None:
        pose = self._pose(index)
        plate = self._plate(pose.plate)
        y, x = pose.shot_at
        grain = self._shot_noise[y : y + PATCH_PX, x : x + PATCH_PX]
        self._bench.load(plate, grain, pose.gain * SHOT_SCALE)
        for spot in self._dirt.strewn(pose.rng, plate.centre):
            self._bench.apply(*spot)
        self._apply_defect(index, plate)
        left = self.width // 2 + offset_px + pose.jitter[0] - PATCH_PX // 2
        self._bench.paste(frame, left, self.height // 2 + pose.jitter[1] - PATCH_PX // 2, pose.mirror)

    def _apply_defect(self, index: int, plate: Plate) -> None:
        rng = rng_for(self._seed, _Purpose.DEFECT, index)
        truth = self._truth(index, rng)
        if truth.is_good:
            return
        place = _edge_place(rng, plate) if truth.class_name in EDGE_CLASSES else _surface_place(rng, plate)
        sharp = draw_shape(truth.class_name, truth.size_px, rng, plate.toward_light)
        shape = blurred(sharp, plate.defocus_px, self._motion) * np.float32(truth.contrast)
        tint = _RUST if truth.class_name == "stain" else _NEUTRAL
        self._bench.apply(*place, gain_of(shape, self.channels, tint))

    def _truth(self, index: int, rng: np.random.Generator) -> PartTruth:
        """Draw the truth first, so that a source of another defect rate draws the same parts."""
        bad = rng.random() < self._defect_rate
        name = DEFECT_CLASSES[int(rng.integers(len(DEFECT_CLASSES)))]
        size, contrast = (float(np.exp(rng.uniform(*r))) for r in (self._log_size, self._log_contrast))
        if not bad:
            return PartTruth(index=index, class_name="ok")
        return PartTruth(index=index, class_name=name, size_px=size, contrast=contrast)

    def _pose(self, index: int) -> _Pose:
        rng = rng_for(self._seed, _Purpose.PART, index)
        jitter = np.clip(rng.normal(0, 0.4, 2), -1, 1) * JITTER_PX
        return _Pose(
            plate=int(rng.integers(len(self._plates))),
            gain=float(rng.uniform(0.88, 1.1)),
            shot_at=(int(rng.integers(SLACK_PX)), int(rng.integers(SLACK_PX))),
            mirror=(bool(rng.integers(2)), bool(rng.integers(2))),
            jitter=(round(float(jitter[0])), round(float(jitter[1]))),
            rng=rng,
        )


def _check(
    seed: int, width: int, height: int, channels: int, defect_rate: float, blur_px: float, plates: int
) -> None:
    bounds: tuple[tuple[str, float, float, float], ...] = (
        ("seed", seed, 0, 2**63 - 1),
        ("width", width, 640, 8192),
        ("height", height, PATCH_PX + 2 * int(JITTER_PX[1]), 8192),
        ("defect_rate", defect_rate, 0, 1),
        ("blur_px", blur_px, 0, 40),
        ("plates", plates, 1, 4096),
    )
    for name, value, low, high in bounds:
        if not low <= value <= high:
            raise ConfigError(f"{name} = {value} of the rendered product must be {low}…{high}")
    if channels not in (1, 3):
        raise ConfigError(f"channels = {channels} of the rendered product must be 1 (mono) or 3 (colour)")


def _log_range(name: str, bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    if not 0 < low <= high:
        raise ConfigError(f"{name} = {low}…{high} of the rendered product must be positive and in order")
    return float(np.log(low)), float(np.log(high))


def _cut(canvas: Bytes, rng: np.random.Generator, shape: tuple[int, ...]) -> Bytes:
    y, x = (int(v) for v in rng.integers(0, SLACK_PX, 2))
    return canvas[y : y + shape[0], x : x + shape[1]]


def _surface_place(rng: np.random.Generator, plate: Plate) -> tuple[float, float]:
    """Return a point spread evenly over the metal, by rejection; the hub's middle where chance fails."""
    for _ in range(64):
        radius = np.sqrt(rng.uniform(BORE_RADIUS_PX**2, RIM_RADIUS_PX**2))
        x, y = _polar(plate, float(radius), float(rng.uniform(0, 2 * np.pi)))
        if plate.is_surface(x, y):
            return x, y
    return _polar(plate, (BORE_RADIUS_PX + RIM_RADIUS_PX) / 2, plate.angle + np.pi)


def _edge_place(rng: np.random.Generator, plate: Plate) -> tuple[float, float]:
    """Return a point on the rim or, in proportion to its length, on the bore (clear of the key)."""
    rim = rng.random() < RIM_RADIUS_PX / (RIM_RADIUS_PX + BORE_RADIUS_PX)
    turn = plate.angle + float(rng.uniform(0.4, 2 * np.pi - 0.4))
    return _polar(plate, RIM_RADIUS_PX - 1 if rim else BORE_RADIUS_PX + 1, turn)


def _polar(plate: Plate, radius: float, angle: float) -> tuple[float, float]:
    x, y = plate.centre
    return float(x + radius * np.cos(angle)), float(y + radius * np.sin(angle))
