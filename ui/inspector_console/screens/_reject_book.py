"""The rejects that were asked for: fetched piece by piece, and what people say of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from inspector.errors import ProtocolError
from inspector.protocol import LabelView, Neighbours, RejectPage, RejectRow, body_as
from inspector_console.bridge import LABEL, Answer, Bridge, Step
from inspector_console.presenter import Found, Lens, RejectWish, with_labels

QUERY: Final = "reject.query"
NEIGHBOURS: Final = "reject.neighbours"
_AT_ONCE: Final = 60
_MOST: Final = 2000
"""Rows that are kept: nobody turns more pages than that; filters lead further."""


class RejectBook(QObject):
    """Keeps what was found. `found` is a new value with every change."""

    changed = Signal()
    labelled = Signal(str)
    """A part that somebody here has judged."""
    login_wanted = Signal()
    """Somebody wanted to judge and has no name yet."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.wish, self.found = RejectWish(), Found()
        self._bridge = bridge
        self._asked = 0
        self._around: tuple[str, Neighbours | None] = ("", None)
        bridge.answered.connect(self._on_answered)

    def look(self, wish: RejectWish, lens: Lens) -> None:
        """Begin anew, with the newest."""
        seen = frozenset(result.key for result in lens.facts.rejects)
        self.wish = wish
        self.found = replace(self.found, rows=(), failure="", seen=seen)
        self._args = wish.args(lens.facts.heard_ns + (lens.facts.utc_offset_ns or 0))
        self._ask("")

    _args: dict[str, Any]

    def want(self, count: int) -> None:
        """Have so many rows, if there are."""
        found = self.found
        if len(found.rows) < min(count, _MOST) and found.known.next and not found.is_asking:
            self._ask(found.known.next)

    def row(self, part: str, lens: Lens) -> RejectRow | None:
        """Return a part's row as it stands now."""
        rows = tuple(row for row in self.found.rows if row.part == part)
        return with_labels(rows, lens)[0] if rows else None

    def beside(self, part: str, step: int) -> str:
        """Return the part that stands before (-1) or behind (1) another one; empty at the ends."""
        parts = [row.part for row in self.found.rows]
        at = parts.index(part) + step if part in parts else -1
        return parts[at] if 0 <= at < len(parts) else ""

    def around(self, part: str) -> Neighbours | None:
        """Return what passed before and after a part, once that is known; naming another part asks for it."""
        if part != self._around[0]:
            self._around = (part, None)
            self._bridge.ask(Step(NEIGHBOURS, {"part": part}), about=part)
        return self._around[1]

    def forget_around(self) -> None:
        """Ask anew at the next look: of a reject that has just passed, others pass behind it."""
        self._around = ("", None)

    def judge(self, row: RejectRow, judgement: str, class_name: str, note: str) -> None:
        """Say what a reject really was."""
        args = {"part": row.part, "judgement": judgement, "class_name": class_name, "note": note}
        version = row.label.version if row.label else 0
        self._bridge.ask(Step(LABEL, args, version), about=row.part)

    def _ask(self, before: str) -> None:
        self._asked += 1
        self.found = replace(self.found, is_asking=True)
        args = self._args | {"limit": _AT_ONCE} | ({"before": before} if before else {})
        self._bridge.ask(Step(QUERY, args), about=f"{self._asked} {before}")
        self.changed.emit()

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind == QUERY and answer.about.split(" ")[0] == str(self._asked):
            self._take(answer)
        elif answer.kind == LABEL:
            self._take_label(answer)
        elif answer.kind == NEIGHBOURS and answer.about == self._around[0]:
            self._take_neighbours(answer)

    def _take(self, answer: Answer) -> None:
        found = replace(self.found, is_asking=False)
        try:
            if answer.reply is None:  # the link is down: it is asked again when somebody looks
                self.found = replace(found, failure="" if found.rows else found.failure)
            elif not answer.is_ok:
                self.found = replace(found, failure=answer.reply.reason)
            else:
                page = body_as(answer.reply.body, RejectPage)
                self.found = replace(found, rows=found.rows + page.rows, known=page, failure="")
        except ProtocolError as error:
            self.found = replace(found, failure=str(error))
        self.changed.emit()
        if self.found.known.next and not self.found.rows and not self.found.failure and answer.is_ok:
            self._ask(self.found.known.next)  # nothing among so many parts: look further back

    def _take_neighbours(self, answer: Answer) -> None:
        """Keep them; without an answer the reject is shown without them."""
        if answer.reply is None or not answer.is_ok:
            return
        with suppress(ProtocolError):
            self._around = (self._around[0], body_as(answer.reply.body, Neighbours))
            self.changed.emit()

    def _take_label(self, answer: Answer) -> None:
        if answer.reply is None:
            return
        if not answer.is_ok:
            if answer.reply.body.get("refusal") == "needs_login":
                self.login_wanted.emit()
            return
        label = body_as(answer.reply.body, LabelView)
        rows = tuple(
            row.model_copy(update={"label": label}) if row.part == label.part else row
            for row in self.found.rows
        )
        self.found = replace(self.found, rows=rows)
        self.labelled.emit(label.part)
        self.changed.emit()
