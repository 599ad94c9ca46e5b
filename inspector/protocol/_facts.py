"""What the service tells everybody: the payload of each topic.

Enumerations travel by name, as in the files of a telemetry export; a name that a later version adds may
appear, so these are texts here. Times ending in `_ns` are nanoseconds of the station's monotonic clock,
0 = has not happened; those ending in `_utc_ns` nanoseconds since 1970.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import Field

from inspector.protocol._frames import FrameHeader
from inspector.protocol._model import Count, Index, Message, Permille, Versioned

LAST_RESULTS: Final = 40
LAST_REJECTS: Final = 12
LAST_LABELS: Final = 64
MAX_ALARMS: Final = 256
LAST_EVENTS: Final = 200
MAX_DEVICES: Final = 32
LAST_CHANGES: Final = 8


class Topic(StrEnum):
    """First part of a published message. No topic is the beginning of another one."""

    RESULT = "result"
    STATE = "state"
    ALARM = "alarm"
    COUNTER = "counter"
    DEVICE = "device"
    LABEL = "label"
    EVENT = "event"
    LEASE = "lease"
    HEARTBEAT = "heartbeat"
    FRAME = "frame"


class Latency(Message):
    """Summary of one stage's histogram, µs."""

    stage: str
    count: Count = 0
    p50_us: Count = 0
    p99_us: Count = 0
    p999_us: Count = 0
    max_us: Count = 0


class Rights(Message):
    """What one thread of the station was granted; see `inspector.realtime.Grant`."""

    thread: str
    priority: Count = 0
    core: Index = -1
    memory_locked: bool = False
    wake_latency_us: Index = -1
    refusals: tuple[str, ...] = ()


class ProductChange(Message):
    """How a change of the product goes on, or what the last one came to."""

    phase: str = "NONE"
    """NONE (none since the start), CHECKING (beside the line, which goes on), TELLING (parts are rejected from
    here on), STARTING, RETURNING (the old product comes back), then DONE, REFUSED (the line was not touched),
    RETURNED (the old product is made again) or FAILED."""
    product: str = ""
    """The product that was asked for, by its name …"""
    title: str = ""
    """… and as people call it."""
    reason: str = ""
    """Why not, for people."""
    began_ns: Count = 0
    told_ns: Count = 0
    """When the line was told."""
    ended_ns: Count = 0


class StationState(Message):
    """Topic `state`: how the station is. The newest one counts."""

    state: str
    """PackML, e.g. EXECUTE."""
    parts_now: str
    """What happens to parts at this moment: rejected (all of them), partly_rejected (good ones, too), held, bypassed,
    passed, or not_affected."""
    is_ready: bool = False
    is_linked: bool = False
    is_line_running: bool = False
    is_simulated: bool = False
    hold_code: Count = 0
    hold_text: str = ""
    hold_version: Count = 0
    """Another one with each hold by a person; `line.release` names the one that was seen. 0 = not known."""
    station: str = ""
    product: str = ""
    """As people call it."""
    product_name: str = ""
    """As commands call it."""
    product_version: Count = 0
    """Goes up when a change of the product begins, and when it ends."""
    job_id: Count = 0
    """The product's job at the PLC; 0 = none."""
    plc_job: Count = 0
    """The job that the PLC says it runs; 0 = it does not say."""
    change: ProductChange = ProductChange()
    recipe: str = ""
    recipe_revision: Count = 0
    bundle: str = ""
    bundle_digest: str = ""
    class_labels: dict[str, dict[str, str]] = Field(default_factory=dict)
    """What people call the bundle's classes: by language (en, de), by the class's name; some may be missing."""
    shift: str = ""
    """Who works now, as the plant calls it; empty = it has named no shifts."""
    shift_ends_utc_ns: Count = 0
    """When that shift ends, to the minute; 0 = no shifts are named."""
    lot: str = ""
    order: str = ""
    serial: str = ""
    deadline_us: Count = 0
    latency: tuple[Latency, ...] = ()
    rights: tuple[Rights, ...] = ()
    updated_ns: Count = 0


class Counters(Message):
    """Topic `counter`: the ledger's totals and the station's counts. The newest one counts."""

    scope: str = "run"
    """What they count: run, lot, shift."""
    since_utc_ns: Count = 0
    triggers: Count = 0
    accepted: Count = 0
    rejected: Count = 0
    bypassed: Count = 0
    purged: Count = 0
    removed: Count = 0
    unrecorded: Count = 0
    in_transit: Count = 0
    disagreements: Count = 0
    rejects_commanded: Count = 0
    """Rejects that the PLC has commanded since the run began, by its own count …"""
    rejects_confirmed: Count = 0
    """… and those that its reject sensor has seen."""
    causes: dict[str, Count] = Field(default_factory=dict)
    """Rejected parts by the name of their primary cause."""
    decided_ok: Count = 0
    decided_ng: Count = 0
    decided_indeterminate: Count = 0
    late: Count = 0
    overrun: Count = 0
    frames: Count = 0
    frames_lost: Count = 0
    orphan_frames: Count = 0
    missed_triggers: Count = 0
    mispair_refused: Count = 0
    link_faults: Count = 0
    model_faults: Count = 0
    images_dropped: Count = 0
    recent_parts: Count = 0
    """Of so many last parts …"""
    recent_rejected: Count = 0
    """… so many were rejected."""
    reject_trend_permille: tuple[Index, ...] = Field(default=(), max_length=240)
    """That share in each of the last minutes, at its highest, the oldest first; -1 = too few parts to tell."""
    reject_limit_permille: Permille = 1000
    yield_target_permille: Permille = 0


class Result(Message):
    """Topic `result`: one part. The same `session` and `ordinal` again says more of the same part."""

    session: Count
    ordinal: Count
    tag: Count
    lane: Count = 0
    attempt: Count = 1
    serial: str = ""
    evaluation: str
    class_index: Index = -1
    class_name: str = ""
    score_permille: Permille = 0
    p_ok_permille: Permille = 0
    disposition: str = "REJECT"
    cause: str = "NONE"
    causes: tuple[str, ...] = ()
    applied: str = "UNKNOWN"
    confirmed: str = "UNKNOWN"
    image: str = ""
    """Name under which the service hands out its picture; empty = there is none."""
    frame_id: Index = -1
    is_simulated: bool = False
    recipe_revision: Count = 0
    latency_us: Count = 0
    triggered_ns: Count = 0
    available_ns: Count = 0
    decided_ns: Count = 0
    sent_ns: Count = 0
    outcome_ns: Count = 0

    @property
    def key(self) -> tuple[int, int]:
        """What names the part."""
        return self.session, self.ordinal

    @property
    def is_reject(self) -> bool:
        """Whether the line rejected it or, as long as that is not known, should."""
        return self.applied == "REJECTED" or (self.applied == "UNKNOWN" and self.disposition == "REJECT")


class AlarmView(Message):
    """Topic `alarm`: one alarm as it stands; see `inspector.domain.alarms.AlarmView`. State normal = gone."""

    id: str
    priority: Annotated[int, Field(ge=1, le=3)]
    state: str
    """normal, unacknowledged, acknowledged, returned, shelved, suppressed, out_of_service."""
    phase: str = ""
    """Its life underneath, where something hides it."""
    version: Count = 0
    """Goes up with every change; what a command that acts on the alarm expects."""
    consequence: str = "not_affected"
    """What happens to parts because of it, now: rejected (all of them), partly_rejected (good ones, too), ng_rejected
    (bad ones alone), held, bypassed, passed, not_affected; over: it is gone."""
    text: str = ""
    cause: str = ""
    response: str = ""
    """What is wrong, why, and what to do, in English: for clients without texts of their own."""
    details: dict[str, str | int | float] = Field(default_factory=dict)
    """What the texts name."""
    value_at_trip: float | None = None
    is_stale: bool = False
    count: Count = 0
    raised_ns: Count = 0
    returned_ns: Count = 0
    acknowledged_ns: Count = 0
    acknowledged_by: str = ""
    shelved_until_ns: Count = 0
    shelved_by: str = ""
    shelved_reason: str = ""
    removed_by: str = ""
    """Who has taken it out of service."""
    removed_reason: str = ""
    hidden_by: tuple[str, ...] = ()
    is_shelvable: bool = False
    needs_plc_reset: bool = False
    """Latched in the PLC: it can be reset only there."""


class DeviceChange(Message):
    """A device was in one state and is in another: `good`, `failure` and so on, as in `DeviceView`."""

    utc_ns: Count
    before: str
    """Empty: nobody knew."""
    after: str
    reason: str = ""
    """The alarm that says so; empty where none does."""


class DeviceView(Message):
    """Topic `device`: one device as it stands. The newest one of an `id` counts."""

    id: str
    """camera, light, model, plc, uplink, disk."""
    state: str
    """After NE 107: good, upkeep, out_of_spec, check, failure; not_set_up, no_data."""
    consequence: str = "not_affected"
    """What happens to parts because of it, now: rejected, partly_rejected, held, bypassed, passed, not_affected."""
    alarms: tuple[str, ...] = ()
    """Those that stand and say something of it, the worst first."""
    changes: Annotated[tuple[DeviceChange, ...], Field(max_length=LAST_CHANGES)] = ()
    """The last ones, newest first."""
    values: dict[str, str | int | float] = Field(default_factory=dict)
    """What is known of it, by name (see docs/service.md); what is not known is left out."""


class LabelView(Message):
    """Topic `label`: what somebody has said of a reject. The newest one of a `part` counts."""

    part: str
    """EPOCH-SEQ, as in the name of its image."""
    version: Count
    """1 = the first one of this part; what a command that changes it expects."""
    judgement: str
    """real_defect, false_reject, dont_know."""
    class_name: str = ""
    note: str = ""
    user: str = ""
    utc_ns: Count = 0


class Event(Message):
    """Topic `event`: something worth a line in the log that needs nobody's response."""

    code: Count = 0
    source: str = ""
    text: str
    """In English: for clients without words of their own."""
    user: str = ""
    utc_ns: Count = 0
    alarm: str = ""
    """The alarm that has changed; empty = it is about something else."""
    change: str = ""
    """How it has changed; see `inspector.domain.alarms.AlarmChange`."""
    reason: str = ""
    """Why somebody changed it: of `inspector.domain.alarms.ShelveReason`, or in words of his own."""
    telling: str = ""
    """Which sentence the text is (`inspector.domain.told_texts.Told`); empty = none that has a code."""
    details: dict[str, str | int | float] = Field(default_factory=dict)
    """What the alarm's texts, or the sentence, name."""


class LeaseView(Message):
    """Topic `lease`: who may write. An empty `client` = nobody."""

    client: str = ""
    """Mark of the holder's `client` (see `mark_of`): it can tell that it is meant, and nobody can speak for it."""
    name: str = ""
    """The console's name, for people."""
    user: str = ""


class Heartbeat(Message):
    """Topic `heartbeat`, twice a second. Its `seq` is that of the last fact: a higher one than yours = gap."""

    utc_ns: Count
    """UTC at the envelope's `t_ns`: what turns the station's monotonic times into time of day."""
    interval_ms: Count = 500


Body = TypeVar("Body", bound=Message)


class Fact(Versioned, Generic[Body]):
    """Envelope of everything published.

    `seq` counts the facts of one run of the service without gaps. Heartbeats and frames are no facts:
    they carry the `seq` of the last one.
    """

    epoch: Count
    """Drawn at random when the service starts."""
    seq: Count
    t_ns: Count
    """The service's monotonic clock when this was published."""
    body: Body


FACTS: Final[dict[Topic, type[Fact[Any]]]] = {
    Topic.RESULT: Fact[Result],
    Topic.STATE: Fact[StationState],
    Topic.ALARM: Fact[AlarmView],
    Topic.COUNTER: Fact[Counters],
    Topic.DEVICE: Fact[DeviceView],
    Topic.LABEL: Fact[LabelView],
    Topic.EVENT: Fact[Event],
    Topic.LEASE: Fact[LeaseView],
    Topic.HEARTBEAT: Fact[Heartbeat],
    Topic.FRAME: Fact[FrameHeader],
}
"""The message of each topic."""


class Snapshot(Message):
    """Everything as it was right after fact `seq`; newer facts come on top of it."""

    server: str
    server_version: str
    epoch: Count
    seq: Count
    t_ns: Count
    utc_ns: Count
    state: StationState | None = None
    counters: Counters | None = None
    alarms: Annotated[tuple[AlarmView, ...], Field(max_length=MAX_ALARMS)] = ()
    results: Annotated[tuple[Result, ...], Field(max_length=LAST_RESULTS)] = ()
    """Oldest first."""
    rejects: Annotated[tuple[Result, ...], Field(max_length=LAST_REJECTS)] = ()
    labels: Annotated[tuple[LabelView, ...], Field(max_length=LAST_LABELS)] = ()
    """Oldest first."""
    lease: LeaseView = LeaseView()
    events: Annotated[tuple[Event, ...], Field(max_length=LAST_EVENTS)] = ()
    """The end of the log, oldest first."""
    alarm_events: Annotated[tuple[Event, ...], Field(max_length=LAST_EVENTS)] = ()
    """The end of what the log says of alarms, oldest first; it goes further back."""
    devices: Annotated[tuple[DeviceView, ...], Field(max_length=MAX_DEVICES)] = ()
