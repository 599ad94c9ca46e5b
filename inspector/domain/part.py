"""A part, its tag, and the trigger that gave it one."""

from __future__ import annotations

from dataclasses import dataclass

TAG_MAX = 65535


def next_tag(tag: int) -> int:
    """Return the tag after `tag`: 1…65535, never 0."""
    return tag % TAG_MAX + 1


def tag_distance(newer: int, older: int) -> int:
    """Return how many parts `newer` is ahead of `older`, 0…65534. `older` = 0 means 'none yet'."""
    if older == 0:
        return newer
    return (newer - older) % TAG_MAX


@dataclass(frozen=True, slots=True)
class PartKey:
    """What names a part without doubt: the PLC's session and its tag, on a lane."""

    session: int
    tag: int
    lane: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One entry of the PLC's trigger ring, latched by the photo-eye.

    Parameters
    ----------
    tag
        1…65535, skips 0.
    encoder_counts
        Belt position at the photo-eye, u32, wrapping.
    time_100us
        The PLC's clock at the photo-eye, u32, wrapping.
    """

    tag: int
    encoder_counts: int
    time_100us: int


@dataclass(frozen=True, slots=True)
class PartIdentity:
    """What the plant calls a part; empty where it has no name for it."""

    serial: str = ""
    lot: str = ""
    order: str = ""


NOBODY = PartIdentity()
