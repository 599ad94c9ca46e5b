"""Registers ⇄ values, for both sides."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU

from inspector.devices._codec import (
    decode_details,
    decode_fast,
    decode_mirror,
    decode_outcome,
    decode_result,
    decode_trigger,
    encode_details,
    encode_fast,
    encode_mirror,
    encode_outcome,
    encode_result,
    encode_trigger,
)
from inspector.devices._crc import crc16
from inspector.devices._regmap import OUTCOMES, TRIGGERS, MapOptions
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import (
    Control,
    LineDetails,
    LineSnapshot,
    Mirror,
    PartOutcome,
    RejectFault,
    ResultFlags,
    ResultRecord,
    Status,
)
from inspector.domain.part import Trigger
from inspector.domain.verdict import Evaluation

u16 = st.integers(0, 0xFFFF)
u32 = st.integers(0, 0xFFFFFFFF)
tags = st.integers(1, 0xFFFF)
layouts = st.sampled_from([MapOptions(word_order="big"), MapOptions(word_order="little")])
records = st.builds(
    ResultRecord,
    session=u16,
    tag=tags,
    encoder_counts=u32,
    evaluation=st.sampled_from(Evaluation),
    result_code=u16,
    reject_station_mask=u16,
    acquisition_id=u16,
    latency_100us=u16,
    score_permille=st.integers(0, 1000),
    flags=st.integers(0, 7).map(ResultFlags),
)
triggers = st.builds(Trigger, tag=tags, encoder_counts=u32, time_100us=u32)

RECORD = ResultRecord(
    session=0x0102, tag=5, encoder_counts=0x00010002, evaluation=Evaluation.OK, score_permille=990
)


def snapshot(newest: int, count: int, seen: tuple[Trigger, ...], session: int = 9) -> LineSnapshot:
    return LineSnapshot(
        plc_heartbeat=3,
        session=session,
        control=Control.TRIGGER_ENABLE | Control.AIR_OK,
        newest_tag=newest,
        part_count=count,
        now_100us=0xFFFFFFFE,
        encoder_counts=0x12345678,
        last_outcome_tag=2,
        reject_fault=RejectFault.BIN_FULL,
        triggers=seen,
        torn_triggers=0,
        sent_ns=0,
        received_ns=0,
    )


def trigger(tag: int) -> Trigger:
    return Trigger(tag=tag, encoder_counts=tag * 70_000 & 0xFFFFFFFF, time_100us=tag)


def details(outcomes: tuple[PartOutcome, ...] = ()) -> LineDetails:
    numbers = [field.name for field in dataclasses.fields(LineDetails)][:12]
    values = {name: 1000 + at for at, name in enumerate(numbers)}
    return LineDetails(**values, outcomes=outcomes, lot="L-77", order="Größe", serial="x" * 32)  # type: ignore[arg-type]


def test_the_check_is_crc_16_modbus() -> None:
    # Published check value of CRC-16/MODBUS for "123456789"; the map's registers give an even number.
    assert crc16([0x3132, 0x3334, 0x3536, 0x3738]) == 0x37DD
    assert crc16([]) == 0xFFFF


@given(st.lists(u16, max_size=12))
def test_the_check_is_the_one_of_an_independent_implementation(words: list[int]) -> None:
    data = b"".join(word.to_bytes(2, "big") for word in words)
    swapped = FramerRTU.compute_CRC(data)  # as it is sent in Modbus RTU, low byte first
    assert crc16(words) == (swapped & 0xFF) << 8 | swapped >> 8


def test_a_result_lies_in_its_registers_as_the_contract_says() -> None:
    words = encode_result(RECORD, station_id=7)
    assert words[:11] == [0x0102, 5, 0x0001, 0x0002, 1, 0, 0, 0, 0, 990, 0]
    assert words[11] == crc16([*words[:11], 7])


@given(records, st.integers(1, 0xFFFF), layouts)
def test_a_result_comes_back_as_it_went(record: ResultRecord, station: int, options: MapOptions) -> None:
    assert decode_result(encode_result(record, station, options), station, options) == record


@pytest.mark.parametrize("bit", range(12 * 16))
def test_no_single_flipped_bit_of_a_result_goes_unseen(bit: int) -> None:
    words = encode_result(RECORD, station_id=7)
    words[bit // 16] ^= 1 << bit % 16
    assert decode_result(words, station_id=7) is None


@given(records, st.integers(1, 0xFFFF), st.integers(1, 0xFFFF))
def test_a_foreign_stations_result_never_counts(record: ResultRecord, mine: int, other: int) -> None:
    if mine != other:
        assert decode_result(encode_result(record, other), mine) is None


@pytest.mark.parametrize("torn_at", range(1, 12))
def test_a_torn_result_never_counts(torn_at: int) -> None:
    other = dataclasses.replace(
        RECORD,
        session=3,
        tag=21,
        encoder_counts=0xFEDCBA98,
        evaluation=Evaluation.NG,
        result_code=1,
        reject_station_mask=1,
        acquisition_id=9,
        latency_100us=12,
        score_permille=3,
        flags=ResultFlags.CHALLENGE,
    )
    old, new = encode_result(RECORD, 7), encode_result(other, 7)
    assert decode_result(new[:torn_at] + old[torn_at:], 7) is None
    assert decode_result(old[:torn_at] + new[torn_at:], 7) is None


def test_an_entry_that_nobody_has_written_is_empty() -> None:
    assert decode_result([0] * 12, station_id=7) is None
    assert decode_trigger([0] * 6, session=9) is None
    assert decode_outcome([0] * 3, session=9) is None


def test_an_entry_with_tag_0_is_empty_even_if_its_check_matches() -> None:
    words = [9, *[0] * 10]
    assert decode_result([*words, crc16([*words, 7])], station_id=7) is None


def test_an_unknown_evaluation_is_no_result() -> None:
    words = encode_result(RECORD, station_id=7)[:11]
    words[4] = 4
    assert decode_result([*words, crc16([*words, 7])], station_id=7) is None


def test_a_result_of_another_length_is_no_result() -> None:
    assert decode_result(encode_result(RECORD, 7)[:11], 7) is None


def test_a_long_latency_saturates_and_a_frame_number_wraps() -> None:
    words = encode_result(dataclasses.replace(RECORD, latency_100us=70_000, acquisition_id=65_537), 7)
    assert (words[8], words[7]) == (65_535, 1)


@pytest.mark.parametrize(("field", "value"), [("Tag", {"tag": 65_536}), ("SessionID", {"session": -1})])
def test_a_value_that_does_not_fit_is_refused_by_name(field: str, value: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=rf"Results\.{field} = {next(iter(value.values()))}"):
        encode_result(dataclasses.replace(RECORD, **value), 7)


@given(layouts)
def test_the_mirror_comes_back_as_it_went(options: MapOptions) -> None:
    mirror = Mirror(
        heartbeat=65_535,
        status=Status.ONLINE | Status.HORN,
        state=6,
        job_id=1,
        recipe_revision=2,
        error_code=3,
        session_echo=4,
        last_trigger_tag=5,
        config_checksum=0xFEEDBEEF,
        bundle_digest=0x00C0FFEE,
        counters=(1, 2, 3, 4, 5, 6, 7, 8),
    )
    assert decode_mirror(encode_mirror(mirror, 7, options), options) == mirror


def test_counters_and_heartbeat_wrap() -> None:
    mirror = Mirror(heartbeat=65_536, status=Status.NONE, state=2, counters=(65_537, *[0] * 7))
    words = encode_mirror(mirror, 7)
    assert (words[2], words[14]) == (0, 1)


def test_a_mirror_in_the_other_word_order_is_none() -> None:
    words = encode_mirror(Mirror(heartbeat=1, status=Status.NONE, state=2), 7)
    assert decode_mirror(words, MapOptions(word_order="little")) is None
    assert decode_mirror([0] * 24) is None
    assert (words[22], words[23]) == (0x1234, 0x5678)


@given(triggers, u16, layouts)
def test_a_trigger_comes_back_as_it_went(one: Trigger, session: int, options: MapOptions) -> None:
    assert decode_trigger(encode_trigger(one, session, options), session, options) == one


@given(triggers, u16, u16)
def test_a_trigger_of_another_session_never_counts(one: Trigger, session: int, other: int) -> None:
    if session != other:
        assert decode_trigger(encode_trigger(one, other), session) is None


@given(layouts, st.integers(0, 20))
def test_the_fast_part_comes_back_with_its_newest_triggers(options: MapOptions, count: int) -> None:
    seen = tuple(trigger(tag) for tag in range(max(1, count - 7), count + 1))
    sent = snapshot(count, count, seen)
    assert decode_fast(encode_fast(sent, options), options) == sent


def test_the_fast_part_lies_in_its_registers_as_the_contract_says() -> None:
    words = encode_fast(snapshot(1, 65_536, (trigger(1),)))
    assert words[:12] == [3, 9, 0b100001, 1, 1, 0, 0xFFFF, 0xFFFE, 0x1234, 0x5678, 2, 4]
    assert words[18:23] == [1, 1, 70_000 - 65_536, 0, 1]


def test_triggers_come_oldest_first_over_the_tags_wrap() -> None:
    newest_first = [3, 2, 1, 65535, 65534, 65533, 65532, 65531]
    # 65531 mod 8 is 3: tag 3 takes its entry, so the ring holds seven.
    decoded = decode_fast(encode_fast(snapshot(3, 65538, tuple(map(trigger, reversed(newest_first))))))
    assert [one.tag for one in decoded.triggers] == [65532, 65533, 65534, 65535, 1, 2, 3]
    assert decoded.torn_triggers == 0


def test_a_torn_trigger_is_counted_and_left_out() -> None:
    words = encode_fast(snapshot(3, 3, tuple(trigger(tag) for tag in (1, 2, 3))))
    words[TRIGGERS.slot(2) + 1] ^= 1
    decoded = decode_fast(words)
    assert [one.tag for one in decoded.triggers] == [1, 3]
    assert decoded.torn_triggers == 1


def test_a_stale_trigger_in_the_place_of_a_newer_one_is_torn() -> None:
    words = encode_fast(snapshot(9, 9, tuple(trigger(tag) for tag in range(1, 9))))  # 9 not written yet
    decoded = decode_fast(words)
    assert [one.tag for one in decoded.triggers] == list(range(2, 9))
    assert decoded.torn_triggers == 1


def test_a_trigger_that_is_not_announced_yet_waits() -> None:
    words = encode_fast(snapshot(2, 2, tuple(trigger(tag) for tag in (1, 2, 3))))
    decoded = decode_fast(words)
    assert [one.tag for one in decoded.triggers] == [1, 2]
    assert decoded.torn_triggers == 0


def test_entries_left_from_before_the_session_are_not_torn() -> None:
    words = encode_fast(snapshot(1, 1, (trigger(1),)))
    words[TRIGGERS.slot(2) : TRIGGERS.slot(2) + 6] = encode_trigger(trigger(2), session=8)
    decoded = decode_fast(words)
    assert [one.tag for one in decoded.triggers] == [1]
    assert decoded.torn_triggers == 0


def test_stamps_are_handed_through() -> None:
    decoded = decode_fast(encode_fast(snapshot(0, 0, ())), sent_ns=5, received_ns=6)
    assert (decoded.sent_ns, decoded.received_ns) == (5, 6)


def test_unknown_bits_of_the_control_word_survive() -> None:
    words = encode_fast(snapshot(0, 0, ()))
    words[2] = 0x8001
    assert int(decode_fast(words).control) == 0x8001


@given(tags, st.integers(1, 5).map(Applied), st.sampled_from(Confirmation), u16)
def test_an_outcome_comes_back_as_it_went(
    tag: int, applied: Applied, confirmed: Confirmation, session: int
) -> None:
    outcome = PartOutcome(tag=tag, applied=applied, confirmed=confirmed)
    words = encode_outcome(outcome, session)
    assert words[1] == applied | confirmed << 8
    assert decode_outcome(words, session) == outcome
    assert decode_outcome(words, session ^ 1) is None


@pytest.mark.parametrize("word", [0x0000, 0x0006, 0x0302, 0x00FF])
def test_an_outcome_that_no_plc_may_report_is_none(word: int) -> None:
    assert decode_outcome([5, word, crc16([5, word, 9])], session=9) is None


@pytest.mark.parametrize(
    "options",
    [
        MapOptions(string_encoding="latin-1", string_order="little"),
        MapOptions(string_encoding="latin-1", word_order="little"),
    ],
)
def test_details_come_back_as_they_went(options: MapOptions) -> None:
    outcomes = (
        PartOutcome(tag=16, applied=Applied.ACCEPTED, confirmed=Confirmation.NO),
        PartOutcome(tag=15, applied=Applied.REJECTED, confirmed=Confirmation.YES),
    )
    ring = [0] * OUTCOMES.total_words
    for outcome in outcomes:
        at = OUTCOMES.slot(outcome.tag) - OUTCOMES.offset
        ring[at : at + 3] = encode_outcome(outcome, session=9)
    sent = details(outcomes)
    assert decode_details(encode_details(sent, options), ring, 9, options) == sent
    assert decode_details(encode_details(sent, options), ring, 8, options).outcomes == ()


def test_strings_are_written_in_the_chosen_byte_order() -> None:
    high_first = encode_details(details())
    low_first = encode_details(details(), MapOptions(string_order="little"))
    assert high_first[20:23] == [0x4C2D, 0x3737, 0]
    assert low_first[20:23] == [0x2D4C, 0x3737, 0]


def test_an_undecodable_string_is_shown_with_its_damage_marked() -> None:
    words = encode_details(details())
    words[20] = 0xFF41
    assert decode_details(words, [0] * 48, 9).lot == "\N{REPLACEMENT CHARACTER}A77"
