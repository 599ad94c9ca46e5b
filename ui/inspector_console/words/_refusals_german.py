"""Why the station's service refuses something, in German; in English it says so itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inspector.domain.access import Refusal
from inspector.domain.alarms import AlarmRefusal
from inspector.protocol import Code

REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Refusal.NOT_ALLOWED: "Diese Rolle darf das nicht; als jemand anmelden, der es darf",
        Refusal.NEEDS_LOGIN: "Dafür anmelden",
        Refusal.NEEDS_REASON: "Ein Grund fehlt; in ein paar Worten sagen, warum",
        Refusal.BAD_NAME: "Anderen Namen wählen: höchstens 64 lesbare Zeichen",
        Refusal.BAD_SECRET: (
            "Nicht sicher genug: PIN ab 6 Ziffern, Kennwort ab 10 Zeichen; keine Folge, nicht der Name. "
            "Technik und Administrator brauchen ein Kennwort, nicht nur Ziffern"
        ),
        Refusal.BAD_REASON: "Der Grund ist zu lang; kürzer fassen",
        Refusal.WRONG_LOGIN: "Der Name oder die PIN oder das Kennwort ist falsch",
        Refusal.WRONG_CODE: "Das ist nicht der Einrichtungscode",
        Refusal.WAIT: "Zu viele falsche Versuche; in {wait_s} s wieder möglich",
        Refusal.SETUP_FIRST: "Es gibt noch keine Benutzer; zuerst den ersten Administrator einrichten",
        Refusal.ALREADY_SET_UP: "Der erste Administrator ist schon eingerichtet; anmelden",
        Refusal.NAME_TAKEN: "Diesen Namen gibt es schon; einen anderen wählen",
        Refusal.NO_SUCH_USER: "Diesen Benutzer gibt es nicht mehr; die Liste neu laden",
        Refusal.LAST_ADMIN: "Das ist der letzte Administrator; zuerst einen weiteren anlegen",
        Refusal.NEEDS_SECRET: "Der Ausweis ist bekannt; jetzt noch das Kennwort",
        Refusal.BAD_BADGE: "Der Ausweis ist nicht lesbar: 6 bis 64 Buchstaben, Ziffern und Zeichen",
        Refusal.BADGE_TAKEN: "Jemand anderes hat diesen Ausweis; bitte zuerst dort entfernen",
        Refusal.NEEDS_PASSWORD: "Diese Rolle braucht ein Kennwort; im selben Schritt eines vergeben",
        Refusal.STORE_DAMAGED: "Die Benutzerdatei der Station ist unbrauchbar; niemand kann sich anmelden",
        Refusal.CANNOT_SAVE: "Die Station kann die Benutzer nicht speichern; auf ihrer Platte Platz schaffen",
        Refusal.CANNOT_CHECK: "PIN oder Kennwort lassen sich nicht prüfen; auf der Station Speicher freimachen",
        AlarmRefusal.UNKNOWN_ALARM: "Diesen Alarm gibt es nicht",
        AlarmRefusal.NOTHING_TO_ACKNOWLEDGE: "Dieser Alarm ist schon quittiert oder gegangen",
        AlarmRefusal.IS_HIDDEN: "Dieser Alarm ist verdeckt; ungesehen lässt er sich nicht quittieren",
        AlarmRefusal.NEVER_SHELVED: "Dieser Alarm lässt sich nie zurückstellen",
        AlarmRefusal.ALREADY_SHELVED: "Dieser Alarm ist schon zurückgestellt",
        AlarmRefusal.NOT_SHELVED: "Dieser Alarm ist nicht zurückgestellt",
        AlarmRefusal.BAD_DURATION: "Ein Alarm lässt sich höchstens 12 Stunden zurückstellen",
        AlarmRefusal.NEVER_OUT_OF_SERVICE: "Dieser Alarm lässt sich nie außer Betrieb nehmen",
        AlarmRefusal.ALREADY_OUT_OF_SERVICE: "Dieser Alarm ist schon außer Betrieb",
        AlarmRefusal.NOT_OUT_OF_SERVICE: "Dieser Alarm ist nicht außer Betrieb",
        AlarmRefusal.NO_REASON: "Ein Grund fehlt",
        "other_model": "Ein anderes Modell hat das Teil beurteilt",
        "other_recipe": "Eine andere Rezeptrevision hat das Teil beurteilt",
        "no_picture": "Es gibt kein Bild",
        "no_part": "Das Teil ist im Bild nicht zu finden",
        "no_defect": "Das Modell sieht keinen Fehler darin",
    }
)
"""By `refusal` of a reply's body."""
CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Code.MALFORMED: "Die Station versteht diese Konsole nicht; beide auf dieselbe Version bringen",
        Code.VERSION: "Station und Konsole haben verschiedene Versionen; beide auf dieselbe bringen",
        Code.EXPIRED: "Der Befehl kam zu spät an und wurde nicht ausgeführt; wiederholen",
        Code.REPLAYED: "Der Befehl trug eine schon benutzte Kennung; wiederholen",
        Code.LEASE: "Eine andere Konsole hat die Bedienhoheit",
        Code.UNKNOWN: "Die Station kennt diesen Befehl nicht; ist die Konsole neuer als sie?",
        Code.DENIED: "Das ist hier nicht erlaubt",
        Code.CONFLICT: "Das hat sich inzwischen geändert; noch einmal ansehen",
        Code.FAILED: "Der Dienst hat einen Fehler; im Systemprotokoll steht, welcher",
    }
)
"""By a reply's code, where it says enough; of what is invalid or impossible the reason says more."""
