"""What people say of rejects, and what is learned from it: a real recorder, service and client."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from reject_rig import Recording, judge, page, parts_of, stored
from service_bench import PIN, Bench, Panel, until

from inspector.cli import main
from inspector.domain.labels import Judgement, Label, RowId, StaleLabelError
from inspector.protocol import Code, LabelView
from inspector.recorder import export_labelled, label_reject
from inspector.training._dataset import require_trainable, scan


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
    part = stored(recording)
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
    stored(recording)
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
    data_dir, part = bench.station.files.data_dir, stored(recording)
    command = ["telemetry", "labelled", str(tmp_path / "out"), "--data-dir", str(data_dir)]
    assert main(command) == 1
    assert "nobody has labelled a part" in capsys.readouterr().err
    judge(office, part)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.csv").write_text("path,split,label\na.png,train,ok\n")
    assert main(command) == 1
    assert "another data set" in capsys.readouterr().err


def test_labels_are_told_with_the_part_they_are_of(office: Panel, recording: Recording) -> None:
    part = stored(recording)
    judge(office, part, note="x")
    until(lambda: any(isinstance(fact, LabelView) for fact in office.facts))
    told = next(fact for fact in office.facts if isinstance(fact, LabelView))
    assert (told.part, told.version, told.note) == (str(part), 1, "x")
