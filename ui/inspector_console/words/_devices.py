"""What the Devices screen says; its German is in `_devices_german`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class SayDevices(StrEnum):
    """Devices, their values, times and registers."""

    SCREEN = auto()
    BACK = auto()
    TIMES = auto()
    REGISTERS = auto()
    VALUES = auto()
    CHANGES = auto()
    RELATED = auto()
    NO_ALARMS = auto()
    TEST_SIGNALS = auto()
    SIGNALS_ON = auto()
    TAKE_PICTURE = auto()
    PICTURE_COMES = auto()
    NO_CHANGES = auto()
    SINCE = auto()
    SINCE_FROM = auto()
    CHANGED = auto()
    BECAUSE = auto()
    NO_UPLINK_WHY = auto()
    NO_DATA_WHY = auto()
    NO_PICTURE_WHY = auto()
    AGE = auto()
    ALIVE = auto()
    YES = auto()
    NO = auto()
    KIND = auto()
    KIND_SIM = auto()
    KIND_FOLDER = auto()
    PICTURE = auto()
    MONO = auto()
    COLOUR = auto()
    FRAMES = auto()
    LOST = auto()
    ORPHAN = auto()
    LAST_FRAME = auto()
    EXPOSURE = auto()
    DELAY = auto()
    OVERRUN = auto()
    DROPPED = auto()
    IGNORED = auto()
    UNCLAIMED = auto()
    SLOTS = auto()
    BRIGHTNESS = auto()
    SATURATED = auto()
    BUNDLE = auto()
    DIGEST = auto()
    CLASSES = auto()
    SELF_TEST = auto()
    SELF_TEST_PASSED = auto()
    RUN_TIME = auto()
    PREPARE_TIME = auto()
    MODEL_FAULTS = auto()
    DECIDED = auto()
    LATE = auto()
    ADDRESS = auto()
    SESSION = auto()
    HEARTBEAT = auto()
    REJECTS = auto()
    SCAN = auto()
    LINK_FAULTS = auto()
    LAST_FAULT = auto()
    LATE_AT_PLC = auto()
    CONSECUTIVE = auto()
    LOT = auto()
    ORDER = auto()
    SERIAL = auto()
    WAITING = auto()
    USED = auto()
    FREE = auto()
    RECORDER = auto()
    RECORDER_OFF = auto()
    RECORDER_RECORDING = auto()
    RECORDER_RETRYING = auto()
    RECORDER_FAILED = auto()
    RECORDER_ABSENT = auto()
    RECORDER_SILENT = auto()
    ERROR = auto()
    IMAGES = auto()
    IMAGES_DROPPED = auto()
    ROWS = auto()
    QUOTA = auto()
    LEDGER = auto()
    STAGES = auto()
    STAGE = auto()
    COUNT = auto()
    MAX = auto()
    FRAME_TO_VERDICT = auto()
    VERDICT_TIME = auto()
    VERDICT_TO_PLC = auto()
    TRIGGER_TO_PLC = auto()
    PREPROCESS = auto()
    RUN = auto()
    DEADLINE = auto()
    RIGHTS = auto()
    RIGHTS_SHORT = auto()
    RIGHTS_ALL = auto()
    RIGHTS_MISSING = auto()
    RIGHTS_UNKNOWN = auto()
    RIGHTS_DO = auto()
    THREAD = auto()
    PRIORITY = auto()
    ORDINARY = auto()
    CORE = auto()
    ANY = auto()
    MEMORY = auto()
    REFUSED = auto()
    CAPTURE = auto()
    INSPECTION = auto()
    ACTUATION = auto()
    SUPERVISOR = auto()
    REGISTERS_WHAT = auto()
    MIRROR = auto()
    RESULTS = auto()
    FAST = auto()
    TRIGGERS = auto()
    DETAILS = auto()
    TEXTS = auto()
    OUTCOMES = auto()
    REGISTER = auto()
    FIELD = auto()
    RAW = auto()
    VALUE = auto()
    MEANING = auto()
    AT = auto()
    WRITTEN = auto()
    READ = auto()
    NOT_YET = auto()
    ASKING = auto()
    NOT_TO_BE_HAD = auto()
    NO_ANSWER = auto()


_D = SayDevices
ENGLISH: Final[Mapping[SayDevices, str]] = MappingProxyType(
    {
        _D.SCREEN: "Devices",
        _D.BACK: "Back",
        _D.TIMES: "Times and rights",
        _D.REGISTERS: "Registers",
        _D.VALUES: "Values",
        _D.CHANGES: "Last changes",
        _D.RELATED: "Alarms of this device",
        _D.NO_ALARMS: "none",
        _D.TEST_SIGNALS: "Test light and horn",
        _D.SIGNALS_ON: "Stack light and horn are asked for, for 5 s. Look and listen.",
        _D.TAKE_PICTURE: "Show a picture",
        _D.PICTURE_COMES: "Waiting for the next part's picture",
        _D.NO_CHANGES: "none known",
        _D.SINCE: "since {time}",
        _D.SINCE_FROM: "since {time}, before: {before}",
        _D.CHANGED: "{before} → {after}",
        _D.BECAUSE: "{change}: {reason}",
        _D.NO_UPLINK_WHY: "There is no uplink: what is recorded stays here",
        _D.NO_DATA_WHY: "The station says nothing of it at the moment",
        _D.NO_PICTURE_WHY: "There is no picture to see it by",
        _D.AGE: "{value} s ago",
        _D.ALIVE: "alive",
        _D.YES: "yes",
        _D.NO: "no",
        _D.KIND: "Kind",
        _D.KIND_SIM: "simulated",
        _D.KIND_FOLDER: "photographs from a folder",
        _D.PICTURE: "Picture",
        _D.MONO: "mono",
        _D.COLOUR: "colour",
        _D.FRAMES: "Frames",
        _D.LOST: "Frames lost",
        _D.ORPHAN: "Frames without a part",
        _D.LAST_FRAME: "Last frame",
        _D.EXPOSURE: "Exposure",
        _D.DELAY: "Trigger delay",
        _D.OVERRUN: "No room to decide",
        _D.DROPPED: "No free buffer",
        _D.IGNORED: "Triggers ignored",
        _D.UNCLAIMED: "Frames nobody took",
        _D.SLOTS: "Buffers",
        _D.BRIGHTNESS: "Brightness",
        _D.SATURATED: "Overexposed",
        _D.BUNDLE: "Model",
        _D.DIGEST: "Digest",
        _D.CLASSES: "Classes",
        _D.SELF_TEST: "Golden self-test",
        _D.SELF_TEST_PASSED: "{count} passed, {time}",
        _D.RUN_TIME: "Model p50 / p99",
        _D.PREPARE_TIME: "Preparing p50 / p99",
        _D.MODEL_FAULTS: "Model faults",
        _D.DECIDED: "Frames judged",
        _D.LATE: "Too late",
        _D.ADDRESS: "Address",
        _D.SESSION: "Session",
        _D.HEARTBEAT: "Heartbeat",
        _D.REJECTS: "Rejects seen / due",
        _D.SCAN: "Scan time",
        _D.LINK_FAULTS: "Link faults",
        _D.LAST_FAULT: "Last fault",
        _D.LATE_AT_PLC: "Verdicts too late",
        _D.CONSECUTIVE: "Rejects in a row",
        _D.LOT: "Lot",
        _D.ORDER: "Order",
        _D.SERIAL: "Serial number",
        _D.WAITING: "Rows not exported",
        _D.USED: "Used",
        _D.FREE: "Free",
        _D.RECORDER: "Recorder",
        _D.RECORDER_OFF: "switched off",
        _D.RECORDER_RECORDING: "records",
        _D.RECORDER_RETRYING: "tries again",
        _D.RECORDER_FAILED: "has given up",
        _D.RECORDER_ABSENT: "stopped",
        _D.RECORDER_SILENT: "silent",
        _D.ERROR: "Trouble",
        _D.IMAGES: "Images kept / gone",
        _D.IMAGES_DROPPED: "Images without room",
        _D.ROWS: "Rows kept / gone",
        _D.QUOTA: "Taken of the quota",
        _D.LEDGER: "Rows waiting in memory",
        _D.STAGES: "Times of this run, ms",
        _D.STAGE: "Stage",
        _D.COUNT: "Count",
        _D.MAX: "max",
        _D.FRAME_TO_VERDICT: "Frame to verdict",
        _D.VERDICT_TIME: "Verdict p50 / p99",
        _D.VERDICT_TO_PLC: "Verdict to PLC",
        _D.TRIGGER_TO_PLC: "Trigger to PLC",
        _D.PREPROCESS: "Preparing the frame",
        _D.RUN: "Model",
        _D.DEADLINE: "deadline {value} ms",
        _D.RIGHTS: "Real-time rights granted",
        _D.RIGHTS_SHORT: "Real-time rights",
        _D.RIGHTS_ALL: "all granted",
        _D.RIGHTS_MISSING: "not all granted",
        _D.RIGHTS_UNKNOWN: "not known yet",
        _D.RIGHTS_DO: "An engineer grants what stands in brackets and starts the station anew.",
        _D.THREAD: "Thread",
        _D.PRIORITY: "Priority",
        _D.ORDINARY: "ordinary",
        _D.CORE: "Core",
        _D.ANY: "any",
        _D.MEMORY: "Memory locked",
        _D.REFUSED: "Refused",
        _D.CAPTURE: "Taking frames",
        _D.INSPECTION: "Judging",
        _D.ACTUATION: "Talking to the PLC",
        _D.SUPERVISOR: "Supervising",
        _D.REGISTERS_WHAT: "What station and PLC last wrote and read",
        _D.MIRROR: "Mirror",
        _D.RESULTS: "Result",
        _D.FAST: "Fast",
        _D.TRIGGERS: "Triggers",
        _D.DETAILS: "Details",
        _D.TEXTS: "Texts",
        _D.OUTCOMES: "Outcomes",
        _D.REGISTER: "Register",
        _D.FIELD: "Field",
        _D.RAW: "Raw (hex)",
        _D.VALUE: "Value",
        _D.MEANING: "Meaning",
        _D.AT: "{direction}, {time}",
        _D.WRITTEN: "Written by the station",
        _D.READ: "Read from the PLC",
        _D.NOT_YET: "nothing yet",
        _D.ASKING: "The registers are being fetched",
        _D.NOT_TO_BE_HAD: "The registers cannot be had: {reason}",
        _D.NO_ANSWER: "the station does not answer",
    }
)
