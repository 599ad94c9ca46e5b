"""Rooms whose files are read when something of them is first named: who needs one thing pays for no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def on_demand(room: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a room's `__getattr__` (PEP 562).

    Parameters
    ----------
    room
        The package's own name.
    homes
        Its public names, and the private file that each is in.
    """

    def named(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(f"{room}.{homes[name]}"), name)

    return named
