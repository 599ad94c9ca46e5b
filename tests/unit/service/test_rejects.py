"""Rejects as people look through them, and where a verdict came from: a real recorder, service and client."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from reject_rig import Recording, judge, page, parts_of
from service_bench import Bench, Panel

from inspector.clock import utc_ns
from inspector.domain.disposition import Cause
from inspector.domain.verdict import Evaluation
from inspector.protocol import Code, HeatView, Neighbours, body_as
from inspector.recorder import _rejects

MINUTE_NS = 60 * 10**9


def test_rejects_are_found_newest_first_with_what_is_needed_to_judge_them(
    recording: Recording, office: Panel
) -> None:
    first = recording.reject("dent", pixels=recording.golden("dent"), serial=b"S-17", lot=b"4711")
    recording.station.part()
    second = recording.reject("stain", score_permille=770)
    recording.store()
    found = page(office)
    assert parts_of(found) == [str(second), str(first)]
    row = found.rows[1]
    assert (row.evaluation, row.class_name, row.score_permille, row.cause) == ("NG", "dent", 900, "NG")
    assert (row.serial, row.lot, row.image, row.image_state) == ("S-17", "4711", f"{first}.png", "STORED")
    assert (found.classes, found.ok_classes) == (recording.classes, ("ok",))
    assert (found.accept_min_permille, found.reject_min_permille) == (244, 756)
    assert not found.next
    assert office.done("image.read", name=row.image).attachments[0].startswith(b"\x89PNG")


def test_the_parts_around_a_reject_are_told_in_their_order_and_never_more_than_ten_a_side(
    recording: Recording, office: Panel
) -> None:
    for _ in range(12):
        recording.station.part()
    reject = recording.reject("dent")
    recording.reject("stain")
    recording.station.part()
    recording.store()
    around = body_as(office.done("reject.neighbours", part=str(reject)).body, Neighbours)
    assert [one.evaluation for one in around.before] == ["OK"] * 10
    assert [one.evaluation for one in around.after] == ["NG", "OK"]
    assert [one.disposition for one in around.after] == ["REJECT", "ACCEPT"]
    assert office.ask("reject.neighbours", part="x").code == Code.INVALID


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [3, 2, 1, 0]),
        ({"class_name": "dent"}, [2, 0]),
        ({"cause": "LATE"}, [3]),
        ({"cause": "NG", "score_max_permille": 900}, [1, 0]),
        ({"score_min_permille": 800, "score_max_permille": 950}, [2, 0]),
        ({"since_utc_ns": 1 << 62}, []),
        ({"until_utc_ns": 1}, []),
        ({"is_judged": True}, [1]),
        ({"is_judged": False}, [3, 2, 0]),
    ],
)
def test_a_filter_shows_what_was_asked_for_and_nothing_else(
    recording: Recording, office: Panel, wanted: dict[str, Any], expected: list[int]
) -> None:
    late = {
        "evaluation": int(Evaluation.UNDEFINED),
        "cause": int(Cause.LATE),
        "class_index": -1,
        "score_permille": 0,
    }
    parts = [
        recording.reject("dent", score_permille=900),
        recording.reject("stain", score_permille=600),
        recording.reject("dent", score_permille=950),
        recording.reject(**late),
    ]
    recording.station.part()
    recording.store()
    assert judge(office, parts[1]).ok
    assert parts_of(page(office, **wanted)) == [str(parts[at]) for at in expected]


def test_pages_follow_each_other_without_a_gap_however_little_is_looked_at_for_one(
    recording: Recording, office: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rejects, "_WINDOW", 7)
    monkeypatch.setattr(_rejects, "_MOST_ROWS", 14)
    parts = []
    for at in range(60):
        if at % 5:
            recording.station.part()
        else:
            parts.append(str(recording.reject("dent" if at % 10 else "stain")))
    recording.store()
    for wanted, expected in (({}, parts), ({"class_name": "stain"}, parts[::2])):
        seen: list[str] = []
        before = ""
        for _ in range(100):
            found = page(office, limit=4, before=before, **wanted)
            assert len(found.rows) <= 4
            seen += parts_of(found)
            before = found.next
            if not before:
                break
        assert seen == expected[::-1]


def test_parts_of_earlier_runs_are_found_too_and_old_ones_end_the_search(
    recording: Recording, office: Panel
) -> None:
    part = recording.reject()
    recording.store()
    assert parts_of(page(office, since_utc_ns=utc_ns() - MINUTE_NS)) == [str(part)]
    assert parts_of(page(office, since_utc_ns=utc_ns() + 2 * 60 * MINUTE_NS)) == []


@pytest.mark.parametrize(
    "args",
    [
        {"before": "x"},
        {"part": "../../etc/passwd"},
        {"since_utc_ns": "yesterday"},
        {"cause": "BAD LUCK"},
        {"limit": None},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_reason(office: Panel, args: dict[str, Any]) -> None:
    reply = office.ask("reject.query", **args)
    assert (reply.ok, bool(reply.reason)) == (False, True)
    assert reply.code in {Code.INVALID, Code.IMPOSSIBLE}


def test_without_a_recorder_there_is_nothing_to_look_through(service: Bench, panel: Panel) -> None:
    reply = panel.ask("reject.query")
    assert (reply.code, "nothing is recorded" in reply.reason) == (Code.IMPOSSIBLE, True)


def test_a_heat_map_is_hottest_where_the_defect_is(recording: Recording, office: Panel) -> None:
    part = recording.reject("scratch", pixels=recording.golden("scratch"))
    recording.store()
    reply = office.done("image.heatmap", part=str(part))
    view = body_as(reply.body, HeatView)
    grid = np.frombuffer(reply.attachments[0], np.uint8).reshape(view.rows, view.columns)
    assert grid.max() == 255
    row, column = np.unravel_index(int(grid.argmax()), grid.shape)
    # The golden sample's scratch lies at the lower rim, a little right of the middle.
    down, right = (row + 0.5) / view.rows, (column + 0.5) / view.columns
    assert (down > 0.75, 0.5 < right < 0.75) == (True, True)
    assert np.count_nonzero(grid > 128) < grid.size / 10
    assert view.defect_permille > max(900, view.covered_permille)
    assert (view.width, view.height) == (512, 512)
    assert office.done("image.heatmap", part=str(part)).attachments == reply.attachments


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"bundle_digest32": 7}, "other_model"),
        ({"recipe_revision": 9}, "other_recipe"),
    ],
)
def test_another_model_or_recipe_than_the_one_that_judged_explains_nothing(
    recording: Recording, office: Panel, row: dict[str, Any], reason: str
) -> None:
    part = recording.reject("scratch", pixels=recording.golden("scratch"), **row)
    recording.store()
    reply = office.ask("image.heatmap", part=str(part))
    assert (reply.code, reply.body["refusal"], bool(reply.reason)) == (Code.IMPOSSIBLE, reason, True)


def test_what_has_no_picture_or_no_defect_has_no_heat_map(recording: Recording, office: Panel) -> None:
    bare = recording.reject("scratch")
    good = recording.reject("scratch", pixels=recording.golden("ok"))
    empty = recording.reject("scratch", pixels=np.full((1024, 1280), 20, np.uint8))
    recording.store()
    for part, reason in ((bare, "no_picture"), (good, "no_defect"), (empty, "no_part")):
        reply = office.ask("image.heatmap", part=str(part))
        assert (reply.code, reply.body["refusal"]) == (Code.IMPOSSIBLE, reason), reply.reason
