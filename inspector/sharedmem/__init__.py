"""Shared memory between the station and the processes around it: the only thing they have in common."""

from inspector.sharedmem._class_names import ClassNames
from inspector.sharedmem._cut import ELLIPSIS
from inspector.sharedmem._decision_ring import DECISIONS, DecisionRing
from inspector.sharedmem._image_pool import IMAGE_SLOTS, ImagePool
from inspector.sharedmem._ledger_ring import LEDGER_CAPACITY, LedgerBatch, LedgerRing
from inspector.sharedmem._ledger_row import (
    LEDGER_ROW,
    LEDGER_SCHEMA,
    ROW_DEFAULTS,
    RowFields,
    RowFlags,
    RowKind,
    image_name,
)
from inspector.sharedmem._product_board import ProductBoard, ProductNotice
from inspector.sharedmem._recorder_board import RecorderBoard, RecorderError, RecorderState, RecorderStatus
from inspector.sharedmem._register_board import WORDS, RegisterBoard, Transfer, Words
from inspector.sharedmem._request_board import RequestBoard, Requests
from inspector.sharedmem._segment import HEADER_BYTES, Segment
from inspector.sharedmem._status import STAGES, StationStatus

__all__ = [
    "DECISIONS",
    "ELLIPSIS",
    "HEADER_BYTES",
    "IMAGE_SLOTS",
    "LEDGER_CAPACITY",
    "LEDGER_ROW",
    "LEDGER_SCHEMA",
    "ROW_DEFAULTS",
    "STAGES",
    "WORDS",
    "ClassNames",
    "DecisionRing",
    "ImagePool",
    "LedgerBatch",
    "LedgerRing",
    "ProductBoard",
    "ProductNotice",
    "RecorderBoard",
    "RecorderError",
    "RecorderState",
    "RecorderStatus",
    "RegisterBoard",
    "RequestBoard",
    "Requests",
    "RowFields",
    "RowFlags",
    "RowKind",
    "Segment",
    "StationStatus",
    "Transfer",
    "Words",
    "image_name",
]
