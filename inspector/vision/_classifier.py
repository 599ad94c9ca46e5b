"""The hot path: one frame in, one verdict out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.domain.frame import Frame, FrameHealth
from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict, indeterminate, judge
from inspector.vision._bundle import Bundle
from inspector.vision._preprocess import WRONG_SIZE, Preprocessor
from inspector.vision._session import open_session

MODEL_FAULT = "model fault"
_HEALTH_REASONS = {
    FrameHealth.INCOMPLETE: "frame incomplete",
    FrameHealth.DARK: "frame dark",
    FrameHealth.SATURATED: "frame saturated",
    FrameHealth.FROZEN: "frame frozen",
    FrameHealth.WRONG_SIZE: WRONG_SIZE,
}


class OnnxClassifier:
    """Judges frames with a bundle's model by a recipe's policy. Implements `ports.Classifier`.

    Used by one thread (besides `faults` and the `last_…` figures, which anyone may read). Buffers are
    made and bound here, once; `classify` allocates only small objects. Setting OpenCV to one thread is
    global to the process.

    Parameters
    ----------
    bundle
        A verified bundle.
    recipe
        Thresholds and region of interest.
    frozen_check
        See `Preprocessor`.
    frame_size
        Height and width of the camera's frames, px; another one is refused. None: every size is as good.

    Attributes
    ----------
    faults
        Unexpected exceptions so far; each gave INDETERMINATE with the reason "model fault".
    last_preprocess_ns, last_run_ns
        How long the last frame took.
    """

    def __init__(
        self,
        bundle: Bundle,
        recipe: Recipe,
        *,
        frozen_check: bool = True,
        frame_size: tuple[int, int] | None = None,
    ) -> None:
        cv2.setNumThreads(1)
        self.faults = 0
        self._fault_text = ""
        self.last_preprocess_ns = 0
        self.last_run_ns = 0
        self.input_buffer: NDArray[np.uint8] = np.zeros(bundle.manifest.input.shape, np.uint8)
        self._logits: NDArray[np.float32] = np.zeros((1, len(bundle.classes)), np.float32)
        self._frame_size = frame_size
        self._ok_classes = bundle.ok_classes
        self._thresholds = recipe.thresholds
        self._prepare = Preprocessor(
            bundle.manifest.input, recipe.roi, output=self.input_buffer, frozen_check=frozen_check
        )
        self._session = open_session(bundle.model, str(bundle.path))
        self._binding = self._session.io_binding()
        _bind(self._binding.bind_input, self._session.get_inputs()[0].name, self.input_buffer)
        _bind(self._binding.bind_output, self._session.get_outputs()[0].name, self._logits)

    def warm_up(self, runs: int = 50) -> None:
        """Run the model on whatever is in the buffer until nothing happens for the first time any more."""
        for _ in range(runs):
            self.run()

    def classify(self, frame: Frame) -> Verdict:
        """Return the verdict on one frame. Never raises; see `faults`."""
        if frame.health:
            return indeterminate(_health_reason(frame.health))
        if self._frame_size not in (None, frame.pixels.shape[:2]):
            return indeterminate(WRONG_SIZE)
        try:
            reason = self.preprocess(frame.pixels)
            return indeterminate(reason) if reason else self.judge(self.run())
        except Exception as error:  # noqa: BLE001 - told once, always counted
            # Whatever goes wrong in a native library here concerns this part alone: it is rejected,
            # counted, and the supervisor decides by the counter.
            self.faults += 1
            if self.faults == 1:
                self._fault_text = f"frame {frame.frame_id}: {type(error).__name__}: {error}"
            return indeterminate(MODEL_FAULT)

    def take_fault(self) -> str:
        """Return what the first fault was, once; "" for no news. For another thread: this one writes nothing."""
        text, self._fault_text = self._fault_text, ""
        return text

    def preprocess(self, pixels: NDArray[np.uint8]) -> str:
        """Fill the input buffer from a frame; return "" or the reason why it cannot be judged."""
        start_ns = monotonic_ns()
        reason = self._prepare(pixels)
        self.last_preprocess_ns = monotonic_ns() - start_ns
        return reason

    def run(self) -> Sequence[float]:
        """Run the model on the input buffer; return one probability per class."""
        start_ns = monotonic_ns()
        self._session.run_with_iobinding(self._binding)
        self.last_run_ns = monotonic_ns() - start_ns
        return softmax(self._logits[0].tolist())

    def judge(self, probabilities: Sequence[float]) -> Verdict:
        """Apply the recipe's thresholds."""
        return judge(probabilities, self._ok_classes, self._thresholds)

    def close(self) -> None:
        """Free the session; the object is done with."""
        del self._binding, self._session


def softmax(logits: Sequence[float]) -> list[float]:
    """Return probabilities without overflow; anything not a number makes all of them not a number."""
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    total = math.fsum(powers)
    return [power / total for power in powers]


def _health_reason(health: FrameHealth) -> str:
    """Name the first thing that is wrong."""
    return next(reason for flag, reason in _HEALTH_REASONS.items() if flag & health)


def _bind(bind: object, name: str, array: NDArray[np.generic]) -> None:
    assert callable(bind)
    bind(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)
