"""Parts as facts, read from the ring beside the recorder."""

from __future__ import annotations

from typing import Any

from fake_station import FakeStation

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.disposition import Cause
from inspector.domain.verdict import Evaluation
from inspector.protocol import LAST_RESULTS, Event, Result
from inspector.service._results import Results

CLASSES = ("ok", "scratch")


def reader(station: FakeStation) -> Results:
    return Results(station.ring, CLASSES, ".png")


def new_parts(results: Results) -> list[Result]:
    return [fact for fact in results.new() if isinstance(fact, Result)]


def record(station: FakeStation, **fields: Any) -> dict[str, Any]:
    """A row as the recorder documents it."""
    return {
        **dict.fromkeys(("lane", "attempt", "score_permille", "p_ok_permille", "recipe_revision"), 1),
        **dict.fromkeys(("decided_ns", "available_ns", "sent_ns", "outcome_ns", "latency_us"), 5),
        "epoch": station.ring.epoch,
        "session": 7,
        "tag": 3,
        "part_count": 3,
        "class_index": 1,
        "serial": "",
        "evaluation": "NG",
        "class_name": "dent",
        "disposition": "REJECT",
        "cause": "NG",
        "causes": ["NG"],
        "applied": "REJECTED",
        "confirmed": "YES",
        "frame_id": None,
        "is_simulated": True,
        "trigger_ns": 4,
        "utc_ns": 10**18,
        "image": {"state": "STORED", "file": "images/abc.png"},
    } | fields


def test_a_part_is_told_once_with_its_class_and_picture(station: FakeStation) -> None:
    results = reader(station)
    assert results.new() == []
    station.part()
    station.part(Evaluation.NG, image_slot=3, score_permille=910, serial=b"A-17")
    good, bad = new_parts(results)
    assert (good.ordinal, good.class_name, good.evaluation, good.image) == (1, "ok", "OK", "")
    assert (bad.ordinal, bad.class_name, bad.cause, bad.causes) == (2, "scratch", "NG", ("NG",))
    assert (bad.applied, bad.score_permille, bad.serial) == ("REJECTED", 910, "A-17")
    assert bad.image == f"{station.ring.epoch:013x}-{2:010d}.png"
    assert results.new() == []


def test_reading_along_takes_nothing_from_the_recorder(station: FakeStation) -> None:
    results = reader(station)
    for _ in range(10):
        station.part()
    assert len(new_parts(results)) == 10
    assert (station.ring.consumed, len(station.ring.read().rows)) == (0, 10)


def test_rows_that_the_recorder_has_taken_are_told_too(station: FakeStation) -> None:
    results = reader(station)
    station.part()
    station.ring.acknowledge(1)
    assert [result.ordinal for result in new_parts(results)] == [1]


def test_events_of_the_station_are_told_with_their_time_of_day(station: FakeStation) -> None:
    results = reader(station)
    before = utc_ns()
    station.ring.append_event(1, "HELD", trigger_ns=monotonic_ns())
    (event,) = results.new()
    assert isinstance(event, Event)
    assert (event.code, event.source, event.text) == (1, "station", "HELD")
    assert abs(event.utc_ns - before) < 5 * 10**9
    assert results.last() == []  # and they are no parts


def test_who_was_overrun_shows_the_newest_and_says_how_many_it_missed(tmp_path: Any) -> None:
    station = FakeStation(tmp_path, capacity=64)
    results = reader(station)
    for _ in range(300):
        station.part()
        station.ring.acknowledge(station.ring.written)
    told = new_parts(results)
    assert [result.ordinal for result in told] == list(range(237, 301))  # what is still in the ring
    assert results.skipped + len(told) == 300
    assert results.new() == []


def test_a_backlog_is_not_poured_over_everybody(station: FakeStation) -> None:
    results = reader(station)
    for _ in range(1000):
        station.part()
    assert [result.ordinal for result in new_parts(results)] == list(range(901, 1001))
    assert results.skipped == 900


def test_a_service_that_comes_back_shows_the_last_parts_of_the_ring(station: FakeStation) -> None:
    for _ in range(100):
        station.part()
    results = reader(station)
    assert [result.ordinal for result in results.last()] == list(range(61, 101))
    assert len(results.last()) == LAST_RESULTS
    assert results.new() == []


def test_what_the_ring_has_forgotten_comes_from_the_records(station: FakeStation) -> None:
    station.part()
    old = record(station, session=5, epoch=1)
    before, now = reader(station).last([old])
    assert (before.session, before.class_name, before.image, before.frame_id) == (5, "dent", "abc.png", -1)
    assert (before.decided_ns, before.outcome_ns) == (0, 0)  # of a clock that may have begun anew since
    assert (now.session, now.ordinal) == (7, 1)


def test_a_part_that_is_in_both_is_shown_once(station: FakeStation) -> None:
    station.part()
    (only,) = reader(station).last([record(station, part_count=1)])
    assert only.class_name == "ok"


def test_bad_parts_in_a_row_are_counted(station: FakeStation) -> None:
    results = reader(station)
    for evaluation in (Evaluation.NG, Evaluation.OK, Evaluation.NG, Evaluation.NG):
        station.part(evaluation)
    results.new()
    assert results.ng_run == 2
    station.part(Evaluation.INDETERMINATE, cause=int(Cause.INDETERMINATE))
    results.new()
    assert results.ng_run == 0


def test_names_of_a_newer_station_stay_numbers(station: FakeStation) -> None:
    results = reader(station)
    station.part(cause=200, class_index=90)
    (part,) = new_parts(results)
    assert (part.cause, part.class_name) == ("200", "")


def test_the_ring_says_how_full_it_is(station: FakeStation) -> None:
    results = reader(station)
    for _ in range(1024):
        station.part()
    assert results.filled_percent == 25.0
