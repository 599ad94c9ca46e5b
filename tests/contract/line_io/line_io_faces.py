"""What is sent to a PLC, and what one that misbehaves answers."""

from __future__ import annotations

from collections.abc import Sequence

from line_io_peers import Action, Request, Script, ScriptedPlc

from inspector.devices._codec import encode_fast
from inspector.devices._regmap import MapOptions
from inspector.domain.line import Control, LineSnapshot, Mirror, RejectFault, ResultRecord, Status
from inspector.domain.verdict import Evaluation

TIMEOUT_MS = 250
"""Longer than the default, since the honest answers must come in time on a busy machine too."""
MIRROR = Mirror(heartbeat=1, status=Status.ONLINE, state=6)


def record(tag: int) -> ResultRecord:
    return ResultRecord(session=9, tag=tag, encoder_counts=tag, evaluation=Evaluation.OK)


def fast(now_100us: int, heartbeat: int = 0, options: MapOptions | None = None) -> list[int]:
    snapshot = LineSnapshot(
        plc_heartbeat=heartbeat,
        session=9,
        control=Control.NONE,
        newest_tag=0,
        part_count=0,
        now_100us=now_100us,
        encoder_counts=0,
        last_outcome_tag=0,
        reject_fault=RejectFault.NONE,
        triggers=(),
        torn_triggers=0,
        sent_ns=0,
        received_ns=0,
    )
    return encode_fast(snapshot, options or MapOptions())


def answer(reply: Sequence[Action]) -> Script:
    return lambda request, pdu: reply


def expect_reset(plc: ScriptedPlc) -> None:
    """The station has closed its socket, and not politely: the peer's kernel drops what it can."""
    assert plc.endings.get(timeout=5) == "reset"


def short(request: Request, pdu: bytes) -> Sequence[Action]:
    """One register fewer than asked for, consistently."""
    return [request.frame(bytes([pdu[0], pdu[1] - 2]) + pdu[2:-2])]
