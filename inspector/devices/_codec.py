"""Registers ⇄ values, both ways and for both sides; knows nothing about the transport.

A *check* is the CRC-16/MODBUS over the entry's other registers followed by a key: StationID for results
(so a foreign station's record never counts), the PLC's SessionID for triggers and outcomes (so an entry
of an earlier session never counts). An entry whose tag is 0 is empty, whatever its check says.

Hot: `encode_result` and `decode_fast` run once per part or poll (≈ 5 and 10 µs).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from inspector.devices._crc import crc16
from inspector.devices._regmap import (
    DETAILS,
    FAST,
    FAST_WORDS,
    MAP_VERSION,
    MIRROR,
    OUTCOMES,
    RESULTS,
    TEXTS,
    TRIGGERS,
    WORD_ORDER_TEST,
    MapOptions,
    WordOrder,
)
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import (
    Control,
    LineDetails,
    LineSnapshot,
    Mirror,
    PartOutcome,
    RejectFault,
    ResultFlags,
    ResultRecord,
    Status,
)
from inspector.domain.part import TAG_MAX, Trigger
from inspector.domain.verdict import Evaluation

DEFAULT = MapOptions()

_COUNTERS = tuple(field.name for field in MIRROR.fields if 14 <= field.offset <= 21)


def _seal(words: list[int], key: int) -> list[int]:
    """Fill in the last register: the check over the others and the key."""
    words[-1] = crc16((*words[:-1], key))
    return words


def _is_sealed(words: Sequence[int], key: int) -> bool:
    return crc16((*words[:-1], key)) == words[-1]


# --- block S: results and mirror ----------------------------------------------------------------


def encode_result(record: ResultRecord, station_id: int, options: MapOptions = DEFAULT) -> list[int]:
    """Return the 12 registers of a result entry. Raises ValueError for a value that does not fit."""
    words = RESULTS.pack(
        {
            "SessionID": record.session,
            "Tag": record.tag,
            "EncoderAtTrigger": record.encoder_counts,
            "ResultEvaluation": int(record.evaluation),
            "ResultCode": record.result_code,
            "RejectStationMask": record.reject_station_mask,
            "AcquisitionID": record.acquisition_id & 0xFFFF,
            "Latency": min(record.latency_100us, 0xFFFF),
            "Score": record.score_permille,
            "Flags": int(record.flags),  # arithmetic on flags is ten times slower
            "Check": 0,
        },
        options.word_order,
    )
    return _seal(words, station_id)


def decode_result(
    words: Sequence[int], station_id: int, options: MapOptions = DEFAULT
) -> ResultRecord | None:
    """Return the record in a result entry; None if it is empty, torn, foreign, or not of this map."""
    if len(words) != RESULTS.words or not words[1] or not _is_sealed(words, station_id):
        return None
    value = RESULTS.unpack(words, options.word_order)
    if value["ResultEvaluation"] not in _EVALUATIONS:
        return None
    return ResultRecord(
        session=value["SessionID"],
        tag=value["Tag"],
        encoder_counts=value["EncoderAtTrigger"],
        evaluation=Evaluation(value["ResultEvaluation"]),
        result_code=value["ResultCode"],
        reject_station_mask=value["RejectStationMask"],
        acquisition_id=value["AcquisitionID"],
        latency_100us=value["Latency"],
        score_permille=value["Score"],
        flags=ResultFlags(value["Flags"]),
    )


_EVALUATIONS = frozenset(int(evaluation) for evaluation in Evaluation)


def encode_mirror(mirror: Mirror, station_id: int, options: MapOptions = DEFAULT) -> list[int]:
    """Return registers 0…23 of block S; heartbeat and counters wrap at 65536."""
    values = {
        "MapVersion": MAP_VERSION,
        "StationID": station_id,
        "Heartbeat": mirror.heartbeat & 0xFFFF,
        "Status": int(mirror.status),
        "StateCurrent": mirror.state,
        "CurrentJobID": mirror.job_id,
        "RecipeRevision": mirror.recipe_revision,
        "ErrorCode": mirror.error_code,
        "SessionEcho": mirror.session_echo,
        "LastTriggerTag": mirror.last_trigger_tag,
        "ConfigChecksum": mirror.config_checksum,
        "BundleDigest": mirror.bundle_digest,
        "WordOrderTest": WORD_ORDER_TEST,
    }
    counters = zip(_COUNTERS, mirror.counters, strict=True)
    values.update((name, count & 0xFFFF) for name, count in counters)
    return MIRROR.pack(values, options.word_order)


def decode_mirror(words: Sequence[int], options: MapOptions = DEFAULT) -> Mirror | None:
    """Return the mirror; None if it was never written, or its version or word order is another."""
    value = MIRROR.unpack(words, options.word_order)
    if value["MapVersion"] >> 8 != MAP_VERSION >> 8 or value["WordOrderTest"] != WORD_ORDER_TEST:
        return None
    return Mirror(
        heartbeat=value["Heartbeat"],
        status=Status(value["Status"]),
        state=value["StateCurrent"],
        job_id=value["CurrentJobID"],
        recipe_revision=value["RecipeRevision"],
        error_code=value["ErrorCode"],
        session_echo=value["SessionEcho"],
        last_trigger_tag=value["LastTriggerTag"],
        config_checksum=value["ConfigChecksum"],
        bundle_digest=value["BundleDigest"],
        counters=tuple(value[name] for name in _COUNTERS),
    )


# --- block P, fast part: clock, counts, triggers -------------------------------------------------


def encode_trigger(trigger: Trigger, session: int, options: MapOptions = DEFAULT) -> list[int]:
    """Return the 6 registers of a trigger entry."""
    words = TRIGGERS.pack(
        {
            "Tag": trigger.tag,
            "EncoderAtTrigger": trigger.encoder_counts,
            "TimeAtTrigger": trigger.time_100us,
            "Check": 0,
        },
        options.word_order,
    )
    return _seal(words, session)


def decode_trigger(words: Sequence[int], session: int, options: MapOptions = DEFAULT) -> Trigger | None:
    """Return the trigger in an entry; None if it is empty, torn, or of another session."""
    return _trigger(tuple(words), session, options.word_order)


@lru_cache(maxsize=64)  # of eight entries, seven were there the last time
def _trigger(words: tuple[int, ...], session: int, order: WordOrder) -> Trigger | None:
    if not words[0] or not _is_sealed(words, session):
        return None
    value = TRIGGERS.unpack(words, order)
    return Trigger(
        tag=value["Tag"], encoder_counts=value["EncoderAtTrigger"], time_100us=value["TimeAtTrigger"]
    )


def encode_fast(snapshot: LineSnapshot, options: MapOptions = DEFAULT) -> list[int]:
    """Return the 60 registers of the fast part, trigger ring included (the PLC's side)."""
    words = FAST.pack(
        {
            "PlcHeartbeat": snapshot.plc_heartbeat & 0xFFFF,
            "SessionID": snapshot.session,
            "Control": int(snapshot.control),
            "NewestTag": snapshot.newest_tag,
            "PartCount": snapshot.part_count & 0xFFFFFFFF,
            "Now": snapshot.now_100us & 0xFFFFFFFF,
            "EncoderNow": snapshot.encoder_counts & 0xFFFFFFFF,
            "LastOutcomeTag": snapshot.last_outcome_tag,
            "RejectFault": int(snapshot.reject_fault),
        },
        options.word_order,
    )
    words.extend([0] * TRIGGERS.total_words)
    for trigger in snapshot.triggers:
        at = TRIGGERS.slot(trigger.tag) - FAST.offset
        words[at : at + TRIGGERS.words] = encode_trigger(trigger, snapshot.session, options)
    return words


def decode_fast(
    words: Sequence[int], options: MapOptions = DEFAULT, *, sent_ns: int = 0, received_ns: int = 0
) -> LineSnapshot:
    """Return the fast part with its trigger ring; `words` are its 60 registers."""
    value = FAST.unpack(words, options.word_order)
    session = value["SessionID"]
    ring = tuple(words[FAST.words : FAST_WORDS])
    triggers, torn = _decode_ring(ring, session, value["NewestTag"], value["PartCount"], options.word_order)
    return LineSnapshot(
        plc_heartbeat=value["PlcHeartbeat"],
        session=session,
        control=Control(value["Control"]),
        newest_tag=value["NewestTag"],
        part_count=value["PartCount"],
        now_100us=value["Now"],
        encoder_counts=value["EncoderNow"],
        last_outcome_tag=value["LastOutcomeTag"],
        reject_fault=RejectFault(value["RejectFault"]),
        triggers=triggers,
        torn_triggers=torn,
        sent_ns=sent_ns,
        received_ns=received_ns,
    )


@lru_cache(maxsize=4)  # most reads bring no new trigger
def _decode_ring(
    words: tuple[int, ...], session: int, newest: int, count: int, order: WordOrder
) -> tuple[tuple[Trigger, ...], int]:
    """Return the announced triggers, oldest first, and how many of their entries cannot be trusted.

    Walks back from NewestTag, because only announced entries count. Over the tag's wrap the ring holds
    seven entries, not eight: 65535 mod 8 is 7 and tag 1 goes to entry 1.
    """
    found: list[Trigger] = []
    torn = 0
    tag, slots_seen = newest, 0
    for _ in range(min(TRIGGERS.entries, count) if newest else 0):
        slot_bit = 1 << tag % TRIGGERS.entries
        if slots_seen & slot_bit:
            break
        slots_seen |= slot_bit
        at = TRIGGERS.slot(tag) - TRIGGERS.offset
        trigger = _trigger(words[at : at + TRIGGERS.words], session, order)
        if trigger is None or trigger.tag != tag:
            torn += 1
        else:
            found.append(trigger)
        tag = tag - 1 or TAG_MAX
    found.reverse()
    return tuple(found), torn


# --- block P, slow part: details and outcomes ----------------------------------------------------


def encode_outcome(outcome: PartOutcome, session: int) -> list[int]:
    """Return the 3 registers of an outcome entry."""
    words = OUTCOMES.pack(
        {"Tag": outcome.tag, "Outcome": outcome.applied | outcome.confirmed << 8, "Check": 0}, "big"
    )
    return _seal(words, session)


def decode_outcome(words: Sequence[int], session: int) -> PartOutcome | None:
    """Return the outcome in an entry; None if it is empty, torn, of another session, or no outcome."""
    applied, confirmed = words[1] & 0xFF, words[1] >> 8
    if not words[0] or not _is_sealed(words, session):
        return None
    if not Applied.ACCEPTED <= applied <= Applied.REMOVED or confirmed > Confirmation.YES:
        return None
    return PartOutcome(tag=words[0], applied=Applied(applied), confirmed=Confirmation(confirmed))


def encode_details(details: LineDetails, options: MapOptions = DEFAULT) -> list[int]:
    """Return the 60 registers of the slow part, texts included, outcomes not (`encode_outcome`)."""
    words = DETAILS.pack(
        {name: getattr(details, attribute) for name, attribute in _DETAIL_NAMES}, options.word_order
    )
    for field, text in zip(TEXTS.fields, (details.lot, details.order, details.serial), strict=True):
        words.extend(_encode_text(text, field.words, options))
    return words


def decode_details(
    words: Sequence[int], outcome_words: Sequence[int], session: int, options: MapOptions = DEFAULT
) -> LineDetails:
    """Return the slow part; outcomes of this session alone, in the ring's order (not by age).

    `words` are its 60 registers, `outcome_words` the 48 of the outcome ring.
    """
    value = DETAILS.unpack(words, options.word_order)
    size = OUTCOMES.words
    entries = (outcome_words[at : at + size] for at in range(0, OUTCOMES.total_words, size))
    outcomes = (decode_outcome(entry, session) for entry in entries)
    texts = words[DETAILS.words :]
    lot, order, serial = (
        _decode_text(texts[field.offset : field.offset + field.words], options) for field in TEXTS.fields
    )
    return LineDetails(
        **{attribute: value[name] for name, attribute in _DETAIL_NAMES},
        outcomes=tuple(outcome for outcome in outcomes if outcome is not None),
        lot=lot,
        order=order,
        serial=serial,
    )


_DETAIL_NAMES = (
    ("Command", "command"),
    ("CommandArgument", "command_argument"),
    ("RejectsCommanded", "rejects_commanded"),
    ("RejectsConfirmed", "rejects_confirmed"),
    ("LateVerdicts", "late_verdicts"),
    ("ConsecutiveRejects", "consecutive_rejects"),
    ("ScanTime", "scan_time_100us"),
    ("CountsPerMm", "counts_per_mm_x100"),
    ("TriggerToGate", "gate_counts"),
    ("Window", "window_counts"),
    ("Deadline", "deadline_counts"),
    ("TriggerDelay", "trigger_delay_100us"),
)


def _encode_text(text: str, words: int, options: MapOptions) -> list[int]:
    raw = text.encode(options.string_encoding, errors="replace")[: 2 * words].ljust(2 * words, b"\0")
    return [int.from_bytes(raw[at : at + 2], options.string_order) for at in range(0, len(raw), 2)]


def _decode_text(words: Sequence[int], options: MapOptions) -> str:
    raw = b"".join(word.to_bytes(2, options.string_order) for word in words)
    return raw.partition(b"\0")[0].decode(options.string_encoding, errors="replace").rstrip()
