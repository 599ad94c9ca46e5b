"""What the station's status block says, as facts of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inspector.clock import local_day_minute, utc_ns
from inspector.domain.disposition import Cause
from inspector.domain.hold import Hold
from inspector.domain.line import LineTalk
from inspector.domain.shifts import minutes_left, shift_at
from inspector.domain.states import State
from inspector.errors import SharedMemoryError
from inspector.protocol import Counters, Latency, ProductChange, Rights, StationState
from inspector.service._options import ServiceSettings
from inspector.sharedmem import ProductNotice, RecorderBoard, RecorderStatus, StationStatus

STALE_NS: Final = 1_200_000_000
"""A station that has written nothing for so long is lost; it writes fifty times a second, and the PLC rejects its
parts since 0.3 s. What is left of two seconds is for the way to the screen."""
_MINUTE_NS: Final = 60 * 10**9
_CAUSES: Final = tuple(Cause)[1:]
_TOTALS: Final = (
    "triggers", "accepted", "rejected", "bypassed", "purged", "removed", "unrecorded", "in_transit",
    "disagreements", "decided_ok", "decided_ng", "decided_indeterminate", "late", "overrun", "frames",
    "frames_lost", "orphan_frames", "missed_triggers", "mispair_refused", "link_faults", "model_faults",
    "images_dropped", "rejects_commanded", "rejects_confirmed",
)  # fmt: skip
COUNTED: Final = tuple(name for name in _TOTALS if name != "in_transit")
"""What only rises: names of totals."""
_PLACES: Final = ("accepted", "rejected", "bypassed", "purged", "removed", "unrecorded")


class Look:
    """One look at the status block: plain values, which do not change any more.

    Attributes
    ----------
    is_alive : bool
        The station has written lately; without that, nothing below is of the present.
    age_ns : int
        How long ago; since the service's start if the station has not written yet.
    """

    def __init__(self, status: StationStatus, now_ns: int, since_ns: int = 0) -> None:
        row = status.row[0].copy()
        self._row = row
        self.now_ns = now_ns
        self.was_seen = bool(row["updated_ns"])
        self.age_ns = max(0, now_ns - max(int(row["updated_ns"]), since_ns if not self.was_seen else 0))
        self.is_alive = self.was_seen and self.age_ns <= STALE_NS

    def __getitem__(self, name: str) -> int:
        return int(self._row[name])

    @property
    def is_line_held(self) -> bool:
        """Whether the line stands because the station holds it, or has held it and is not ready again."""
        row = self._row
        stands = bool(row["is_linked"]) and not row["is_line_running"]
        return self.is_alive and stands and int(row["state"]) == State.HELD

    @property
    def link_fault(self) -> str:
        """Why the link to the PLC was last lost, or could not be had."""
        return bytes(self._row["link_fault"]).decode("utf-8", "replace")

    @property
    def hold_text(self) -> str:
        """Why the line is held, in the station's words."""
        return bytes(self._row["hold_text"]).decode("utf-8", "replace")

    def cause(self, *causes: Cause) -> int:
        """Return how many parts were rejected for one of these."""
        return sum(int(self._row["causes"][cause]) for cause in causes)

    @property
    def closed(self) -> int:
        """Parts whose outcome is known."""
        return sum(self[name] for name in _PLACES)


def station_state(
    look: Look,
    settings: ServiceSettings,
    *,
    product: ProductNotice,
    parts_now: str,
    facts: Mapping[str, Any],
    latency: tuple[Latency, ...],
    talk: LineTalk | None = None,
    hold_version: int = 0,
) -> StationState:
    """Return how the station is; `facts` is what it has published as text, `talk` what the PLC has last said."""
    is_alive = look.is_alive
    state = look["state"]
    bundle = facts.get("bundle", {})
    named = talk.details if talk else None
    minute = local_day_minute()[1]
    return StationState(
        state=State(state).name if state in State._value2member_map_ else "STOPPED",
        parts_now=parts_now,
        is_ready=is_alive and bool(look["is_ready"]),
        is_linked=is_alive and bool(look["is_linked"]),
        is_line_running=is_alive and bool(look["is_line_running"]),
        is_simulated=settings.is_simulated,
        hold_code=look["hold_code"],
        hold_text=look.hold_text if look["hold_code"] != Hold.NONE else "",
        hold_version=hold_version,
        station=settings.station,
        product=product.title or settings.product,
        product_name=product.name,
        product_version=product.version,
        job_id=product.job_id,
        plc_job=look["plc_job"] if is_alive and look["is_linked"] else 0,
        change=_change(product),
        recipe=product.recipe or settings.recipe,
        recipe_revision=product.revision or settings.recipe_revision,
        bundle=" ".join(str(bundle[key]) for key in ("name", "version") if key in bundle),
        bundle_digest=str(bundle.get("digest", "")),
        class_labels=facts.get("class_labels", {}),
        shift=shift_at(settings.shifts, minute),
        shift_ends_utc_ns=_shift_end(settings, minute),
        lot=named.lot if named else "",
        order=named.order if named else "",
        serial=named.serial if named else "",
        deadline_us=settings.deadline_us,
        latency=latency,
        rights=tuple(_rights(name, grant) for name, grant in facts.get("realtime", {}).items()),
        updated_ns=look["updated_ns"],
    )


def _shift_end(settings: ServiceSettings, minute: int) -> int:
    """Return when the shift ends: the same figure all the time that it works."""
    left = minutes_left(settings.shifts, minute)
    return (utc_ns() // _MINUTE_NS + left) * _MINUTE_NS if left else 0


def _change(product: ProductNotice) -> ProductChange:
    return ProductChange(
        phase=product.phase.name,
        product=product.target,
        title=product.target_title,
        reason=product.reason,
        began_ns=product.began_ns,
        told_ns=product.told_ns,
        ended_ns=product.ended_ns,
    )


def _rights(name: str, grant: Mapping[str, Any]) -> Rights:
    return Rights(thread=name, **{**grant, "refusals": tuple(grant["refusals"])})


def latencies(status: StationStatus) -> tuple[Latency, ...]:
    """Return every stage's summary; takes a few milliseconds."""
    return tuple(_latency(stage, status) for stage in status.histograms)


def _latency(stage: str, status: StationStatus) -> Latency:
    summary = status.histograms[stage].copy().summary()
    times = {f"{name}_us": summary[name] for name in ("p50", "p99", "p999", "max")}
    return Latency(stage=stage, count=summary["count"], **times)


def counters(
    look: Look,
    *,
    since_utc_ns: int,
    recent_parts: int,
    recent_rejected: int,
    reject_limit_permille: int,
    yield_target_permille: int = 0,
    reject_trend_permille: tuple[int, ...] = (),
) -> Counters:
    """Return the totals of this run."""
    totals: dict[str, Any] = {name: look[name] for name in _TOTALS}
    return Counters(
        since_utc_ns=since_utc_ns,
        causes={cause.name: look.cause(cause) for cause in _CAUSES},
        recent_parts=recent_parts,
        recent_rejected=recent_rejected,
        reject_limit_permille=reject_limit_permille,
        yield_target_permille=yield_target_permille,
        reject_trend_permille=reject_trend_permille,
        **totals,
    )


def read_facts(status: StationStatus) -> dict[str, Any]:
    """Return what the station has published as text; empty while it is writing just that."""
    try:
        return status.read_text()
    except ValueError:
        return {}


def read_recorder(board: RecorderBoard) -> RecorderStatus | None:
    """Return the recorder's notice; None if it was killed in the middle of one."""
    try:
        return board.read()
    except SharedMemoryError:
        return None
