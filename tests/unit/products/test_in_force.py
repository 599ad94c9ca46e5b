"""By what a part is judged is fixed at its trigger, also where the station changes hands meanwhile."""

from __future__ import annotations

import pytest

from inspector.domain.disposition import Cause
from inspector.domain.in_force import InForce
from inspector.domain.ledger import PartRow


def part(ordinal: int, **fields: int) -> PartRow:
    return PartRow(session=7, tag=ordinal, ordinal=ordinal, **fields)


def marks(force: InForce, ordinal: int) -> tuple[int, int]:
    row = part(ordinal)
    force.mark(row)
    return row.recipe_revision, row.bundle_digest32


def test_a_first_station_marks_every_part_as_its_own() -> None:
    force = InForce(3, 0xAB)
    assert marks(force, 1) == (3, 0xAB)
    force.begin(1)
    assert marks(force, 2) == (3, 0xAB)


def test_what_was_triggered_before_the_new_station_was_ready_is_the_old_ones() -> None:
    force = InForce(4, 0xCD)
    force.inherit((3, 0xAB), [])
    assert marks(force, 10) == (3, 0xAB)
    force.begin(12)
    assert [marks(force, ordinal) for ordinal in (11, 12, 13)] == [(3, 0xAB), (3, 0xAB), (4, 0xCD)]


def test_a_later_pause_changes_nothing() -> None:
    force = InForce(4, 0xCD)
    force.inherit((3, 0xAB), [])
    force.begin(12)
    force.begin(30)
    assert marks(force, 13) == (4, 0xCD)


@pytest.mark.parametrize(("is_ready", "expected"), [(False, (3, 0xAB)), (True, (4, 0xCD))])
def test_in_another_session_only_a_station_that_was_ready_marks_its_own(
    is_ready: bool, expected: tuple[int, int]
) -> None:
    force = InForce(4, 0xCD)
    force.inherit((3, 0xAB), [])
    if is_ready:
        force.begin(500)
    force.new_session()
    assert marks(force, 1) == expected


def test_a_part_that_the_plc_refused_while_the_station_changed_was_not_refused_for_its_record() -> None:
    force = InForce()
    mine, theirs = part(5, sent_ns=1), part(6, sent_ns=1)
    force.inherit(None, [mine])
    assert force.why_refused(mine) is Cause.NOT_READY
    assert force.why_refused(theirs) is Cause.PLC_REFUSED
    assert force.why_refused(part(7)) is Cause.LINK_FAULT
