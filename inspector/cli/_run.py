"""`inspector run`: the whole line."""

from __future__ import annotations

import argparse

from inspector.cli._parsers import (
    Commands,
    add_config,
    add_json,
    count,
    describe,
    fraction,
    path,
    positive,
    seed,
)

_EPILOG = """\
examples:
  inspector run                                     a simulated line, until Ctrl-C
  inspector run --console                           the same with the operator's screen
  inspector run --headless --parts 3000 --json      one JSON document with ledger, truth and latencies
  inspector run --camera folder:photos/test --rate 300 --bundle bundle
  inspector run --scenario faults.toml              faults on a schedule
  inspector run --config /etc/inspector/station.toml

exit codes: 0 the line ended in order (Ctrl-C, SIGTERM and SIGHUP included), 1 it ended in a fault,
2 wrong options, configuration or bundle
"""


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run",
        help="run the line: station, recorder, and the simulated world and PLC where there is no hardware",
        **describe("Run the line until --parts or --seconds are over, or Ctrl-C.", _EPILOG),
    )
    add_config(parser)
    what = parser.add_argument_group("what runs")
    what.add_argument("--rate", type=positive, metavar="N", help="parts per minute (default: 300)")
    what.add_argument("--parts", type=count, metavar="N", help="stop after N parts (default: no limit)")
    what.add_argument(
        "--seconds", type=positive, metavar="S", help="stop after S seconds (default: no limit)"
    )
    what.add_argument(
        "--camera",
        metavar="sim|folder:PATH",
        help="rendered parts, or a folder of photographs whose sub-folders name the truth (default: sim)",
    )
    what.add_argument(
        "--bundle",
        type=path,
        metavar="DIR",
        help="the model to use (default: the one of the simulated product)",
    )
    what.add_argument(
        "--product",
        metavar="NAME",
        help="the product to start with (default: the one last changed to at the console, at first that of --config)",
    )
    what.add_argument(
        "--scenario", type=path, metavar="FILE", help="faults on a schedule (docs/scenarios.md)"
    )
    simulated = parser.add_argument_group("the simulated line")
    simulated.add_argument("--seed", type=seed, metavar="N", help="of everything random (default: 1)")
    simulated.add_argument(
        "--defect-rate", type=fraction, metavar="F", help="share of bad parts, 0…1 (default: 0.1)"
    )
    simulated.add_argument("--colour", action="store_true", help="a colour camera (default: mono)")
    where = parser.add_argument_group("where it keeps things")
    where.add_argument(
        "--run-dir",
        type=path,
        metavar="DIR",
        help="shared memory and sockets (default: /dev/shm/inspector-NAME)",
    )
    where.add_argument(
        "--data-dir",
        type=path,
        metavar="DIR",
        help="rows and images (default: $XDG_STATE_HOME/inspector/NAME)",
    )
    shown = parser.add_argument_group("what it shows")
    shown.add_argument(
        "--console", action="store_true", help="open the operator console on it (the extra `console`)"
    )
    shown.add_argument("--headless", action="store_true", help="no live status")
    shown.add_argument("--quiet", action="store_true", help="nothing but errors, and --json")
    add_json(shown)
    parser.set_defaults(execute=_execute, hears_signals=True)


def _execute(arguments: argparse.Namespace) -> int:
    from inspector.app import RunOptions, run_line

    return run_line(
        RunOptions(
            config=arguments.config,
            rate_per_min=arguments.rate,
            parts=arguments.parts,
            seconds=arguments.seconds,
            camera=arguments.camera,
            bundle=arguments.bundle,
            product=arguments.product,
            scenario=arguments.scenario,
            seed=arguments.seed,
            defect_rate=arguments.defect_rate,
            colour=arguments.colour,
            run_dir=arguments.run_dir,
            data_dir=arguments.data_dir,
            console=arguments.console,
            headless=arguments.headless,
            quiet=arguments.quiet,
            json=arguments.json,
        )
    )
