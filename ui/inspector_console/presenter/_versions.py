"""System › Versions: what runs here, and under which licences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.protocol import VERSION
from inspector_console.presenter._lens import DASH, Lens
from inspector_console.presenter._rows import RowView
from inspector_console.words import SaySystem

_PATH_LETTERS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """What this console itself consists of: versions.

    Attributes
    ----------
    texts
        Folder with the licences' full texts.
    """

    console: str
    python: str
    qt: str
    pyside: str
    texts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsView:
    """The page."""

    title: str
    rows: tuple[RowView, ...]


def present_versions(lens: Lens, software: Software) -> VersionsView:
    """Return the page; what the station says of itself is a dash until it has said it."""
    return VersionsView(
        title=lens.words(SaySystem.VERSIONS_PAGE),
        rows=(*_station(lens, software), *_console(lens, software), *_licences(lens, software)),
    )


def shortened(path: str) -> str:
    """Return a path without what is in its middle, where it is long: beginning and end tell most."""
    parts = Path(path).parts
    if len(path) <= _PATH_LETTERS or len(parts) < 4:
        return path
    head, tail = Path(*parts[:2]) / "…", list(parts[2:])
    while len(tail) > 1 and len(str(Path(head, *tail))) > _PATH_LETTERS:
        tail.pop(0)
    return str(Path(head, *tail))


def _station(lens: Lens, software: Software) -> tuple[RowView, ...]:
    words, facts, state = lens.words, lens.facts, lens.facts.state
    is_other = bool(facts.server_version) and facts.server_version != software.console
    recipe = f"{state.recipe} · {state.recipe_revision}" if state and state.recipe else DASH
    return (
        RowView(
            lead=words(SaySystem.STATION),
            text=f"Inspector {facts.server_version or DASH}",
            more=words(SaySystem.OTHER_VERSION_HERE) if is_other else facts.server,
            is_wrong=is_other,
        ),
        RowView(
            lead=words(SaySystem.MODEL_ROW),
            text=(state.bundle if state else "") or DASH,
            more=state.bundle_digest if state else "",
        ),
        RowView(lead=words(SaySystem.RECIPE_ROW), text=recipe, more=state.product if state else ""),
    )


def _console(lens: Lens, software: Software) -> tuple[RowView, ...]:
    words = lens.words
    return (
        RowView(
            lead=words(SaySystem.CONSOLE),
            text=f"Inspector {software.console}",
            more=words(SaySystem.PROTOCOL, version=VERSION),
        ),
        RowView(
            lead="Python · Qt",
            text=f"Python {software.python} · Qt {software.qt}",
            more=f"PySide6 {software.pyside}",
        ),
    )


def _licences(lens: Lens, software: Software) -> tuple[RowView, ...]:
    words, lead = lens.words, lens.words(SaySystem.LICENCE)
    return (
        RowView(
            lead=lead,
            text="Inspector: Apache-2.0",
            more=words(SaySystem.TEXTS_IN, folder=shortened(software.texts)),
        ),
        RowView(lead=lead, text="Qt, PySide6: LGPL-3.0", more=words(SaySystem.QT_LICENCE)),
        RowView(lead=lead, text="Inter: SIL OFL 1.1 · Python: PSF-2.0", more="rsms.me/inter · python.org"),
        RowView(
            lead=lead,
            text="ZeroMQ: MPL-2.0 · pyzmq: BSD-3-Clause · pydantic: MIT",
            more="zeromq.org · docs.pydantic.dev",
        ),
    )
