"""What of the alarms outlives a restart, as plain values: acknowledgements, shelves, what is out of service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from inspector.domain.alarm_life import AlarmLife
from inspector.domain.alarms import (
    ACTIVE,
    MAX_SHELF_NS,
    SHOWN,
    Absence,
    AlarmId,
    AlarmRule,
    AlarmState,
    Shelf,
    ShelveReason,
)

VERSION: Final = 1


def freeze(lives: Iterable[AlarmLife], now_ns: int) -> dict[str, Any]:
    """Return the lives as values that JSON can hold.

    Times are kept as ages and remainders: a monotonic clock begins anew when the machine does.
    """
    return {"version": VERSION, "alarms": {str(life.rule.id): _freeze_life(life, now_ns) for life in lives}}


def _freeze_life(life: AlarmLife, now_ns: int) -> dict[str, Any]:
    return {
        "phase": str(life.phase),
        "was_shown": life.was_shown,
        "version": life.version,
        "count": life.count,
        "raised_ago_ns": _ago(life.raised_ns, now_ns),
        "returned_ago_ns": _ago(life.returned_ns, now_ns),
        "acknowledged_ago_ns": _ago(life.acknowledged_ns, now_ns),
        "acknowledged_by": life.acknowledged_by,
        "value_at_trip": life.value_at_trip,
        "details": dict(life.details),
        "shelf": life.shelf
        and {
            "remaining_ns": life.shelf.until_ns - now_ns,
            "reason": str(life.shelf.reason),
            "user": life.shelf.user,
            "since_ago_ns": now_ns - life.shelf.since_ns,
        },
        "absence": life.absence
        and {
            "reason": life.absence.reason,
            "user": life.absence.user,
            "since_ago_ns": now_ns - life.absence.since_ns,
        },
    }


def _ago(at_ns: int | None, now_ns: int) -> int | None:
    return None if at_ns is None else now_ns - at_ns


def thaw(
    plain: Mapping[str, Any], lives: Mapping[AlarmId, AlarmLife], now_ns: int, elapsed_ns: int
) -> tuple[dict[AlarmId, AlarmLife], list[str]]:
    """Return the lives that a snapshot of `elapsed_ns` ago holds, and what of it makes no sense.

    One alarm that is damaged must not cost the others: it is left out, and said.
    """
    if plain.get("version") != VERSION or not isinstance(plain.get("alarms"), Mapping):
        return {}, [f"alarms of version {plain.get('version')!r} cannot be read; all begin as new"]
    then_ns = now_ns - elapsed_ns
    found: dict[AlarmId, AlarmLife] = {}
    complaints: list[str] = []
    for name, state in plain["alarms"].items():
        try:
            id_ = AlarmId(name)
            found[id_] = _thaw(lives[id_].rule, state, then_ns, now_ns)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            complaints.append(f"alarm {name} begins as new: what was kept of it makes no sense ({error!r})")
    return found, complaints


def _thaw(rule: AlarmRule, state: Mapping[str, Any], then_ns: int, now_ns: int) -> AlarmLife:
    life = AlarmLife(rule)
    life.phase = AlarmState(state["phase"])
    if life.phase not in SHOWN | {AlarmState.NORMAL}:
        raise ValueError(f"phase {life.phase}")
    life.was_shown = bool(state["was_shown"])
    life.version, life.count = int(state["version"]), int(state["count"])
    life.raised_ns = _at(state["raised_ago_ns"], then_ns)
    life.returned_ns = _at(state["returned_ago_ns"], then_ns)
    life.acknowledged_ns = _at(state["acknowledged_ago_ns"], then_ns)
    life.acknowledged_by = str(state["acknowledged_by"])
    life.value_at_trip = None if state["value_at_trip"] is None else float(state["value_at_trip"])
    life.details = {str(key): _detail(value) for key, value in state["details"].items()}
    if life.phase in ACTIVE and life.raised_ns is None:
        raise ValueError("it stands, and was never raised")
    _thaw_hidden(life, state, then_ns, now_ns)
    return life


def _thaw_hidden(life: AlarmLife, state: Mapping[str, Any], then_ns: int, now_ns: int) -> None:
    """Take over shelf and absence, as far as the rule, which may be another by now, still allows them."""
    shelf, absence = state["shelf"], state["absence"]
    if absence and life.rule.removable:
        since_ns = then_ns - int(absence["since_ago_ns"])
        life.absence = Absence(str(absence["reason"]), str(absence["user"]), since_ns)
    elif shelf and life.rule.shelvable:
        # Whatever was written there: from now on it is bounded as every shelf is.
        until_ns = min(then_ns + int(shelf["remaining_ns"]), now_ns + MAX_SHELF_NS)
        since_ns = then_ns - int(shelf["since_ago_ns"])
        life.shelf = Shelf(until_ns, ShelveReason(shelf["reason"]), str(shelf["user"]), since_ns)


def _at(ago_ns: Any, then_ns: int) -> int | None:
    return None if ago_ns is None else then_ns - int(ago_ns)


def _detail(value: Any) -> str | int | float:
    if not isinstance(value, str | int | float):
        raise TypeError(f"a detail is {type(value).__name__}")
    return value
