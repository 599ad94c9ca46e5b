"""What the commands' parsers have in common: looks, and types that say what they expect."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypedDict

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a command adds its parser."""


class Description(TypedDict):
    """The keyword arguments of a parser that all commands share."""

    description: str
    epilog: str | None
    formatter_class: type[argparse.HelpFormatter]
    allow_abbrev: bool


def describe(description: str, epilog: str | None = None) -> Description:
    """Return the arguments for a parser: text as written, and no abbreviated options."""
    return {
        "description": description,
        "epilog": epilog,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def add_command_group(parser: argparse.ArgumentParser) -> Commands:
    """Give a parser sub-commands, one of which must be named."""
    return parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)


def number(
    kind: type[int] | type[float], least: float, most: float = math.inf, *, above: bool = False
) -> Callable[[str], float]:
    """Return a type for argparse: a finite number within bounds, or an error that names value and bounds.

    `above` excludes the lower bound itself.
    """

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not {'a whole number' if kind is int else 'a number'}"
            ) from None
        is_within = (least < value if above else least <= value) and value <= most
        if math.isfinite(value) and is_within:
            return value
        lower = f"more than {least:.12g}" if above else f"at least {least:.12g}"
        upper = "" if most == math.inf else f" and at most {most:.12g}"
        finite = "" if math.isfinite(value) else "finite, "
        raise argparse.ArgumentTypeError(f"{text} must be {finite}{lower}{upper}")

    return parse


def path(text: str) -> Path:
    """Return the path that was named; an empty one is no path, though Python takes it for the working folder."""
    if not text:
        raise argparse.ArgumentTypeError("an empty text is no path; give one, or leave the option out")
    return Path(text)


positive = number(float, 0, above=True)
"""A finite number above 0."""
count = number(int, 1)
"""A whole number from 1."""
seed = number(int, 0, 2**32 - 1)
"""A whole number from 0."""
fraction = number(float, 0, 1)
"""0…1."""


def add_json(parser: argparse._ActionsContainer) -> None:
    """Add `--json`, which means the same everywhere."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document on stdout and nothing else there"
    )


def add_config(parser: argparse._ActionsContainer) -> None:
    """Add `--config`, which means the same everywhere."""
    parser.add_argument(
        "--config",
        type=path,
        metavar="FILE",
        help="station.toml (default: embedded defaults, a simulated line)",
    )
