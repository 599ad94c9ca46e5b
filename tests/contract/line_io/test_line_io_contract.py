"""What `LineIO` promises, against Modbus servers that other people wrote."""

from __future__ import annotations

import pytest
from conftest import Connect
from line_io_peers import REGISTERS, Peer

from inspector.clock import monotonic_ns
from inspector.devices._codec import (
    decode_mirror,
    decode_result,
    encode_details,
    encode_fast,
    encode_outcome,
    encode_trigger,
)
from inspector.devices._regmap import DETAILS, FAST, OUTCOMES, RESULTS, MapOptions
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import (
    Control,
    LineDetails,
    LineSnapshot,
    Mirror,
    PartOutcome,
    RejectFault,
    ResultRecord,
    Status,
)
from inspector.domain.part import Trigger
from inspector.domain.verdict import Evaluation
from inspector.errors import DeviceStateError, DeviceUnavailableError

OPTIONS = MapOptions()
SNAPSHOT = LineSnapshot(
    plc_heartbeat=3,
    session=9,
    control=Control.TRIGGER_ENABLE | Control.AIR_OK,
    newest_tag=6,
    part_count=6,
    now_100us=0x00012345,
    encoder_counts=0xFFFF0000,
    last_outcome_tag=2,
    reject_fault=RejectFault.NONE,
    triggers=tuple(Trigger(tag=tag, encoder_counts=tag * 70_000, time_100us=tag) for tag in (5, 6)),
    torn_triggers=4,
    sent_ns=0,
    received_ns=0,
)
MIRROR = Mirror(heartbeat=1, status=Status.ONLINE, state=6, session_echo=9, counters=tuple(range(8)))


def record(tag: int, session: int = 9) -> ResultRecord:
    return ResultRecord(session=session, tag=tag, encoder_counts=tag * 65_000, evaluation=Evaluation.OK)


def entry(peer: Peer, tag: int) -> list[int]:
    return peer.get(OPTIONS.address(RESULTS, tag), RESULTS.words)


# Any PLC ------------------------------------------------------------------------------------------


def test_a_result_arrives_whole_in_its_tags_entry(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.open()
    line.clear_results()
    for tag in (1, 15, 16, 65535):
        line.exchange(record(tag, session=40_000))
        assert decode_result(entry(peer, tag), station_id=7) == record(tag, session=40_000)


def test_an_exchange_without_a_result_writes_nothing(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.open()
    before = peer.get(0, 292)
    line.exchange(None)
    assert peer.get(0, 292) == before


def test_the_mirror_arrives_whole(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.open()
    line.write_mirror(MIRROR)
    words = peer.get(0, 24)
    assert decode_mirror(words) == MIRROR
    assert words[1] == 7


def test_clearing_zeroes_the_result_ring_and_nothing_else(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.open()
    line.write_mirror(MIRROR)
    for tag in range(1, 17):
        line.exchange(record(tag))
    mirror = peer.get(0, 100)
    line.clear_results()
    assert peer.get(100, 192) == [0] * 192
    assert peer.get(0, 100) == mirror


def test_stamps_enclose_the_exchange(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.open()
    before_ns = monotonic_ns()
    snapshot = line.exchange(record(1))
    assert before_ns <= snapshot.sent_ns < snapshot.received_ns <= monotonic_ns()


def test_a_closed_line_says_so_and_may_be_opened_again(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.close()
    with pytest.raises(DeviceUnavailableError, match=f"127.0.0.1:{peer.port}: not connected"):
        line.exchange(None)
    line.open()
    line.exchange(None)
    line.close()
    line.close()
    with pytest.raises(DeviceUnavailableError):
        line.write_mirror(MIRROR)
    line.open()
    line.read_details()


def test_opening_twice_is_opening_anew(peer: Peer, connect: Connect) -> None:
    line = connect(peer.port)
    line.open()
    line.open()
    line.exchange(record(3))
    assert decode_result(entry(peer, 3), station_id=7) == record(3)


# A PLC without a program --------------------------------------------------------------------------


@pytest.mark.parametrize("word_order", ["big", "little"])
@pytest.mark.parametrize("record_of", [None, 4])
def test_an_exchange_brings_the_fast_block(
    passive_peer: Peer, connect: Connect, word_order: str, record_of: int | None
) -> None:
    options = MapOptions(word_order=word_order)  # type: ignore[arg-type]
    passive_peer.set(options.address(FAST), encode_fast(SNAPSHOT, options))
    line = connect(passive_peer.port, word_order=word_order)
    line.open()
    got = line.exchange(record(record_of) if record_of else None)
    expected = {name: getattr(SNAPSHOT, name) for name in SNAPSHOT.__slots__ if not name.endswith("_ns")}
    # Six parts are announced, two of them are in the ring.
    assert {name: getattr(got, name) for name in expected} == expected


def test_details_come_with_the_outcomes_of_the_session(passive_peer: Peer, connect: Connect) -> None:
    outcomes = [
        PartOutcome(tag=16, applied=Applied.REJECTED, confirmed=Confirmation.YES),
        PartOutcome(tag=15, applied=Applied.ACCEPTED, confirmed=Confirmation.UNKNOWN),
    ]
    numbers = dict.fromkeys(LineDetails.__slots__[:12], 77)
    details = LineDetails(**numbers, outcomes=tuple(outcomes), lot="A", order="B", serial="C")  # type: ignore[arg-type]
    passive_peer.set(OPTIONS.address(FAST), encode_fast(SNAPSHOT))
    passive_peer.set(OPTIONS.address(DETAILS), encode_details(details))
    for outcome in outcomes:
        passive_peer.set(OPTIONS.address(OUTCOMES, outcome.tag), encode_outcome(outcome, session=9))
    passive_peer.set(
        OPTIONS.address(OUTCOMES, 3),
        encode_outcome(PartOutcome(tag=3, applied=Applied.ACCEPTED, confirmed=Confirmation.NO), session=8),
    )
    line = connect(passive_peer.port)
    line.open()
    assert line.read_details().outcomes == ()  # no session is known yet
    line.exchange(None)
    assert line.read_details() == details


def test_both_blocks_lie_where_the_settings_put_them(passive_peer: Peer, connect: Connect) -> None:
    passive_peer.set(20, encode_fast(SNAPSHOT))
    line = connect(passive_peer.port, base_s=500, base_p=20)
    line.open()
    assert line.exchange(record(16)).session == 9
    assert decode_result(passive_peer.get(600, 12), station_id=7) == record(16)


def test_registers_that_do_not_exist_are_named_as_a_configuration_fault(
    passive_peer: Peer, connect: Connect
) -> None:
    line = connect(passive_peer.port, base_p=REGISTERS)
    with pytest.raises(DeviceStateError, match=r"Modbus exception 2 \(illegal data address\).*base_p"):
        line.open()
    with pytest.raises(DeviceUnavailableError, match="not connected"):
        line.exchange(None)


def test_a_torn_trigger_is_counted_over_the_wire(passive_peer: Peer, connect: Connect) -> None:
    words = encode_trigger(SNAPSHOT.triggers[0], session=9)
    passive_peer.set(OPTIONS.address(FAST), encode_fast(SNAPSHOT))
    passive_peer.set(1000 + 12 + 6 * 5, [*words[:5], words[5] ^ 1])
    line = connect(passive_peer.port)
    line.open()
    snapshot = line.exchange(None)
    assert [trigger.tag for trigger in snapshot.triggers] == [6]
    assert snapshot.torn_triggers == 5
