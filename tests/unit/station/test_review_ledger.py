"""No part is forgotten or counted twice, at whatever instruction the station is killed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_line import Bench, SmallPlc

from inspector.domain.disposition import Applied, Cause, Disposition
from inspector.domain.hold import Hold
from inspector.domain.ledger import PartRow
from inspector.domain.line import Control
from inspector.sharedmem import Segment, StationStatus
from inspector.station import Journal
from inspector.station._rows import JOURNAL_ROWS, MAGIC, VERSION, Checkpoint


class Killed(Exception):  # noqa: N818 - not an error: the process is gone
    """The process was killed here."""


class MortalJournal(Journal):
    """A journal whose process is killed before or after a certain call."""

    victim = ""

    @classmethod
    def doomed(cls, path: Path, victim: str) -> MortalJournal:
        journal = cls(Segment.attach(path, magic=MAGIC, version=VERSION))
        journal.victim = victim
        return journal

    def _die(self, moment: str) -> None:
        if moment == self.victim:
            raise Killed

    def put(self, row: PartRow) -> None:
        self._die("before put")
        super().put(row)
        self._die("after put")

    def commit(self, point: Checkpoint) -> None:
        self._die("before commit")
        super().commit(point)
        self._die("after commit")

    def drop(self, row: PartRow) -> None:
        self._die("before drop")
        super().drop(row)
        self._die("after drop")


MOMENTS = [f"{when} {call}" for call in ("put", "commit", "drop") for when in ("before", "after")]


def kill(bench: Bench, moment: str, what_happens: Callable[[], None]) -> Bench:
    """Let something happen, kill the station while it takes that in, and start it again."""
    journal = MortalJournal.doomed(bench.folder / "journal", moment)
    bench.worker._outlet = bench.make_outlet(journal)
    bench.worker._outlet._forgiven = bench.outlet._forgiven
    what_happens()
    with pytest.raises(Killed):
        bench.steps(30)
    return bench.restarted()


def finish(bench: Bench) -> None:
    """Take in everything that the PLC has to say, and compare with its truth."""
    time.sleep(0.002)
    bench.steps(10)
    totals = bench.book.totals
    assert totals.triggers == bench.plc.count
    assert totals.unaccounted == 0
    assert totals.in_transit == sum(1 for _ in bench.book.open_rows)
    rows = bench.rows()
    assert len(rows) == len(set(rows)) == totals.closed


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_station_that_is_killed_while_parts_come_and_go_keeps_its_ledger(bench: Bench, moment: str) -> None:
    bench.steps(5)
    tags = [bench.plc.part().tag for _ in range(4)]
    bench.steps(3)

    def parts_come_and_go() -> None:
        for tag in tags:
            bench.plc.outcome(tag, Applied.REJECTED)
        bench.plc.part()
        bench.plc.part()

    finish(kill(bench, moment, parts_come_and_go))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_station_that_is_killed_twice_in_a_row_keeps_its_ledger(bench: Bench, moment: str) -> None:
    bench.steps(5)
    tags = [bench.plc.part().tag for _ in range(4)]
    bench.steps(3)

    def parts_go() -> None:
        for tag in tags:
            bench.plc.outcome(tag, Applied.REJECTED)
        bench.plc.part()

    finish(kill(bench, moment, parts_go).restarted().restarted())


@pytest.mark.parametrize("moment", ["before commit", "after commit"])
def test_a_station_that_is_killed_when_it_sees_a_new_session_keeps_its_ledger(
    bench: Bench, moment: str
) -> None:
    bench.steps(5)
    for _ in range(5):
        bench.plc.part()
    bench.steps(3)

    def plc_restarts() -> None:
        bench.plc.restart()
        bench.plc.part()
        bench.plc.part()

    again = kill(bench, moment, plc_restarts)
    again.steps(10)
    totals = again.book.totals
    assert totals.triggers == 7
    assert (totals.purged, totals.in_transit, totals.unaccounted) == (5, 2, 0)
    rows = again.rows()
    assert len(rows) == len(set(rows)) == 5


def test_a_station_that_is_killed_while_the_ledger_is_full_counts_nothing_twice(
    tmp_path: Path, plc: SmallPlc
) -> None:
    bench = Bench(tmp_path, plc, capacity=300)
    bench.steps(3)
    while bench.ring.free > 2:
        bench.ring.append_event(1, "filler")
    tags = [plc.part().tag for _ in range(6)]
    bench.steps(3)
    for tag in tags:
        plc.outcome(tag, Applied.REJECTED)
    bench.steps(10)
    assert len(bench.rows()) == 2
    assert Hold.LEDGER_FULL in bench.holds
    assert bench.status.get("missed_triggers") == 0
    again = bench.restarted()
    again.ring.acknowledge(again.ring.written)
    finish(again)
    assert again.book.totals.rejected == 6


def test_a_missed_trigger_is_counted_once_however_long_the_ledger_is_full(
    tmp_path: Path, plc: SmallPlc
) -> None:
    bench = Bench(tmp_path, plc, capacity=300)
    bench.steps(3)
    while bench.ring.free:
        bench.ring.append_event(1, "filler")
    tag = plc.part().tag
    plc.triggers.clear()
    plc.outcome(tag, Applied.REJECTED)
    bench.steps(30)
    bench.ring.acknowledge(bench.ring.written)
    bench.steps(30)
    assert bench.status.get("missed_triggers") == 1


def test_a_reset_for_unrecorded_parts_outlives_a_restart(bench: Bench) -> None:
    bench.get_ready()
    bench.plc.part()
    bench.steps(2)
    for open_row in bench.book.open_rows:
        open_row.is_decided = open_row.is_offered = True
        open_row.disposition = Disposition.ACCEPT
    bench.plc.restart()
    bench.steps(5)
    assert Hold.UNRECORDED in bench.holds
    again = bench.restarted()
    again.steps(3)
    assert Hold.UNRECORDED in again.holds
    again.plc.control |= Control.CLEAR_ERROR
    again.steps(2)
    again.plc.control &= ~Control.CLEAR_ERROR
    again.steps(2)
    assert Hold.UNRECORDED not in again.holds
    last = again.restarted()
    last.steps(3)
    assert Hold.UNRECORDED not in last.holds


def test_the_journal_has_room_for_rows_far_apart_and_never_mixes_them_up(tmp_path: Path) -> None:
    Journal.create(tmp_path / "journal")
    journal = Journal.attach(tmp_path / "journal")
    old = PartRow(session=1, tag=5, ordinal=5)
    new = PartRow(session=2, tag=5, ordinal=5 + JOURNAL_ROWS)
    journal.put(old)
    journal.put(new)
    journal.put(new)
    assert Journal.attach(tmp_path / "journal").rows() == [old, new]
    journal.drop(old)
    assert Journal.attach(tmp_path / "journal").rows() == [new]


def test_no_part_that_was_closed_comes_back_to_life_by_its_answer(bench: Bench) -> None:
    bench.get_ready()
    tag = bench.plc.part().tag
    bench.plc.outcome(tag, Applied.PURGED)
    time.sleep(0.002)
    bench.steps(10)
    assert bench.book.totals.purged == 1
    again = bench.restarted()
    finish(again)
    assert again.book.totals.in_transit == 0


def another_run(bench: Bench) -> Bench:
    """The launcher is killed, too, and another one is started in the same run directory."""
    StationStatus.create(bench.folder / "status")
    Journal.ensure(bench.folder / "journal")
    return Bench(bench.folder, bench.plc, is_same_run=False)


def leave_in_transit(bench: Bench) -> None:
    """Three parts: one has its outcome, one is accepted and one rejected on its way to the gate."""
    bench.get_ready()
    bench.plc.outcome(bench.plc.part().tag, Applied.REJECTED)
    time.sleep(0.002)
    bench.steps(10)
    for _ in range(2):
        bench.plc.part()
    bench.steps(2)
    accepted = next(iter(bench.book.open_rows))
    accepted.is_decided = accepted.is_offered = True
    accepted.disposition = Disposition.ACCEPT
    bench.outlet.note(accepted)


def test_parts_in_transit_when_the_whole_line_was_killed_get_their_rows_in_the_next_run(bench: Bench) -> None:
    leave_in_transit(bench)
    bench.plc.restart()
    again = another_run(bench)
    assert again.book.totals.in_transit == again.book.totals.triggers == 2
    again.steps(5)
    assert [(int(row["part_count"]), Applied(int(row["applied"]))) for row in again.ring.since(0)] == [
        (1, Applied.REJECTED),
        (2, Applied.UNRECORDED),
        (3, Applied.PURGED),
    ]
    assert again.book.totals.unrecorded == 1
    assert Hold.UNRECORDED in again.holds


def test_a_plc_that_went_on_without_the_killed_line_tells_what_became_of_its_parts(bench: Bench) -> None:
    leave_in_transit(bench)
    bench.plc.part()  # nobody looks
    for tag, applied in ((2, Applied.ACCEPTED), (3, Applied.REJECTED), (4, Applied.REJECTED)):
        bench.plc.outcome(tag, applied)
    again = another_run(bench)
    time.sleep(0.002)
    again.steps(10)
    totals = again.book.totals
    assert (totals.triggers, totals.accepted, totals.rejected, totals.unaccounted) == (3, 1, 2, 0)
    assert totals.causes[Cause.NOT_READY] == 2
    assert [count for _, count in again.rows()] == [1, 2, 3, 4]


def test_a_hold_for_unrecorded_parts_outlives_a_killed_line(bench: Bench) -> None:
    leave_in_transit(bench)
    bench.plc.restart()
    bench.steps(5)
    assert Hold.UNRECORDED in bench.holds
    again = another_run(bench)
    again.steps(5)
    assert Hold.UNRECORDED in again.holds
    assert again.book.totals.unrecorded == 0  # they were the other run's
