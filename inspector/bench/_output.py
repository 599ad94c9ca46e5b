"""How a benchmark prints."""

from __future__ import annotations

import json
from typing import Any


def put(document: dict[str, Any], *, as_json: bool) -> None:
    """Print one JSON document, or the same as indented lines for a person."""
    if as_json:
        print(json.dumps(document, indent=2))  # noqa: T201 - this is what the command is for
        return
    print("\n".join(_lines(document, "")))  # noqa: T201


def _lines(value: Any, indent: str) -> list[str]:
    lines: list[str] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        name = f"{indent}{key}".replace("_", " ") if isinstance(value, dict) else f"{indent}-"
        if isinstance(item, dict) and all(not isinstance(x, dict | list) for x in item.values()):
            lines.append(f"{name}: " + "  ".join(f"{k} {v}" for k, v in item.items()))
        elif isinstance(item, dict | list) and item:
            lines += [f"{name}:", *_lines(item, indent + "  ")]
        else:
            lines.append(f"{name}: {item if item != [] else 'none'}")
    return lines
