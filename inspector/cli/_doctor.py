"""`inspector doctor`: what this machine, this configuration and this PLC allow."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from inspector.cli._output import print_json, say
from inspector.cli._parsers import Commands, add_config, add_json, describe

if TYPE_CHECKING:
    from inspector.doctor import Check

_EPILOG = """\
examples:
  inspector doctor                               the machine, with the embedded defaults
  inspector doctor --config station.toml         and this station's folders, bundle and PLC
  inspector doctor plc --config station.toml     the PLC and the line's geometry alone

exit codes: 0 nothing failed (warnings allowed), 1 something failed, 2 wrong options or configuration
"""


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="check the machine, the bundle and the PLC, and name the remedies",
        **describe(
            "Check what a station needs: one line each, with the remedy where something is missing.", _EPILOG
        ),
    )
    parser.add_argument(
        "part", nargs="?", choices=("all", "plc"), default="all", help="what to check (default: %(default)s)"
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(execute=_execute)


def _execute(arguments: argparse.Namespace) -> int:
    from inspector.config import default_config, load_config
    from inspector.doctor import Level, examine, examine_plc

    config = load_config(arguments.config) if arguments.config else default_config()
    checks = examine_plc(config) if arguments.part == "plc" else examine(config)
    failed = any(check.level is Level.FAIL for check in checks)
    if arguments.json:
        print_json({"ok": not failed, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            _print(check)
    return int(failed)


def _print(check: Check) -> None:
    say(f"{check.level.value:<4}  {check.name}: {check.finding}")
    if check.remedy:
        say(f"      remedy: {check.remedy}")
