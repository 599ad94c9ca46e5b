"""The station's process: from the checked configuration to a running `Station`."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from inspector.app._model import Model, stand_by
from inspector.app._places import RunDir
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import StationConfig, checksum
from inspector.devices import ModbusLine, SimCamera
from inspector.domain.book import PartBook
from inspector.domain.in_force import InForce
from inspector.domain.line import LineDetails, ResultFlags
from inspector.domain.pairing import ClockMap, PairingRules
from inspector.domain.recipe import Recipe
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError, WorkerStuckError
from inspector.sharedmem import (
    DecisionRing,
    ImagePool,
    LedgerRing,
    RegisterBoard,
    RequestBoard,
    StationStatus,
)
from inspector.station import Journal, LedgerOutlet, Station, StationParts, StationSettings

_log = logging.getLogger(__name__)

_FAULT_CHARS = 300
_PORT_WAIT_NS = 10_000_000_000


def run_station(run_dir: Path, *, in_standby: bool = False) -> int:
    """Run the station until SIGTERM.

    Parameters
    ----------
    run_dir
        The line's run directory with `config.json` and the segments that the launcher has made.
    in_standby
        Make everything ready for `next.json` beside the station that runs, and take its place when told to.

    Returns
    -------
    int
        0; 1 if a worker did not stop.
    """
    stopping = _stop_on_signals()
    places = RunDir(run_dir)
    status = StationStatus.attach(places.status)
    if in_standby:
        model = stand_by(places, stopping)
        if model is None:
            return 0
        _sign_on(status)
    else:
        _sign_on(status)
        model = Model.load(StationConfig.model_validate_json(places.config.read_text()))
    station = _compose(model, places, status)
    try:
        station.start()
        _publish_facts(status, station, model)
        facts_due = True
        while not stopping():
            station.supervise()
            if fault := model.classifier.take_fault():
                _log.error("the model failed on %s; more are only counted", fault[:_FAULT_CHARS])
            if facts_due and len(station.grants) == 4:
                _publish_facts(status, station, model)
                facts_due = False
    finally:
        try:
            station.stop()
        except WorkerStuckError:
            os._exit(1)  # a hung driver would keep the interpreter from ending
    return 0


def _sign_on(status: StationStatus) -> None:
    """Take the status block over: nothing of the station before is of the present."""
    status.set("pid", os.getpid())
    status.add("starts")
    status.set("started_ns", monotonic_ns())
    for name in ("is_ready", "is_linked", "is_line_running", "is_camera_ok", "hold_code", "ready_ns"):
        status.set(name, 0)


def _stop_on_signals() -> Callable[[], bool]:
    told: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, note)
    # Ctrl-C reaches the whole terminal group; the launcher decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return lambda: bool(told)


def _compose(model: Model, places: RunDir, status: StationStatus) -> Station:
    config, recipe, digest32 = model.config, model.recipe, model.bundle.digest32
    flags = ResultFlags.SIMULATED if config.is_simulated else ResultFlags.NONE
    camera = config.camera
    book = PartBook(
        pairing_rules(config),
        deadline_ns=int(config.decision.deadline_ms * 1e6),
        may_accept=not config.is_simulated or config.plc_is_simulated,
        flags=flags,
        in_force=InForce(recipe.revision, digest32),
        camera_clock=ClockMap(latency_ns=(camera.exposure_time_us + camera.readout_us) * 1000),
    )
    outlet = LedgerOutlet(
        LedgerRing.resume(places.ledger),
        Journal.attach(places.journal),
        status,
        station_id=config.station.station_id,
        bundle_digest32=digest32,
        decisions=DecisionRing.attach(places.decisions),
    )
    outlet.resume(book, is_same_run=status.get("starts") > 1)
    is_recording = config.recorder.enabled and config.recorder.images != "none"
    return Station(
        StationParts(
            camera=SimCamera(places.path),
            line=_line(config, places),
            classifier=model.classifier,
            book=book,
            outlet=outlet,
            status=status,
            images=ImagePool.resume(places.images) if is_recording else None,
            check_details=lambda details: _mismatch(config, details),
            requests=RequestBoard.ensure(places.requests),
        ),
        _settings(config, recipe, digest32),
    )


def pairing_rules(config: StationConfig) -> PairingRules:
    """Return how near a frame and its tag must be, and how long a part waits, on this line."""
    line = config.geometry
    return PairingRules(
        epsilon_ns=config.pairing.epsilon_us * 1000,
        view_delays_ns=(config.camera.trigger_delay_us * 1000,) * config.recipe.expected_views,
        frame_timeout_ns=int(line.frame_timeout_ms * 1e6),
        doubt_ns=int(line.doubt_ms * 1e6),
        plc_scan_ns=int(line.plc_scan_ms * 1e6),
    )


def _settings(config: StationConfig, recipe: Recipe, digest32: int) -> StationSettings:
    realtime = config.realtime
    return StationSettings(
        deadline_ns=int(config.decision.deadline_ms * 1e6),
        poll_ns=config.plc.poll_ms * 1_000_000,
        mirror_ns=config.plc.mirror_ms * 1_000_000,
        plc_silent_ns=config.plc.heartbeat_timeout_ms * 1_000_000,
        max_pairing_failures=config.pairing.max_consecutive_failures,
        queue_limit=max(2, config.camera.slots // 2),
        keep_all_images=config.recorder.images == "all",
        priority=realtime.priority,
        core=realtime.station_core,
        lock_memory=realtime.lock_memory,
        wake_latency_us=realtime.wake_latency_us,
        is_simulated=config.is_simulated,
        recipe_revision=recipe.revision,
        job_id=config.product.job_id,
        config_checksum=checksum(config),
        bundle_digest32=digest32,
    )


def _line(config: StationConfig, places: RunDir) -> ModbusLine:
    plc = config.plc
    return ModbusLine(
        plc.host,
        plc.port or _announced_port(places.plc_port),
        station_id=config.station.station_id,
        unit_id=plc.unit_id,
        base_s=plc.base_s,
        base_p=plc.base_p,
        word_order=plc.word_order,
        timeout_ms=plc.timeout_ms,
        registers=RegisterBoard.attach(places.registers),
    )


def _announced_port(path: Path) -> int:
    """Wait for the simulated PLC to say which port it got."""
    deadline_ns = monotonic_ns() + _PORT_WAIT_NS
    while monotonic_ns() < deadline_ns:
        text = path.read_text().strip() if path.exists() else ""
        if text:
            return int(text)
        sleep_s(0.01)
    raise ConfigError(f"the simulated PLC has not written {path} within 10 s; see its message above")


def _mismatch(config: StationConfig, details: LineDetails) -> str:
    """Compare what the PLC was built for with the configuration; "" if they agree."""
    line = config.line
    expected = {
        Told.DIFFERS_SCALE: (round(line.counts_per_mm * 100), details.counts_per_mm_x100),
        Told.DIFFERS_GATE: (
            round((line.eye_to_gate_mm + line.part_length_mm / 2) * line.counts_per_mm),
            details.gate_counts,
        ),
        Told.DIFFERS_WINDOW: (round(line.window_mm * line.counts_per_mm), details.window_counts),
        Told.DIFFERS_DELAY: (round(config.camera.trigger_delay_us / 100), details.trigger_delay_100us),
    }
    wrong = [
        tell(code, ours=ours, theirs=theirs)
        for code, (ours, theirs) in expected.items()
        if abs(ours - theirs) > 1
    ]
    return tell(Told.OTHER_LINE, differences="; ".join(wrong)) if wrong else ""


def _publish_facts(status: StationStatus, station: Station, model: Model) -> None:
    bundle, recipe, tested_ns = model.bundle, model.recipe, model.tested_ns
    manifest = bundle.manifest
    status.write_text(
        {
            "realtime": {name: grant.as_dict() for name, grant in station.grants.items()},
            "bundle": {
                "name": manifest.name,
                "version": manifest.version,
                "digest": bundle.digest,
                "classes": list(bundle.classes),
                "ok_classes": list(manifest.ok_classes),
            },
            "believed_mean": [manifest.input.mean_min, manifest.input.mean_max],
            "recipe": {
                "revision": recipe.revision,
                "accept_min": recipe.thresholds.accept_min,
                "reject_min": recipe.thresholds.reject_min,
            },
            # A golden sample that is not passed keeps the station from starting.
            "self_test": {"samples": len(manifest.golden), "passed_ns": tested_ns},
            # Last: it makes room first where there is too little.
            "class_labels": model.config.product.class_labels.of(bundle.classes),
        }
    )
