"""What is known of the station, as conditions of the alarms. What is not known is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.domain.alarm_window import RecentCount
from inspector.domain.alarms import AlarmId, AlarmRule, Condition, Detail
from inspector.domain.disposition import Cause
from inspector.domain.frame import percent_of_grey
from inspector.domain.histogram import LatencyHistogram
from inspector.domain.hold import Hold
from inspector.domain.line import Control, RejectFault
from inspector.domain.product import NOT_CHANGED, UNDER_WAY
from inspector.domain.states import State
from inspector.service._disk_watch import Fill
from inspector.service._facts import Look
from inspector.service._options import RATE_WINDOW, ServiceSettings
from inspector.service._recent import Recent
from inspector.service._trend import Trend
from inspector.sharedmem import ProductNotice, RecorderError, RecorderState, RecorderStatus

_MINUTES: Final = 10
_WINDOW: Final = 100
_FEW: Final = 5
"""A camera that fails does so for good: at five parts a minute nobody may have to wait for a hundred."""
_LEAST: Final = 50
"""A share of fewer parts says nothing."""
_LOADING_NS: Final = 20_000_000_000
"""A station, or a recorder, that has only just been started may take so long before its first sign of life."""
_PASSED_NS: Final = 60_000_000_000
_LATENCY_NS: Final = 30_000_000_000
_CANNOT_WRITE: Final = frozenset(
    {
        RecorderError.DISK_FULL,
        RecorderError.CANNOT_WRITE,
        RecorderError.ANOTHER_RECORDER,
        RecorderError.UNKNOWN_DATABASE,
    }
)
Conditions = dict[AlarmId, Condition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that the alarms watch, at one moment.

    Parameters
    ----------
    recorder
        None: its notice cannot be read at the moment.
    ledger_percent
        How full the memory for records is; None = not known.
    disk, disk_trouble
        How full the data's disk is, and that it hangs, or "".
    ng_run
        Bad parts in a row, up to now.
    facts
        What the station has published as text.
    product
        The product in use, and the last change of it.
    brightness_percent, picture_ns
        Of the newest picture, and when it was there; None = there is none.
    latency
        All verdicts of this run, a private copy; None = as it was at the last look.
    """

    look: Look
    recorder: RecorderStatus | None = None
    ledger_percent: float | None = None
    disk: Fill = field(default_factory=Fill)
    disk_trouble: str = ""
    ng_run: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    product: ProductNotice = field(default_factory=ProductNotice)
    brightness_percent: float | None = None
    picture_ns: int = 0
    latency: LatencyHistogram | None = None


class Watch:
    """Turns what is known into conditions; remembers what was recent. Owned by the service's thread.

    Attributes
    ----------
    passed : int
        Wrongly accepted parts that the alarm has told already; outlives the service.
    rejects : Recent
        Rejected parts among the last ones.
    reject_trend : Trend
        Their share in the last minutes.
    """

    def __init__(
        self, table: Mapping[AlarmId, AlarmRule], settings: ServiceSettings, started_ns: int
    ) -> None:
        self._table, self._settings, self._started_ns = table, settings, started_ns
        self.passed = 0
        self._passed_until_ns = 0
        self.rejects = Recent(RATE_WINDOW)
        self.reject_trend = Trend(started_ns)
        self._undecided = Recent(RATE_WINDOW)
        self._parts = {
            AlarmId.NO_PICTURE: Recent(_WINDOW),
            AlarmId.CAMERA_FAULT: Recent(_FEW),
            AlarmId.PLC_REFUSES: Recent(_WINDOW),
            AlarmId.MODEL_ERROR: Recent(_WINDOW),
            AlarmId.LATE: Recent(settings.late_window),
        }
        self._starts, self._link_faults = RecentCount(60 * _MINUTES), RecentCount(60 * _MINUTES)
        self._deaths: int | None = None
        self._latencies: list[tuple[int, LatencyHistogram]] = []
        self._latency_level: float | None = None
        # The first of those in a row that the model does not believe.
        self._wrong_picture_ns: int | None = None

    def conditions(self, known: Known) -> Conditions:
        """Return what is known of each alarm; the others are not known."""
        look = known.look
        found: Conditions = dict(self._of_station(look, known.product.planned_starts))
        found.update(_of_change(known.product, look.now_ns))
        found.update(_of_records(known, self._settings, self._started_ns))
        if not look.is_alive:
            return found
        found.update(_of_holds(look))
        found.update(self._of_plc(look))
        found.update(_of_job(look, known.product))
        found.update(self._of_parts(look))
        found.update(self._of_time(known))
        found.update(self._of_light(known))
        found[AlarmId.NG_RUN] = Condition(float(known.ng_run))
        return found

    def _of_station(self, look: Look, planned_starts: int) -> Iterator[tuple[AlarmId, Condition]]:
        # One that has ended in order is no loss yet; one that still loads has not been there.
        is_excused = not look.was_seen or (look["state"] == State.STOPPED and not look.is_alive)
        deaths = max(0, look["starts"] - 1 - planned_starts)
        # One that came back before anybody missed it was lost all the same.
        has_died = self._deaths is not None and deaths > self._deaths
        self._deaths = deaths
        if not is_excused or look.age_ns >= _LOADING_NS:
            is_lost = not look.is_alive or has_died
            yield AlarmId.STATION_LOST, Condition(is_lost, {"seconds": round(look.age_ns / 1e9)})
        restarts = self._starts.observe(look.now_ns // 10**9, deaths)
        yield AlarmId.STATION_UNSTABLE, Condition(float(restarts), {"minutes": _MINUTES})
        if look.is_alive:
            yield AlarmId.NOT_READY, Condition(not look["is_ready"])
            yield AlarmId.CAMERA_LOST, Condition(not look["is_camera_ok"])

    def _of_plc(self, look: Look) -> Iterator[tuple[AlarmId, Condition]]:
        is_linked = bool(look["is_linked"])
        yield AlarmId.PLC_LOST, Condition(not is_linked, {"address": self._settings.plc_address})
        breaks = self._link_faults.observe(look.now_ns // 10**9, look["link_faults"])
        yield AlarmId.PLC_UNSTABLE, Condition(float(breaks), {"minutes": _MINUTES})
        if is_linked and look["session"]:  # only what was read over this connection
            yield AlarmId.BYPASSED, Condition(bool(look["control"] & Control.BYPASS))
            faults = RejectFault(look["reject_fault"])
            for fault in RejectFault:
                if fault:
                    yield AlarmId(f"fault_{(fault.name or '').lower()}"), Condition(fault in faults)

    def _of_parts(self, look: Look) -> Iterator[tuple[AlarmId, Condition]]:
        events = {
            AlarmId.NO_PICTURE: look.cause(Cause.FRAME_LOST, Cause.MISPAIR_REFUSED),
            AlarmId.CAMERA_FAULT: look.cause(Cause.CAMERA_FAULT),
            AlarmId.PLC_REFUSES: look.cause(Cause.PLC_REFUSED),
            AlarmId.MODEL_ERROR: look.cause(Cause.MODEL_FAULT),
            AlarmId.LATE: look.cause(Cause.LATE, Cause.OVERRUN),
        }
        for id_, recent in self._parts.items():
            recent.observe(look.closed, events[id_])
            yield id_, Condition(recent.level(self._limit(id_)), {"window": recent.window})
        decided = look["decided_ok"] + look["decided_ng"] + look["decided_indeterminate"]
        self.rejects.observe(look.closed, look["rejected"])
        self.reject_trend.observe(look.now_ns, self.rejects.percent(_LEAST))
        self._undecided.observe(decided, look["decided_indeterminate"])
        for id_, recent in (
            (AlarmId.REJECT_RATE_HIGH, self.rejects),
            (AlarmId.UNDECIDED_HIGH, self._undecided),
        ):
            yield id_, Condition(recent.percent(_LEAST), {"window": recent.parts})
        yield AlarmId.WRONGLY_ACCEPTED, self._passed(look)

    def _passed(self, look: Look) -> Condition:
        """What has passed is told once, for a minute; the alarm stays until somebody has taken notice."""
        count = look["disagreements"]
        if count > self.passed:
            self._passed_until_ns = look.now_ns + _PASSED_NS
        self.passed = count
        return Condition(look.now_ns < self._passed_until_ns, {"count": count})

    def _of_time(self, known: Known) -> Iterator[tuple[AlarmId, Condition]]:
        if known.latency is not None:
            self._latency_level = self._latency_percent(known.latency, known.look.now_ns)
        yield AlarmId.LATENCY_HIGH, Condition(self._latency_level)
        rights = known.facts.get("realtime")
        if rights:
            refusals = sorted({text for grant in rights.values() for text in grant["refusals"]})
            details: dict[str, Detail] = {"refusals": "; ".join(refusals)[:500]}
            yield AlarmId.REALTIME_MISSING, Condition(bool(refusals), details)

    def _latency_percent(self, now: LatencyHistogram, now_ns: int) -> float | None:
        """Return the 99th percentile of the last minute or so, as a share of the deadline."""
        kept = self._latencies
        if not kept or now_ns - kept[-1][0] >= _LATENCY_NS:
            kept.append((now_ns, now))
            del kept[:-3]
        recent = now.since(kept[0][1])
        if recent.count < _WINDOW:
            return None
        return 100.0 * recent.percentile(99.0) / self._settings.deadline_us

    def _limit(self, id_: AlarmId) -> float:
        limit = self._table[id_].limit
        assert limit is not None
        return limit

    def _of_light(self, known: Known) -> Iterator[tuple[AlarmId, Condition]]:
        """Compare the newest picture with what the model may be shown, and with the one before it.

        A single dark one may have been somebody's hand, and stays the newest for as long as the belt stands.
        """
        brightness, believed = known.brightness_percent, known.facts.get("believed_mean")
        if brightness is None or believed is None or not known.look["is_camera_ok"]:
            return
        lowest, highest = (percent_of_grey(grey) for grey in believed)
        if lowest <= brightness <= highest:
            self._wrong_picture_ns = None
        elif self._wrong_picture_ns is None:
            self._wrong_picture_ns = known.picture_ns
        is_wrong = self._wrong_picture_ns not in {None, known.picture_ns}
        details: dict[str, Detail] = {"brightness": brightness, "lowest": lowest, "highest": highest}
        yield AlarmId.LIGHT_WRONG, Condition(is_wrong, details)


def _of_job(look: Look, product: ProductNotice) -> Iterator[tuple[AlarmId, Condition]]:
    """Compare the jobs of station and PLC; while the product is changed, the PLC cannot follow yet."""
    plc_job = look["plc_job"]
    if not look["is_linked"] or product.phase in UNDER_WAY:
        return
    differ = bool(plc_job and product.job_id and plc_job != product.job_id)
    details: dict[str, Detail] = {"plc_job": plc_job, "job": product.job_id, "product": product.title}
    yield AlarmId.RECIPE_MISMATCH, Condition(differ, details)


def _of_change(product: ProductNotice, now_ns: int) -> Iterator[tuple[AlarmId, Condition]]:
    """A change that did not come about is told for a minute; the alarm stays until somebody has taken notice."""
    is_new = now_ns - product.ended_ns < _PASSED_NS
    details: dict[str, Detail] = {
        "wanted": product.target_title,
        "product": product.title,
        "reason": product.reason[:300],
    }
    yield AlarmId.PRODUCT_NOT_CHANGED, Condition(product.phase in NOT_CHANGED and is_new, details)


def _of_holds(look: Look) -> Iterator[tuple[AlarmId, Condition]]:
    """The station shows the first of its reasons; of those behind it nothing is known."""
    shown = look["hold_code"]
    for hold in Hold:
        if hold is Hold.NONE or 0 < shown < hold:
            continue
        if hold is Hold.PAIRING and not look["is_camera_ok"]:
            continue  # it is the camera; whether anything is wrong with pairing shows when that is back
        yield AlarmId(f"held_{hold.name.lower()}"), Condition(hold == shown, {"reason": look.hold_text})


def _of_records(
    known: Known, settings: ServiceSettings, started_ns: int
) -> Iterator[tuple[AlarmId, Condition]]:
    for id_, percent in (
        (AlarmId.LEDGER_FILLING, known.ledger_percent),
        (AlarmId.DISK_HIGH, known.disk.percent),
        (AlarmId.DISK_FULL, known.disk.percent),
    ):
        yield id_, Condition(percent)
    recorder = known.recorder
    if not settings.is_recording:
        recorder = RecorderStatus(state=RecorderState.RECORDING, alive_ns=known.look.now_ns)
    if recorder is None or (not recorder.pid and known.look.now_ns - started_ns < _LOADING_NS):
        return
    error: dict[str, Detail] = {"error": recorder.error_text}
    code = recorder.error_code
    # A recorder that waits for a disk cannot say so itself.
    stuck = known.disk_trouble if settings.is_recording else ""
    writing: dict[str, Detail] = {"error": stuck or recorder.error_text}
    yield AlarmId.RECORDER_DOWN, Condition(not recorder.is_alive(known.look.now_ns), writing)
    yield AlarmId.RECORDER_CANNOT_WRITE, Condition(bool(stuck) or code in _CANNOT_WRITE, writing)
    yield AlarmId.DATABASE_DAMAGED, Condition(code is RecorderError.DATABASE_DAMAGED, error)
    yield AlarmId.OVER_QUOTA, Condition(code is RecorderError.OVER_QUOTA, error)
