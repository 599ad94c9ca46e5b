"""How commands write: one JSON document, or lines for people."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_json(document: Any) -> None:
    """Print one JSON document on stdout. NaN and infinity are not JSON and are refused."""
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def note(line: str) -> None:
    """Print a line for the person who waits; on stderr, so that stdout stays the result alone."""
    print(line, file=sys.stderr, flush=True)
