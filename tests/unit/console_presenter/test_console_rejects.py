"""What the Rejects screen shows, from what the station answers; without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from inspector.protocol import HeatView, LabelView, RejectPage, RejectRow, Result
from inspector_console.presenter import (
    Draft,
    Facts,
    Found,
    Lens,
    Link,
    RejectWish,
    ScoreBarView,
    class_choices,
    heat_says,
    present_reject,
    present_reject_list,
    with_labels,
)
from inspector_console.words import Words

DAY_NS = 86_400 * 10**9
NOON_NS = 1_790_000_000 // 86_400 * DAY_NS + DAY_NS // 2
KNOWN = RejectPage(
    classes=("dent", "ok", "stain"),
    ok_classes=("ok",),
    accept_min_permille=300,
    reject_min_permille=800,
    recipe_revision=2,
    bundle_digest32="abcd0123",
)


def row(ordinal: int = 1, **fields: Any) -> RejectRow:
    usual: dict[str, Any] = {
        "part": f"00000000000aa-{ordinal:010d}",
        "utc_ns": NOON_NS - 60 * 10**9,
        "session": 7,
        "ordinal": ordinal,
        "evaluation": "NG",
        "class_name": "dent",
        "class_index": 0,
        "score_permille": 910,
        "p_ok_permille": 40,
        "cause": "NG",
        "applied": "REJECTED",
        "recipe_revision": 2,
        "bundle_digest32": "abcd0123",
        "image": f"00000000000aa-{ordinal:010d}.png",
        "image_state": "STORED",
    }
    return RejectRow(**usual | fields)


def label(of: RejectRow, version: int = 1, **fields: Any) -> LabelView:
    usual: dict[str, Any] = {
        "judgement": "real_defect",
        "class_name": "dent",
        "user": "Ada",
        "utc_ns": NOON_NS,
    }
    return LabelView(part=of.part, version=version, **usual | fields)


def lens(language: str = "en", user: str = "Ada", **facts: Any) -> Lens:
    known = Facts(**{"link": Link.ATTACHED, "heard_ns": 5, "utc_offset_ns": NOON_NS} | facts)
    return Lens(facts=known, words=Words(language), zone=UTC, user=user)


def found(*rows: RejectRow, **fields: Any) -> Found:
    return Found(rows=rows, known=KNOWN, **fields)


@pytest.mark.parametrize(
    ("wish", "args"),
    [
        (RejectWish(), {}),
        (RejectWish(time="hour"), {"since_utc_ns": NOON_NS - 3600 * 10**9}),
        (RejectWish(class_name="dent", cause="NG"), {"class_name": "dent", "cause": "NG"}),
        (RejectWish(judged="no"), {"is_judged": False}),
        (RejectWish(judged="yes"), {"is_judged": True}),
        (RejectWish(score="middle"), {"score_min_permille": 600, "score_max_permille": 899}),
        (RejectWish(score="low"), {"score_max_permille": 599}),
    ],
)
def test_a_wish_asks_for_just_that(wish: RejectWish, args: dict[str, Any]) -> None:
    assert wish.args(NOON_NS) == args


def test_scores_are_divided_without_gap_or_overlap() -> None:
    bounds = [RejectWish(score=name).args(0) for name in ("low", "middle", "high")]
    assert bounds[0]["score_max_permille"] + 1 == bounds[1]["score_min_permille"]
    assert bounds[1]["score_max_permille"] + 1 == bounds[2]["score_min_permille"]


def test_a_moment_of_today_is_a_time_and_an_older_one_has_a_date() -> None:
    today, before = row(1), row(2, utc_ns=NOON_NS - DAY_NS)
    times = [card.time for card in present_reject_list(RejectWish(), found(today, before), lens()).cards]
    assert times[0] == "11:59:00"
    assert times[1].endswith(" 12:00")
    german = present_reject_list(RejectWish(), found(before), lens("de")).cards[0].time
    assert german.count(".") == 2


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({}, "Real defect"),
        ({"class_name": "stain"}, "Real defect: Stain"),
        ({"judgement": "false_reject", "class_name": "ok"}, "False reject"),
        ({"judgement": "dont_know", "class_name": ""}, "Don't know"),
        ({"judgement": "of_tomorrow"}, "of_tomorrow"),
    ],
)
def test_what_was_said_stands_beside_the_verdict(said: dict[str, Any], shown: str) -> None:
    part = row()
    card = present_reject_list(
        RejectWish(), found(part.model_copy(update={"label": label(part, **said)})), lens()
    ).cards[0]
    assert (card.what, card.score, card.said) == ("Dent", "0.91", shown)


def test_a_newer_label_from_another_console_replaces_an_older_one_and_never_the_reverse() -> None:
    old, new = label(row(), 1), label(row(), 2, judgement="dont_know")
    for kept, told, wins in ((old, new, new), (new, old, new), (None, old, old)):
        part = row().model_copy(update={"label": kept})
        assert with_labels((part,), lens(labels=(told,)))[0].label == wins


@pytest.mark.parametrize(
    ("state", "text"), [("EVICTED", "made room"), ("DROPPED", "not kept"), ("", "No picture of this part")]
)
def test_a_picture_that_is_not_there_says_why_and_is_not_asked_for(state: str, text: str) -> None:
    card = present_reject_list(RejectWish(), found(row(image_state=state)), lens()).cards[0]
    assert (card.image, text in card.gone) == ("", True)


def test_an_empty_list_says_whether_it_is_known_to_be_empty() -> None:
    def quiet(has: Found, **facts: Any) -> str:
        return present_reject_list(RejectWish(), has, lens(**facts)).quiet

    assert quiet(found()) == "No rejects yet"
    filtered = present_reject_list(RejectWish(class_name="dent"), found(), lens())
    assert filtered.quiet == "No reject matches these filters"
    assert quiet(found(is_asking=True)) == "Looking"
    assert quiet(found(failure="x is damaged")) == "Rejects cannot be shown: x is damaged"
    assert quiet(found(), link=Link.LOST) == "Rejects are not known without a connection"
    view = present_reject_list(RejectWish(), found(row()), lens(link=Link.LOST))
    assert view.cards == ()


def test_what_nobody_has_judged_says_so_and_is_counted() -> None:
    judged = row(label=label(row(), judgement="false_reject"))
    view = present_reject_list(RejectWish(), found(row(), judged), lens())
    assert [(card.said, card.is_judged) for card in view.cards] == [
        ("Not judged", False),
        ("False reject", True),
    ]
    assert view.unjudged == "1 of 2 not judged"
    assert present_reject_list(RejectWish(), found(judged), lens()).unjudged == ""


def test_newer_rejects_are_counted_and_not_pushed_in() -> None:
    bad = {"tag": 1, "evaluation": "NG", "applied": "REJECTED"}
    seen, news = Result(session=7, ordinal=1, **bad), Result(session=7, ordinal=2, **bad)
    has = found(row(), seen=frozenset({seen.key}))
    assert present_reject_list(RejectWish(), has, lens(rejects=(seen,))).newest == "Newest"
    view = present_reject_list(RejectWish(), has, lens(rejects=(seen, news)))
    assert (view.newest, view.has_news, len(view.cards)) == ("1 new", True, 1)


def test_the_score_is_shown_against_the_limits_that_it_was_judged_by() -> None:
    bar = present_reject(row(), KNOWN, Draft(), lens()).bar
    assert bar is not None
    assert (bar.share, bar.accept_below, bar.reject_from) == (pytest.approx(0.96), pytest.approx(0.7), 0.8)
    assert (bar.text, bar.accept_text, bar.reject_text) == ("Defect 0.96", "OK up to 0.70", "NG from 0.80")
    bar = present_reject(row(), KNOWN.model_copy(update={"accept_min_permille": 200}), Draft(), lens()).bar
    assert bar is not None
    assert (bar.accept_text, bar.reject_text) == ("", "NG from 0.80")  # the same limit from both sides
    for other in ({"recipe_revision": 1}, {"bundle_digest32": "0"}):
        bar = present_reject(row(**other), KNOWN, Draft(), lens()).bar
        assert bar is not None
        assert (bar.accept_below, bar.reject_from, bar.note) == (None, None, "Other limits applied then")
    late = row(evaluation="UNDEFINED", class_index=-1, class_name="", cause="LATE")
    view = present_reject(late, KNOWN, Draft(), lens())
    assert (view.bar, view.what, view.draft_class) == (None, "Verdict too late", "–")


def test_what_was_entered_waits_on_the_buttons_until_somebody_judges() -> None:
    view = present_reject(row(), KNOWN, Draft(class_name="stain", note="rim"), lens())
    assert (view.draft_class, view.note, view.judgement, view.said) == ("Stain", "rim", "", "Not judged yet")
    judged = row().model_copy(update={"label": label(row(), class_name="stain", note="kept")})
    view = present_reject(judged, KNOWN, Draft(), lens())
    assert (view.draft_class, view.note, view.said_by) == ("Stain", "kept", "by Ada, 12:00:00")
    assert present_reject(judged, KNOWN, Draft(note=""), lens()).note == "none"


def test_whoever_has_no_name_is_told_that_judging_needs_one() -> None:
    assert present_reject(row(), KNOWN, Draft(), lens(user="")).hint == "Log in to judge"
    assert present_reject(row(), KNOWN, Draft(), lens()).hint == "The part stays rejected"


def test_a_defect_may_be_any_class_but_a_good_one_or_one_that_nobody_knows_yet() -> None:
    assert class_choices(row(), KNOWN, lens()) == (("dent", "Dent"), ("stain", "Stain"), ("", "Another …"))
    other = class_choices(row(class_name="of_yesterday"), KNOWN, lens())
    assert ("of_yesterday", "Of yesterday") in other
    assert other[-1][0] == ""


def test_a_heat_map_says_when_no_single_place_decides() -> None:
    where = {"rows": 8, "columns": 8, "left": 0, "top": 0, "width": 64, "height": 64}
    sharp = heat_says(HeatView(defect_permille=970, covered_permille=120, **where), None, lens())
    assert sharp == "Hottest place covered: defect 0.97 → 0.12"
    blurred = heat_says(HeatView(defect_permille=970, covered_permille=900, **where), None, lens())
    assert blurred.startswith("No single place decides")


@pytest.mark.parametrize(
    ("covered", "said"),
    [
        (790, "Hottest place covered: defect 0.99 → 0.79, still NG (from 0.76)"),
        (500, "Hottest place covered: defect 0.99 → 0.50, would be unclear"),
        (100, "Hottest place covered: defect 0.99 → 0.10, would be OK"),
    ],
)
def test_a_heat_map_says_what_the_part_would_be_with_its_hottest_place_covered(
    covered: int, said: str
) -> None:
    where = {"rows": 8, "columns": 8, "left": 0, "top": 0, "width": 64, "height": 64}
    heat = HeatView(defect_permille=990, covered_permille=covered, **where)
    bar = ScoreBarView(share=0.99, text="", accept_below=0.24, reject_from=0.756)
    assert heat_says(heat, bar, lens()) == said
    other = replace(bar, share=0.9)
    assert heat_says(heat, other, lens()) == f"{said}. Then it was 0.90"
