"""`inspector config`: the schema, a check, an example."""

from __future__ import annotations

import argparse

from inspector.cli._output import print_json, say
from inspector.cli._parsers import Commands, add_command_group, describe, path

_EPILOG = """\
examples:
  inspector config example > station.toml
  inspector config check station.toml
  inspector config schema > station.schema.json
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "config",
        help="schema, check or example of station.toml",
        **describe("What station.toml may contain, and whether one is right.", _EPILOG),
    )
    actions = add_command_group(parser)
    schema = actions.add_parser(
        "schema", help="print the JSON schema", **describe("Print the JSON schema of station.toml.")
    )
    schema.set_defaults(execute=_schema)
    check = actions.add_parser(
        "check",
        help="check a file, contradictions included",
        **describe(
            "Check a station.toml: every mistake on a line of its own, with what is allowed.\n"
            "Then whether this machine has the folders, files and cores that it names."
        ),
    )
    check.add_argument("file", type=path, metavar="FILE", help="the file to check")
    check.set_defaults(execute=_check)
    example = actions.add_parser(
        "example",
        help="print a complete file with the defaults",
        **describe("Print a complete station.toml: every setting with its default, its unit and its bounds."),
    )
    example.set_defaults(execute=_example)


def _schema(_: argparse.Namespace) -> int:
    from inspector.config import config_schema

    print_json(config_schema())
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from inspector.config import checksum, load_config, require_here

    config = load_config(arguments.file)
    require_here(config, str(arguments.file))
    limit = config.geometry.limits()[0]
    say(
        f"{arguments.file}: fine. Station {config.station.name}, {config.camera.kind} camera, "
        f"{config.plc.kind} PLC, {config.line.rate_per_min:g} parts/min "
        f"(this geometry works below {limit.rate_per_min:.0f}; {limit.beyond}), "
        f"checksum {checksum(config):08x}"
    )
    return 0


def _example(_: argparse.Namespace) -> int:
    from inspector.config import example_toml

    print(example_toml(), end="")
    return 0
