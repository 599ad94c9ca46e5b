"""`inspector bench`: measurements that print JSON."""

from __future__ import annotations

import argparse

from inspector.cli._parsers import (
    Commands,
    add_command_group,
    add_config,
    add_json,
    count,
    describe,
    positive,
)

_EPILOG = """\
examples:
  inspector bench decision --json > decision.json
  inspector bench line --rate 300 --rate 6000 --json
  inspector bench console --json > console.json

All take real-time rights where they are permitted (`inspector doctor` says whether). Run them on a machine
that has nothing else to do; what they measure while something else runs is that.
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "bench",
        help="measure the decision, the whole line, or what a console costs",
        **describe("Measure this machine; nothing here passes or fails.", _EPILOG),
    )
    benches = add_command_group(parser)
    decision = benches.add_parser(
        "decision",
        help="frame to verdict, against bare preprocessing and a bare model run",
        **describe(
            "1280×1024 mono frames at a fixed rate, with recorder, simulator and a CPU hog running; bare\n"
            "preprocessing and bare model runs interleaved in the same run. Times in µs."
        ),
    )
    decision.add_argument(
        "--parts", type=count, default=20_000, metavar="N", help="frames to judge (default: %(default)s)"
    )
    decision.add_argument(
        "--rate",
        type=positive,
        default=12_000.0,
        metavar="N",
        help="frames per minute (default: %(default)g)",
    )
    decision.add_argument("--no-hog", action="store_true", help="leave the CPU hog out")
    line = benches.add_parser(
        "line",
        help="the whole line, from photo-eye to ejector",
        **describe("Run the simulated line at several rates and report its stages. Times in µs."),
    )
    line.add_argument(
        "--parts", type=count, default=3000, metavar="N", help="parts at each rate (default: %(default)s)"
    )
    line.add_argument(
        "--rate",
        type=positive,
        action="append",
        metavar="N",
        help="parts per minute; may be repeated (default: 300, 1200, 3000, 6000)",
    )
    console = _add_console(benches)
    for bench, execute in ((decision, _decision), (line, _line), (console, _console)):
        add_config(bench)
        add_json(bench)
        bench.set_defaults(execute=execute)


def _add_console(benches: Commands) -> argparse.ArgumentParser:
    console = benches.add_parser(
        "console",
        help="what a console costs the line, and itself",
        **describe(
            "A line with a console attached against the same line without one, in pairs; what the line notices\n"
            "of a console that hangs, is killed and started again; the console's own CPU, memory and times.\n"
            "As it comes this takes half an hour. Needs the extra `console`; exit code 2 without it."
        ),
    )
    for name, kind, default, meaning in (
        ("--pairs", count, 5, "so many times with and without a console"),
        ("--seconds", positive, 60.0, "so long each"),
        ("--rate", positive, 1200.0, "parts per minute"),
        ("--cpu-seconds", positive, 30.0, "so long at thirty pictures a second, and so long standing"),
        ("--frozen-seconds", positive, 60.0, "so long a console gets no CPU"),
        ("--restarts", count, 50, "so many consoles are started and killed"),
    ):
        console.add_argument(
            name, type=kind, default=default, metavar="N", help=f"{meaning} (default: {default:g})"
        )
    console.add_argument("--window", action="store_true", help="in a window of the display, instead of none")
    return console


def _decision(arguments: argparse.Namespace) -> int:
    from inspector.bench import DecisionBench, bench_decision

    return bench_decision(
        DecisionBench(
            config=arguments.config,
            parts=arguments.parts,
            rate_per_min=arguments.rate,
            hog=not arguments.no_hog,
            json=arguments.json,
        )
    )


def _line(arguments: argparse.Namespace) -> int:
    from inspector.bench import LineBench, bench_line

    rates = tuple(arguments.rate or (300.0, 1200.0, 3000.0, 6000.0))
    return bench_line(
        LineBench(config=arguments.config, parts=arguments.parts, rates_per_min=rates, json=arguments.json)
    )


def _console(arguments: argparse.Namespace) -> int:
    from inspector.bench import ConsoleBench, bench_console

    return bench_console(
        ConsoleBench(
            config=arguments.config,
            pairs=arguments.pairs,
            seconds=arguments.seconds,
            rate_per_min=arguments.rate,
            cpu_seconds=arguments.cpu_seconds,
            frozen_s=arguments.frozen_seconds,
            restarts=arguments.restarts,
            has_window=arguments.window,
            json=arguments.json,
        )
    )
