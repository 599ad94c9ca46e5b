"""`inspector evaluate`: what a bundle is worth on a folder of images."""

from __future__ import annotations

import argparse

from inspector.cli._output import print_json, say
from inspector.cli._parsers import Commands, add_json, describe, path

_EPILOG = """\
examples:
  inspector evaluate bundle photos          photos/test if there is one, else photos
  inspector evaluate bundle photos --json --per-file > report.json
"""


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a bundle on a folder of images",
        **describe(
            "Judge every image of a folder by the code that runs on the line; print the confusion matrix.",
            _EPILOG,
        ),
    )
    parser.add_argument("bundle", type=path, metavar="BUNDLE", help="the bundle's folder")
    parser.add_argument(
        "data", type=path, metavar="DATA", help="folder of class folders, or one that holds test/"
    )
    parser.add_argument(
        "--per-file", action="store_true", help="with --json: also every file with its verdict"
    )
    add_json(parser)
    parser.set_defaults(execute=_execute)


def _execute(arguments: argparse.Namespace) -> int:
    from inspector.training import EvaluateOptions, evaluate

    report = evaluate(
        EvaluateOptions(bundle=arguments.bundle, data=arguments.data, per_file=arguments.per_file)
    )
    if arguments.json:
        print_json(report.as_dict())
    else:
        say(report.as_text())
    return 0
