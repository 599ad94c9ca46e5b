"""By what parts are judged: fixed at a part's trigger, and another one after a change of the product. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from inspector.domain.disposition import Cause
from inspector.domain.ledger import PartRow

Marks: TypeAlias = tuple[int, int]
"""Revision of the recipe, and the first 32 bits of the bundle's digest."""


class InForce:
    """What was in force with the process before, until this one is Ready for the first time; then its own.

    Parameters
    ----------
    revision, digest32
        Of this process's recipe and bundle.
    """

    def __init__(self, revision: int = 1, digest32: int = 0) -> None:
        self.now: Marks = (revision, digest32)
        self._before = self.now
        self._before_until: int | None = None
        self._inherited: set[int] = set()

    def inherit(self, before: Marks | None, rows: Iterable[PartRow]) -> None:
        """Take over from the process before: what was in force, and the parts that it has left open."""
        self._before = before or self.now
        self._inherited = {row.ordinal for row in rows}

    def begin(self, newest_ordinal: int) -> None:
        """Note that the station is Ready: whatever is triggered after that part gets its own marks."""
        if self._before_until is None:
            self._before_until = newest_ordinal

    def new_session(self) -> None:
        """Note that the PLC counts its parts anew."""
        self._inherited.clear()
        if self._before_until is not None:
            self._before_until = 0

    def mark(self, row: PartRow) -> None:
        """Fix by what a new part is judged."""
        is_before = self._before_until is None or row.ordinal <= self._before_until
        row.recipe_revision, row.bundle_digest32 = self._before if is_before else self.now

    def why_refused(self, row: PartRow) -> Cause:
        """Say why the PLC has rejected a part that was accepted: record, station or deadline were not there."""
        if not row.sent_ns:
            return Cause.LINK_FAULT
        return Cause.NOT_READY if row.ordinal in self._inherited else Cause.PLC_REFUSED
