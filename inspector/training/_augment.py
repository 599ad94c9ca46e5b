"""Changing images as a camera and a belt would: pose, light, noise. Never the defect."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poses:
    """Which changes of pose leave the class alone."""

    flips: bool
    quarter_turns: bool
    turn_deg: float
    shift: float = 0.05
    """Share of the side."""
    zoom: float = 0.08


def poses_for(images: Image, *, flips: bool) -> Poses:
    """Choose the poses from images of shape (N, H, W, C).

    Where horizontal and vertical edges are equally strong on average, no direction is special and any
    quarter turn is as likely as another; otherwise (rolled steel, bus bars) the direction is a feature.
    """
    few = images[:: max(1, len(images) // 256), :, :, 0].astype(np.int16)
    across = np.abs(np.diff(few, axis=2)).mean((1, 2)) + 0.1
    along = np.abs(np.diff(few, axis=1)).mean((1, 2)) + 0.1
    ratio = np.log(across / along)
    directed = abs(ratio.mean()) > 0.08
    square = images.shape[1] == images.shape[2]
    return Poses(
        flips=flips, quarter_turns=flips and square and not directed, turn_deg=5.0 if directed else 12.0
    )


def augment(
    image: Image, place: NDArray[np.float32], poses: Poses, rng: np.random.Generator
) -> tuple[Image, NDArray[np.float32]]:
    """Return a changed copy of one image, uint8 (H, W, C), and of what is known to be where in it, (H, W)."""
    if poses.flips:
        down, right = rng.choice((-1, 1)), rng.choice((-1, 1))
        image, place = image[::down, ::right], place[::down, ::right]
    if poses.quarter_turns and rng.random() < 0.5:
        image, place = image.transpose(1, 0, 2), place.T
    image, place = np.ascontiguousarray(image), np.ascontiguousarray(place)
    if rng.random() < 0.8:
        image, place = _move(image, place, poses, rng)
    if rng.random() < 0.8:
        image = _relight(image, rng)
    if rng.random() < 0.3:
        noise = rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(1, 5))
        image = cv2.add(image, noise, dtype=cv2.CV_8U).reshape(image.shape)
    return image, place


def _move(
    image: Image, place: NDArray[np.float32], poses: Poses, rng: np.random.Generator
) -> tuple[Image, NDArray[np.float32]]:
    height, width = image.shape[:2]
    turn = rng.uniform(-poses.turn_deg, poses.turn_deg)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1 + rng.uniform(-poses.zoom, poses.zoom))
    matrix[:, 2] += rng.uniform(-poses.shift, poses.shift, 2) * (width, height)
    moved = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    where = cv2.warpAffine(
        place, matrix, (width, height), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(moved, np.uint8).reshape(image.shape), np.asarray(where, np.float32)


def _relight(image: Image, rng: np.random.Generator) -> Image:
    """Change gain, offset and gamma, and for colour images the white balance a little."""
    levels = np.arange(256, dtype=np.float32)
    curves = 255 * (levels / 255) ** np.exp(rng.uniform(-0.2, 0.2))
    gains = rng.uniform(0.85, 1.15) * rng.uniform(0.97, 1.03, image.shape[2])
    table = np.clip(curves[:, None] * gains + rng.uniform(-12, 12), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table[None]), np.uint8).reshape(image.shape)
