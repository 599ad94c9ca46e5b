"""What `registers.read` is answered with: one group of the PLC's registers, as last written or read."""

from __future__ import annotations

from inspector.protocol._model import Count, Index, Message


class Register(Message):
    """One field of the register map."""

    name: str
    address: Count
    """Of its first register, as the PLC numbers holding registers, from 0."""
    words: tuple[Count, ...]
    """Its registers as they went over the wire."""
    value: str
    """What they say; names of bits and numbers are those of docs/registers.md."""
    meaning: str = ""
    entry: Index = -1
    """Entry of a ring; -1 = no ring."""


class RegisterTable(Message):
    """One group, in the order of its addresses."""

    group: str
    at_ns: Count = 0
    """When it was transferred, on the station's monotonic clock; 0 = not yet."""
    rows: tuple[Register, ...] = ()
