"""ONNX Runtime sessions, set up in one way, and the little of ONNX that is read without `onnx`."""

from __future__ import annotations

from collections.abc import Iterator

import onnxruntime as ort

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BundleError


def open_session(model: bytes, origin: str) -> ort.InferenceSession:
    """Open a single-threaded CPU session on a model in memory.

    One thread without spinning: a second one wins little on a quiet machine and loses up to twofold on
    a busy one; anything below full optimization is 23 % slower or worse.

    Raises
    ------
    BundleError
        If it is not an ONNX model that this runtime can run.
    """
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = True
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions share no base class of their own
        about = {"version": ort.__version__, "error": _first_line(error)}
        raise BundleError(tell(Told.BUNDLE_NO_MODEL, path=origin, **about)) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__


def read_opset(model: bytes) -> int | None:
    """Return the version of the default operator set that a serialized ModelProto imports, or None.

    Reads field 8 (`opset_import`: domain = 1, version = 2) of the protobuf message, as in `onnx.proto`.
    """
    try:
        for field, value in _fields(model):
            if field == 8 and isinstance(value, bytes):
                entry = dict(_fields(value))
                if entry.get(1, b"") in {b"", b"ai.onnx"} and isinstance(entry.get(2), int):
                    return int(entry[2])
    except (IndexError, ValueError):
        return None
    return None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield (field number, value) of a protobuf message, one level deep."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
        else:
            size, at = {1: (8, at), 5: (4, at)}.get(key & 7) or _varint(message, at)
            if key & 7 not in {1, 2, 5} or at + size > len(message):
                raise ValueError("not a protobuf message")
            yield key >> 3, bytes(message[at : at + size])
            at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
