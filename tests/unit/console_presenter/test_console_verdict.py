from __future__ import annotations

import pytest
from console_facts import NOW_NS, alarm, bad, lens, part, state

from inspector.protocol import ProductChange
from inspector_console.presenter import Link, VerdictKind, kind_of, present_rejects, present_verdict


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, VerdictKind.OK),
        ({"applied": "UNKNOWN"}, VerdictKind.OK),
        ({"evaluation": "NG", "disposition": "REJECT", "cause": "NG"}, VerdictKind.NG),
        ({"evaluation": "NG", "disposition": "REJECT", "cause": "LATE"}, VerdictKind.NG),
        (
            {"evaluation": "INDETERMINATE", "disposition": "REJECT", "cause": "INDETERMINATE"},
            VerdictKind.UNDECIDED,
        ),
        (
            {"evaluation": "OK", "disposition": "REJECT", "applied": "REJECTED", "cause": "LATE"},
            VerdictKind.NOT_JUDGED,
        ),
        ({"evaluation": "UNDEFINED", "disposition": "REJECT", "applied": "REJECTED"}, VerdictKind.NOT_JUDGED),
        ({"evaluation": "BETTER_THAN_OK"}, VerdictKind.NOT_JUDGED),
        ({"evaluation": "OK", "applied": "BYPASSED"}, VerdictKind.BYPASSED),
        ({"evaluation": "NG", "applied": "BYPASSED"}, VerdictKind.BYPASSED),
    ],
)
def test_only_what_was_judged_ok_and_let_pass_is_shown_as_ok(
    fields: dict[str, str], kind: VerdictKind
) -> None:
    assert kind_of(part(1, **fields)) is kind


def test_the_newest_part_is_the_verdict_with_its_class_and_score() -> None:
    view = present_verdict(lens(state(), part(1), bad(2, class_name="deep_scratch")))
    assert (view.kind, view.word, view.detail) == (VerdictKind.NG, "NG", "Deep scratch")
    assert view.number == "0.94 · #2"
    assert view.strip == (VerdictKind.OK, VerdictKind.NG)


def test_numbers_are_written_as_people_here_write_them() -> None:
    assert present_verdict(lens(state(), bad(2), language="de")).number == "0,94 · #2"


def test_a_part_rejected_without_a_verdict_says_why() -> None:
    late = part(3, evaluation="UNDEFINED", disposition="REJECT", applied="REJECTED", cause="LATE")
    view = present_verdict(lens(state(), late))
    assert (view.word, view.detail, view.number) == ("Not judged", "Verdict too late", "#3")


@pytest.mark.parametrize(
    ("phase", "is_blank"), [("TELLING", True), ("STARTING", True), ("CHECKING", False), ("DONE", False)]
)
def test_while_the_product_is_changed_the_old_ones_verdict_is_not_shown(phase: str, is_blank: bool) -> None:
    changing = state(change=ProductChange(phase=phase))
    view = present_verdict(lens(changing, part(1)))
    assert (view.kind is VerdictKind.NONE, view.word == "– –") == (is_blank, is_blank)
    assert ("being changed" in view.detail) is is_blank
    assert view.strip == (VerdictKind.OK,)  # what was, was


@pytest.mark.parametrize("link", [Link.LOST, Link.CONNECTING])
def test_without_a_connection_there_is_no_verdict_however_good_the_last_part_was(link: Link) -> None:
    view = present_verdict(lens(state(), part(1, decided_ns=NOW_NS), link=link))
    assert view.kind is VerdictKind.NONE
    assert view.word == "– –"
    assert "OK" not in view.word + view.detail
    assert view.is_old


def test_a_lost_connection_leaves_the_time_of_the_last_result() -> None:
    view = present_verdict(lens(state(), part(1, decided_ns=NOW_NS), link=Link.LOST))
    assert view.caption == "Last result 12:00:00"


def test_a_station_that_is_silent_behind_a_living_service_has_no_verdict_either() -> None:
    view = present_verdict(lens(state(), part(1), alarm("station_lost", priority=1)))
    assert (view.kind, view.is_old) == (VerdictKind.NONE, True)


def test_an_acknowledged_loss_is_still_a_loss_and_one_that_is_over_is_none() -> None:
    acknowledged = alarm("station_lost", priority=1, state="acknowledged")
    assert present_verdict(lens(state(), part(1), acknowledged)).is_old
    returned = alarm("station_lost", priority=1, state="returned")
    assert present_verdict(lens(state(), part(1), returned)).kind is VerdictKind.OK


def test_before_the_first_part_there_is_nothing_to_show_and_it_is_said() -> None:
    view = present_verdict(lens(state()))
    assert (view.kind, view.detail) == (VerdictKind.NONE, "No parts yet")


def test_rejects_are_listed_newest_first_with_why_and_when() -> None:
    undecided = part(
        5, evaluation="INDETERMINATE", disposition="REJECT", applied="REJECTED", cause="INDETERMINATE"
    )
    rejects = present_rejects(lens(state(), bad(2, image="a.png"), undecided))
    assert [(r.what, r.score, r.time, r.image) for r in rejects] == [
        ("Not decidable", "", "12:00:05", ""),
        ("Scratch", "0.94", "12:00:02", "a.png"),
    ]


@pytest.mark.parametrize("name", ["x" * 200, "ريش", "🔩🔩", "", "  a \n b "])
def test_whatever_a_class_is_called_it_is_one_line_of_bounded_length(name: str) -> None:
    detail = present_verdict(lens(state(), bad(1, class_name=name))).detail
    assert 0 < len(detail) <= 40
    assert "\n" not in detail


def test_a_clock_beyond_all_calendars_is_a_dash() -> None:
    rejects = present_rejects(lens(state(), bad(1, triggered_ns=2**62, decided_ns=0)))
    assert rejects[0].time == "–" or len(rejects[0].time) == 8
