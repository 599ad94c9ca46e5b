"""What product the line makes, and how a change of it goes on: written by the launcher, read by the service."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.domain.product import ChangePhase
from inspector.sharedmem._board import Board


@dataclass(frozen=True, slots=True)
class ProductNotice:
    """One notice. Times are monotonic nanoseconds, 0 = has not happened.

    `version` goes up when a change begins and when it ends; `planned_starts` counts the stations that were
    started for a change and not because one had died; `request` is the number of the request that is, or was,
    carried out.
    """

    name: str = ""
    title: str = ""
    recipe: str = ""
    revision: int = 0
    job_id: int = 0
    version: int = 0
    planned_starts: int = 0
    phase: ChangePhase = ChangePhase.NONE
    target: str = ""
    target_title: str = ""
    reason: str = ""
    request: int = 0
    began_ns: int = 0
    told_ns: int = 0
    ended_ns: int = 0


class ProductBoard(Board[ProductNotice]):
    """The product in use. The launcher writes."""

    notice = ProductNotice
    magic = b"INSPRODU"
    version = 1
    text_bytes = 600
