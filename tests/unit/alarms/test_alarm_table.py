"""The table and its words: complete, and fit for the person who reads them."""

from string import Formatter

import pytest

from inspector.domain.alarm_board import AlarmBoard
from inspector.domain.alarm_table import TABLE, with_limits
from inspector.domain.alarm_texts import (
    CONSEQUENCE_TEXTS,
    REFUSAL_TEXTS,
    SHELVE_REASON_TEXTS,
    STATE_TEXTS,
    TEXTS,
    AlarmText,
    fill,
)
from inspector.domain.alarms import (
    AlarmId,
    AlarmRefusal,
    AlarmState,
    Consequence,
    Priority,
    ShelveReason,
)
from inspector.domain.hold import Hold
from inspector.domain.line import RejectFault
from inspector.errors import ConfigError

ALL = pytest.mark.parametrize("id_", list(AlarmId))


def test_every_alarm_has_a_rule_and_words() -> None:
    assert list(TABLE) == list(TEXTS) == list(AlarmId)


def test_every_hold_and_every_fault_of_the_plc_has_its_alarm() -> None:
    holds = {f"held_{hold.name.lower()}" for hold in Hold if hold}
    faults = {f"fault_{(fault.name or '').lower()}" for fault in RejectFault}
    assert holds == {id_ for id_ in AlarmId if id_.startswith("held_")}
    assert faults == {id_ for id_ in AlarmId if id_.startswith("fault_")}


def test_every_word_that_is_shown_has_a_text() -> None:
    assert set(CONSEQUENCE_TEXTS) == set(Consequence)
    assert set(STATE_TEXTS) == set(AlarmState)
    assert set(SHELVE_REASON_TEXTS) == set(ShelveReason)
    assert set(REFUSAL_TEXTS) == set(AlarmRefusal)


@ALL
def test_a_headline_stands_alone_and_a_person_knows_what_to_do(id_: AlarmId) -> None:
    text = TEXTS[id_]
    assert "{" not in text.text + text.response
    assert len(text.text) <= 64
    assert text.cause
    assert text.response.endswith(".")
    assert len(text.response) <= 120


@ALL
def test_a_text_names_what_it_needs_plainly(id_: AlarmId) -> None:
    text = TEXTS[id_]
    for template in (text.text, text.cause, text.response):
        for _, name, form, conversion in Formatter().parse(template):
            assert name is None or name.isidentifier()
            assert not form
            assert not conversion


@ALL
def test_only_an_alarm_on_a_value_speaks_of_value_and_limit(id_: AlarmId) -> None:
    names = TEXTS[id_].details
    assert ("value" in names) is (TABLE[id_].limit is not None)
    assert "limit" not in names or "value" in names


@pytest.mark.parametrize("id_", [id_ for id_ in AlarmId if id_.startswith("fault_")])
def test_a_fault_latched_in_the_plc_is_reset_there_only(id_: AlarmId) -> None:
    assert TEXTS[id_].response.endswith("reset at the PLC; it cannot be reset here.")
    assert TABLE[id_].consequence is Consequence.HELD


@ALL
def test_whoever_has_to_reset_at_the_plc_is_told_so(id_: AlarmId) -> None:
    assert ("reset at the PLC" in TEXTS[id_].response.replace("Reset", "reset")) is TABLE[id_].needs_plc_reset


@ALL
def test_an_alarm_for_which_the_line_stands_is_not_put_aside(id_: AlarmId) -> None:
    assert TABLE[id_].consequence is not Consequence.HELD or not TABLE[id_].shelvable


@pytest.mark.parametrize("id_", [id_ for id_ in AlarmId if id_.startswith("held_")])
def test_a_hold_says_so_and_gives_the_stations_own_reason(id_: AlarmId) -> None:
    assert TEXTS[id_].text.startswith("The line is held")
    assert TEXTS[id_].details == {"reason"}
    assert TABLE[id_].consequence is Consequence.HELD
    assert not TABLE[id_].removable


@ALL
def test_no_alarm_flickers(id_: AlarmId) -> None:
    assert TABLE[id_].off_delay_ns >= 2_000_000_000


@ALL
def test_what_is_urgent_latches_comes_within_two_seconds_and_is_never_shelved(id_: AlarmId) -> None:
    rule = TABLE[id_]
    if rule.priority is Priority.HIGH:
        assert rule.latching
        assert not rule.shelvable
        assert rule.on_delay_ns <= 2_000_000_000


@ALL
def test_what_stops_losing_or_passing_parts_is_not_of_low_urgency(id_: AlarmId) -> None:
    rule = TABLE[id_]
    assert rule.priority < Priority.LOW or rule.consequence is Consequence.NOT_AFFECTED


def test_a_plant_may_set_its_own_limits_and_the_dead_band_follows() -> None:
    table = with_limits({AlarmId.REJECT_RATE_HIGH: 2.0, AlarmId.LATE: 1})
    assert (table[AlarmId.REJECT_RATE_HIGH].limit, table[AlarmId.REJECT_RATE_HIGH].dead_band) == (2.0, 0.05)
    assert table[AlarmId.LATE].limit == 1
    assert table[AlarmId.NG_RUN] is TABLE[AlarmId.NG_RUN]
    AlarmBoard(table)


@pytest.mark.parametrize(("id_", "limit"), [(AlarmId.CAMERA_LOST, 1.0), (AlarmId.LATE, 0.0)])
def test_a_limit_that_makes_no_sense_is_refused(id_: AlarmId, limit: float) -> None:
    with pytest.raises(ConfigError, match=id_):
        with_limits({id_: limit})


def test_a_text_is_filled_in_with_what_is_known() -> None:
    text = TEXTS[AlarmId.REJECT_RATE_HIGH]
    assert fill(text.cause, {"value": 23.456, "window": 200, "limit": 20.0}) == (
        "23.5 % of the last 200 parts were rejected; the limit is 20 %."
    )
    assert fill(text.cause, {"value": 23.0}).endswith("the limit is ? %.")


@pytest.mark.parametrize("hostile", ["{value}", "{0}", "{reason.__class__}", "}{", "%s", "ünïcødé 🏭"])
def test_what_the_station_says_is_shown_as_it_is(hostile: str) -> None:
    assert fill(TEXTS[AlarmId.HELD_WORKER].cause, {"reason": hostile}) == hostile


def test_no_two_alarms_read_alike() -> None:
    headlines = [text.text for text in TEXTS.values()]
    assert len(set(headlines)) == len(headlines)
    assert all(isinstance(text, AlarmText) for text in TEXTS.values())
