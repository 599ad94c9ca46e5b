"""The `inspector` command: its parser, and what happens to errors."""

from __future__ import annotations

import argparse
import contextlib
import io
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from inspector.cli import (
    _backup,
    _bench,
    _config,
    _console,
    _doctor,
    _evaluate,
    _keys,
    _run,
    _sim,
    _telemetry,
    _train,
)
from inspector.cli._guard import guarded
from inspector.cli._parsers import add_command_group, describe
from inspector.errors import printable

_COMMANDS = (_run, _console, _sim, _train, _evaluate, _bench, _doctor, _telemetry, _backup, _config, _keys)
_EPILOG = """\
examples:
  inspector run                                watch a simulated line; Ctrl-C ends it in order
  inspector run --headless --parts 300 --json  one JSON document on stdout, logs on stderr
  inspector console                            the operator's screen, on the line that runs here
  inspector train photos --out bundle          make a model of your own photographs
  inspector run --camera folder:photos --bundle bundle    the same line, on them
  inspector doctor                             what this machine grants, and the remedy for what it does not

exit codes:
  0  fine
  1  the line ended in a fault, or something failed
  2  the command line, a configuration, a bundle or a data set is wrong
  130  interrupted (`run` treats Ctrl-C as an orderly end instead: 0)
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="inspector",
        **describe(
            "Edge vision inspection: every part at the photo-eye gets its verdict in time, or is rejected.",
            _EPILOG,
        ),
    )
    parser.add_argument("--version", action=_Version, help="print the version and stop")
    commands = add_command_group(parser)
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        The arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        The exit code: 0 fine, 1 a fault, 2 wrong usage or configuration, 130 interrupted.
    """
    # A terminal that cannot show a character shall not end the program: "µs" then reads "?s".
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said on stderr what is wrong, or has printed the help
        code = stop.code if isinstance(stop.code, int) else 2
        return guarded(lambda: code)
    return guarded(lambda: _execute(arguments))


def _execute(arguments: argparse.Namespace) -> int:
    execute: Callable[[argparse.Namespace], int] = arguments.execute
    if not getattr(arguments, "hears_signals", False):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    return execute(arguments)


class _Parser(argparse.ArgumentParser):
    """Shows what was typed without what steers a terminal; its sub-parsers are of the same kind."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


class _Version(argparse.Action):
    """Print the version. Reading it costs 20 ms, so it is read only when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from inspector.cli._guard import version

        with contextlib.suppress(BrokenPipeError):
            print(f"inspector {version()}")
        parser.exit()
