"""What the line is asked for outlives a service that was killed in the middle of asking."""

from __future__ import annotations

import pytest
from fake_station import FakeStation
from service_bench import Bench, Panel, until

from inspector.domain.hold import Hold
from inspector.errors import SharedMemoryError
from inspector.protocol import Ask, Code
from inspector.service._wishes import Wishes
from inspector.sharedmem import Requests


def tear(station: FakeStation) -> None:
    """Leave the board as a service does that is killed while it writes."""
    station.requests._version[0] |= 1
    with pytest.raises(SharedMemoryError):
        station.requests.read()


def wishes(station: FakeStation) -> Wishes:
    return Wishes(station.requests, station.status)


@pytest.mark.parametrize(
    ("left", "code", "text", "expected"),
    [
        (Requests(is_held=True, hold_text="Ann"), Hold.NONE, "", "Ann"),
        (Requests(), Hold.OPERATOR, "Ann: jam", "Ann: jam"),
        (Requests(is_held=True, hold_text="An"), Hold.OPERATOR, "Ann: jam", "Ann: jam"),
        (Requests(), Hold.COUNTS, "the counts differ", ""),
    ],
)
def test_a_line_that_may_be_held_by_somebody_stays_held(
    left: Requests, code: Hold, text: str, expected: str, station: FakeStation
) -> None:
    station.requests.publish(left)
    station.write(hold_code=int(code), hold_text=text.encode())
    tear(station)
    wishes(station)
    now = station.requests.read()
    assert (now.is_held, now.hold_text) == (True, expected)


def test_a_line_that_neither_station_nor_board_calls_held_goes_on_and_signals_stay(
    station: FakeStation,
) -> None:
    station.requests.publish(Requests(is_light_on=True, product="b", product_seal="x", product_request=7))
    tear(station)
    wishes(station)
    assert station.requests.read() == Requests(is_light_on=True)


def test_a_board_that_is_whole_is_taken_over_as_it_is(station: FakeStation) -> None:
    before = Requests(is_held=True, hold_text="Ann", is_horn_on=True, product="b", product_request=7)
    station.requests.publish(before)
    station.write(hold_code=int(Hold.COUNTS))
    assert wishes(station).now == before
    assert station.requests.read() == before


def test_who_asks_for_something_else_later_does_not_end_a_hold_of_a_torn_board(station: FakeStation) -> None:
    asks = wishes(station)
    asks.hold("Ann")
    tear(station)
    asks.ask(product="b", product_request=8)
    assert station.requests.read() == Requests(is_held=True, hold_text="Ann", product="b", product_request=8)


def test_what_the_station_holds_after_a_kill_can_be_released(bench: Bench) -> None:
    bench.station.write(hold_code=int(Hold.OPERATOR), hold_text=b"Ann: jam")
    tear(bench.station)
    bench.start()
    panel: Panel = bench.panel()
    panel.take_control()
    assert bench.station.requests.read().hold_text == "Ann: jam"
    panel.done("line.release")
    assert not bench.station.requests.read().is_held
    panel.done(Ask.HOLD)


def test_a_release_ends_the_hold_that_was_seen_and_no_newer_one(bench: Bench) -> None:
    bench.start()
    panel, other = bench.panel(), bench.panel("Panel 2")

    def seen() -> int:
        assert panel.mirror.state is not None
        return panel.mirror.state.hold_version

    panel.take_control()
    at_first = seen()
    panel.done(Ask.HOLD)
    until(lambda: seen() > at_first)
    own = seen()
    other.done(Ask.HOLD, reason="hand in the machine")
    assert panel.ask("line.release", version=own).code == Code.CONFLICT
    assert bench.station.requests.read().is_held
    until(lambda: seen() > own)
    panel.done("line.release", version=seen())
    assert not bench.station.requests.read().is_held
