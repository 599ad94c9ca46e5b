"""What the Rejects screen says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class SayRejects(StrEnum):
    """The keys."""

    TITLE = auto()
    # -- which ones
    TIME = auto()
    LAST_HOUR = auto()
    LAST_8_HOURS = auto()
    LAST_DAY = auto()
    LAST_WEEK = auto()
    ANY_TIME = auto()
    CLASS = auto()
    ANY_CLASS = auto()
    CAUSE = auto()
    ANY_CAUSE = auto()
    JUDGED = auto()
    ANY_JUDGED = auto()
    NOT_JUDGED_YET = auto()
    JUDGED_ALREADY = auto()
    SCORE = auto()
    ANY_SCORE = auto()
    SCORE_BELOW = auto()
    SCORE_BETWEEN = auto()
    SCORE_ABOVE = auto()
    NEWEST = auto()
    NEW_ONES = auto()
    CANCEL = auto()
    # -- the list
    NONE_FOUND = auto()
    NONE_YET = auto()
    UNJUDGED = auto()
    UNJUDGED_COUNT = auto()
    SEARCHING = auto()
    NOT_CONNECTED = auto()
    CANNOT_LOOK = auto()
    PAGE = auto()
    PAGE_OPEN = auto()
    UP = auto()
    DOWN = auto()
    PICTURE_EVICTED = auto()
    PICTURE_DROPPED = auto()
    PICTURE_NEVER = auto()
    # -- one reject
    BACK = auto()
    HEAT_MAP = auto()
    ONE_TO_ONE = auto()
    PREVIOUS = auto()
    NEXT = auto()
    WHEN = auto()
    PART = auto()
    NEIGHBOURS = auto()
    SERIAL = auto()
    LOT = auto()
    RECIPE = auto()
    DEFECT_SHARE = auto()
    REJECT_LIMIT = auto()
    ACCEPT_LIMIT = auto()
    OTHER_LIMITS = auto()
    HEAT_COMES = auto()
    HEAT_SAYS = auto()
    HEAT_SPREAD = auto()
    HEAT_STILL_NG = auto()
    HEAT_OK = auto()
    HEAT_UNCLEAR = auto()
    HEAT_RECORDED = auto()
    CLASS_SCORE = auto()
    HEAT_NONE = auto()
    OTHER_MODEL = auto()
    OTHER_RECIPE = auto()
    NO_PICTURE = auto()
    NO_PART = auto()
    NO_DEFECT = auto()
    # -- judging
    REAL_DEFECT = auto()
    FALSE_REJECT = auto()
    DONT_KNOW = auto()
    NOT_JUDGED = auto()
    JUDGED_BY = auto()
    LOG_IN_TO_JUDGE = auto()
    WHICH_CLASS = auto()
    NEW_CLASS = auto()
    NOTE = auto()
    NO_NOTE = auto()
    KEPT_REJECTED = auto()


_S = SayRejects
ENGLISH: Final[Mapping[SayRejects, str]] = MappingProxyType(
    {
        _S.TITLE: "Rejects",
        _S.TIME: "Time",
        _S.LAST_HOUR: "Last hour",
        _S.LAST_8_HOURS: "Last 8 hours",
        _S.LAST_DAY: "Last 24 hours",
        _S.LAST_WEEK: "Last 7 days",
        _S.ANY_TIME: "Any time",
        _S.CLASS: "Class",
        _S.ANY_CLASS: "All classes",
        _S.CAUSE: "Cause",
        _S.ANY_CAUSE: "All causes",
        _S.JUDGED: "Judged",
        _S.ANY_JUDGED: "All",
        _S.NOT_JUDGED_YET: "Not yet",
        _S.JUDGED_ALREADY: "Judged",
        _S.SCORE: "Score",
        _S.ANY_SCORE: "All scores",
        _S.SCORE_BELOW: "Below {value}",
        _S.SCORE_BETWEEN: "{low} to {high}",
        _S.SCORE_ABOVE: "Above {value}",
        _S.NEWEST: "Newest",
        _S.NEW_ONES: "{count} new",
        _S.CANCEL: "Cancel",
        _S.NONE_FOUND: "No reject matches these filters",
        _S.NONE_YET: "No rejects yet",
        _S.UNJUDGED: "Not judged",
        _S.UNJUDGED_COUNT: "{count} of {all} not judged",
        _S.SEARCHING: "Looking",
        _S.NOT_CONNECTED: "Rejects are not known without a connection",
        _S.CANNOT_LOOK: "Rejects cannot be shown: {reason}",
        _S.PAGE: "{first}–{last} of {count}",
        _S.PAGE_OPEN: "{first}–{last}",
        _S.UP: "Up",
        _S.DOWN: "Down",
        _S.PICTURE_EVICTED: "Picture made room for newer ones",
        _S.PICTURE_DROPPED: "Picture was not kept",
        _S.PICTURE_NEVER: "No picture of this part",
        _S.BACK: "All rejects",
        _S.HEAT_MAP: "Heat map",
        _S.ONE_TO_ONE: "1 : 1",
        _S.PREVIOUS: "Previous",
        _S.NEXT: "Next",
        _S.WHEN: "Rejected {time}",
        _S.PART: "Part #{number}",
        _S.NEIGHBOURS: "Before · after",
        _S.SERIAL: "Serial {serial}",
        _S.LOT: "Lot {lot}",
        _S.RECIPE: "Recipe revision {revision}",
        _S.DEFECT_SHARE: "Defect {value}",
        _S.REJECT_LIMIT: "NG from {value}",
        _S.ACCEPT_LIMIT: "OK up to {value}",
        _S.OTHER_LIMITS: "Other limits applied then",
        _S.HEAT_COMES: "The heat map is being made",
        _S.HEAT_SAYS: "Hottest place covered: defect {before} → {after}",
        _S.HEAT_SPREAD: "No single place decides: defect {before} → {after}",
        _S.HEAT_STILL_NG: ", still NG (from {limit})",
        _S.HEAT_OK: ", would be OK",
        _S.HEAT_UNCLEAR: ", would be unclear",
        _S.HEAT_RECORDED: ". Then it was {value}",
        _S.CLASS_SCORE: "Score of the class {value}",
        _S.HEAT_NONE: "No heat map: {reason}",
        _S.OTHER_MODEL: "another model judged this part",
        _S.OTHER_RECIPE: "another revision of the recipe judged this part",
        _S.NO_PICTURE: "there is no picture",
        _S.NO_PART: "the part is not found in the picture",
        _S.NO_DEFECT: "the model sees no defect in it",
        _S.REAL_DEFECT: "Real defect",
        _S.FALSE_REJECT: "False reject",
        _S.DONT_KNOW: "Don't know",
        _S.NOT_JUDGED: "Not judged yet",
        _S.JUDGED_BY: "by {user}, {time}",
        _S.LOG_IN_TO_JUDGE: "Log in to judge",
        _S.WHICH_CLASS: "What is it really?",
        _S.NEW_CLASS: "Another …",
        _S.NOTE: "Note",
        _S.NO_NOTE: "none",
        _S.KEPT_REJECTED: "The part stays rejected",
    }
)
GERMAN: Final[Mapping[SayRejects, str]] = MappingProxyType(
    {
        _S.TITLE: "Ausschuss",
        _S.TIME: "Zeit",
        _S.LAST_HOUR: "Letzte Stunde",
        _S.LAST_8_HOURS: "Letzte 8 Stunden",
        _S.LAST_DAY: "Letzte 24 Stunden",
        _S.LAST_WEEK: "Letzte 7 Tage",
        _S.ANY_TIME: "Alle Zeiten",
        _S.CLASS: "Klasse",
        _S.ANY_CLASS: "Alle Klassen",
        _S.CAUSE: "Ursache",
        _S.ANY_CAUSE: "Alle Ursachen",
        _S.JUDGED: "Beurteilt",
        _S.ANY_JUDGED: "Alle",
        _S.NOT_JUDGED_YET: "Noch nicht",
        _S.JUDGED_ALREADY: "Beurteilt",
        _S.SCORE: "Wert",
        _S.ANY_SCORE: "Alle Werte",
        _S.SCORE_BELOW: "Unter {value}",
        _S.SCORE_BETWEEN: "{low} bis {high}",
        _S.SCORE_ABOVE: "Über {value}",
        _S.NEWEST: "Neueste",
        _S.NEW_ONES: "{count} neue",
        _S.CANCEL: "Abbrechen",
        _S.NONE_FOUND: "Kein Ausschuss passt zu diesen Filtern",
        _S.NONE_YET: "Noch kein Ausschuss",
        _S.UNJUDGED: "Nicht beurteilt",
        _S.UNJUDGED_COUNT: "{count} von {all} nicht beurteilt",
        _S.SEARCHING: "Wird gesucht",
        _S.NOT_CONNECTED: "Ohne Verbindung ist der Ausschuss nicht bekannt",
        _S.CANNOT_LOOK: "Der Ausschuss kann nicht gezeigt werden: {reason}",
        _S.PAGE: "{first}–{last} von {count}",
        _S.PAGE_OPEN: "{first}–{last}",
        _S.UP: "Hoch",
        _S.DOWN: "Runter",
        _S.PICTURE_EVICTED: "Bild wurde für neuere gelöscht",
        _S.PICTURE_DROPPED: "Bild wurde nicht aufbewahrt",
        _S.PICTURE_NEVER: "Kein Bild von diesem Teil",
        _S.BACK: "Zur Liste",
        _S.HEAT_MAP: "Heatmap",
        _S.ONE_TO_ONE: "1 : 1",
        _S.PREVIOUS: "Voriges",
        _S.NEXT: "Nächstes",
        _S.WHEN: "Aussortiert {time}",
        _S.PART: "Teil #{number}",
        _S.NEIGHBOURS: "Davor · danach",
        _S.SERIAL: "Seriennr. {serial}",
        _S.LOT: "Charge {lot}",
        _S.RECIPE: "Rezeptrevision {revision}",
        _S.DEFECT_SHARE: "Fehler {value}",
        _S.REJECT_LIMIT: "NG ab {value}",
        _S.ACCEPT_LIMIT: "OK bis {value}",
        _S.OTHER_LIMITS: "Damals galten andere Grenzen",
        _S.HEAT_COMES: "Die Heatmap wird berechnet",
        _S.HEAT_SAYS: "Heißeste Stelle verdeckt: Fehler {before} → {after}",
        _S.HEAT_SPREAD: "Keine Stelle allein entscheidet: Fehler {before} → {after}",
        _S.HEAT_STILL_NG: ", noch NG (ab {limit})",
        _S.HEAT_OK: ", wäre OK",
        _S.HEAT_UNCLEAR: ", wäre unklar",
        _S.HEAT_RECORDED: ". Damals war es {value}",
        _S.CLASS_SCORE: "Wert der Klasse {value}",
        _S.HEAT_NONE: "Keine Heatmap: {reason}",
        _S.OTHER_MODEL: "ein anderes Modell hat das Teil beurteilt",
        _S.OTHER_RECIPE: "eine andere Rezeptrevision hat das Teil beurteilt",
        _S.NO_PICTURE: "es gibt kein Bild",
        _S.NO_PART: "das Teil ist im Bild nicht zu finden",
        _S.NO_DEFECT: "das Modell sieht keinen Fehler darin",
        _S.REAL_DEFECT: "Echter Fehler",
        _S.FALSE_REJECT: "Fehlauswurf",
        _S.DONT_KNOW: "Weiß nicht",
        _S.NOT_JUDGED: "Noch nicht beurteilt",
        _S.JUDGED_BY: "von {user}, {time}",
        _S.LOG_IN_TO_JUDGE: "Zum Beurteilen anmelden",
        _S.WHICH_CLASS: "Was ist es wirklich?",
        _S.NEW_CLASS: "Andere …",
        _S.NOTE: "Notiz",
        _S.NO_NOTE: "keine",
        _S.KEPT_REJECTED: "Das Teil bleibt aussortiert",
    }
)
