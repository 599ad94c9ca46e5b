"""Shared memory between the station and the processes around it: the only thing they have in common."""

from inspector.sharedmem._segment import HEADER_BYTES, Segment

__all__ = ["HEADER_BYTES", "Segment"]
