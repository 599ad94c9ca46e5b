"""What really happened, told from tables that were written by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from inspector.app import resolve_bundle
from inspector.app._truth import Judge, Truth, read_truth
from inspector.config import default_config
from inspector.devices.sim import Fate, PartSource, SourceSpec, Wires, WorldOptions, open_source
from inspector.domain.disposition import Applied
from inspector.domain.recipe import Recipe, Roi, Thresholds
from inspector.vision import Bundle, load_bundle

GOOD, BAD = 0, 1
"""The source's parts: photograph 0 is good, photograph 1 a scratch."""
SESSION = 7
BY_HAND = 1
ALL_OK = Thresholds(accept_min=1e-9, reject_min=1.0)
NONE_OK = Thresholds(accept_min=1.0, reject_min=1e-9)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(resolve_bundle(default_config()))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> PartSource:
    folder = tmp_path_factory.mktemp("photographs")
    rng = np.random.default_rng(1)
    for name in ("ok", "scratch"):
        (folder / name).mkdir()
        cv2.imwrite(str(folder / name / "0.png"), rng.integers(60, 200, (64, 64), dtype=np.uint8))
    spec = SourceSpec(kind="folder", path=str(folder), settings={"shuffle_seed": None})
    return open_source(WorldOptions(run_dir="", source=spec))


@dataclass
class History:
    """Writes what the simulated devices would have written, one part after the other."""

    wires: Wires
    rows: list[dict[str, Any]] = field(default_factory=list)
    events: int = 0
    tags: int = 0

    def part(self, kind: int, fate: Fate, *, seen: bool = True, flags: int = 0) -> int:
        """Let a part pass the eye and leave the belt; return its row."""
        row = int(self.wires.totals["part_rows"][0])
        self.events += seen
        self.wires.parts[row] = (kind, row, row, self.events if seen else 0, fate, flags, 0, 0)
        self.wires.totals["part_rows"] = row + 1
        return row

    def tag(self, applied: Applied, *, again: bool = False, released_us: int = 0) -> int:
        """Let the PLC count the newest part (`again`: another rise of the eye by it); return the tag."""
        self.events += again
        self.tags += 1
        row = int(self.wires.totals["tag_rows"][0])
        released_ns = 1_000_000 + released_us * 1000 if released_us else 0
        self.wires.tags[row] = (
            SESSION,
            self.tags,
            self.events,
            1_000_000,
            0,
            released_ns,
            applied,
            0,
            0,
            0,
            0,
        )
        self.wires.totals["tag_rows"] = row + 1
        return self.tags

    def frame(self, part_row: int) -> int:
        """Let the camera hand over a frame of a part; return when it was available."""
        row = int(self.wires.totals["frame_rows"][0])
        available_ns = 1_000 + row
        self.wires.frames[row] = (row, part_row, 0, available_ns)
        self.wires.totals["frame_rows"] = row + 1
        return available_ns

    def judged(self, tag: int, available_ns: int, evaluation: str = "OK", class_name: str = "ok") -> None:
        """Let the station make a disposition of a frame."""
        self.rows.append(
            {
                "kind": "PART",
                "session": SESSION,
                "tag": (tag - 1) % 65535 + 1,
                "part_count": tag,
                "available_ns": available_ns,
                "evaluation": evaluation,
                "class_name": class_name,
            }
        )

    def whole(self, kind: int, fate: Fate, applied: Applied, evaluation: str = "OK") -> None:
        """A part with all that belongs to it."""
        row = self.part(kind, fate)
        self.judged(self.tag(applied), self.frame(row), evaluation)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(Wires.create(tmp_path / "wires"))


@pytest.fixture
def read(history: History, source: PartSource, bundle: Bundle) -> Any:
    def read_with(thresholds: Thresholds = NONE_OK) -> Truth:
        recipe = replace(Recipe(name="any", revision=1, roi=Roi()), thresholds=thresholds)
        return read_truth(history.wires, history.rows, source, [Judge(0, bundle, recipe)])

    return read_with


def failures(truth: Truth) -> dict[str, int]:
    names = ("escapes", "false_rejects", "missed_rejects", "wrongly_ejected", "mispaired", "unseen_accepted")
    return {name: count for name in names if (count := getattr(truth, name))}


def test_a_line_in_order_has_nothing_to_tell(history: History, read: Any) -> None:
    history.whole(GOOD, Fate.ACCEPTED, Applied.ACCEPTED)
    history.whole(BAD, Fate.EJECTED, Applied.REJECTED, "NG")
    history.part(GOOD, Fate.ON_BELT)
    truth = read()
    assert failures(truth) == {}
    assert truth.parts == 3
    assert truth.confusion == {"ok": {"ok": 1}, "scratch": {"ok": 1}}


def test_a_bad_part_that_passed_is_an_escape_of_the_classifier_only_if_it_says_so_offline(
    history: History, read: Any
) -> None:
    history.whole(BAD, Fate.ACCEPTED, Applied.ACCEPTED)
    ours, theirs = read(NONE_OK), read(ALL_OK)
    assert failures(ours) == failures(theirs) == {"escapes": 1}
    assert (ours.escapes_by_classifier, theirs.escapes_by_classifier) == (0, 1)
    (entry,) = ours.escape_list
    assert (entry["part"], entry["class"], entry["by_classifier"]) == (BAD, "scratch", False)


def test_a_bad_part_that_was_bypassed_on_purpose_is_no_escape(history: History, read: Any) -> None:
    history.whole(BAD, Fate.ACCEPTED, Applied.BYPASSED)
    assert failures(read()) == {}


def test_a_good_part_in_the_bin_is_a_false_reject(history: History, read: Any) -> None:
    history.whole(GOOD, Fate.EJECTED, Applied.REJECTED, "NG")
    assert failures(read()) == {"false_rejects": 1}


@pytest.mark.parametrize("applied", [Applied.REJECTED, Applied.PURGED])
def test_a_part_that_the_plc_wanted_out_and_that_passed_is_a_missed_reject(
    applied: Applied, history: History, read: Any
) -> None:
    history.whole(GOOD, Fate.ACCEPTED, applied, "NG")
    assert failures(read()) == {"missed_rejects": 1}


def test_a_part_that_the_plc_let_pass_and_that_fell_was_ejected_wrongly(history: History, read: Any) -> None:
    history.whole(BAD, Fate.EJECTED, Applied.ACCEPTED)
    assert failures(read()) == {"wrongly_ejected": 1}


def test_a_disposition_from_the_neighbours_frame_is_mispaired_good_parts_included(
    history: History, read: Any
) -> None:
    first = history.part(GOOD, Fate.ACCEPTED)
    first_tag = history.tag(Applied.ACCEPTED)
    second = history.part(GOOD, Fate.ACCEPTED)
    second_tag = history.tag(Applied.ACCEPTED)
    of_first, of_second = history.frame(first), history.frame(second)
    history.judged(first_tag, of_second)
    history.judged(second_tag, of_second)
    assert failures(read()) == {"mispaired": 1}
    history.rows[0]["available_ns"] = of_first
    assert failures(read()) == {}


def test_a_part_that_a_jerking_belt_shows_to_the_eye_again_is_not_its_neighbour(
    history: History, read: Any
) -> None:
    first = history.part(GOOD, Fate.ACCEPTED)
    history.tag(Applied.ACCEPTED)
    history.part(GOOD, Fate.ACCEPTED)
    history.tag(Applied.ACCEPTED)
    again = history.tag(Applied.REJECTED, again=True)
    available_ns = history.frame(first)
    history.judged(again, available_ns)
    assert read().mispaired == 1  # going by the order of the rises alone
    history.wires.tags["trigger_ns"][again - 1] = history.wires.frames["trigger_ns"][0] = 77_000
    assert read().mispaired == 0


def test_every_rise_of_a_chattering_eye_belongs_to_the_part_that_made_it(history: History, read: Any) -> None:
    history.whole(GOOD, Fate.ACCEPTED, Applied.ACCEPTED)
    row = history.part(GOOD, Fate.EJECTED)
    frame = history.frame(row)
    history.judged(history.tag(Applied.REJECTED), frame, "INDETERMINATE")
    history.judged(history.tag(Applied.REJECTED, again=True), frame, "INDETERMINATE")
    history.whole(GOOD, Fate.ACCEPTED, Applied.ACCEPTED)
    truth = read()
    assert failures(truth) == {"false_rejects": 1}
    assert truth.confusion == {"ok": {"indeterminate": 2, "ok": 2}}


def test_a_tag_that_comes_again_after_65535_parts_is_another_part(history: History, read: Any) -> None:
    history.whole(GOOD, Fate.ACCEPTED, Applied.ACCEPTED)
    row = history.part(GOOD, Fate.ACCEPTED)
    history.tag(Applied.ACCEPTED)
    history.wires.tags["tag"][1] = 65535
    again = history.part(GOOD, Fate.ACCEPTED)
    history.tag(Applied.ACCEPTED)
    history.wires.tags["tag"][2] = 1
    history.judged(65535, history.frame(row))
    history.judged(65536, history.frame(again))
    assert failures(read()) == {}
    history.rows[-1]["available_ns"] = history.rows[0]["available_ns"]
    assert failures(read()) == {"mispaired": 1}


def test_a_frame_of_nobody_and_a_tag_of_nobody_accuse_nobody(history: History, read: Any) -> None:
    """An eye that something else has covered makes a tag before the first part comes, and a frame."""
    history.events += 1
    history.judged(history.tag(Applied.REJECTED), history.frame(-1), "NG")
    history.whole(GOOD, Fate.ACCEPTED, Applied.ACCEPTED)
    history.judged(99, 123_456_789)
    history.rows.append({"kind": "EVENT"})
    assert failures(read()) == {}


def test_a_disposition_whose_frame_or_part_is_no_longer_known_is_not_said_to_be_well_paired(
    history: History, read: Any
) -> None:
    row = history.part(GOOD, Fate.ACCEPTED)
    tag = history.tag(Applied.ACCEPTED)
    history.judged(tag, history.frame(row))
    assert read().truth_unchecked == 0
    history.judged(tag, 987_654_321)  # no such frame
    history.judged(99, history.frame(row))  # no such part
    assert (read().truth_unchecked, read().mispaired) == (2, 0)


def test_a_part_that_the_eye_has_not_seen_is_told_apart_from_one_laid_on_by_hand(
    history: History, read: Any
) -> None:
    history.part(BAD, Fate.ACCEPTED, seen=False)
    history.part(BAD, Fate.ACCEPTED, seen=False, flags=BY_HAND)
    assert failures(read()) == {"unseen_accepted": 1}


def test_the_way_to_the_release_is_measured_where_there_was_one(history: History, read: Any) -> None:
    history.part(GOOD, Fate.ACCEPTED)
    history.tag(Applied.ACCEPTED, released_us=5_000)
    history.part(BAD, Fate.EJECTED)
    history.tag(Applied.REJECTED)
    release = read().plc_release
    assert (release["count"], release["max"]) == (1, 5_000)
