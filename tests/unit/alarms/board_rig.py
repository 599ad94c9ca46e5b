"""The product's own table on a board: conditions, and how alarms stand."""

from __future__ import annotations

from collections.abc import Mapping

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import (
    AlarmEvent,
    AlarmId,
    AlarmState,
    Condition,
    Consequence,
)

S = 1_000_000_000
OF_THE_STATION = frozenset(
    id_
    for id_ in AlarmId
    if id_ not in {AlarmId.STATION_LOST, AlarmId.STATION_UNSTABLE}
    and not id_.startswith(("recorder", "disk", "database", "over", "ledger"))
)
"""What only a living station can tell."""


def line(*standing: AlarmId, unknown: frozenset[AlarmId] = frozenset()) -> dict[AlarmId, Condition]:
    """A line on which these conditions stand, and these are not known; the others do not."""
    conditions: dict[AlarmId, Condition] = {}
    for id_, rule in TABLE.items():
        stands = id_ in standing
        level = stands if rule.limit is None else (rule.limit if stands else 0.0)
        conditions[id_] = Condition(None if id_ in unknown else level)
    return conditions


def watch(board: AlarmBoard, conditions: Mapping[AlarmId, Condition], *seconds: int) -> list[AlarmEvent]:
    return [event for at_s in seconds for event in board.observe(conditions, at_s * S)]


def shown(board: AlarmBoard) -> list[AlarmId]:
    return [view.id for view in board.active()]


def state_of(board: AlarmBoard, id_: AlarmId) -> AlarmState:
    return next(view.state for view in board.views() if view.id is id_)


def consequence_of(board: AlarmBoard, id_: AlarmId) -> Consequence:
    return next(view.consequence for view in board.views() if view.id is id_)
