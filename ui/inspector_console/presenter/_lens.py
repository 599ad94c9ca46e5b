"""What every presenter looks through: facts, a language, a time zone, and who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from inspector.protocol import Result
from inspector_console.presenter._facts import Facts
from inspector_console.words import Words

DASH = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Facts as one person sees them.

    Parameters
    ----------
    zone
        Of the plant; None = the machine's.
    identity
        The client's own identity, as it appears in the lease.
    user, role
        Who has logged in; empty = nobody.
    permissions
        What the service lets whoever sits here do, as `Permission` names it.
    log_off_s
        Until the automatic log-off, once it is near; 0 = it is not.
    """

    facts: Facts
    words: Words
    zone: tzinfo | None = None
    identity: str = ""
    user: str = ""
    role: str = ""
    permissions: frozenset[str] = frozenset()
    log_off_s: int = 0

    def time(self, at_ns: int, *, seconds: bool = True) -> str:
        """Return a station's monotonic time as time of day; a dash where there is none."""
        offset_ns = self.facts.utc_offset_ns
        if not at_ns or offset_ns is None:
            return DASH
        try:
            utc = datetime.fromtimestamp((at_ns + offset_ns) // 1_000_000_000, tz=UTC)
        except (OverflowError, ValueError, OSError):  # a clock far beyond all calendars
            return DASH
        return utc.astimezone(self.zone).strftime("%H:%M:%S" if seconds else "%H:%M")

    @property
    def heard(self) -> str:
        """When the facts were last known to be true."""
        state = self.facts.state
        if self.facts.is_station_lost and state is not None and state.updated_ns:
            return self.time(state.updated_ns)
        return self.time(self.facts.heard_ns)

    def ms(self, value_us: int, digits: int = 1) -> str:
        """Return microseconds in milliseconds, without the unit."""
        return self.words.number(value_us / 1000, digits)

    def score(self, result: Result) -> str:
        """Return a part's score, 0…1."""
        return self.words.number(result.score_permille / 1000, 2)


def class_text(name: str, lens: Lens) -> str:
    """Return a class as people read it: the product's label, else the bundle's own word; at most 40 characters."""
    state = lens.facts.state
    labels = state.class_labels.get(lens.words.language, {}) if state else {}
    clean = " ".join(labels.get(name, name.replace("_", " ")).split())[:40]
    return clean[:1].upper() + clean[1:]


def class_named(text: str, lens: Lens) -> str:
    """Return the class that people mean: one with such a label, else what they have typed."""
    state = lens.facts.state
    labels = state.class_labels.get(lens.words.language, {}) if state else {}
    return next((name for name, label in labels.items() if label.casefold() == text.casefold()), text)


def share(value: float, low: float, high: float) -> float:
    """Return where a value lies on an axis, 0…1; what is beyond its ends stays at them."""
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.0
