"""What the station and the PLC tell each other, as values. The register map encodes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.part import Trigger
from inspector.domain.verdict import Evaluation


class Control(IntFlag):
    """Control word of block P."""

    NONE = 0
    TRIGGER_ENABLE = 1 << 0
    EXECUTE_COMMAND = 1 << 1
    SET_OFFLINE = 1 << 2
    CLEAR_ERROR = 1 << 3
    LINE_RUNNING = 1 << 4
    AIR_OK = 1 << 5
    BYPASS = 1 << 6
    CHALLENGE_MODE = 1 << 7
    LINE_EMPTY = 1 << 8


class Status(IntFlag):
    """Status word of block S."""

    NONE = 0
    ONLINE = 1 << 0
    TRIGGER_READY = 1 << 1
    SYSTEM_BUSY = 1 << 2
    RESULTS_VALID = 1 << 3
    RESULTS_OVERRUN = 1 << 4
    MISSED_ACQ = 1 << 5
    CAMERA_FAULT = 1 << 6
    ERROR = 1 << 7
    COMMAND_EXECUTING = 1 << 8
    COMMAND_COMPLETED = 1 << 9
    COMMAND_FAILED = 1 << 10
    STOP_REQUEST = 1 << 11
    BYPASS_ACTIVE = 1 << 12
    IS_SIMULATED = 1 << 13
    STACK_LIGHT = 1 << 14
    HORN = 1 << 15


class PlcCommand(IntEnum):
    """What stands in the PLC's command register; a number that is not here is none of ours."""

    NONE = 0
    JOB = 1
    """The PLC runs the job in the command's argument, and expects the station to run it, too."""


class RejectFault(IntFlag):
    """Faults latched in the PLC; reset only there."""

    NONE = 0
    NOT_CONFIRMED = 1 << 0
    UNEXPECTED_REJECT = 1 << 1
    BIN_FULL = 1 << 2
    AIR_LOW = 1 << 3
    TRACKING_LOST = 1 << 4
    LATE_VERDICT = 1 << 5
    CONSECUTIVE = 1 << 6
    WATCHDOG = 1 << 7


class ResultFlags(IntFlag):
    """Flags of a result record."""

    NONE = 0
    SIMULATED = 1 << 0
    CHALLENGE = 1 << 1
    REWORK = 1 << 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    """One entry of the result ring: the only thing written per part.

    Units: `encoder_counts` u32 as latched at the trigger; `latency_100us` t1 − t0;
    `score_permille` 0…1000; `acquisition_id` the frame's id modulo 65536; `result_code` the cause's number.
    """

    session: int
    tag: int
    encoder_counts: int
    evaluation: Evaluation
    result_code: int = 0
    reject_station_mask: int = 0
    acquisition_id: int = 0
    latency_100us: int = 0
    score_permille: int = 0
    flags: ResultFlags = ResultFlags.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Words 0…23 of block S, written at most 20 times a second."""

    heartbeat: int
    status: Status
    state: int
    job_id: int = 0
    recipe_revision: int = 0
    error_code: int = 0
    session_echo: int = 0
    last_trigger_tag: int = 0
    config_checksum: int = 0
    bundle_digest: int = 0
    counters: tuple[int, ...] = (0,) * 8
    """Decided OK, NG, indeterminate, late, overrun, frames lost, link faults, missed triggers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSnapshot:
    """The fast part of block P, as one read brought it.

    `triggers` holds the valid entries of the trigger ring, oldest first (up to eight);
    `torn_triggers` counts entries whose check did not match. `received_ns` is when the response was
    in the station's hands, `sent_ns` when the request left, both monotonic.
    """

    plc_heartbeat: int
    session: int
    control: Control
    newest_tag: int
    part_count: int
    now_100us: int
    encoder_counts: int
    last_outcome_tag: int
    reject_fault: RejectFault
    triggers: tuple[Trigger, ...]
    torn_triggers: int
    sent_ns: int
    received_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOutcome:
    """One entry of the outcome ring."""

    tag: int
    applied: Applied
    confirmed: Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDetails:
    """The slow part of block P: what the PLC was built for, its totals, its last outcomes."""

    command: int
    command_argument: int
    rejects_commanded: int
    rejects_confirmed: int
    late_verdicts: int
    consecutive_rejects: int
    scan_time_100us: int
    counts_per_mm_x100: int
    gate_counts: int
    window_counts: int
    deadline_counts: int
    trigger_delay_100us: int
    outcomes: tuple[PartOutcome, ...]
    lot: str = ""
    order: str = ""
    serial: str = ""

    @property
    def job_id(self) -> int:
        """The job that the PLC runs; 0 = it does not say."""
        return self.command_argument if self.command == PlcCommand.JOB else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTalk:
    """What the PLC has last said, for whoever reads along; times are monotonic ns, 0 = not yet."""

    session: int
    plc_heartbeat: int
    fast_ns: int
    details: LineDetails
    details_ns: int


def counted_on(before: int, now: int, *, is_same_session: bool) -> int:
    """Return how far a wrapping 16-bit counter of the PLC's has got since it was last read.

    In another session it may have begun anew: then it counts from 0, unless it has gone on.
    """
    if is_same_session or now >= before:
        return (now - before) & 0xFFFF
    return now
