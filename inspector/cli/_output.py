"""How commands write: one JSON document, or lines for people."""

from __future__ import annotations

import json
import sys
from typing import Any

from inspector.errors import printable


def print_json(document: Any) -> None:
    """Print one JSON document on stdout. NaN and infinity are not JSON and are refused."""
    sys.stdout.write(printable(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)) + "\n")


def note(line: str) -> None:
    """Print a line for the person who waits; on stderr, so that stdout stays the result alone."""
    print(printable(line), file=sys.stderr, flush=True)


def say(text: str) -> None:
    """Print a part of the result, for people."""
    print(printable(text))
