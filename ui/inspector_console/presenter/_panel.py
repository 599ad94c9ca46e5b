"""System › Panel: language, colours, and the screen's true size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector_console.presenter._lens import Lens
from inspector_console.settings import Settings
from inspector_console.sizes import FREQUENT_TOUCH_MM, TOUCH_MM
from inspector_console.words import LANGUAGES, SaySystem

DIAGONALS_INCH: Final = (10.1, 12.1, 15.6, 18.5, 21.5, 23.8)
RULER_MM: Final = 50
_NAMES: Final = {"en": "English", "de": "Deutsch"}
"""Each language in its own words: who has lost the way must find it."""
_PALETTES: Final = {"day": SaySystem.PALETTE_DAY, "dark": SaySystem.PALETTE_DARK}
_FIXED: Final = {
    "language": SaySystem.LANGUAGE_TITLE,
    "palette": SaySystem.PALETTE_TITLE,
    "diagonal_inch": SaySystem.DIAGONAL_TITLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """What the window knows of the settings.

    Attributes
    ----------
    fixed
        Names of settings that the command line gives at every start.
    path, trouble
        Where they were kept last, or why they could not be; both empty: nothing was to be kept yet.
    trial_s
        So long a new diagonal is on trial; 0 = none is.
    """

    fixed: frozenset[str] = frozenset()
    path: str = ""
    trouble: str = ""
    trial_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelView:
    """The page. Choices are pairs of a value and its name."""

    language_title: str
    palette_title: str
    diagonal_title: str
    languages: tuple[tuple[str, str], ...]
    palettes: tuple[tuple[str, str], ...]
    diagonals: tuple[tuple[float, str], ...]
    chosen: Settings
    candidate_inch: float
    candidate: str
    ruler: str
    keys: tuple[str, str]
    """What stands on the two keys that are drawn: their sides."""
    keys_note: str
    apply: str
    """Empty: there is nothing to apply."""
    keep: str
    """Empty: nothing is on trial."""
    back: str
    notes: tuple[str, ...]


def present_panel(
    lens: Lens, chosen: Settings, candidate_inch: float, state: PanelState | None = None
) -> PanelView:
    """Return the page; `candidate_inch` is the diagonal that is being tried against a ruler."""
    words, state = lens.words, state or PanelState()
    is_trial = state.trial_s > 0
    is_other = abs(candidate_inch - chosen.diagonal_inch) > 0.01
    return PanelView(
        language_title=words(SaySystem.LANGUAGE_TITLE),
        palette_title=words(SaySystem.PALETTE_TITLE),
        diagonal_title=words(SaySystem.DIAGONAL_TITLE),
        languages=tuple((language, _NAMES[language]) for language in LANGUAGES),
        palettes=tuple((palette, words(say)) for palette, say in _PALETTES.items()),
        diagonals=tuple((inch, _inch(lens, inch)) for inch in DIAGONALS_INCH),
        chosen=chosen,
        candidate_inch=candidate_inch,
        candidate=_inch(lens, candidate_inch),
        ruler=words(SaySystem.RULER, mm=RULER_MM),
        keys=(f"{TOUCH_MM:.0f} mm", f"{FREQUENT_TOUCH_MM:.0f} mm"),
        keys_note=words(SaySystem.KEYS_NOTE),
        apply=words(SaySystem.APPLY) if is_other and not is_trial else "",
        keep=words(SaySystem.KEEP_SIZE, seconds=state.trial_s) if is_trial else "",
        back=words(SaySystem.BACK),
        notes=tuple(_notes(lens, state)),
    )


def _inch(lens: Lens, inch: float) -> str:
    return f"{lens.words.number(inch, 1)}″"


def _notes(lens: Lens, state: PanelState) -> list[str]:
    words, notes = lens.words, []
    if state.trouble:
        notes.append(words(SaySystem.SETTINGS_NOT_KEPT, path=state.path, why=state.trouble))
    elif state.path:
        notes.append(words(SaySystem.SETTINGS_KEPT, path=state.path))
    if state.fixed:
        names = ", ".join(words(say) for name, say in _FIXED.items() if name in state.fixed)
        notes.append(words(SaySystem.SETTINGS_FIXED, names=names))
    return notes
