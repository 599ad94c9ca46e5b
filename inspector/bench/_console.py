"""What a console costs the line it is attached to, and what it costs itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from inspector.bench._console_process import ConsoleProcess, expect_console
from inspector.bench._line_watch import LineWatch, with_line
from inspector.bench._machine import machine
from inspector.bench._output import put
from inspector.client import Client
from inspector.clock import monotonic_ns
from inspector.config import default_config, load_config
from inspector.protocol import Ask, Endpoints

_SETTLE_S: Final = 2.0
_ASK_LIMIT_S: Final = 10.0
_ASK_TIMEOUT_MS: Final = 5000
_AFTER_KILL_S: Final = 5.0
_PICTURES_RATE: Final = 2000.0
"""Parts per minute that give the service a new picture whenever it looks for one, thirty times a second."""
Measured = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleBench:
    """How to measure.

    Parameters
    ----------
    config
        A station.toml; None = the embedded defaults.
    pairs, seconds
        So many times with and without a console, so long each.
    cpu_seconds
        So long at thirty pictures a second, and so long with the line standing.
    frozen_s
        So long one console gets no CPU.
    restarts
        So many consoles are started and killed.
    has_window
        In a window of the display that there is, instead of none.
    """

    config: Path | None = None
    pairs: int = 5
    seconds: float = 60.0
    rate_per_min: float = 1200.0
    cpu_seconds: float = 30.0
    frozen_s: float = 60.0
    restarts: int = 50
    has_window: bool = False
    json: bool = False


def bench_console(options: ConsoleBench) -> int:
    """Measure and print; 0, or 1 if a line ended or stood still before everything was measured.

    Raises
    ------
    UsageError
        There is no console to be measured, or it does not come up.
    """
    expect_console()
    base = default_config() if options.config is None else load_config(options.config)
    facts, bench = machine(), _Bench(options)
    lines = [
        with_line(base, options.rate_per_min, bench.measure_line),
        with_line(base, _PICTURES_RATE, bench.measure_console),
    ]
    put(_document(bench, lines, facts), as_json=options.json)
    return 0 if bench.is_complete else 1


@dataclass(slots=True)
class _Bench:
    """What is measured, and what came of it."""

    options: ConsoleBench
    pairs: list[Measured] = field(default_factory=list)
    disturbed: dict[str, Measured] = field(default_factory=dict)
    starts: list[Measured] = field(default_factory=list)
    busy: Measured = field(default_factory=dict)
    idle: Measured = field(default_factory=dict)
    last_report: Measured = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        has_all = bool(self.idle) and len(self.disturbed) == 3 and len(self.pairs) == self.options.pairs
        return has_all and all(window["has_run"] for window in self.windows)

    @property
    def windows(self) -> list[Measured]:
        """Every window in which parts should have come."""
        of_pairs = [window for pair in self.pairs for window in pair.values()]
        return [*of_pairs, *self.disturbed.values(), *([self.busy] if self.busy else [])]

    def measure_line(self, line: LineWatch, folder: Path) -> None:
        """Find out what the line notices of consoles that work, hang, die, and come again."""
        for number in range(self.options.pairs):
            arms: list[Callable[[LineWatch, Path], tuple[str, Measured]]] = [self._without, self._with]
            # The other way round each time: what drifts falls on both.
            self.pairs.append(dict(arm(line, folder) for arm in arms[:: -1 if number % 2 else 1]))
        self._disturb(line, folder)

    def _without(self, line: LineWatch, _: Path) -> tuple[str, Measured]:
        line.rest(_SETTLE_S)
        return "without", line.during(lambda: line.rest(self.options.seconds))

    def _with(self, line: LineWatch, folder: Path) -> tuple[str, Measured]:
        with self._console(line, folder) as console:
            line.rest(_SETTLE_S)
            return "with", self._window(line, console, self.options.seconds)

    def _disturb(self, line: LineWatch, folder: Path) -> None:
        with self._console(line, folder) as console:
            console.freeze()
            self.disturbed["frozen"] = line.during(lambda: line.rest(self.options.frozen_s))
            console.thaw()
            line.rest(_SETTLE_S)

            def kill() -> None:
                console.kill()
                line.rest(_AFTER_KILL_S)

            self.disturbed["killed"] = line.during(kill)
        self.disturbed["restarted"] = line.during(lambda: self._restart(line, folder))

    def _restart(self, line: LineWatch, folder: Path) -> None:
        for _ in range(self.options.restarts):
            with self._console(line, folder) as console:
                console.kill()

    def measure_console(self, line: LineWatch, folder: Path) -> None:
        """Find out what a console costs that shows thirty pictures a second, and one that has nothing to show."""
        seconds = self.options.cpu_seconds
        with self._console(line, folder) as console:
            line.rest(_SETTLE_S)
            self.busy = self._window(line, console, seconds)
            self.last_report = console.end()
        with self._console(line, folder) as console, _held(line):
            line.rest(2 * _SETTLE_S)
            self.idle = self._window(line, console, seconds)

    @staticmethod
    def _window(line: LineWatch, console: ConsoleProcess, seconds: float) -> Measured:
        cpu_s, since_ns = console.cpu_s, monotonic_ns()
        found = line.during(lambda: line.rest(seconds))
        share = (console.cpu_s - cpu_s) / ((monotonic_ns() - since_ns) / 1e9)
        return {
            **found,
            "console_cpu_percent": round(100 * share, 2),
            "console_resident_mb": round(console.resident_mb, 1),
        }

    @contextmanager
    def _console(self, line: LineWatch, folder: Path) -> Iterator[ConsoleProcess]:
        console = ConsoleProcess(
            line.config.run_dir, folder, has_window=self.options.has_window, is_over=line.ended.is_set
        )
        try:
            report = console.wait_until_shown()
            self.starts.append({key: report[key] for key in ("first_paint_s", "attach_s")})
            yield console
        finally:
            console.kill()


@contextmanager
def _held(line: LineWatch) -> Iterator[None]:
    """Have the line stand, with its alarm acknowledged: then nothing changes any more."""
    with Client(Endpoints.ipc(line.config.run_dir), lambda _: None, name="bench") as client:

        def ask(kind: str, **args: str) -> None:
            client.request(kind, args, timeout_ms=_ASK_TIMEOUT_MS).result(_ASK_LIMIT_S)

        ask(Ask.HOLD, reason="bench")
        line.rest(_SETTLE_S)
        for alarm in ("held_operator", "late", "ng_run"):
            ask(Ask.ACKNOWLEDGE, alarm=alarm)
        try:
            yield
        finally:
            ask(Ask.CONTROL_TAKE)
            ask("line.release")


def _document(bench: _Bench, lines: list[Measured], facts: Measured) -> Measured:
    options = bench.options
    return {
        "bench": "console",
        "rate_per_min": options.rate_per_min,
        "is_complete": bench.is_complete,
        "windows_without_parts": sum(not window["has_run"] for window in bench.windows),
        "line": _of_line(bench.pairs),
        "late": _of_late_parts(bench),
        "console": _of_console(bench),
        "pairs": bench.pairs,
        "disturbed": bench.disturbed,
        "restarts": options.restarts,
        "busy": bench.busy,
        "idle": bench.idle,
        "display": {key: bench.last_report.get(key) for key in ("platform", "window_px", "qt")},
        "steal_ms": [line["steal_ms"] for line in lines],
        "realtime": lines[0]["realtime"],
        "fault": next((line["fault"] for line in lines if line["fault"]), ""),
        "machine": facts,
    }


def _of_line(pairs: list[Measured]) -> Measured:
    """Compare within each pair, and take the median of that."""
    whole = [
        (pair["with"], pair["without"]) for pair in pairs if all(arm["has_run"] for arm in pair.values())
    ]
    times = [(on["frame_to_verdict_us"], off["frame_to_verdict_us"]) for on, off in whole]
    ratios = [on["p50"] / off["p50"] for on, off in times if off["p50"]]
    differences = [on["p999"] - off["p999"] for on, off in times]
    return {
        "p50_ratio": _figure(ratios, aim=1.05, digits=3),
        "p999_difference_us": _figure(differences, aim=300),
    }


def _of_late_parts(bench: _Bench) -> Measured:
    """Count the late parts beyond those that the line has without any console, in as much time."""
    calm = [pair["without"] for pair in bench.pairs if "without" in pair]
    rest = [pair["with"] for pair in bench.pairs if "with" in pair] + list(bench.disturbed.values())
    calm, rest = ([window for window in windows if window["has_run"]] for windows in (calm, rest))
    calm_s, rest_s = (sum(window["seconds"] for window in windows) for windows in (calm, rest))
    usual, late = (_late_by_themselves(windows) for windows in (calm, rest))
    expected = usual * rest_s / calm_s if calm_s else 0.0
    return {
        "without_console": sum(window["late"] for window in calm),
        "without_console_while_cpu_was_stolen": sum(window["late_while_cpu_was_stolen"] for window in calm),
        "with_console": sum(window["late"] for window in rest),
        "with_console_while_cpu_was_stolen": sum(window["late_while_cpu_was_stolen"] for window in rest),
        "expected_by_time": round(expected, 1),
        "attributable": {
            # Nothing is known of what a line does that stands.
            "value": max(0, round(late - expected)) if calm and len(rest) == _arms(bench) else None,
            "aim": 0,
        },
    }


def _arms(bench: _Bench) -> int:
    """Return in how many windows a console was there."""
    return bench.options.pairs + len(bench.disturbed)


def _late_by_themselves(windows: list[Measured]) -> int:
    """Return the late parts around which no CPU was stolen."""
    return sum(window["late"] - window["late_while_cpu_was_stolen"] for window in windows)


def _of_console(bench: _Bench) -> Measured:
    painted = bench.last_report.get("captured_to_painted_us", {})
    resident = [
        window["console_resident_mb"] for pair in bench.pairs for arm, window in pair.items() if arm == "with"
    ]
    return {
        "cpu_percent": _figure([bench.busy.get("console_cpu_percent")], aim=25),
        "pictures_per_s": bench.last_report.get("pictures_per_s"),
        "cpu_percent_when_nothing_changes": _figure([bench.idle.get("console_cpu_percent")], aim=3),
        "captured_to_painted_us": {**painted, "aim_p50": 15_000},
        "resident_mb": _figure([*resident, bench.busy.get("console_resident_mb")], aim=260),
        "first_paint_s": _figure([start["first_paint_s"] for start in bench.starts], aim=1.5, digits=3),
        "attach_s": _figure([start["attach_s"] for start in bench.starts], aim=0.5, digits=3),
    }


def _figure(values: list[Any], *, aim: float, digits: int = 1) -> Measured:
    """Return a median with its extremes beside what is aimed at (at most)."""
    known = [value for value in values if value is not None]
    if not known:
        return {"median": None, "aim": aim}
    least, most = min(known), max(known)
    return {
        "median": round(median(known), digits),
        "least": round(least, digits),
        "most": round(most, digits),
        "count": len(known),
        "aim": aim,
    }
