"""What really happened: the simulator's ground truth, joined with the ledger, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.devices.sim import Fate, PartSource, Wires
from inspector.domain.disposition import Applied
from inspector.domain.frame import Frame
from inspector.domain.histogram import LatencyHistogram
from inspector.domain.part import TAG_MAX
from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Evaluation
from inspector.vision import Bundle

Key = tuple[int, int]
"""A session of the PLC, and its count of the part in it."""
_BY_HAND = 1
_LISTED = 200
_NEVER_NS = 1 << 63


@dataclass(slots=True, kw_only=True)
class Truth:
    """Counts and lists of what the simulator knows, and the station could not.

    `escapes` are NG parts that were accepted; `escapes_by_classifier` those whose pristine frame, judged
    offline by the same bundle, is OK too. `mispaired` are dispositions made from another part's frame.
    `truth_unchecked` are dispositions whose frame or part is no longer in the tables, so that nobody can tell
    (these hold the newest parts only).
    `missed_at_ns` and `wrongly_at_ns` are when parts came to the gate that passed though the PLC wanted them out,
    and the other way round (monotonic clock).
    """

    parts: int = 0
    escapes: int = 0
    escapes_by_classifier: int = 0
    false_rejects: int = 0
    mispaired: int = 0
    truth_unchecked: int = 0
    unseen_accepted: int = 0
    escape_list: list[dict[str, Any]] = field(default_factory=list)
    confusion: dict[str, dict[str, int]] = field(default_factory=dict)
    found_by_size: dict[str, list[tuple[float, float, bool]]] = field(default_factory=dict)
    missed_at_ns: list[int] = field(default_factory=list)
    wrongly_at_ns: list[int] = field(default_factory=list)
    plc_release: dict[str, int] = field(default_factory=dict)

    @property
    def missed_rejects(self) -> int:
        """Parts that the PLC wanted out, and that passed."""
        return len(self.missed_at_ns)

    @property
    def wrongly_ejected(self) -> int:
        """Parts that the PLC let pass, and that were ejected."""
        return len(self.wrongly_at_ns)


@dataclass(frozen=True, slots=True)
class Judge:
    """By what parts were judged from a moment on (monotonic ns)."""

    from_ns: int
    bundle: Bundle
    recipe: Recipe


def read_truth(
    wires: Wires, rows: Iterable[dict[str, Any]], source: PartSource, judges: Sequence[Judge]
) -> Truth:
    """Join the simulator's tables with the ledger's rows of this run."""
    truth = Truth(plc_release=_release_latency(wires))
    parts = _table(wires.parts, int(wires.totals["part_rows"][0]))
    tags = _table(wires.tags, int(wires.totals["tag_rows"][0]))
    frames = _table(wires.frames, int(wires.totals["frame_rows"][0]))
    frames["part_row"] -= max(0, int(wires.totals["part_rows"][0]) - len(wires.parts))
    rows = [row for row in rows if row["kind"] == "PART"]
    keys = _keys(tags, rows)
    part_of_tag = _parts_of_tags(parts, tags, keys) | _parts_by_trigger(frames, tags, keys)
    applied_of_row = {
        part_of_tag[key]: int(tag["applied"])
        for key, tag in zip(keys, tags, strict=True)
        if key in part_of_tag
    }
    truth.parts = len(parts)
    escaped = _count_fates(truth, parts, applied_of_row, source)
    _count_pairs(truth, frames, rows, parts, part_of_tag, source)
    for judge, until in zip(judges, [*(judge.from_ns for judge in judges[1:]), _NEVER_NS], strict=True):
        mine = [number for number, seen_ns in escaped if judge.from_ns <= seen_ns < until]
        _explain_escapes(truth, mine, source, judge)
    return truth


def _table(rows: NDArray[Any], written: int) -> NDArray[Any]:
    """Return the rows of a ring table that are there, oldest first."""
    if written <= len(rows):
        return rows[:written].copy()
    return np.roll(rows, -(written % len(rows)))


def _keys(tags: NDArray[Any], rows: Iterable[dict[str, Any]]) -> list[Key]:
    """Return (session, part count) of each tag of the PLC's table.

    Tags come again after 65,535 parts; a count never does within a session. Where the table has lost its
    beginning, the ledger says how far the count has come.
    """
    newest: dict[int, int] = {}
    for row in rows:
        newest[row["session"]] = max(newest.get(row["session"], 0), row["part_count"])
    keys: list[Key] = []
    for session in dict.fromkeys(tags["session"].tolist()):
        numbers = tags["tag"][tags["session"] == session].astype(np.int64)
        rounds = np.concatenate(([0], np.cumsum(np.diff(numbers) < 0)))
        counts = rounds * TAG_MAX + numbers
        missing = max(0, round((newest.get(session, 0) - int(counts[-1])) / TAG_MAX))
        keys += [(session, count) for count in (counts + missing * TAG_MAX).tolist()]
    return keys


def _parts_of_tags(parts: NDArray[Any], tags: NDArray[Any], keys: list[Key]) -> dict[Key, int]:
    """Map each tag to the index of the part that made the photo-eye rise.

    A chattering eye rises several times for one part; the part's row names the first rise, and the part
    owns every rise until the next part's.
    """
    seen = np.flatnonzero(parts["eye_event"])
    order = seen[np.argsort(parts["eye_event"][seen], kind="stable")]
    place = np.searchsorted(parts["eye_event"][order], tags["eye_event"], side="right") - 1
    return {
        key: int(order[at])
        for key, tag, at in zip(keys, tags, place, strict=True)
        if at >= 0 and tag["eye_event"]
    }


def _parts_by_trigger(frames: NDArray[Any], tags: NDArray[Any], keys: list[Key]) -> dict[Key, int]:
    """Map each tag to the part that stood before the eye at that very trigger, where a frame tells.

    A belt that jerks back shows a part to the eye again, and something that covers the eye is no part at all
    (a negative index): the order of the rises cannot know either.
    """
    part_at = dict(zip(frames["trigger_ns"].tolist(), frames["part_row"].tolist(), strict=True))
    return {
        key: part_at[int(tag["trigger_ns"])]
        for key, tag in zip(keys, tags, strict=True)
        if int(tag["trigger_ns"]) in part_at
    }


def _count_fates(
    truth: Truth, parts: NDArray[Any], applied_of_row: dict[int, int], source: PartSource
) -> list[tuple[int, int]]:
    """Count what became of the parts; return the numbers of those that escaped, and when the eye saw them."""
    escaped = []
    for index, part in enumerate(parts):
        fate, is_good = Fate(int(part["fate"])), source.truth(int(part["part"])).is_good
        applied = applied_of_row.get(index, 0)
        if fate is Fate.ACCEPTED:
            if applied in (Applied.REJECTED, Applied.PURGED):
                truth.missed_at_ns.append(int(part["gate_ns"]))
            if not part["eye_event"]:
                truth.unseen_accepted += not part["flags"] & _BY_HAND
            elif is_good is False and applied != Applied.BYPASSED:
                escaped.append((int(part["part"]), int(part["eye_ns"])))
        elif fate is Fate.EJECTED:
            truth.false_rejects += is_good is True
            if applied == Applied.ACCEPTED:
                truth.wrongly_at_ns.append(int(part["gate_ns"]))
    truth.escapes = len(escaped)
    return escaped


def _count_pairs(
    truth: Truth,
    frames: NDArray[Any],
    rows: Iterable[dict[str, Any]],
    parts: NDArray[Any],
    part_of_tag: dict[Key, int],
    source: PartSource,
) -> None:
    """Compare each disposition's frame with its part, and each verdict with the truth."""
    part_of_frame = dict(zip(frames["available_ns"].tolist(), frames["part_row"].tolist(), strict=True))
    confusion: dict[str, Counter[str]] = {}
    for row in rows:
        if not row["available_ns"]:
            continue
        index = part_of_tag.get((row["session"], row["part_count"]))
        shown = part_of_frame.get(row["available_ns"])
        if index is None or shown is None:
            truth.truth_unchecked += 1
        else:
            truth.mispaired += shown != index
        if index is None or not 0 <= index < len(parts):
            continue
        fact = source.truth(int(parts[index]["part"]))
        if not fact.class_name:
            continue
        confusion.setdefault(fact.class_name, Counter())[_predicted(row)] += 1
        if fact.is_good is False and fact.size_px > 0:
            found = row["evaluation"] != Evaluation.OK.name
            truth.found_by_size.setdefault(fact.class_name, []).append((fact.size_px, fact.contrast, found))
    truth.confusion = {name: dict(sorted(counts.items())) for name, counts in sorted(confusion.items())}


def _predicted(row: dict[str, Any]) -> str:
    """Name what the station saw."""
    if row["evaluation"] == Evaluation.INDETERMINATE.name:
        return "indeterminate"
    return str(row["class_name"])


def _explain_escapes(truth: Truth, escaped: list[int], source: PartSource, judge: Judge) -> None:
    """Judge the pristine frame of each escaped part offline, by the same bundle and recipe."""
    if not escaped:
        return
    from inspector.vision import OnnxClassifier  # with a runtime that the launcher needs for nothing else

    classifier = OnnxClassifier(judge.bundle, judge.recipe, frozen_check=False)
    shape = (source.height, source.width) if source.channels == 1 else (source.height, source.width, 3)
    pixels: NDArray[np.uint8] = np.zeros(shape, np.uint8)
    for number in escaped:
        height, width = source.render_into(number, pixels)
        frame = Frame(
            frame_id=number,
            trigger_count=None,
            device_timestamp_ns=0,
            available_ns=0,
            received_ns=0,
            pixels=pixels[:height, :width],
            slot=0,
        )
        is_ok = classifier.classify(frame).evaluation is Evaluation.OK
        truth.escapes_by_classifier += is_ok
        fact = source.truth(number)
        truth.escape_list.append(
            {
                "part": number,
                "class": fact.class_name,
                "size_px": round(fact.size_px, 1),
                "contrast": round(fact.contrast, 3),
                "origin": fact.origin,
                "by_classifier": is_ok,
            }
        )
    truth.escape_list.sort(key=lambda entry: (entry["by_classifier"], -entry["size_px"] * entry["contrast"]))
    del truth.escape_list[_LISTED:]
    classifier.close()


def _release_latency(wires: Wires) -> dict[str, int]:
    """Return trigger → the scan that released the part, as the simulated PLC stamped it."""
    histogram = LatencyHistogram()
    for tag in _table(wires.tags, int(wires.totals["tag_rows"][0])):
        if tag["released_ns"]:
            histogram.record_ns(int(tag["released_ns"] - tag["trigger_ns"]))
    return histogram.summary()
