"""Carries out a scenario while the line runs, and measures what each fault cost."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from inspector.app._line import Line
from inspector.app._scenario import PROCESS_FAULTS, Fault, Scenario, tell
from inspector.app._truth import Truth
from inspector.clock import monotonic_ns
from inspector.devices.sim import fault_parameters
from inspector.domain.hold import Hold
from inspector.domain.states import State

_RESET_AGAIN_S = 2.0
_SETTLED_NS = 2_000_000_000
"""A line that has inspected for so long after a fault has got over it: what stops it then is something else."""


@dataclass(slots=True, kw_only=True)
class FaultEntry:
    """What happened around one fault. Times in monotonic ns; 0 = not (yet)."""

    fault: Fault
    began_ns: int
    over_ns: int
    reset_ns: int = 0
    left_execute_ns: int = 0
    back_ns: int = 0
    is_settled: bool = False


@dataclass(slots=True)
class FaultLog:
    """Follows the station's state and attributes its leaving EXECUTE to the newest fault."""

    line: Line
    entries: list[FaultEntry] = field(default_factory=list)
    _was_executing: bool = False

    def add(self, fault: Fault, now_ns: int) -> None:
        """Note that a fault begins."""
        over_ns = now_ns + int(fault.duration_s * 1e9)
        self.entries.append(FaultEntry(fault=fault, began_ns=now_ns, over_ns=over_ns))

    @property
    def is_quiet(self) -> bool:
        """Whether the line has got over all faults so far."""
        return not self.entries or self.entries[-1].is_settled

    def note_reset(self, now_ns: int) -> None:
        """Note that the operator has pressed reset."""
        if self.entries and not self.entries[-1].is_settled:
            self.entries[-1].reset_ns = now_ns

    def step(self, now_ns: int) -> None:
        """Look at the station's state."""
        status = self.line.status
        is_fresh = now_ns - int(status.get("updated_ns")) < 200_000_000
        executing = is_fresh and status.get("state") == State.EXECUTE and bool(status.get("is_line_running"))
        if self.entries and not self.entries[-1].is_settled:
            entry = self.entries[-1]
            if self._was_executing and not executing:
                entry.left_execute_ns = entry.left_execute_ns or now_ns
                entry.back_ns = 0
            elif executing and not self._was_executing:
                entry.back_ns = now_ns
            since_ns = max(entry.over_ns, entry.back_ns)
            is_there = executing and bool(entry.back_ns or not entry.left_execute_ns)
            entry.is_settled = is_there and now_ns - since_ns > _SETTLED_NS
        self._was_executing = executing

    def as_list(self, rows: list[dict[str, Any]], truth: Truth) -> list[dict[str, Any]]:
        """Return plain values for the report, with what each fault has cost until the next one began."""
        ends = [*(entry.began_ns for entry in self.entries[1:]), 1 << 62][: len(self.entries)]
        return [
            _as_dict(entry)
            | {
                "extra_rejects": _extra_rejects(rows, entry.began_ns, end),
                "missed_rejects": sum(entry.began_ns <= at_ns < end for at_ns in truth.missed_at_ns),
                "wrongly_ejected": sum(entry.began_ns <= at_ns < end for at_ns in truth.wrongly_at_ns),
            }
            for entry, end in zip(self.entries, ends, strict=True)
        ]


def _extra_rejects(rows: list[dict[str, Any]], from_ns: int, until_ns: int) -> int:
    """Count the parts that were lost between two faults for another reason than what vision saw on them."""
    return sum(
        row["kind"] == "PART"
        and row["applied"] in ("REJECTED", "PURGED")
        and not _was_seen_bad(row)
        and from_ns <= (row["outcome_ns"] or 0) < until_ns
        for row in rows
    )


def _was_seen_bad(row: dict[str, Any]) -> bool:
    """Whether the part itself was the reason; a frame that could not be judged names no class."""
    return row["cause"] == "NG" or (row["cause"] == "INDETERMINATE" and bool(row["class_name"]))


def _as_dict(entry: FaultEntry) -> dict[str, Any]:
    """`back_s`: from the later of the fault's end and the last reset to EXECUTE; None if it never left."""
    ready_to_go_ns = max(entry.over_ns, entry.reset_ns)
    back_s = max(0, entry.back_ns - ready_to_go_ns) / 1e9 if entry.back_ns else None
    return {
        "kind": entry.fault.kind,
        "began_ns": entry.began_ns,
        "parameters": entry.fault.parameters,
        "left_execute": bool(entry.left_execute_ns),
        "needed_reset": bool(entry.reset_ns),
        "is_back": not entry.left_execute_ns or bool(entry.back_ns),
        "back_s": None if back_s is None else round(back_s, 3),
    }


class ScenarioRun:
    """The faults that are still to come, and those that must be ended. Launcher thread only."""

    def __init__(self, scenario: Scenario, line: Line, log: FaultLog) -> None:
        self._waiting = list(scenario.faults)
        self._one_by_one = scenario.one_by_one
        own_s = line.config.simulation.auto_reset_s if line.plc_is_simulated else None
        self._auto_reset_s = (own_s or None) if scenario.auto_reset_s is None else scenario.auto_reset_s
        self._line, self._log = line, log
        self._sides = {name: side for name, (side, _) in fault_parameters().items()}
        self._frozen: list[tuple[int, str]] = []
        self._hogs: list[tuple[int, subprocess.Popen[bytes]]] = []
        self._stopped_ns = 0

    def step(self, seconds: float) -> None:
        """Do what is due `seconds` after Ready."""
        now_ns = monotonic_ns()
        self._end_process_faults(now_ns)
        parts = int(self._line.status.get("triggers"))
        for fault in [fault for fault in self._waiting if fault.is_due(seconds, parts)]:
            if self._one_by_one and not self._log.is_quiet:
                break
            self._waiting.remove(fault)
            self._log.add(fault, now_ns)
            self._cause(fault, now_ns)
        self.reset_if_stopped(now_ns)

    @property
    def has_operator(self) -> bool:
        """Whether somebody presses reset where a fault has stopped the line."""
        return self._auto_reset_s is not None

    @property
    def is_over(self) -> bool:
        """Whether a scenario that takes one fault after the other has had its last."""
        return self._one_by_one and not self._waiting and self._log.is_quiet

    @property
    def never_came(self) -> list[str]:
        """What is to be said of faults for which the run was too short."""
        return [
            f"the scenario's {fault.kind} at {fault.moment} never came: the run was over before"
            for fault in self._waiting
        ]

    def end(self) -> None:
        """End whatever still runs."""
        self._end_process_faults(1 << 62)

    def _cause(self, fault: Fault, now_ns: int) -> None:
        if fault.kind in PROCESS_FAULTS:
            self._cause_in_processes(fault, now_ns + int(fault.duration_s * 1e9))
            return
        places = self._line.places
        control = places.world_control if self._sides[fault.kind] == "world" else places.plc_control
        tell(control, {"fault": fault.kind, **fault.parameters})

    def _cause_in_processes(self, fault: Fault, until_ns: int) -> None:
        children = self._line.children
        match fault.kind:
            case "station_frozen" | "recorder_frozen" | "plc_stopped":
                role = fault.kind.partition("_")[0]
                children[role].send(signal.SIGSTOP)
                self._frozen.append((until_ns, role))
            case "station_killed" | "recorder_killed":
                children[fault.kind.partition("_")[0]].send(signal.SIGKILL)
            case "plc_restarted":
                self._line.restart_plc(retain=bool(fault.parameters.get("retain", 0)))
            case "cpu_stolen":
                self._hogs += [(until_ns, _hog()) for _ in range(int(fault.parameters.get("count", 2)))]

    def _end_process_faults(self, now_ns: int) -> None:
        for until_ns, role in self._frozen:
            if now_ns >= until_ns:
                self._line.children[role].send(signal.SIGCONT)
        self._frozen = [entry for entry in self._frozen if now_ns < entry[0]]
        for until_ns, hog in self._hogs:
            if now_ns >= until_ns:
                hog.kill()
                hog.wait()
        self._hogs = [entry for entry in self._hogs if now_ns < entry[0]]

    def reset_if_stopped(self, now_ns: int) -> None:
        """Act as the operator: press reset some time after the line has stopped for a fault."""
        if self._auto_reset_s is None:
            return
        status = self._line.status
        wires = self._line.wires
        stands = wires is not None and not int(wires.outputs["conveyor_run"][0])
        hold = status.get("hold_code")
        # Whoever has asked for a hold has it until they release it.
        if hold == Hold.OPERATOR or not (hold or status.get("reject_fault") or stands):
            self._stopped_ns = 0
            return
        self._stopped_ns = self._stopped_ns or now_ns
        if now_ns - self._stopped_ns >= self._auto_reset_s * 1e9:
            self._line.press_reset()
            self._log.note_reset(now_ns)
            self._stopped_ns = now_ns + int((_RESET_AGAIN_S - self._auto_reset_s) * 1e9)


def _hog() -> subprocess.Popen[bytes]:
    """Start a process that never sleeps, at ordinary priority."""
    return subprocess.Popen([sys.executable, "-c", "while True: pass"])
