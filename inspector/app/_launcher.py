"""`inspector run`: check, start, watch, stop in order, and say what happened."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from inspector.app._bundles import recipe_for, resolve_bundle
from inspector.app._end_signals import EndSignals
from inspector.app._line import Line
from inspector.app._live import LiveStatus
from inspector.app._options import RunOptions
from inspector.app._places import RunDir, make_data_dir
from inspector.app._product_change import ProductChange
from inspector.app._products import product_in_use
from inspector.app._report import build_report, format_report
from inspector.app._scenario import Scenario, load_scenario
from inspector.app._scenario_run import FaultLog, ScenarioRun
from inspector.app._screen import Screen
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import StationConfig, apply_overrides, default_config, load_config
from inspector.domain.hold import Hold
from inspector.errors import ConfigError, UsageError, printable
from inspector.vision import load_bundle

_TURN_S = 0.02
_HELD_LIMIT_NS = 30_000_000_000
"""A headless line that nobody resets for so long has ended in a fault."""
_DRAIN_NS = 4_000_000_000


def configure(options: RunOptions) -> StationConfig:
    """Return the checked configuration of a run.

    Raises
    ------
    ConfigError, UsageError
        The file, or an option, is wrong.
    """
    if options.parts is not None and options.parts < 1:
        raise UsageError(f"--parts {options.parts}: give at least 1, or leave it out for an endless run")
    config = default_config() if options.config is None else load_config(options.config)
    overrides: dict[str, Any] = {
        "rate": options.rate_per_min,
        "parts": options.parts,
        "camera": options.camera,
        "bundle": None if options.bundle is None else options.bundle.absolute(),
        "seed": options.seed,
        "defect_rate": options.defect_rate,
        "run_dir": None if options.run_dir is None else options.run_dir.absolute(),
        "data_dir": None if options.data_dir is None else options.data_dir.absolute(),
    }
    if options.console:
        overrides["service.enabled"] = True
    if options.colour:
        overrides["camera.colour"] = True
    return apply_overrides(config, overrides)


def run_line(options: RunOptions, signals: EndSignals | None = None) -> int:
    """Run the line until it ends.

    Returns
    -------
    int
        0 the line ended in order; 1 it ended in a fault.

    Raises
    ------
    InspectorError
        Nothing was started: usage, configuration, bundle, or the run directory (exit code 2).
    """
    report = run_report(options, signals=signals)
    if options.json:
        print(json.dumps(report, indent=2, allow_nan=False))  # noqa: T201 - the one document on stdout
    elif not options.quiet:
        print(printable(format_report(report)))  # noqa: T201
    return 1 if report["fault"] else 0


def run_report(
    options: RunOptions, config: StationConfig | None = None, signals: EndSignals | None = None
) -> dict[str, Any]:
    """Run the line until it ends; return its report instead of printing it. See `run_line`."""
    told = signals or EndSignals()
    base = config or configure(options)
    config = product_in_use(base, options.product)
    # The station opens the model itself, and refuses one that is not what its manifest says.
    bundle = load_bundle(resolve_bundle(config), open_model=False)
    recipe_for(config, bundle)
    scenario = _scenario(options.scenario, config)
    if config.recorder.enabled:
        make_data_dir(config.data_dir)
    places = RunDir(config.run_dir)
    with ExitStack() as stack:
        places.take()
        stack.callback(places.release)
        if config.recorder.enabled:
            places.take_data(config.data_dir)
        if options.config is not None:
            places.source.write_text(str(options.config.absolute()), encoding="utf-8")
        line = Line(config, places, bundle, base)
        stack.callback(line.close)
        run = _Run(options, config, line, scenario, told.heard)
        ended_by = run.go()
        if line.is_refused:
            raise ConfigError(f"{line.fault}; its message is above")
        return build_report(line, ended_by=ended_by, faults=run.log, changes=run.changes)


def _scenario(path: Path | None, config: StationConfig) -> Scenario:
    if path is None:
        return Scenario()
    if not config.plc_is_simulated:
        raise ConfigError(
            f'--scenario {path}: faults are injected into the simulated line only; set [plc] kind = "sim"'
        )
    return load_scenario(path)


class _Run:
    """One run, from start to the end of the last process."""

    def __init__(
        self,
        options: RunOptions,
        config: StationConfig,
        line: Line,
        scenario: Scenario,
        signals: Sequence[int],
    ) -> None:
        self._options, self._config, self._line = options, config, line
        self._signals = signals
        self._ready_ns = 0
        self._held_ns = 0
        self._warned = 0
        self._ending_ns = 0
        self._product = ProductChange(line)
        self.log = FaultLog(line)
        self._screen = Screen(config.service.folder or line.places.path)
        self._scenario = ScenarioRun(scenario, line, self.log)
        title = "Inspector (simulated line)" if config.is_simulated else f"Inspector {config.station.name}"
        self._live = LiveStatus(
            line.status,
            title=title,
            deadline_ms=config.decision.deadline_ms,
            enabled=not (options.headless or options.quiet),
        )

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What came of each change of the product."""
        return self._product.ended

    def go(self) -> str:
        """Run; return what ended it."""
        self._warn()
        try:
            if not self._signals:
                self._line.start()
                if self._options.console and (trouble := self._screen.start()):
                    self._line.warnings.append(trouble)
            ended_by = self._watch()
            self._line.warnings += self._scenario.never_came
        finally:
            self._screen.stop()
            self._scenario.end()
            self._line.stop()
        return ended_by

    def _warn(self) -> None:
        """Say what a person should know, once and as soon as it is known."""
        texts = self._line.warnings[self._warned :]
        self._warned += len(texts)
        if texts and not self._options.quiet:
            sys.stderr.writelines(f"inspector: warning: {printable(text)}\n" for text in texts)
            self._live.begin_anew()

    def _watch(self) -> str:
        line = self._line
        while True:
            sleep_s(_TURN_S)
            now_ns = monotonic_ns()
            self._product.step()
            line.watch()
            self._warn()
            if line.fault:
                return "fault"
            if not self._ready_ns and line.status.get("is_ready"):
                self._ready_ns = now_ns
                self._say_ready()
                line.run_belt()
            elif self._ready_ns:
                self._scenario.step((now_ns - self._ready_ns) / 1e9)
            elif line.status.get("hold_code") == Hold.UNRECORDED:  # parts of a killed run
                self._scenario.reset_if_stopped(now_ns)
            self.log.step(now_ns)
            self._live.update(line.recorder_trouble)
            ended_by = self._end(now_ns)
            if ended_by:
                return self._judged(ended_by)

    def _say_ready(self) -> None:
        """Whoever does not see the live status sees at least that the line has come up."""
        if not (self._options.quiet or self._live.is_on):
            sys.stderr.write(
                f"inspector: Ready after {(self._ready_ns - self._line.started_ns) / 1e9:.1f} s\n"
            )

    def _say_ending(self) -> None:
        """Whoever has pressed Ctrl-C sees that it was heard."""
        if self._signals and not self._options.quiet:
            moving = self._line.status.get("in_transit")
            sys.stderr.write(
                f"inspector: ending: {moving} parts are on their way to the gate; again to end at once\n"
            )
            self._live.begin_anew()

    def _judged(self, ended_by: str) -> str:
        """A line that is over by itself has ended in a fault if it was never Ready, or if one holds it."""
        status = self._line.status
        if ended_by == "seconds" and not self._ready_ns:
            why = status.get("hold_text") or status.get("link_fault") or "see the PLC"
            self._line.fault = f"the station never got Ready: {why}"
            return "fault"
        is_held = status.get("hold_code") not in (Hold.NONE, Hold.OPERATOR)
        if ended_by not in ("seconds", "parts", "scenario") or not is_held or self._scenario.has_operator:
            return ended_by
        self._line.fault = f"the line was held at its end ({ended_by}): {status.get('hold_text')}"
        return "fault"

    def _end(self, now_ns: int) -> str:
        """Return what ends the run now, or ""."""
        line, wish = self._line, self._wish(now_ns)
        if line.is_finished:
            return wish or "parts"
        if self._is_stuck(now_ns):
            reason = "see the PLC" if self._ready_ns else "the station does not get Ready"
            line.fault = f"the line was held for 30 s: {line.status.get('hold_text') or reason}"
            return "fault"
        if not wish:
            return ""
        if not self._ending_ns:
            self._ending_ns = now_ns
            line.end_feed()
            self._say_ending()
        # A second Ctrl-C, or a line that does not run empty, ends at once.
        is_over = len(self._signals) > 1 or now_ns - self._ending_ns > _DRAIN_NS or not line.plc_is_simulated
        return wish if is_over or not line.status.get("in_transit") else ""

    def _wish(self, now_ns: int) -> str:
        if self._signals:
            return "interrupt" if self._signals[0] == signal.SIGINT else "terminated"
        if self._scenario.is_over:
            return "scenario"
        line, seconds, parts = self._line, self._options.seconds, self._config.simulation.parts
        # A real PLC may take its time, or never come; the simulated one is there at once.
        since_ns = self._ready_ns if line.plc_is_simulated else line.started_ns
        if seconds is not None and since_ns and now_ns - since_ns >= seconds * 1e9:
            return "seconds"
        if parts is not None and not line.plc_is_simulated and line.status.get("triggers") >= parts:
            return "parts"
        return ""

    def _is_stuck(self, now_ns: int) -> bool:
        """Whether a simulated line is held, not Ready or not linked, and nobody is there to do something about it."""
        status = self._line.status
        is_held = status.get("hold_code") not in (Hold.NONE, Hold.OPERATOR)
        is_alone = not (self._ready_ns and status.get("is_linked"))
        is_held = is_held or is_alone or bool(status.get("reject_fault"))
        if not (is_held and self._line.plc_is_simulated) or sys.stdin.isatty():
            self._held_ns = 0
            return False
        self._held_ns = self._held_ns or now_ns
        return now_ns - self._held_ns > _HELD_LIMIT_NS
