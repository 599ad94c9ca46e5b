"""The report of a run as models: its schema, its documentation, and what a test checks a real one against."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from inspector.vision import DetectionLimit


def fact(meaning: str, **bounds: Any) -> Any:
    """Return a field that must be there, and what it means, its unit included."""
    return Field(description=meaning, **bounds)


def count(meaning: str) -> Any:
    """Return a field that counts."""
    return fact(meaning, ge=0)


class Document(BaseModel):
    """Closed: a key that is not described is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Latency(Document):
    """One stage. Microseconds; percentiles to 1.6 %, the maximum exact. All 0 without values."""

    p50: int = count("median, µs")
    p99: int = count("99th percentile, µs")
    p999: int = count("99.9th percentile, µs")
    max: int = count("largest value, µs")
    count: int = Field(description="number of values", ge=0)


class Stages(Document):
    """The way of a part, in stages."""

    frame_to_verdict: Latency = fact("frame available in memory → verdict; the deadline counts here")
    verdict_to_plc: Latency = fact("verdict → the PLC's response received")
    trigger_to_plc: Latency = fact("photo-eye → the PLC's response received")
    preprocess: Latency = fact("region of interest and resizing, part of frame_to_verdict")
    run: Latency = fact("the model, part of frame_to_verdict")
    plc_release: Latency = fact(
        "photo-eye → the scan in which the PLC released the part; simulated PLC only, accepted parts only"
    )


class Rights(Document):
    """What one thread of the station was granted."""

    priority: int = count("SCHED_FIFO priority; 0 = ordinary scheduling")
    core: int = fact("CPU core it is bound to; -1 = any", ge=-1)
    memory_locked: bool = fact("whether this thread's request to lock the process's memory was granted")
    wake_latency_us: int = fact(
        "longest time an idle core takes to wake, asked by this thread; -1 = no bound", ge=-1
    )
    refusals: list[str] = fact("what was refused, each with the remedy")


class BundleFacts(Document):
    """The model that ran."""

    name: str = fact("name of the bundle")
    version: str = fact("its version")
    digest: str = fact("SHA-256 over the bundle, in hexadecimal")
    classes: list[str] = fact("its classes, in the order of its outputs")
    ok_classes: list[str] = fact("those that mean a good part")
    detection_limit: DetectionLimit | None = fact("null = the bundle states none")


class RecorderFacts(Document):
    """What was kept. The counts are those of the data folder, over all its runs."""

    enabled: bool = fact("whether a recorder ran")
    rows_written: int = count("rows of parts and of events")
    images_written: int = count("images stored")
    images_dropped_ever: int = count("images that could not be stored, of all runs")
    images_evicted: int = count("older images that had to make room")
    starts: int = count("how often the recorder was started; more than 1: it died")
    error: str = fact('why it cannot write, or ""')
    data_dir: str | None = fact("where rows and images are")


class LateFrame(Document):
    """A frame whose verdict took longer than the deadline, and where the time went. Monotonic ns."""

    available_ns: int = fact("frame available in memory")
    received_ns: int = fact("capture had it")
    started_ns: int = fact("inspection began")
    preprocess_ns: int = fact("duration of the preprocessing")
    run_ns: int = fact("duration of the model's run")
    decided_ns: int = fact("verdict")


class FaultFacts(Document):
    """One fault of the scenario, and what it cost."""

    kind: str = fact("see docs/scenarios.md")
    parameters: dict[str, float] = fact("all of them, defaults included")
    began_ns: int = count("when it began, ns of the machine's monotonic clock")
    left_execute: bool = fact(
        "whether the line stopped inspecting, before it had inspected for 2 s after the fault's end"
    )
    needed_reset: bool = fact("whether the operator (auto_reset_s) had to press reset")
    is_back: bool = fact("whether it inspected again before the next fault, or never stopped")
    back_s: float | None = fact(
        "from the fault's end, or the last reset if that was later, until it inspected again, s; "
        "null = it never stopped, or did not come back"
    )
    extra_rejects: int = count(
        "parts rejected or purged from here to the next fault for another reason than what was seen on them"
    )
    missed_rejects: int = count("parts that the PLC wanted out, and that passed, from here to the next fault")
    wrongly_ejected: int = count(
        "parts that the PLC let pass, and that were ejected, from here to the next fault"
    )


class Escape(Document):
    """A bad part that was accepted."""

    part: int = count("its number in the source, from 0")
    class_name: str = Field(alias="class", description="its defect")
    size_px: float = fact("longest extent of the defect in the frame, px; 0 = unknown", ge=0)
    contrast: float = fact("largest relative change of brightness, 0…1; 0 = unknown", ge=0, le=1)
    origin: str = fact('file name, or "rendered"')
    by_classifier: bool = fact("its pristine frame, run offline through the same bundle, is OK too")


class DetectionOfSize(Document):
    """How many of the defects of one size were found."""

    from_px: float = fact("longest extent of the defect in the frame, px, from …", ge=0)
    to_px: float | None = fact("… to less than this; null = any")
    parts: int = count("defective parts of this class and size that got a verdict")
    found: int = count("of them, those judged NG or INDETERMINATE")


class Detection(Document):
    """How many of the defective parts were found."""

    by_size: list[DetectionOfSize] = fact("the same by the size of the defect")

    parts: int = count("defective parts of this class that got a verdict")
    found: int = count("of them, those judged NG or INDETERMINATE")


class ProductFacts(Document):
    """What was made."""

    name: str = fact("its name")
    job_id: int = count("number of its job at the PLC; 0 = none")
    recipe: str = fact("name of its recipe")
    recipe_revision: int = count("revision of its recipe")


class ChangeFacts(Document):
    """One change of the product, or what it came to instead."""

    product: str = fact("the product that was asked for")
    result: Literal["done", "refused", "returned", "failed"] = fact(
        "made; refused, without the line being touched; the old one came back; neither gets Ready"
    )
    reason: str = fact("why not; empty = it is made")
    told_to_ready_s: float | None = fact("from the line being told to its end, s; null = it was not told")


class Report(Document):
    """The document."""

    schema_version: Literal["1.0.0"] = fact("version of this document, see above")
    inspector_version: str = fact("version of the program")
    station: str = fact("[station] name")
    is_simulated: bool = fact("whether the pixels are not of this line")
    ended_by: Literal["parts", "seconds", "scenario", "interrupt", "terminated", "fault"] = fact(
        "--parts or --seconds were over, or the scenario; Ctrl-C, SIGTERM or SIGHUP, a fault"
    )
    fault: str = fact('what made the line end, or ""; the exit code is 1 if it is not empty')
    warnings: list[str] = fact("what a person should know of this run")

    triggers: int = count("parts that the photo-eye has seen, by the PLC's own count")
    accepted: int = count("parts that the PLC let pass")
    rejected: int = count("parts that the PLC ejected")
    bypassed: int = count("parts that passed while the bypass key was on")
    purged: int = count("parts that the PLC threw out because it had lost track")
    removed: int = count("parts that vanished between photo-eye and gate")
    in_transit: int = count("parts without an outcome yet, when the line ended")
    unrecorded: int = count(
        "parts whose outcome can no longer be known; not 0 holds the line, and `warnings` says since when"
    )
    unaccounted: int = fact("triggers less all of the above; not 0 holds the line")
    causes: dict[str, int] = fact("rejected parts by primary cause; they add up to `rejected`")
    late: int = count("verdicts after the deadline")
    overrun: int = count("frames for which there was no room to wait")
    frames: int = count("frames received")
    frames_lost: int = count("gaps in the camera's frame numbers")
    orphan_frames: int = count("frames that belonged to no part")
    mispair_refused: int = count("parts that had more than one frame, or whose frame had more than one part")
    missed_triggers: int = count(
        "parts known from the PLC's count alone: their trigger record was never read"
    )
    torn_triggers: int = count("trigger records that failed their check")
    link_faults: int = count("times that the link to the PLC was lost")
    model_faults: int = count("frames on which the model failed")
    images_dropped: int = count(
        "images of this run that were to be stored and are not: no room in memory or on disk"
    )
    disagreements: int = count("parts accepted by the PLC although the station had not told it to")
    station_starts: int = count(
        "how often the station was started; more than 1: it died, or the product was changed"
    )
    resets: int = count("how often the simulated operator pressed reset")
    start_to_ready_s: float | None = fact(
        "from the launch to Ready, s; null = never Ready, or the station was started again"
    )
    station_memory_mb: float = fact("largest resident memory of the station, MB", ge=0)

    escapes: int | None = count("bad parts that were accepted (bypassed ones not counted)")
    escapes_by_classifier: int | None = count("of them, those whose pristine frame the bundle calls OK too")
    false_rejects: int | None = count("good parts that were ejected, for whatever cause")
    missed_rejects: int | None = count("parts that the PLC wanted out, and that passed")
    wrongly_ejected: int | None = count("parts that the PLC let pass, and that were ejected: a neighbour's")
    mispaired: int | None = count(
        "dispositions made from another part's frame; null also where rows are not on disk"
    )
    truth_unchecked: int | None = count(
        "dispositions that could not be compared with the truth, since the simulator no longer knew their frame or "
        "part; `mispaired` says nothing of these"
    )
    unseen_accepted: int | None = count("parts that passed without the photo-eye having seen them apart")

    latency_us: Stages = fact("latencies by stage")
    realtime: dict[str, Rights] = fact("what supervisor, capture, inspection and actuation were granted")
    product: ProductFacts = fact("the product in use at the end")
    product_changes: list[ChangeFacts] = fact(
        "the changes of the product that were asked for, in their order"
    )
    bundle: BundleFacts = fact("the model that ran, at the end")
    recorder: RecorderFacts = fact("what was kept")
    late_frames: list[LateFrame] = fact("the newest 256 frames whose verdict was late")
    faults: list[FaultFacts] = fact("the scenario's faults that came about, in their order")
    sim_stalls: int = count("times that a simulated device acted more than 1 ms late: the machine was busy")
    sim_worst_stall_ms: float = fact("the longest of them, ms", ge=0)
    escape_list: list[Escape] = fact("at most 200 escapes, ours first, the classifier's by visibility")
    confusion: dict[str, dict[str, int]] = fact(
        "parts with a verdict and a known truth: true class → class seen (or `indeterminate`) → number"
    )
    detection: dict[str, Detection] = fact("by defect class")


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of the document. It is open: a later minor version has more keys."""
    schema: dict[str, Any] = _opened(Report.model_json_schema())
    schema["title"] = "inspector run --json"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _opened(schema: Any) -> Any:
    """Return a schema without what closes its objects."""
    if isinstance(schema, list):
        return [_opened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    items = schema.items()
    return {key: _opened(value) for key, value in items if (key, value) != ("additionalProperties", False)}


def report_tables() -> str:
    """Return the document's keys as Markdown, one table for each kind of object in it."""
    return "".join(text for model in dict.fromkeys(_reachable(Report)) for text in _table(model))


def _reachable(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            yield from _reachable(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield f"## {model.__name__}\n\n{model.__doc__}\n\n| key | type | meaning |\n|---|---|---|\n"
    for name, field in model.model_fields.items():
        meaning = "; ".join(text for text in (field.title, field.description) if text)
        yield f"| `{field.alias or name}` | {_kind(field.annotation)} | {meaning} |\n"
    yield "\n"


_NAMES = {int: "integer", float: "number", str: "text", bool: "true/false", NoneType: "null"}


def _kind(annotation: Any) -> str:
    """Name a type as JSON has it."""
    parts = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin is dict:
        return f"object of {_kind(parts[1])}"
    if origin is list:
        return f"list of {_kind(parts[0])}"
    if origin is Literal:
        return ", ".join(f'"{part}"' for part in parts)
    if parts:
        return " or ".join(_kind(part) for part in parts)
    name: str = annotation.__name__
    return _NAMES.get(annotation) or f"[{name}](#{name.lower()})"
