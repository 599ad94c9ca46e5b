"""Who sits at the console: what the login screen says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class SayLogin(StrEnum):
    """The login screen, and what the console says of log-ins anywhere."""

    LOG_IN = auto()
    LOG_IN_TITLE = auto()
    LOGGED_IN_TITLE = auto()
    SET_UP_TITLE = auto()
    UNKNOWN_TITLE = auto()
    UNKNOWN = auto()
    NAME = auto()
    NAME_HINT = auto()
    SECRET = auto()
    SECRET_HINT = auto()
    OPERATOR_NEEDS_NONE = auto()
    SET_UP_WHERE = auto()
    SET_UP_CODE = auto()
    SET_UP_CODE_HINT = auto()
    SET_UP_NAME_HINT = auto()
    SET_UP_PASSWORD = auto()
    SET_UP_PASSWORD_HINT = auto()
    SET_UP = auto()
    SET_UP_DONE = auto()
    LOG_OFF = auto()
    LOG_OFF_IN = auto()
    LOG_OFF_SOON = auto()
    SEIZE = auto()
    SEIZE_WHY = auto()
    GIVE_BACK = auto()
    CONTROL_FREE = auto()
    CONTROL_OWN = auto()
    CONTROL_OTHER = auto()
    # -- what came of it
    CHECKING = auto()
    WRONG_LOGIN = auto()
    WRONG_CODE = auto()
    WAIT = auto()
    NAME_MISSING = auto()
    SECRET_MISSING = auto()
    CODE_MISSING = auto()
    BAD_NAME = auto()
    BAD_PASSWORD = auto()
    ALREADY_SET_UP = auto()
    NO_ANSWER = auto()
    BADGE_UNKNOWN = auto()
    BADGE_NEEDS_SECRET = auto()
    BADGE_NAME_HINT = auto()
    # -- why somebody is not logged in any more
    ENDED = auto()
    ENDED_LOST = auto()
    ENDED_IDLE = auto()
    # -- said where an act was refused
    NEEDS_LOGIN = auto()
    NOT_ALLOWED = auto()
    # -- a console of another machine
    TURNED_AWAY = auto()
    TURNED_AWAY_WHAT = auto()
    # -- what a role may
    MAY_OPERATOR = auto()
    MAY_SHIFT_LEAD = auto()
    MAY_QUALITY = auto()
    MAY_ENGINEER = auto()
    MAY_ADMIN = auto()


_L = SayLogin
ENGLISH: Final[Mapping[SayLogin, str]] = MappingProxyType(
    {
        _L.LOG_IN: "Log in",
        _L.LOG_IN_TITLE: "Log in",
        _L.LOGGED_IN_TITLE: "Logged in at this console",
        _L.SET_UP_TITLE: "First set-up: the first administrator",
        _L.UNKNOWN_TITLE: "Log in",
        _L.UNKNOWN: "Nobody can log in without a connection to the station.",
        _L.NAME: "Name",
        _L.NAME_HINT: "touch to type",
        _L.SECRET: "PIN or password",
        _L.SECRET_HINT: "type the PIN, or touch for letters",
        _L.OPERATOR_NEEDS_NONE: "To acknowledge, shelve, hold and release nobody needs to log in.",
        _L.SET_UP_WHERE: (
            "There are no users yet. The set-up code is on the station's own disk: "
            "the file service/setup-code.txt in its data folder."
        ),
        _L.SET_UP_CODE: "Set-up code",
        _L.SET_UP_CODE_HINT: "12 characters; case and dashes do not matter",
        _L.SET_UP_NAME_HINT: "of the first administrator",
        _L.SET_UP_PASSWORD: "Password",
        _L.SET_UP_PASSWORD_HINT: "at least 10 characters, not digits alone",
        _L.SET_UP: "Set up",
        _L.SET_UP_DONE: "{name} is set up. Log in now.",
        _L.LOG_OFF: "Log off",
        _L.LOG_OFF_IN: "Without any act you are logged off in {minutes} min.",
        _L.LOG_OFF_SOON: "Logged off in {seconds} s",
        _L.SEIZE: "Take control from others",
        _L.SEIZE_WHY: "Why do you take control from {name}?",
        _L.GIVE_BACK: "Give control back",
        _L.CONTROL_FREE: "Nobody is in control; each act takes control for itself.",
        _L.CONTROL_OWN: "This console is in control.",
        _L.CONTROL_OTHER: "In control: {name}",
        _L.CHECKING: "Checking …",
        _L.WRONG_LOGIN: "The name or the PIN or password is wrong.",
        _L.WRONG_CODE: "This is not the set-up code.",
        _L.WAIT: "Too many wrong attempts. Try again in {time}.",
        _L.NAME_MISSING: "Enter a name first.",
        _L.SECRET_MISSING: "Enter the PIN or password first.",
        _L.CODE_MISSING: "Enter the set-up code first.",
        _L.BAD_NAME: "Choose another name: up to 64 characters that people can read.",
        _L.BAD_PASSWORD: "Choose another password: at least 10 characters, not digits alone, not the name.",
        _L.ALREADY_SET_UP: "The first administrator is set up already. Log in.",
        _L.NO_ANSWER: "The station does not answer. Try again.",
        _L.BADGE_UNKNOWN: "This badge is not known at this station.",
        _L.BADGE_NEEDS_SECRET: "Badge read. Now the password.",
        _L.BADGE_NAME_HINT: "known from the badge",
        _L.ENDED: "{name} is logged off.",
        _L.ENDED_LOST: "{name} is logged off: the connection to the station was lost.",
        _L.ENDED_IDLE: "{name} was logged off by the station: nothing was done for long, or something has changed.",
        _L.NEEDS_LOGIN: "Not done: log in for that. Touch the name at the top.",
        _L.NOT_ALLOWED: "Not done: {role} may not do that. To log in as somebody else, touch the name at the top.",
        _L.TURNED_AWAY: "The station does not let this console in",
        _L.TURNED_AWAY_WHAT: "Its key is missing or not allowed: inspector keys allow, at the station",
        _L.MAY_OPERATOR: "also says which rejects were right.",
        _L.MAY_SHIFT_LEAD: "also takes control from other consoles, resets counters, reads the audit log.",
        _L.MAY_QUALITY: "also judges rejects, reads the audit log, exports.",
        _L.MAY_ENGINEER: "also tests devices, edits recipes, changes settings, takes alarms out of service.",
        _L.MAY_ADMIN: "may do everything, and manages users.",
    }
)
GERMAN: Final[Mapping[SayLogin, str]] = MappingProxyType(
    {
        _L.LOG_IN: "Anmelden",
        _L.LOG_IN_TITLE: "Anmelden",
        _L.LOGGED_IN_TITLE: "An dieser Konsole angemeldet",
        _L.SET_UP_TITLE: "Ersteinrichtung: der erste Administrator",
        _L.UNKNOWN_TITLE: "Anmelden",
        _L.UNKNOWN: "Ohne Verbindung zur Station kann sich niemand anmelden.",
        _L.NAME: "Name",
        _L.NAME_HINT: "zum Schreiben berühren",
        _L.SECRET: "PIN oder Kennwort",
        _L.SECRET_HINT: "PIN tippen; für Buchstaben hier berühren",
        _L.OPERATOR_NEEDS_NONE: "Quittieren, Zurückstellen, Halten und Freigeben geht ohne Anmeldung.",
        _L.SET_UP_WHERE: (
            "Es gibt noch keine Benutzer. Der Einrichtungscode liegt auf der Platte der Station selbst: "
            "Datei service/setup-code.txt in ihrem Datenordner."
        ),
        _L.SET_UP_CODE: "Einrichtungscode",
        _L.SET_UP_CODE_HINT: "12 Zeichen; Groß, klein und Striche sind gleich",
        _L.SET_UP_NAME_HINT: "des ersten Administrators",
        _L.SET_UP_PASSWORD: "Kennwort",
        _L.SET_UP_PASSWORD_HINT: "mindestens 10 Zeichen, nicht nur Ziffern",
        _L.SET_UP: "Einrichten",
        _L.SET_UP_DONE: "{name} ist eingerichtet. Jetzt anmelden.",
        _L.LOG_OFF: "Abmelden",
        _L.LOG_OFF_IN: "Ohne jede Handlung werden Sie in {minutes} min abgemeldet.",
        _L.LOG_OFF_SOON: "Abmeldung in {seconds} s",
        _L.SEIZE: "Bedienhoheit übernehmen",
        _L.SEIZE_WHY: "Warum nehmen Sie {name} die Bedienhoheit?",
        _L.GIVE_BACK: "Bedienhoheit zurückgeben",
        _L.CONTROL_FREE: "Niemand hat die Bedienhoheit; jede Handlung holt sie sich selbst.",
        _L.CONTROL_OWN: "Diese Konsole hat die Bedienhoheit.",
        _L.CONTROL_OTHER: "Bedienhoheit: {name}",
        _L.CHECKING: "Wird geprüft …",
        _L.WRONG_LOGIN: "Der Name oder die PIN oder das Kennwort ist falsch.",
        _L.WRONG_CODE: "Das ist nicht der Einrichtungscode.",
        _L.WAIT: "Zu viele falsche Versuche. Wieder möglich in {time}.",
        _L.NAME_MISSING: "Zuerst einen Namen eingeben.",
        _L.SECRET_MISSING: "Zuerst PIN oder Kennwort eingeben.",
        _L.CODE_MISSING: "Zuerst den Einrichtungscode eingeben.",
        _L.BAD_NAME: "Anderen Namen wählen: höchstens 64 lesbare Zeichen.",
        _L.BAD_PASSWORD: "Anderes Kennwort wählen: mindestens 10 Zeichen, nicht nur Ziffern, nicht der Name.",
        _L.ALREADY_SET_UP: "Der erste Administrator ist schon eingerichtet. Anmelden.",
        _L.NO_ANSWER: "Die Station antwortet nicht. Noch einmal versuchen.",
        _L.BADGE_UNKNOWN: "Diesen Ausweis kennt die Station nicht.",
        _L.BADGE_NEEDS_SECRET: "Ausweis gelesen. Jetzt das Kennwort.",
        _L.BADGE_NAME_HINT: "vom Ausweis bekannt",
        _L.ENDED: "{name} ist abgemeldet.",
        _L.ENDED_LOST: "{name} ist abgemeldet: Die Verbindung zur Station ging verloren.",
        _L.ENDED_IDLE: "{name} wurde von der Station abgemeldet: lange nichts getan, oder etwas hat sich geändert.",
        _L.NEEDS_LOGIN: "Nicht ausgeführt: Dafür anmelden. Oben den Namen berühren.",
        _L.NOT_ALLOWED: "Nicht ausgeführt: {role} darf das nicht. Für jemand anderes oben den Namen berühren.",
        _L.TURNED_AWAY: "Die Station lässt diese Konsole nicht ein",
        _L.TURNED_AWAY_WHAT: "Ihr Schlüssel fehlt oder gilt nicht: an der Station inspector keys allow",
        _L.MAY_OPERATOR: "sagt auch, welcher Ausschuss zu Recht war.",
        _L.MAY_SHIFT_LEAD: "nimmt auch anderen die Bedienhoheit, setzt Zähler zurück, liest das Protokoll.",
        _L.MAY_QUALITY: "beurteilt auch Ausschuss, liest das Protokoll, exportiert.",
        _L.MAY_ENGINEER: "prüft auch Geräte, ändert Rezepte und Einstellungen, setzt Alarme außer Betrieb.",
        _L.MAY_ADMIN: "darf alles, und verwaltet die Benutzer.",
    }
)
