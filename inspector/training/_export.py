"""From a trained network to an INT8 graph with a uint8 image at its input."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from inspector.training._nets import MEAN, SCALE, DefectNet, NetSpec, fold_pixels

OPSET = 17
INPUT = "frame"
FOLDED = "folded"
OUTPUT = "logits"


def export_float(net: DefectNet, spec: NetSpec, path: Path) -> None:
    """Write the float graph whose input is the folded, normalized image."""
    shape = (1, spec.channels * spec.fold**2, spec.height // spec.fold, spec.width // spec.fold)
    net = net.eval().to(memory_format=torch.contiguous_format)
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but its graph is the one the quantizer fuses completely.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            (torch.zeros(shape),),
            str(path),
            input_names=[FOLDED],
            output_names=[OUTPUT],
            opset_version=OPSET,
            dynamo=False,
        )
    quant_pre_process(str(path), str(path), skip_symbolic_shape=True)


def quantize(source: Path, target: Path, spec: NetSpec, calibration: Iterable[NDArray[np.uint8]]) -> None:
    """Write the INT8 graph (QDQ, U8S8, per channel) with a uint8 NHWC input.

    The last layer stays in float: quantizing it would clip the logits that thresholds look at.
    """
    model = onnx.load(source)
    last = [node.name for node in model.graph.node if node.op_type in {"Gemm", "MatMul"}]
    overrides = {FOLDED: [{"scale": np.array(SCALE, np.float32), "zero_point": np.array(MEAN, np.uint8)}]}
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        quantize_static(
            str(source),
            str(target),
            _Calibration(calibration, spec),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=last,
            extra_options={"TensorQuantOverrides": overrides},
        )
    finally:
        logger.setLevel(level)
    model = onnx.load(target)
    _take_uint8(model, spec)
    onnx.checker.check_model(model)
    onnx.save(model, target)


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, images: Iterable[NDArray[np.uint8]], spec: NetSpec) -> None:
        self._images: Iterator[NDArray[np.uint8]] = iter(images)
        self._fold = spec.fold

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        image = next(self._images, None)
        if image is None:
            return None
        return {FOLDED: fold_pixels(torch.from_numpy(image[None].copy()), self._fold).contiguous().numpy()}


def _take_uint8(model: onnx.ModelProto, spec: NetSpec) -> None:
    """Replace the float input and its QuantizeLinear by the raw image, folded on uint8.

    (g - 128) / 64 quantized with scale 1/64 and zero point 128 is g itself: the normalization is free,
    and the first convolution runs on the camera's own bytes.
    """
    graph = model.graph
    first = next(n for n in graph.node if n.op_type == "QuantizeLinear" and n.input[0] == FOLDED)
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] == first.output[0]:
            node.input[0] = "folded_u8"
    graph.node.remove(first)
    del graph.input[:]
    graph.input.append(
        helper.make_tensor_value_info(INPUT, TensorProto.UINT8, [1, spec.height, spec.width, spec.channels])
    )
    rows, columns, fold, deep = spec.height // spec.fold, spec.width // spec.fold, spec.fold, spec.channels
    split = np.array([1, rows, fold, columns, fold * deep], np.int64)
    merged = np.array([1, rows, columns, fold * fold * deep], np.int64)
    graph.initializer.extend(
        [numpy_helper.from_array(split, "split"), numpy_helper.from_array(merged, "merged")]
    )
    head = [
        helper.make_node("Reshape", [INPUT, "split"], ["split_u8"]),
        helper.make_node("Transpose", ["split_u8"], ["swapped_u8"], perm=[0, 1, 3, 2, 4]),
        helper.make_node("Reshape", ["swapped_u8", "merged"], ["merged_u8"]),
        helper.make_node("Transpose", ["merged_u8"], ["folded_u8"], perm=[0, 3, 1, 2]),
    ]
    for node in reversed(head):
        graph.node.insert(0, node)
