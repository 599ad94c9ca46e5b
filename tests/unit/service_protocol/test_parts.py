from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inspector.errors import ConfigError
from inspector.protocol import (
    LAST_REJECTS,
    LAST_RESULTS,
    MAX_ALARMS,
    AlarmView,
    Endpoints,
    LeaseView,
    Mirror,
    Reply,
    Result,
    Snapshot,
    jpeg_frames,
)
from inspector.service._lease import GONE_NS, LEASE_NS, NOWHERE, Lease
from inspector.service._peers import Answers, Rates

S = 1_000_000_000


def part(ordinal: int, **fields: Any) -> Result:
    return Result(**({"session": 1, "ordinal": ordinal, "tag": ordinal, "evaluation": "NG"} | fields))


def alarm(name: str, state: str = "unacknowledged") -> AlarmView:
    return AlarmView(id=name, priority=2, state=state)


def test_a_mirror_keeps_the_last_parts_and_no_more() -> None:
    mirror = Mirror()
    mirror.restore(part(n) for n in range(100))
    assert [one.ordinal for one in mirror.results] == list(range(100 - LAST_RESULTS, 100))
    assert [one.ordinal for one in mirror.rejects] == list(range(100 - LAST_REJECTS, 100))


def test_what_is_learnt_of_a_part_later_replaces_it_in_its_place() -> None:
    mirror = Mirror()
    mirror.restore([part(1), part(2), part(1, applied="REJECTED", confirmed="YES")])
    assert [(one.ordinal, one.confirmed) for one in mirror.results] == [(1, "YES"), (2, "UNKNOWN")]


def test_a_part_that_was_not_rejected_after_all_leaves_the_rejects() -> None:
    mirror = Mirror()
    mirror.restore([part(1), part(1, applied="BYPASSED")])
    assert mirror.rejects == ()
    mirror.apply(part(2, disposition="ACCEPT", applied="REJECTED"))
    assert [one.ordinal for one in mirror.rejects] == [2]


def test_alarms_come_stay_and_go_and_are_never_too_many() -> None:
    mirror = Mirror()
    for name in ("late", "plc_lost"):
        mirror.apply(alarm(name))
    mirror.apply(alarm("late", "acknowledged"))
    assert [(one.id, one.state) for one in mirror.alarms] == [
        ("late", "acknowledged"),
        ("plc_lost", "unacknowledged"),
    ]
    mirror.apply(alarm("late", "normal"))
    mirror.apply(alarm("never_seen", "normal"))
    assert [one.id for one in mirror.alarms] == ["plc_lost"]
    for n in range(2 * MAX_ALARMS):
        mirror.apply(alarm(f"a{n}"))
    assert len(mirror.alarms) == MAX_ALARMS


def test_a_mirror_of_a_snapshot_goes_on_where_the_first_one_was() -> None:
    first = Mirror()
    first.restore(part(n) for n in range(50))
    first.apply(alarm("late"))
    second = Mirror.of(
        Snapshot(
            server="", server_version="", epoch=1, seq=1, t_ns=1, utc_ns=1,
            alarms=first.alarms, results=first.results, rejects=first.rejects,
        )
    )  # fmt: skip
    for mirror in (first, second):
        mirror.restore(part(n, applied="ACCEPTED") for n in (48, 51))
        mirror.apply(alarm("late", "normal"))
    assert (first.results, first.rejects, first.alarms) == (second.results, second.rejects, second.alarms)


def test_a_lease_belongs_to_one_until_silence_release_or_force() -> None:
    lease, one, two = Lease(), ("local", "a"), ("local", "b")
    assert lease.take(one, LeaseView(client="a"), 0, by_force=False)
    assert not lease.take(two, LeaseView(client="b"), 0, by_force=False)
    lease.renew(two, 9 * S)  # not its holder: changes nothing
    lease.renew(one, S)
    assert not lease.expire(LEASE_NS)
    assert lease.expire(LEASE_NS + S)
    assert not lease.expire(LEASE_NS + S)
    assert not lease.is_held_by(one)
    assert lease.take(two, LeaseView(client="b"), 0, by_force=False)
    assert not lease.drop(one)
    assert lease.take(one, LeaseView(client="a"), 0, by_force=True)
    assert lease.view.client == "a"
    assert lease.drop(one)


def test_a_lease_whose_holder_has_hung_up_ends_soon_unless_it_is_heard_again() -> None:
    lease, one = Lease(), ("local", "a")
    assert lease.take(one, LeaseView(client="a"), 0, by_force=False)
    lease.disconnect(NOWHERE, 0)  # what has never come over a connection ends with none
    lease.renew(one, 0, 7)
    lease.disconnect(8, 0)
    assert not lease.expire(LEASE_NS - 1)
    lease.disconnect(7, S)
    assert not lease.expire(S + GONE_NS - 1)
    lease.renew(one, S + GONE_NS - 1, 9)
    assert not lease.expire(LEASE_NS)
    lease.disconnect(7, 2 * S)  # that is history
    assert not lease.expire(LEASE_NS)
    lease.disconnect(9, 2 * S)
    assert lease.expire(2 * S + GONE_NS)


def test_the_same_client_name_from_another_machine_is_another_holder() -> None:
    lease = Lease()
    lease.take(("local", "a"), LeaseView(client="a"), 0, by_force=False)
    assert not lease.is_held_by(("office", "a"))


def test_a_peer_may_burst_and_then_has_to_slow_down() -> None:
    rates = Rates()
    assert sum(rates.allows(b"x", 0) for _ in range(300)) == 100
    assert sum(rates.allows(b"x", S) for _ in range(300)) == 50
    assert rates.allows(b"y", S)


def test_what_is_remembered_of_peers_has_a_limit() -> None:
    rates, answers = Rates(), Answers()
    for n in range(1000):
        rates.allows(b"%d" % n, 0)
        answers.keep(("local", "c", str(n)), b"same", Reply(attachments=(bytes(9),)))
    assert len(rates._buckets) <= 256
    assert answers.find(("local", "c", "0"), b"same") == (False, None)
    assert answers.find(("local", "c", "999"), b"same") == (True, Reply())
    assert answers.find(("local", "c", "999"), b"other") == (True, None)
    assert answers.find(("office", "c", "999"), b"same") == (False, None)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("/run/inspector", "ipc:///run/inspector/commands.sock"),
        ("ipc:///run/inspector", "ipc:///run/inspector/commands.sock"),
        ("station-3", "tcp://station-3:47110"),
        ("192.0.2.7:5000", "tcp://192.0.2.7:5000"),
        ("[2001:db8::7]:5000", "tcp://[2001:db8::7]:5000"),
        ("2001:db8::7", "tcp://[2001:db8::7]:47110"),
    ],
)
def test_a_person_can_write_an_address(text: str, commands: str) -> None:
    assert Endpoints.parse(text).commands == commands


@pytest.mark.parametrize("text", ["", ":5000", "host:", "host:port", "host:0", "host:65534", "/x" * 60])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        Endpoints.parse(text)


@pytest.mark.parametrize(
    ("host", "is_private"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("localhost", True), ("::1", True),
     ("0.0.0.0", False), ("*", False), ("eth0", False), ("::", False), ("192.0.2.1", False),
     ("localhost.evil", False)],
)  # fmt: skip
def test_only_loopback_is_private(host: str, is_private: bool) -> None:
    assert Endpoints.tcp(host).is_private is is_private


def test_local_sockets_are_private_and_three_ports_are_in_a_row() -> None:
    assert Endpoints.ipc(Path("/run/x")).is_private
    assert Endpoints.tcp("h", 10).all == ("tcp://h:10", "tcp://h:11", "tcp://h:12")


@pytest.mark.parametrize(("width_px", "topic"), [(1, "320"), (320, "320"), (321, "640"), (9999, "1280")])
def test_a_picture_is_at_least_as_wide_as_its_place_if_there_is_one(width_px: int, topic: str) -> None:
    assert jpeg_frames(width_px) == f"frame.jpeg.{topic}"
