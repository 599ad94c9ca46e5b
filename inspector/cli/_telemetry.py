"""`inspector telemetry`: what the recorder has kept, and carrying it away."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inspector.cli._output import note, print_json, say
from inspector.cli._parsers import Commands, add_command_group, add_config, add_json, describe, path
from inspector.clock import monotonic_ns

_PROGRESS_NS = 2_000_000_000
_EPILOG = """\
examples:
  inspector telemetry status
  inspector telemetry export /mnt/stick     rows and images as files; run it again to go on where it stopped
  inspector telemetry labelled judged       what people have said of rejects, for: inspector train judged --out DIR
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "telemetry",
        help="status and export of the recorded rows, images and labels",
        **describe(
            "What is queued in the outbox, and how to carry it away. Works while the line runs.", _EPILOG
        ),
    )
    actions = add_command_group(parser)
    status = actions.add_parser(
        "status",
        help="what is queued",
        **describe("Say how many rows and images are queued, and since when."),
    )
    add_json(status)
    status.set_defaults(execute=_status)
    export = actions.add_parser(
        "export",
        help="write what is queued into a folder",
        **describe("Write rows and images as documented files.\nRun it again to go on where it stopped."),
    )
    export.add_argument("out", type=path, metavar="OUT", help="folder to write into; made if missing")
    export.add_argument(
        "--since", type=_utc, metavar="TIME", help="leave out rows before this moment, e.g. 2026-03-01T06:00Z"
    )
    export.add_argument("--no-images", action="store_true", help="rows alone")
    add_json(export)
    export.set_defaults(execute=_export)
    labelled = actions.add_parser(
        "labelled",
        help="write the rejects that people have judged as a data set",
        **describe(
            "Write the pictures that were judged on the console as a data set for `inspector train`, a folder for\n"
            "each class. Run it again when more were judged: pictures move with their labels.",
        ),
    )
    labelled.add_argument("out", type=path, metavar="OUT", help="folder to write into; made if missing")
    add_json(labelled)
    labelled.set_defaults(execute=_labelled)
    for action in (status, export, labelled):
        where = action.add_mutually_exclusive_group()
        add_config(where)
        where.add_argument(
            "--data-dir",
            type=path,
            metavar="DIR",
            help="the station's data folder (default: from the configuration)",
        )


def _data_dir(arguments: argparse.Namespace) -> Path:
    if arguments.data_dir:
        return Path(arguments.data_dir)
    from inspector.config import default_config, load_config

    return (load_config(arguments.config) if arguments.config else default_config()).data_dir


def _status(arguments: argparse.Namespace) -> int:
    from inspector.recorder import telemetry_status

    status = telemetry_status(_data_dir(arguments))
    if arguments.json:
        print_json(status)
    else:
        _print(status)
    return 0


def _print(status: dict[str, Any]) -> None:
    for key, value in status.items():
        if isinstance(value, list):
            for number, item in enumerate(value):
                _line(key if number == 0 else "", item)
        else:
            _line(key, value)


def _line(key: str, value: object) -> None:
    shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
    say(f"{key.replace('_', ' '):<20} {'-' if shown is None else shown}")


class _Progress:
    """Says how far an export is: for people who wait, so only now and then, however many pieces it has."""

    def __init__(self) -> None:
        self._due_ns = monotonic_ns() + _PROGRESS_NS

    def __call__(self, rows: int, total: int) -> None:
        if monotonic_ns() >= self._due_ns:
            self._due_ns = monotonic_ns() + _PROGRESS_NS
            note(f"{rows} of {total} rows")


def _export(arguments: argparse.Namespace) -> int:
    from inspector.recorder import export

    report = export(
        _data_dir(arguments),
        arguments.out,
        since=arguments.since,
        images=not arguments.no_images,
        progress=_Progress(),
    )
    if arguments.json:
        print_json(asdict(report) | {"out": str(report.out)})
    else:
        say(str(report))
    return 0


def _labelled(arguments: argparse.Namespace) -> int:
    from inspector.recorder import export_labelled

    report = export_labelled(_data_dir(arguments), arguments.out)
    if arguments.json:
        print_json(asdict(report) | {"out": str(report.out)})
    else:
        say(str(report))
    return 0


def _utc(text: str) -> int:
    """Read a moment; without an offset it is UTC. In nanoseconds since the epoch."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment like 2026-03-01T06:00Z") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) * 1_000_000_000
