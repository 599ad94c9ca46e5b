"""Parts whose rows are final, as facts: read from the ring beside the recorder, which notices nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, Final

from numpy.typing import NDArray

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.disposition import Applied, Cause, Confirmation, Disposition
from inspector.domain.line import ResultFlags
from inspector.domain.verdict import Evaluation
from inspector.protocol import LAST_RESULTS, Event, Result
from inspector.sharedmem import DecisionRing, LedgerRing, RowFlags, RowKind, image_name

_AT_ONCE: Final = 100
"""More rows than these since the last look, and the older ones are passed over: who was away shows the newest."""
_FRAMES: Final = 64
"""Decided parts whose frame may still be shown."""
_SAME: Final = (
    "session", "tag", "lane", "attempt", "class_index", "score_permille", "p_ok_permille",
    "recipe_revision", "latency_us", "decided_ns", "available_ns", "sent_ns", "outcome_ns",
)  # fmt: skip


class Results:
    """Follows the ring as one more reader. Owned by the service's thread.

    Attributes
    ----------
    skipped : int
        Rows that were passed over: overwritten before they were read, or too many at once.
    ng_run : int
        Parts in a row that were judged NG, up to now.
    """

    def __init__(
        self,
        ring: LedgerRing,
        classes: tuple[str, ...],
        image_suffix: str,
        decisions: DecisionRing | None = None,
        class_names: Callable[[int], tuple[str, ...]] | None = None,
    ) -> None:
        self._ring, self._suffix = ring, image_suffix
        self._classes_of = class_names or (lambda _: classes)
        self._decisions = decisions
        self._decided = decisions.written if decisions else 0
        self._by_frame: deque[Result] = deque(maxlen=_FRAMES)
        self._seen = ring.written
        self.skipped = 0
        self.ng_run = 0

    def last(self, history: Iterable[Mapping[str, Any]] = ()) -> list[Result]:
        """Return the last parts from before the start, oldest first: of the ring, else of the recorder.

        Parameters
        ----------
        history
            Rows as the recorder documents them, oldest first.
        """
        after = max(0, self._seen - 4 * LAST_RESULTS)
        rows = self._ring.recent(after)
        here = [self._result(row) for row in _plain(rows[rows["kind"] == int(RowKind.PART)])]
        older = [_from_record(row, self._ring.epoch) for row in history]
        known = {result.key for result in here}
        return [*(result for result in older if result.key not in known), *here][-LAST_RESULTS:]

    def new(self) -> list[Result | Event]:
        """Return the parts that have become final since the last look, and the station's events, oldest first."""
        written = self._ring.written
        if written == self._seen:
            return []
        after = max(self._seen, written - min(_AT_ONCE, self._ring.capacity))
        self.skipped += after - self._seen
        self._seen = written
        rows = self._ring.recent(after)
        found = [self._fact(row) for row in _plain(rows[rows["seq"] <= written])]
        for fact in found:
            if isinstance(fact, Result):
                self.ng_run = self.ng_run + 1 if fact.evaluation == Evaluation.NG.name else 0
        return found

    def decided(self) -> list[Result]:
        """Return the parts that the PLC has been answered since the last look: what the line did is not known yet.

        To be called before `new`, which says the last word.
        """
        if self._decisions is None or self._decisions.written == self._decided:
            return []
        rows = self._decisions.since(max(self._decided, self._decisions.written - _AT_ONCE))
        self._decided = self._decisions.written
        found = [self._of_decision(row) for row in _plain(rows)]
        self._by_frame.extend(found)
        return found

    def part_of(self, available_ns: int) -> Result | None:
        """Return the part, among the last ones, whose frame came at that time."""
        return next((part for part in reversed(self._by_frame) if part.available_ns == available_ns), None)

    def _of_decision(self, row: Mapping[str, Any]) -> Result:
        same = {name: row[name] for name in _SAME if name in row}
        return Result(
            ordinal=row["ordinal"],
            frame_id=min(row["frame_id"], (1 << 31) - 1),
            latency_us=max(0, row["decided_ns"] - row["available_ns"]) // 1000,
            triggered_ns=row["triggered_ns"],
            is_simulated=bool(row["flags"] & ResultFlags.SIMULATED),
            **self._judged(row),
            **same,
        )

    def _judged(self, row: Mapping[str, Any]) -> dict[str, Any]:
        index, classes = row["class_index"], self._classes_of(row["bundle_digest32"])
        return {
            "evaluation": _name(Evaluation, row["evaluation"]),
            "class_name": classes[index] if 0 <= index < len(classes) else "",
            "disposition": _name(Disposition, row["disposition"]),
            "cause": _name(Cause, row["cause"]),
            "causes": tuple(_name(Cause, bit) for bit in range(1, 32) if row["causes"] >> bit & 1),
        }

    @property
    def filled_percent(self) -> float:
        """How full the ring is with rows that the recorder has not taken yet."""
        return 100.0 * (self._ring.capacity - self._ring.free) / self._ring.capacity

    def _fact(self, row: Mapping[str, Any]) -> Result | Event:
        if row["kind"] == RowKind.PART:
            return self._result(row)
        text = row["text"].decode(errors="replace")
        at_utc_ns = max(0, utc_ns() - monotonic_ns() + row["trigger_ns"])
        return Event(code=row["code"], source="station", text=text, utc_ns=at_utc_ns)

    def _result(self, row: Mapping[str, Any]) -> Result:
        has_image = row["image_slot"] >= 0
        return Result(
            ordinal=row["part_count"],
            serial=row["serial"].decode(errors="replace"),
            applied=_name(Applied, row["applied"]),
            confirmed=_name(Confirmation, row["confirmed"]),
            image=image_name(row["epoch"], row["seq"], self._suffix) if has_image else "",
            frame_id=min(row["frame_id"], (1 << 31) - 1) if row["available_ns"] else -1,
            is_simulated=bool(row["flags"] & RowFlags.SIMULATED),
            triggered_ns=row["trigger_ns"],
            **self._judged(row),
            **{name: row[name] for name in _SAME},
        )


def _plain(rows: NDArray[Any]) -> Iterator[dict[str, Any]]:
    names = rows.dtype.names or ()
    return (dict(zip(names, values, strict=True)) for values in rows.tolist())


def _name(kind: type[IntEnum], value: int) -> str:
    """Return the member's name; a number that a newer station has added stays a number."""
    return kind(value).name if value in kind._value2member_map_ else str(value)


def _from_record(row: Mapping[str, Any], epoch: int) -> Result:
    """Return a row of the recorder's. One of another ring may be of before the machine was started."""
    numbers: dict[str, Any] = {name: row[name] or 0 for name in _SAME}
    numbers["class_index"] = -1 if row["class_index"] is None else row["class_index"]
    triggered_ns = row["trigger_ns"] or 0
    if row["epoch"] != epoch:
        triggered_ns = max(0, row["utc_ns"] - utc_ns() + monotonic_ns())
        numbers |= dict.fromkeys(("decided_ns", "available_ns", "sent_ns", "outcome_ns"), 0)
    image = row["image"] or {}
    texts = ("serial", "evaluation", "class_name", "disposition", "cause", "applied", "confirmed")
    return Result(
        ordinal=row["part_count"],
        causes=tuple(row["causes"]),
        image=str(image.get("file", "")).rpartition("/")[2],
        frame_id=-1 if row["frame_id"] is None else min(row["frame_id"], (1 << 31) - 1),
        is_simulated=row["is_simulated"],
        triggered_ns=triggered_ns,
        **{name: row[name] for name in texts},
        **numbers,
    )
