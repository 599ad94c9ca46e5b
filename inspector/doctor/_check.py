"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"
    """The line runs, but slower, later or for a shorter time than it could."""
    FAIL = "FAIL"
    """The line cannot run like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found, and what to do about it.

    Parameters
    ----------
    name
        What was looked at; stable, for scripts.
    finding
        What was found, with figures and units.
    remedy
        The exact command or setting; empty where nothing is to be done.
    """

    level: Level
    name: str
    finding: str
    remedy: str = ""


def ok(name: str, finding: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(level=Level.OK, name=name, finding=finding)


def warn(name: str, finding: str, remedy: str) -> Check:
    """Return a check that found something to improve."""
    return Check(level=Level.WARN, name=name, finding=finding, remedy=remedy)


def fail(name: str, finding: str, remedy: str) -> Check:
    """Return a check that found what keeps the line from running."""
    return Check(level=Level.FAIL, name=name, finding=finding, remedy=remedy)
