from __future__ import annotations

import pytest
from console_facts import NOON_NS, NOW_NS, SECOND, alarm, lens, state

from inspector.domain.alarms import AlarmId
from inspector.protocol import Event, LeaseView
from inspector_console.presenter import (
    HoldAct,
    LampKind,
    Link,
    RunSign,
    present_alarm_history,
    present_alarm_row,
    present_alarms,
    present_header,
    present_hold,
    present_lamps,
    present_live,
)


def test_the_most_urgent_alarm_is_shown_first_then_what_waits_then_the_newest() -> None:
    facts = (
        alarm("disk_high", priority=3),
        alarm("ng_run", state="acknowledged", raised_ns=NOW_NS + 9 * SECOND),
        alarm("recorder_down", raised_ns=NOW_NS + SECOND),
        alarm("reject_rate_high", raised_ns=NOW_NS + 2 * SECOND),
    )
    row = present_alarm_row(lens(state(), *facts))
    assert row.top is not None
    assert row.top.id == "reject_rate_high"
    assert row.counts == ("0", "3", "1")
    high = alarm("camera_lost", priority=1, state="acknowledged")
    top = present_alarm_row(lens(state(), *facts, high)).top
    assert top is not None
    assert top.id == "camera_lost"


def test_an_alarm_says_what_parts_do_and_what_to_do() -> None:
    details = {"value": 3.44, "window": 200, "limit": 3.0}
    top = present_alarm_row(lens(state(), alarm("reject_rate_high", details=details), language="de")).top
    assert top is not None
    assert top.text == "Zu viel Ausschuss"
    assert top.consequence == "Nur schlechte Teile werden aussortiert"
    assert top.cause == "3,4 % der letzten 200 Teile wurden aussortiert; die Grenze ist 3 %."
    assert top.since == "seit 12:00"


@pytest.mark.parametrize(
    ("language", "text", "consequence"),
    [
        ("en", "Over: The camera is lost", "Parts are no longer affected"),
        ("de", "Vorbei: Keine Verbindung zur Kamera", "Teile sind nicht mehr betroffen"),
    ],
)
def test_what_is_over_says_so_and_does_not_contradict_itself(
    language: str, text: str, consequence: str
) -> None:
    gone = alarm("camera_lost", priority=1, state="returned", phase="returned", consequence="over")
    top = present_alarm_row(lens(state(), gone, language=language)).top
    assert top is not None
    assert (top.text, top.consequence, top.can_acknowledge) == (text, consequence, True)


def test_what_has_passed_is_never_over() -> None:
    gone = alarm("wrongly_accepted", state="returned", phase="returned", consequence="passed")
    top = present_alarm_row(lens(state(), gone)).top
    assert top is not None
    assert (top.text, top.consequence) == (
        "A part passed that should have been rejected",
        "Bad parts may have passed as good",
    )


def test_of_a_shelved_alarm_that_does_not_stand_nothing_is_said_of_parts() -> None:
    (line,) = present_alarms(lens(state(), alarm("ng_run", state="shelved", phase="normal"))).lines
    assert (line.text, line.consequence) == ("Bad parts in a row", "")


def test_an_acknowledged_alarm_stays_and_can_not_be_acknowledged_again() -> None:
    top = present_alarm_row(lens(state(), alarm("ng_run", state="acknowledged"))).top
    assert top is not None
    assert (top.is_waiting, top.can_acknowledge) == (False, False)


def test_hidden_alarms_are_not_shown_and_shelved_ones_are_counted() -> None:
    row = present_alarm_row(
        lens(state(), alarm("ng_run", state="shelved"), alarm("late", state="suppressed"))
    )
    assert (row.top, row.counts, row.shelved) == (None, ("0", "0", "0"), "shelved 1")


def test_an_alarm_of_a_newer_station_speaks_for_itself() -> None:
    top = present_alarm_row(lens(state(), alarm("flux_low", text="Flux is low", response="Call flux"))).top
    assert top is not None
    assert (top.text, top.response) == ("Flux is low", "Call flux")


@pytest.mark.parametrize("link", [Link.LOST, Link.CONNECTING])
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_connection_never_looks_like_no_alarms(link: Link, language: str) -> None:
    row = present_alarm_row(lens(state(), link=link, language=language))
    assert row.top is not None
    assert row.counts == ("–", "–", "–")
    assert not row.quiet
    assert not row.top.can_acknowledge


def test_without_alarms_a_bypass_is_said_all_the_same() -> None:
    assert present_alarm_row(lens(state())).quiet == "No active alarms"
    row = present_alarm_row(lens(state(parts_now="bypassed")))
    assert row.quiet == "No active alarms · Bypassed: parts pass without inspection"


def test_every_alarm_has_words_in_every_language_without_a_question_left_open() -> None:
    details = dict.fromkeys(("seconds", "value", "minutes", "reason", "window", "limit", "address"), 1)
    details |= dict.fromkeys(("refusals", "error", "count", "plc_job", "job", "product", "wanted"), 1)
    details |= dict.fromkeys(("brightness", "lowest", "highest"), 1)
    for language in ("en", "de"):
        for name in AlarmId:
            top = present_alarm_row(lens(state(), alarm(name, details=details), language=language)).top
            assert top is not None
            assert "?" not in top.text + top.cause


def lamps(*facts: object, **others: object) -> dict[str, tuple[LampKind, str]]:
    return {lamp.name: (lamp.kind, lamp.value) for lamp in present_lamps(lens(*facts, **others))}  # type: ignore[arg-type]


def test_six_lamps_are_quiet_when_all_is_well_and_claim_nothing_of_what_is_not_there() -> None:
    seen = lamps(state())
    assert list(seen) == ["Camera", "Light", "Model", "PLC", "Uplink", "Disk"]
    assert {name for name, (kind, _) in seen.items() if kind is not LampKind.GOOD} == {"Uplink"}
    assert seen["Uplink"] == (LampKind.NOT_SET_UP, "not set up")


def test_a_lamp_shows_the_worst_of_its_alarms_shelved_or_not() -> None:
    upkeep = alarm("undecided_high", state="shelved", phase="acknowledged")
    assert lamps(state(), upkeep)["Camera"][0] is LampKind.UPKEEP
    assert lamps(state(), upkeep, alarm("camera_lost", priority=1))["Camera"][0] is LampKind.FAILURE
    assert lamps(state(), alarm("camera_lost", priority=1, state="returned"))["Camera"][0] is LampKind.GOOD


def test_a_plc_that_is_not_linked_is_not_good_even_before_its_alarm() -> None:
    assert lamps(state(is_linked=False))["PLC"][0] is LampKind.FAILURE


def test_without_a_connection_no_lamp_says_anything() -> None:
    assert {kind for kind, _ in lamps(state(), link=Link.LOST).values()} == {LampKind.NO_DATA}


def happened(change: str, name: str = "ng_run", **more: str) -> Event:
    return Event(
        source="alarm", text="…", alarm=name, change=change, utc_ns=NOON_NS, details={"value": 3}, **more
    )  # type: ignore[arg-type]


def test_the_history_is_of_alarms_alone_newest_first_with_who_did_what_and_why() -> None:
    events = (
        happened("raised"),
        Event(source="station", text="HELD"),
        happened("shelved", user="Eve", reason="in_repair"),
        happened("raised", name="of_the_future"),
    )
    view = present_alarm_history(lens(state(), *events, language="de"))
    assert [(row.text, row.more, row.tail) for row in view.rows] == [
        ("of_the_future", "gekommen", ""),
        ("Schlechte Teile in Folge", "zurückgestellt: Wird gerade repariert", "Eve"),
        ("Schlechte Teile in Folge", "gekommen", ""),
    ]
    assert view.rows[0].lead_more == "15.01.2027"


def test_a_history_that_is_not_known_is_not_called_empty_and_a_lost_station_s_stays() -> None:
    assert "not known" in present_alarm_history(lens(link=Link.CONNECTING)).quiet
    assert present_alarm_history(lens(state())).quiet == "No alarms so far"
    assert present_alarm_history(lens(happened("raised"), link=Link.LOST)).rows


def test_the_head_does_not_say_that_a_lost_line_runs() -> None:
    assert present_header(lens(state())).sign is RunSign.RUNS
    lost = present_header(lens(state(), link=Link.LOST))
    assert (lost.sign, lost.state) == (RunSign.UNKNOWN, "State unknown")
    assert present_header(lens(state(state="DANCING"))).sign is RunSign.UNKNOWN


def test_the_head_says_which_shift_works_as_long_as_the_station_is_heard() -> None:
    assert present_header(lens(state(shift="Früh"), language="de")).shift == "Schicht Früh"
    assert present_header(lens(state())).shift == ""
    assert present_header(lens(state(shift="Early"), link=Link.LOST)).shift == ""


def test_the_head_says_who_else_is_in_control() -> None:
    other = LeaseView(client="them", name="Panel 2", user="M. Novak")
    assert present_header(lens(state(), other, identity="us")).control == "M. Novak is in control"
    assert present_header(lens(state(), other, identity="them")).control == ""


def test_the_button_for_the_line_holds_releases_what_people_hold_and_asks_nobody_who_is_not_there() -> None:
    assert present_hold(lens(state())).act is HoldAct.HOLD
    assert present_hold(lens(state(state="HELD"), alarm("held_worker", priority=1))).act is HoldAct.HOLD
    held = present_hold(lens(state(state="HELD"), alarm("held_operator")))
    assert (held.act, held.hint) == (HoldAct.RELEASE, "keep pressed")
    assert present_hold(lens(state(), link=Link.LOST)).act is HoldAct.NONE


def test_a_picture_of_the_past_says_so() -> None:
    assert present_live(lens(state())).picture_note == ""
    assert present_live(lens(state(), link=Link.LOST)).picture_note == "No connection: this picture is old"
    silent = lens(state(), alarm("station_lost", priority=1))
    assert present_live(silent).picture_note == "No data: the station is silent"
