"""Seeds, noise and blur: the raw material of rendered frames. All float32 unless said otherwise."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def rng_for(seed: int, *keys: int) -> np.random.Generator:
    """Return the generator of one purpose: independent of every other one's, and of call order."""
    return np.random.default_rng((seed, *keys))


def noise(rng: np.random.Generator, shape: tuple[int, int], sigma_x: float, sigma_y: float) -> Image:
    """Return Gaussian noise of unit deviation, smoothed along each axis and seamless when tiled."""
    field = rng.standard_normal(shape, dtype=np.float32)
    if sigma_x or sigma_y:
        field = _smooth_wrapped(field, sigma_x, sigma_y)
    field -= field.mean()
    field /= max(float(field.std()), 1e-6)
    return field


def _smooth_wrapped(field: Image, sigma_x: float, sigma_y: float) -> Image:
    px, py = (min(int(3 * s) + 1, n) for s, n in zip((sigma_x, sigma_y), field.shape[::-1], strict=True))
    padded = cv2.copyMakeBorder(field, py, py, px, px, cv2.BORDER_WRAP)
    smooth = cv2.sepFilter2D(padded, cv2.CV_32F, _gauss(sigma_x, px), _gauss(sigma_y, py))
    return np.ascontiguousarray(smooth[py : py + field.shape[0], px : px + field.shape[1]])


def _gauss(sigma: float, reach: int) -> NDArray[np.float64]:
    return np.asarray(cv2.getGaussianKernel(2 * reach + 1, max(sigma, 1e-3)))


def motion_kernel(length_px: float) -> NDArray[np.float64]:
    """Return the row kernel of a uniform motion of `length_px` during the exposure (0 = none)."""
    reach = int(np.ceil(max(length_px, 1.0) / 2 + 0.5))
    at = np.arange(-reach, reach + 1)
    covered = np.minimum(at + 0.5, length_px / 2) - np.maximum(at - 0.5, -length_px / 2)
    kernel = np.clip(covered, 0.0, None) if length_px > 0 else (at == 0).astype(float)
    return np.asarray(kernel / kernel.sum())


def blurred(image: Image, sigma_px: float, motion: NDArray[np.float64]) -> Image:
    """Return `image` as the lens (Gaussian defocus) and the belt (motion along x) show it."""
    reach = int(np.ceil(3 * sigma_px))
    row = np.convolve(motion, _gauss(sigma_px, reach).ravel())
    return np.asarray(cv2.sepFilter2D(image, cv2.CV_32F, row, _gauss(sigma_px, reach)))


def to_bytes(image: Image) -> Bytes:
    """Return `image` rounded and clipped to 0…255."""
    return np.asarray(cv2.convertScaleAbs(np.maximum(image, 0.0)), dtype=np.uint8)


def vignette(height: int, width: int, corner: float) -> Image:
    """Return a lens's fall-off: 1 in the middle, `corner` at the corners, in the square of the distance."""
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    return np.asarray(1 - (1 - corner) / 2 * (x * x + y * y), dtype=np.float32)
