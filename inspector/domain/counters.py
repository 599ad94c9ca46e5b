"""What a run has counted: the ledger's totals, the causes, and what the PLC's mirror shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from inspector.domain.disposition import Cause
from inspector.domain.ledger import LedgerTotals

U16 = 1 << 16
_LEDGER = ("triggers", "accepted", "rejected", "bypassed", "purged", "removed", "unrecorded", "in_transit")
_NO_CAUSES: Mapping[Cause, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounters:
    """A frozen snapshot of one run's totals, in parts unless said otherwise.

    Parameters
    ----------
    triggers
        The PLC's own part count since the run began; never a count of frames or rows.
    accepted, rejected, bypassed, purged, removed
        What the line did, as the PLC reported it.
    unrecorded
        Parts whose outcome can no longer be known.
    in_transit
        Parts whose outcome is still to come.
    decided_ok, decided_ng, decided_indeterminate
        What vision saw.
    late, overrun
        Verdicts after their deadline, and parts for which there was no room to queue.
    frames_lost
        Parts without a frame.
    link_faults
        Exchanges with the PLC that failed.
    missed_triggers
        Parts whose trigger record the station never saw.
    causes
        Primary cause of every reject.
    """

    triggers: int = 0
    accepted: int = 0
    rejected: int = 0
    bypassed: int = 0
    purged: int = 0
    removed: int = 0
    unrecorded: int = 0
    in_transit: int = 0
    decided_ok: int = 0
    decided_ng: int = 0
    decided_indeterminate: int = 0
    late: int = 0
    overrun: int = 0
    frames_lost: int = 0
    link_faults: int = 0
    missed_triggers: int = 0
    causes: Mapping[Cause, int] = field(default_factory=lambda: _NO_CAUSES)

    def __post_init__(self) -> None:
        """Freeze the causes too: the snapshot must not change with the counter it was taken from."""
        object.__setattr__(self, "causes", MappingProxyType(dict(self.causes)))

    @classmethod
    def of(cls, totals: LedgerTotals, **counts: int) -> RunCounters:
        """Return the ledger's totals as a snapshot, with the counts that the ledger does not keep."""
        ledger = {name: getattr(totals, name) for name in _LEDGER}
        causes = {Cause(number): count for number, count in enumerate(totals.causes) if count}
        return cls(causes=causes, **ledger, **counts)

    @property
    def settled(self) -> int:
        """Parts of which the line said what it did."""
        return self.accepted + self.rejected + self.bypassed + self.purged + self.removed

    @property
    def unaccounted(self) -> int:
        """By how much the ledger does not close: anything but 0 is a fault, negative = counted twice."""
        return self.triggers - self.settled - self.unrecorded - self.in_transit

    @property
    def uncaused(self) -> int:
        """Rejects without a primary cause; anything but 0 is a fault."""
        return self.rejected - sum(self.causes.values())

    @property
    def reject_rate(self) -> float:
        """Share of rejects among the parts that were inspected and settled; 0 if there is none."""
        inspected = self.accepted + self.rejected
        return self.rejected / inspected if inspected else 0.0

    def mirror_words(self) -> tuple[int, ...]:
        """Return words 14…21 of block S: eight counters, u16, wrapping."""
        counts = (
            self.decided_ok,
            self.decided_ng,
            self.decided_indeterminate,
            self.late,
            self.overrun,
            self.frames_lost,
            self.link_faults,
            self.missed_triggers,
        )
        return tuple(count % U16 for count in counts)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON values; causes by name, those that occurred."""
        totals = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "causes"}
        causes = {cause.name.lower(): count for cause, count in sorted(self.causes.items()) if count}
        return {**totals, "unaccounted": self.unaccounted, "causes": causes}


def grown_by(newer: int, older: int) -> int:
    """Return how much a wrapping u16 counter has grown, 0…65535."""
    return (newer - older) % U16
