from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.client import Attached, Changed, Lost, News
from inspector.client._follower import Follower
from inspector.protocol import Event, Fact, Heartbeat, Message, Snapshot

S = 1_000_000_000


def fact(seq: int, epoch: int = 1, t_ns: int = 0) -> Fact[Any]:
    return Fact[Event](epoch=epoch, seq=seq, t_ns=t_ns, body=Event(text=str(seq)))


def beat(seq: int, epoch: int = 1, t_ns: int = 0) -> Fact[Any]:
    return Fact[Heartbeat](epoch=epoch, seq=seq, t_ns=t_ns, body=Heartbeat(utc_ns=0))


def snapshot(seq: int, epoch: int = 1, t_ns: int = 0) -> Snapshot:
    return Snapshot(server="", server_version="", epoch=epoch, seq=seq, t_ns=t_ns, utc_ns=0)


class Told:
    def __init__(self) -> None:
        self.news: list[News] = []
        self.follower = Follower(self.news.append)

    @property
    def texts(self) -> list[str]:
        """Facts as their text, snapshots as [seq], losses as !."""
        out = []
        for news in self.news:
            match news:
                case Attached(snapshot=told):
                    out.append(f"[{told.seq}]")
                case Changed(fact=Event(text=text)):
                    out.append(text)
                case Lost():
                    out.append("!")
        return out


@pytest.fixture
def told() -> Told:
    return Told()


def test_facts_that_overtook_the_snapshot_follow_it(told: Told) -> None:
    for seq in (3, 4, 5, 6):
        told.follower.take_fact(fact(seq), 0)
    told.follower.take_snapshot(snapshot(4), 0)
    assert told.texts == ["[4]", "5", "6"]
    assert told.follower.gaps == 0


def test_repeated_and_old_facts_are_dropped(told: Told) -> None:
    told.follower.take_snapshot(snapshot(4), 0)
    for seq in (4, 5, 5, 2, 6):
        told.follower.take_fact(fact(seq), 0)
    assert told.texts == ["[4]", "5", "6"]


def test_after_a_gap_nothing_is_told_before_a_new_snapshot(told: Told) -> None:
    told.follower.take_snapshot(snapshot(1), 0)
    told.follower.take_fact(fact(3), 0)
    told.follower.take_fact(fact(4), 0)
    assert told.follower.needs_snapshot
    assert told.texts == ["[1]"]
    told.follower.take_snapshot(snapshot(3), 0)
    assert told.texts == ["[1]", "[3]", "4"]


def test_a_heartbeat_shows_that_the_last_fact_is_missing(told: Told) -> None:
    told.follower.take_snapshot(snapshot(1), 0)
    told.follower.take_fact(beat(1), 0)
    assert not told.follower.needs_snapshot
    told.follower.take_fact(beat(2), 0)
    assert told.follower.needs_snapshot


def test_a_restarted_service_is_another_one(told: Told) -> None:
    told.follower.take_snapshot(snapshot(5), 0)
    told.follower.take_fact(fact(6, epoch=2), 0)
    assert told.follower.needs_snapshot
    told.follower.take_snapshot(snapshot(6, epoch=2), 0)
    assert told.texts == ["[5]", "[6]"]


def test_silence_is_told_once(told: Told) -> None:
    told.follower.take_snapshot(snapshot(1), 0)
    told.follower.look_at_clock(S)
    assert told.texts == ["[1]"]
    for now_s in (2, 3, 4):
        told.follower.look_at_clock(now_s * S)
    assert told.texts == ["[1]", "!"]
    told.follower.take_snapshot(snapshot(1), 5 * S)
    assert told.texts == ["[1]", "!", "[1]"]


def test_a_gap_that_nobody_closes_is_a_loss_though_the_heart_beats(told: Told) -> None:
    told.follower.take_snapshot(snapshot(1), 0)
    for half_s in range(1, 7):
        told.follower.take_fact(beat(2), half_s * S // 2)
        told.follower.look_at_clock(half_s * S // 2)
    assert told.texts == ["[1]", "!"]


def test_another_reason_for_the_loss_is_told_too(told: Told) -> None:
    told.follower.lose("silent")
    told.follower.lose("silent")
    told.follower.lose("another version")
    assert told.news == [Lost("silent"), Lost("another version")]


def test_topics_of_a_newer_version_count_but_are_not_told(told: Told) -> None:
    told.follower.take_snapshot(snapshot(1), 0)
    told.follower.take_fact(Fact[Message](epoch=1, seq=2, t_ns=0, body=Message()), 0)
    told.follower.take_fact(fact(3), 0)
    assert told.texts == ["[1]", "3"]


def test_the_stations_clock_is_reckoned_from_the_message_that_was_fastest(told: Told) -> None:
    assert told.follower.station_ns(S) == 0
    told.follower.take_snapshot(snapshot(1, t_ns=100 * S), S)
    assert told.follower.station_ns(2 * S) == 101 * S
    told.follower.take_fact(beat(1, t_ns=101 * S), 3 * S)  # a second late
    assert told.follower.station_ns(3 * S) == 102 * S - 1_000_000


@given(st.lists(st.integers(1, 12), max_size=60), st.data())
def test_in_whatever_order_they_come_facts_are_told_without_a_gap(
    order: list[int], data: st.DataObject
) -> None:
    told = Told()
    for seq in order:
        told.follower.take_fact(fact(seq), 0)
        if told.follower.needs_snapshot and data.draw(st.booleans()):
            told.follower.take_snapshot(snapshot(data.draw(st.integers(0, 12))), 0)
    last = None
    for text in told.texts:
        number = int(text.strip("[]"))
        assert text.startswith("[") or number == (last or 0) + 1
        last = number
