"""The registers as they last went over the wire, a group at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.protocol import Register, RegisterTable
from inspector_console.presenter._figures import old_mark
from inspector_console.presenter._lens import Lens
from inspector_console.words import SayDevices

_GROUPS: Final = {
    "mirror": SayDevices.MIRROR,
    "results": SayDevices.RESULTS,
    "fast": SayDevices.FAST,
    "triggers": SayDevices.TRIGGERS,
    "details": SayDevices.DETAILS,
    "texts": SayDevices.TEXTS,
    "outcomes": SayDevices.OUTCOMES,
}
REGISTER_GROUPS: Final = tuple(_GROUPS)
"""What can be asked for, in the order of the map."""
_WRITTEN: Final = frozenset({"mirror", "results"})
_WORDS_SHOWN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistersView:
    """The page.

    Attributes
    ----------
    groups
        Id and name of everything that can be looked at.
    status
        Which way and when the group went over the wire, or why it cannot be shown.
    rows
        Register, field, raw, value, meaning.
    """

    title: str
    summary: str
    groups: tuple[tuple[str, str], ...]
    status: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    old: str = ""


def present_registers(
    lens: Lens, group: str, table: RegisterTable | None, trouble: str = ""
) -> RegistersView:
    """Return the page.

    Parameters
    ----------
    table
        The group as it was last answered; None = not yet.
    trouble
        Why it cannot be had; empty = it can.
    """
    words = lens.words
    says = (SayDevices.REGISTER, SayDevices.FIELD, SayDevices.RAW, SayDevices.VALUE, SayDevices.MEANING)
    return RegistersView(
        title=words(SayDevices.REGISTERS),
        summary=words(SayDevices.REGISTERS_WHAT),
        groups=tuple((id_, words(say)) for id_, say in _GROUPS.items()),
        status=_status(lens, group, table, trouble),
        head=tuple(words(say) for say in says),
        rows=tuple(_row(row, table.group, lens) for row in table.rows)
        if table is not None and not trouble
        else (),
        old=old_mark(lens),
    )


def _status(lens: Lens, group: str, table: RegisterTable | None, trouble: str) -> str:
    words = lens.words
    if trouble:
        return words(SayDevices.NOT_TO_BE_HAD, reason=words.told(trouble)[:200])
    if table is None:
        return words(SayDevices.ASKING)
    time = lens.time(table.at_ns) if table.at_ns else words(SayDevices.NOT_YET)
    return words(
        SayDevices.AT,
        direction=words(SayDevices.WRITTEN if group in _WRITTEN else SayDevices.READ),
        time=time,
    )


def _row(row: Register, group: str, lens: Lens) -> tuple[str, ...]:
    name = row.name if row.entry < 0 else f"{row.name} [{row.entry}]"
    raw = " ".join(f"{word:04x}" for word in row.words[:_WORDS_SHOWN])
    if len(row.words) > _WORDS_SHOWN:
        raw += " …"
    meaning = lens.words.register_meaning(group, row.name, row.meaning)
    return str(row.address), name, raw, lens.words.register_value(row.value), meaning
