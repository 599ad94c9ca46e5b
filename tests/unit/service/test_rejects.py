"""Rejects as people look through them, judge them and learn from them: a real recorder, service and client."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reject_rig import Recording
from service_bench import PASSWORD, PIN, Bench, Panel, until

from inspector.cli import main
from inspector.clock import utc_ns
from inspector.domain.disposition import Cause
from inspector.domain.labels import Judgement, Label, RowId, StaleLabelError
from inspector.domain.verdict import Evaluation
from inspector.protocol import Code, HeatView, LabelView, RejectPage, Reply, body_as
from inspector.recorder import _rejects, export_labelled, label_reject
from inspector.training._dataset import require_trainable, scan

MINUTE_NS = 60 * 10**9


@pytest.fixture
def recording(bench: Bench) -> Iterator[Recording]:
    recording = Recording(bench.station)
    bench.parts = replace(bench.parts, rejects=recording.records)
    bench.start()
    until(lambda: bench.panel("Look").ask("reject.query").body.get("classes"))
    yield recording
    recording.close()


@pytest.fixture
def office(bench: Bench, recording: Recording) -> Panel:
    """A panel at which somebody has logged in who may judge, without the right to write."""
    panel = bench.panel("Office")
    panel.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
    panel.log_in("Ada", PASSWORD)
    return panel


def page(panel: Panel, **wanted: Any) -> RejectPage:
    return body_as(panel.done("reject.query", **wanted).body, RejectPage)


def parts_of(found: RejectPage) -> list[str]:
    return [row.part for row in found.rows]


def judge(panel: Panel, part: RowId, judgement: str = "real_defect", **said: Any) -> Reply:
    return panel.ask("reject.label", part=str(part), judgement=judgement, **said)


# -- looking


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


# -- judging


def test_a_judgement_is_kept_beside_the_verdict_and_every_console_is_told(
    bench: Bench, recording: Recording, office: Panel
) -> None:
    other = bench.panel("Panel 2")
    part = recording.reject("dent", pixels=recording.golden("dent"))
    recording.store()
    until(lambda: other.mirror.state is not None)
    reply = judge(office, part, "false_reject", note="only a reflection")
    assert (reply.ok, reply.version) == (True, 1)
    until(lambda: [label.part for label in other.mirror.labels] == [str(part)])
    told = other.mirror.labels[0]
    assert (told.judgement, told.class_name, told.user) == ("false_reject", "ok", "Ada")
    row = page(other).rows[0]
    assert row.label == told
    assert (row.evaluation, row.class_name, row.applied) == ("NG", "dent", "REJECTED")
    late = bench.panel("Panel 3")
    until(lambda: late.mirror.labels == other.mirror.labels)


def test_the_last_label_counts_and_all_are_kept_over_a_restart(
    bench: Bench, recording: Recording, office: Panel
) -> None:
    part = recording.reject("dent")
    recording.store()
    judge(office, part, "dont_know")
    assert judge(office, part, class_name="crack", note="seen under the microscope").version == 2
    bench.stop()
    bench.start()
    panel = bench.panel("Panel 2")
    row = page(panel).rows[0]
    assert row.label is not None
    assert (row.label.version, row.label.judgement, row.label.class_name) == (2, "real_defect", "crack")
    history = page(panel, part=str(part)).history
    assert [(label.judgement, label.class_name) for label in history] == [
        ("dont_know", ""),
        ("real_defect", "crack"),
    ]


def test_two_people_cannot_overwrite_each_other_unseen(
    bench: Bench, recording: Recording, office: Panel
) -> None:
    part = recording.reject("dent")
    recording.store()
    assert judge(office, part, version=0).version == 1
    reply = judge(office, part, "false_reject", version=0)
    assert (reply.code, reply.version) == (Code.CONFLICT, 1)
    assert page(office).rows[0].label is not None
    assert judge(office, part, "false_reject", version=1).version == 2


def test_of_two_at_the_same_moment_one_wins_and_the_other_is_told(
    recording: Recording, office: Panel
) -> None:
    part = _stored(recording)
    label = Label(judgement=Judgement.DONT_KNOW, user="Ada")
    barrier = threading.Barrier(4)

    def say() -> str:
        barrier.wait(10)
        try:
            return f"version {label_reject(recording.config.data_dir, part, label, 0).version}"
        except StaleLabelError as error:
            return f"stale {error.version}"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(future.result(20) for future in [pool.submit(say) for _ in range(4)])
    assert said == ["stale 1"] * 3 + ["version 1"]


def test_looking_is_for_everybody_and_judging_needs_a_name(bench: Bench, recording: Recording) -> None:
    panel = bench.panel()
    part = recording.reject("dent")
    recording.store()
    assert parts_of(page(panel)) == [str(part)]
    reply = judge(panel, part)
    assert (reply.code, reply.body["refusal"]) == (Code.DENIED, "needs_login")
    assert page(panel).rows[0].label is None


def test_every_operator_may_judge_without_the_right_to_write_and_it_is_audited(
    bench: Bench, recording: Recording, office: Panel
) -> None:
    office.take_control()
    office.done("user.add", name="Bo", role="operator", secret=PIN, reason="new")
    worker = bench.panel("Panel 2")
    worker.log_in("Bo", PIN)
    part = recording.reject("dent")
    recording.store()
    assert judge(worker, part).ok
    judge(worker, part, "dont_know")
    records = [
        one
        for one in office.done("audit.query", act="reject.label").body["records"]
        if one["result"] == "done"
    ]
    assert [(one["target"], one["user"]) for one in records] == [(str(part), "Bo")] * 2
    assert records[0]["old"]["judgement"] == "real_defect"
    assert (records[0]["new"]["judgement"], records[1]["old"]) == ("dont_know", None)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"judgement": "good"}, Code.INVALID),
        ({"judgement": "real_defect", "class_name": "ok"}, Code.INVALID),
        ({"judgement": "real_defect", "class_name": "../x"}, Code.INVALID),
        ({"judgement": "real_defect", "class_name": "x" * 41}, Code.INVALID),
        ({"judgement": "dont_know", "note": "n" * 501}, Code.INVALID),
    ],
)
def test_what_cannot_be_a_label_is_refused_with_a_reason(
    recording: Recording, office: Panel, said: dict[str, Any], code: Code
) -> None:
    part = recording.reject("dent")
    recording.store()
    reply = office.ask("reject.label", part=str(part), **said)
    assert (reply.code, bool(reply.reason)) == (code, True)
    assert page(office).rows[0].label is None


def test_a_part_that_never_was_cannot_be_judged(recording: Recording, office: Panel) -> None:
    _stored(recording)
    reply = judge(office, RowId(5, 1))
    assert (reply.code, "there is no part" in reply.reason) == (Code.IMPOSSIBLE, True)


def test_a_damaged_file_of_labels_is_named_and_not_overwritten(
    bench: Bench, recording: Recording, office: Panel
) -> None:
    part = recording.reject("dent")
    recording.store()
    path = bench.station.files.data_dir / "labels.db"
    path.write_bytes(b"not a database, but something of somebody's" * 50)
    before = path.read_bytes()
    reply = judge(office, part)
    assert (reply.ok, str(path) in reply.reason) == (False, True)
    assert path.read_bytes() == before


# -- where the verdict came from


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


# -- learning from it


def index_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "index.csv").open(newline="", encoding="utf-8") as file:
        return {row["part"]: row for row in csv.DictReader(file)}


def test_labelled_pictures_become_a_data_set_that_training_reads(
    bench: Bench, recording: Recording, office: Panel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dents = [recording.reject("dent", pixels=recording.golden("dent")) for _ in range(2)]
    goods = [recording.reject("stain", pixels=recording.golden("ok")) for _ in range(2)]
    other = recording.reject("stain", pixels=recording.golden("stain"), serial=b"S-1")
    recording.store()
    unsure = recording.reject("crack", pixels=recording.golden("crack"))
    bare = recording.reject("dent")
    recording.store()
    for part in (*dents, bare):
        judge(office, part)
    for part in goods:
        judge(office, part, "false_reject", note='a "reflection",\nnot more')
    judge(office, other, class_name="new kind")
    judge(office, unsure, "dont_know")
    out, data_dir = tmp_path / "out", bench.station.files.data_dir
    assert main(["telemetry", "labelled", str(out), "--data-dir", str(data_dir), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["classes"] == {"dent": 2, "ok": 2, "new_kind": 1}
    assert (said["left_out"], said["missing"]) == (1, 1)
    folder = scan(out, "train")
    assert (folder.classes, len(folder.samples), folder.group_column) == (
        ("dent", "new_kind", "ok"),
        5,
        "group",
    )
    with pytest.raises(Exception, match="new_kind"):
        require_trainable(folder)
    index = index_of(out)
    assert {row["judged_by"] for row in index.values()} == {"Ada"}
    assert index[str(goods[0])]["note"] == 'a "reflection",\nnot more'
    assert (index[str(goods[0])]["class_name"], index[str(goods[0])]["label"]) == ("stain", "ok")
    assert (index[str(other)]["group"], index[str(dents[0])]["group"]) == ("S-1", str(dents[0]))
    picture = next(sample.path for sample in folder.samples if sample.path.stem == str(dents[0]))
    assert picture.read_bytes() == (data_dir / "images" / f"{dents[0]}.png").read_bytes()


def test_a_picture_moves_with_its_label_and_stays_when_the_station_has_let_go_of_it(
    bench: Bench, recording: Recording, office: Panel, tmp_path: Path
) -> None:
    parts = [recording.reject("dent", pixels=recording.golden("dent")) for _ in range(3)]
    recording.store()
    for part in parts:
        judge(office, part)
    out, data_dir = tmp_path / "out", bench.station.files.data_dir
    export_labelled(data_dir, out)
    shutil.rmtree(data_dir / "images")
    judge(office, parts[0], "false_reject")
    judge(office, parts[1], "dont_know")
    (out / "train" / "dent" / "notes.txt").write_text("mine")
    report = export_labelled(data_dir, out)
    assert (report.classes, report.missing, report.left_out) == ({"ok": 1, "dent": 1}, 0, 1)
    assert {row["path"] for row in index_of(out).values()} == {
        f"train/ok/{parts[0]}.png",
        f"train/dent/{parts[2]}.png",
    }
    found = sorted(str(path.relative_to(out)) for path in out.rglob("*.*"))
    assert found == [
        "index.csv",
        "train/dent/" + f"{parts[2]}.png",
        "train/dent/notes.txt",
        f"train/ok/{parts[0]}.png",
    ]


def test_a_folder_gathers_the_labels_of_several_stations(
    bench: Bench, recording: Recording, office: Panel, tmp_path: Path
) -> None:
    part = recording.reject("dent", pixels=recording.golden("dent"))
    recording.store()
    judge(office, part)
    out = tmp_path / "out"
    export_labelled(bench.station.files.data_dir, out)
    path = out / "index.csv"
    foreign = RowId(9, 9)
    shutil.copy(out / "train" / "dent" / f"{part}.png", out / "train" / "dent" / f"{foreign}.png")
    path.write_text(
        path.read_text() + path.read_text().splitlines()[1].replace(str(part), str(foreign)) + "\n"
    )
    export_labelled(bench.station.files.data_dir, out)
    assert set(index_of(out)) == {str(part), str(foreign)}


def test_a_folder_of_somebody_elses_and_a_station_without_labels_are_refused(
    bench: Bench, recording: Recording, office: Panel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir = bench.station.files.data_dir
    command = ["telemetry", "labelled", str(tmp_path / "out"), "--data-dir", str(data_dir)]
    assert main(command) == 1
    assert "nobody has labelled a part" in capsys.readouterr().err
    judge(office, _stored(recording))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.csv").write_text("path,split,label\na.png,train,ok\n")
    assert main(command) == 1
    assert "another data set" in capsys.readouterr().err


def _stored(recording: Recording) -> RowId:
    part = recording.reject("dent", pixels=recording.golden("dent"))
    recording.store()
    return part


def test_labels_are_told_with_the_part_they_are_of(office: Panel, recording: Recording) -> None:
    part = _stored(recording)
    judge(office, part, note="x")
    until(lambda: any(isinstance(fact, LabelView) for fact in office.facts))
    told = next(fact for fact in office.facts if isinstance(fact, LabelView))
    assert (told.part, told.version, told.note) == (str(part), 1, "x")
