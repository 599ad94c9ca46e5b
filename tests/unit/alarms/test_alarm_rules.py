"""Which rules can stand in a table together."""

from __future__ import annotations

import pytest

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import (
    AlarmId,
    AlarmRule,
    Consequence,
    Priority,
)
from inspector.errors import ConfigError


def _rule(id_: AlarmId, priority: Priority, *causes: AlarmId) -> AlarmRule:
    return AlarmRule(
        id=id_,
        priority=priority,
        consequence=Consequence.REJECTED,
        suppressed_by=causes,
        shelvable=priority is not Priority.HIGH,
    )


def test_alarms_that_would_hide_each_other_are_refused() -> None:
    a, b, c = AlarmId.NG_RUN, AlarmId.DISK_FULL, AlarmId.OVER_QUOTA
    ring = [_rule(a, Priority.LOW, b), _rule(b, Priority.LOW, c), _rule(c, Priority.LOW, b)]
    with pytest.raises(ConfigError, match="disk_full would hide itself"):
        AlarmBoard({rule.id: rule for rule in ring})


def test_an_alarm_behind_a_less_urgent_one_is_refused() -> None:
    rules = [_rule(AlarmId.LATE, Priority.HIGH, AlarmId.NG_RUN), _rule(AlarmId.NG_RUN, Priority.LOW)]
    with pytest.raises(ConfigError, match="hidden by the less urgent ng_run"):
        AlarmBoard({rule.id: rule for rule in rules})


def test_a_rule_under_the_id_of_another_is_refused() -> None:
    with pytest.raises(ConfigError, match="stands in the table as ng_run"):
        AlarmBoard({AlarmId.NG_RUN: TABLE[AlarmId.LATE]})
