"""The registers as they last went over the wire, a group at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap
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
_VALUE_LETTERS, _MEANING_LETTERS = 26, 70
"""On a line of the table; a register of flags says more than that."""


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
        rows=tuple(line for row in table.rows for line in _lines(row, table.group, lens))
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


def _lines(row: Register, group: str, lens: Lens) -> Iterator[tuple[str, ...]]:
    """Return one field, on as many lines as all that it says needs."""
    name = row.name if row.entry < 0 else f"{row.name} [{row.entry}]"
    raw = " ".join(f"{word:04x}" for word in row.words[:_WORDS_SHOWN])
    if len(row.words) > _WORDS_SHOWN:
        raw += " …"
    meaning = lens.words.register_meaning(group, row.name, row.meaning)
    value = wrap(lens.words.register_value(row.value), _VALUE_LETTERS, break_on_hyphens=False) or [""]
    whole_bits = re.sub(r"\b(b\d+) ", "\\1\N{NO-BREAK SPACE}", meaning)
    means = [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(whole_bits, _MEANING_LETTERS)]
    first = str(row.address), name, raw
    for at, pair in enumerate(zip_longest(value, means, fillvalue="")):
        yield (*(first if at == 0 else ("", "", "")), *pair)
