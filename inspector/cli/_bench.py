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

Both take real-time rights where they are permitted (`inspector doctor` says whether). Run them on a machine
that has nothing else to do; what they measure while something else runs is that.
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "bench",
        help="measure the decision, or the whole line",
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
    for bench, execute in ((decision, _decision), (line, _line)):
        add_config(bench)
        add_json(bench)
        bench.set_defaults(execute=execute)


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
