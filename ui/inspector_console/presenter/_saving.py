"""Taking a file away: where to, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from inspector_console.places import Place
from inspector_console.presenter._lens import Lens
from inspector_console.words import SayMachine, SaySystem

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveState:
    """How far it has come.

    Attributes
    ----------
    warning
        What to know before it is saved; it goes with files, not with a table.
    places
        None = they are being looked for.
    is_busy
        The station is asked, or the file is being written.
    saved
        Path, bytes, lines or files; None = not yet.
    trouble
        Why it did not work.
    """

    title: SaySystem | SayMachine = SaySystem.SAVE_LOG
    warning: SayMachine | None = None
    places: tuple[Place, ...] | None = None
    is_busy: bool = False
    saved: tuple[str, int, int] | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView:
    """The sheet: `places` can be touched, `note` cannot."""

    title: str
    places: tuple[tuple[str, str], ...]
    note: str
    is_wrong: bool
    again: str
    """Empty: there is nothing to look for at the moment."""
    close: str


def present_save(lens: Lens, state: SaveState) -> SaveView:
    """Return the sheet."""
    words = lens.words
    is_open = not state.is_busy and state.saved is None
    places = [place for place in state.places or () if place.is_writable] if is_open else []
    return SaveView(
        title=words(state.title),
        places=tuple((str(place.path), _name(lens, place)) for place in places),
        note=_note(lens, state),
        is_wrong=bool(state.trouble),
        again=words(SaySystem.LOOK_AGAIN) if is_open and state.places is not None else "",
        close=words(SaySystem.CLOSE if state.saved else SaySystem.CANCEL),
    )


def _name(lens: Lens, place: Place) -> str:
    name = place.path.name[:40]
    shown = lens.words(SaySystem.HOME, name=name) if place.is_home else name
    return lens.words(SaySystem.PLACE, name=shown, free=size_text(lens, place.free_bytes))


def _note(lens: Lens, state: SaveState) -> str:
    words = lens.words
    if state.is_busy:
        return words(SaySystem.SAVING)
    if state.trouble:
        return words(SaySystem.NOT_SAVED, why=state.trouble)
    if state.saved:
        path, size, lines = state.saved
        said = SayMachine.SAVED if state.warning else SaySystem.SAVED
        return words(said, path=path, size=size_text(lens, size), count=words.number(lines))
    if state.places is None:
        return words(SaySystem.PLACES_COME)
    names = ", ".join(place.path.name[:40] for place in state.places if not place.is_writable)
    notes = [
        words(state.warning) if state.warning else "",
        words(SaySystem.NOT_WRITABLE, names=names) if names else "",
    ]
    return " · ".join(filter(None, notes))


def size_text(lens: Lens, size_bytes: int) -> str:
    """Return a size as people read it."""
    for factor, unit in _UNITS:
        if size_bytes >= factor:
            return f"{lens.words.number(size_bytes / factor, 1)} {unit}"
    return f"{size_bytes} B"
