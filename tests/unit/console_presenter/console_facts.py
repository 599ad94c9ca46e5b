"""Facts for presenters: built from the protocol's own messages, at a fixed time."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import AlarmId
from inspector.protocol import AlarmView, Counters, Latency, Message, Mirror, Result, Snapshot, StationState
from inspector_console.presenter import Facts, Keeper, Lens, Link
from inspector_console.words import Words

from inspector.client import Attached  # isort: skip

SECOND = 1_000_000_000
NOON_NS = 1_800_014_400 * SECOND
"""2027-01-15 12:00:00 UTC."""
NOW_NS = 5_000 * SECOND
"""The same moment on the station's clock."""


def state(**fields: Any) -> StationState:
    usual: dict[str, Any] = {"state": "EXECUTE", "parts_now": "not_affected", "is_linked": True}
    usual |= {"is_line_running": True, "deadline_us": 5000, "updated_ns": NOW_NS}
    return StationState(**usual | fields)


def part(ordinal: int, **fields: Any) -> Result:
    usual: dict[str, Any] = {"session": 7, "tag": ordinal, "evaluation": "OK", "disposition": "ACCEPT"}
    usual |= {"applied": "ACCEPTED", "triggered_ns": NOW_NS + ordinal * SECOND}
    return Result(ordinal=ordinal, **usual | fields)


def bad(ordinal: int, **fields: Any) -> Result:
    usual: dict[str, Any] = {
        "evaluation": "NG",
        "disposition": "REJECT",
        "applied": "REJECTED",
        "cause": "NG",
    }
    return part(ordinal, **usual | {"class_name": "scratch", "score_permille": 940} | fields)


def consequence_of(id_: str) -> str:
    """Return what an alarm does to parts by the table."""
    return TABLE[AlarmId(id_)].consequence.value if id_ in set(AlarmId) else "rejected"


def alarm(id_: str, **fields: Any) -> AlarmView:
    usual: dict[str, Any] = {"priority": 2, "state": "unacknowledged", "consequence": consequence_of(id_)}
    return AlarmView(id=id_, **usual | {"raised_ns": NOW_NS} | fields)


def snapshot(*facts: Message) -> Snapshot:
    mirror = Mirror()
    for fact in facts:
        mirror.apply(fact)
    return Snapshot(
        server="Line 3",
        server_version="1",
        epoch=1,
        seq=1,
        t_ns=NOW_NS,
        utc_ns=NOON_NS,
        state=mirror.state,
        counters=mirror.counters,
        alarms=mirror.alarms,
        results=mirror.results,
        rejects=mirror.rejects,
        lease=mirror.lease,
        events=mirror.events,
        alarm_events=mirror.alarm_events,
        devices=mirror.devices,
    )


def keeper(*facts: Message) -> Keeper:
    keeper = Keeper()
    keeper.feed(Attached(snapshot(*facts)))
    return keeper


def lens(*facts: Message, language: str = "en", link: Link = Link.ATTACHED, **others: Any) -> Lens:
    made = keeper(*facts).facts()
    if link is Link.CONNECTING:
        made = Facts()
    elif link is Link.LOST:
        lost = keeper(*facts)
        lost.lose("silent")
        made = lost.facts()
    return Lens(facts=made, words=Words(language), zone=UTC, **others)


def counted(**fields: int) -> Counters:
    return Counters(**fields)


def stages(p50_us: int, p99_us: int) -> tuple[Latency, ...]:
    return (Latency(stage="frame_to_verdict", count=10, p50_us=p50_us, p99_us=p99_us),)
