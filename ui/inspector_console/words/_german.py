"""What the console says in German."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inspector_console.words._say import Say

_S = Say
MESSAGES: Final[Mapping[Say, str]] = MappingProxyType(
    {
        _S.LANGUAGE: "DE",
        _S.OK: "OK",
        _S.NG: "NG",
        _S.UNDECIDED: "Unklar",
        _S.NOT_JUDGED: "Nicht beurteilt",
        _S.BYPASSED: "Überbrückt",
        _S.NO_DATA: "Keine Daten",
        _S.NO_PARTS_YET: "Noch keine Teile",
        _S.NO_DEFECT: "Kein Fehler",
        _S.LAST_PARTS: "Letzte {count} Teile",
        _S.PART: "#{number}",
        _S.LAST_RESULT_AT: "Letztes Ergebnis {time}",
        _S.OLD_SINCE: "alt, {time}",
        _S.SIMULATED: "Simuliert",
        _S.YIELD_RUN: "Ausbeute dieses Laufs",
        _S.YIELD_SINCE: "Ausbeute seit {time}",
        _S.YIELD_LOT: "Ausbeute dieser Charge",
        _S.YIELD_SHIFT: "Ausbeute dieser Schicht",
        _S.TARGET: "Ziel {value}",
        _S.NO_TARGET: "kein Ziel gesetzt",
        _S.ACCEPTED: "OK",
        _S.REJECTED: "Ausschuss",
        _S.NOT_JUDGED_COUNT: "Nicht beurteilt",
        _S.BYPASSED_COUNT: "Überbrückt",
        _S.CONFIRMED: "Im Behälter gesehen",
        _S.OF_COMMANDED: "{seen} von {count}",
        _S.LOT: "Charge {lot}",
        _S.DECISION_TIME: "Entscheidungszeit",
        _S.DEADLINE: "Frist {value}",
        _S.P99: "p99 {value}",
        _S.LATE_PARTS: "zu spät {count}",
        _S.REJECT_RATE: "Ausschussrate",
        _S.LIMIT: "Grenze {value} %",
        _S.NO_LIMIT: "keine Grenze gesetzt",
        _S.LAST_N: "letzte {count} Teile",
        _S.LAST_MINUTES: "letzte {count} min",
        _S.UNNAMED_STATION: "Prüfstation",
        _S.NO_PRODUCT: "Kein Produkt",
        _S.RECIPE: "Rezept {recipe} · {revision}",
        _S.PARTS_PER_MINUTE: "{rate} Teile/min",
        _S.SHIFT: "Schicht {name}",
        _S.NOBODY: "Bediener",
        _S.CONTROL_HELD_BY: "{name} hat die Bedienhoheit",
        _S.STATE_UNKNOWN: "Zustand unbekannt",
        _S.STATE_EXECUTE: "Prüft",
        _S.STATE_REJECTING: "Läuft, sortiert alles aus",
        _S.STATE_WAITING: "Startbereit",
        _S.STATE_STARTING: "Startet",
        _S.STATE_STOPPED: "Angehalten",
        _S.STATE_HELD: "Linie gehalten",
        _S.STATE_SUSPENDED: "Linie steht",
        _S.STATE_ABORTED: "Abgebrochen",
        _S.NO_ALARMS: "Keine aktiven Alarme",
        _S.PRODUCT_CHANGES_NOW: "Das Produkt wird gewechselt",
        _S.PRODUCT_CHANGES: "Das Produkt wird gewechselt: Alle Teile werden aussortiert",
        _S.MORE_SHELVED: "zurückgestellt {count}",
        _S.OVER: "Vorbei: {text}",
        _S.SINCE: "seit {time}",
        _S.ALL_ALARMS: "Alarme",
        _S.ALARMS_NOT_KNOWN: "Ohne Verbindung sind die Alarme nicht bekannt",
        _S.ALARM_HISTORY: "Verlauf",
        _S.NO_ALARM_HISTORY: "Bisher keine Alarme",
        _S.ALARMS_NOW: "Alarme jetzt",
        _S.PAGE: "{first}–{last} von {count}",
        _S.SHELVE: "Zurückstellen",
        _S.UNSHELVE: "Zurückholen",
        _S.SHELVE_THIS: "Diesen Alarm zurückstellen",
        _S.SHELVE_HOW_LONG: "1   Wie lange",
        _S.SHELVE_WHY: "2   Warum (die Berührung stellt zurück)",
        _S.CANCEL: "Abbrechen",
        _S.FOR_15_MINUTES: "15 Minuten",
        _S.FOR_1_HOUR: "1 Stunde",
        _S.FOR_8_HOURS: "8 Stunden",
        _S.TO_END_OF_SHIFT: "Bis Schichtende, {time}",
        _S.SHELVED_BY: "zurückgestellt bis {time}: {reason} ({user})",
        _S.OUT_OF_SERVICE_BY: "außer Betrieb: {reason} ({user})",
        _S.EARLIER: "Nach oben",
        _S.LATER: "Nach unten",
        _S.ACKNOWLEDGE: "Quittieren",
        _S.RESET_AT_PLC: "an der SPS zurücksetzen",
        _S.CONNECTION_LOST: "Keine Verbindung zur Station",
        _S.CONNECTION_LOST_WHAT: "Auf die Signalsäule sehen; bei Dauer Instandhaltung rufen",
        _S.PARTS_UNKNOWN: "Was mit den Teilen geschieht, ist hier nicht bekannt",
        _S.STATION_SILENT: "Keine Daten: die Station schweigt",
        _S.CONNECTING: "Station wird gesucht",
        _S.CONNECTING_WHAT: "Vielleicht startet sie noch",
        _S.OTHER_VERSION: "Station und Konsole haben verschiedene Versionen",
        _S.LIVE: "LIVE",
        _S.FROZEN: "STANDBILD",
        _S.NO_PICTURE: "Noch kein Bild",
        _S.PICTURE_IS_OLD: "Keine Verbindung: dieses Bild ist alt",
        _S.PICTURE_COMES: "Das Bild wird geholt",
        _S.FREEZE: "Standbild",
        _S.GO_LIVE: "Livebild",
        _S.FREEZE_ON_NG: "Standbild bei NG",
        _S.OVERLAY: "Einblendung",
        _S.ONE_TO_ONE: "1 : 1",
        _S.COMPARE: "Gutmuster",
        _S.GOLDEN_SAMPLE: "Gutmuster",
        _S.NO_GOLDEN: "Kein Gutmuster vorhanden",
        _S.LAST_REJECTS: "Letzter Ausschuss",
        _S.NO_REJECTS: "noch keiner",
        _S.CAMERA: "Kamera",
        _S.LIGHT: "Licht",
        _S.MODEL: "Modell",
        _S.PLC: "SPS",
        _S.UPLINK: "Uplink",
        _S.DISK: "Platte",
        _S.LAMP_GOOD: "gut",
        _S.LAMP_FAILURE: "Ausfall",
        _S.LAMP_CHECK: "Prüfung",
        _S.LAMP_OUT_OF_SPEC: "außer Grenzen",
        _S.LAMP_UPKEEP: "Wartung",
        _S.LAMP_NO_DATA: "keine Daten",
        _S.LAMP_NOT_SET_UP: "nicht eingerichtet",
        _S.FRAMES_LOST: "{count} Bilder verloren",
        _S.MODEL_TIME: "{value} ms",
        _S.PLC_LINKED: "verbunden",
        _S.LIVE_SCREEN: "Live",
        _S.ALARMS_SCREEN: "Alarme",
        _S.HOLD_LINE: "Linie halten",
        _S.RELEASE_LINE: "Linie freigeben",
        _S.KEEP_PRESSED: "gedrückt halten",
        _S.NOT_DONE: "Nicht ausgeführt: {reason}",
        _S.CONSOLE_FAULT: "Diese Anzeige hat einen Fehler, siehe ihre Ausgabe. Die Linie ist nicht betroffen",
        _S.NO_ANSWER: "Nicht ausgeführt: die Station antwortet nicht",
    }
)

CAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NONE": "",
        "NG": "Fehler",
        "INDETERMINATE": "Nicht entscheidbar",
        "LATE": "Urteil zu spät",
        "OVERRUN": "Warteschlange voll",
        "CAMERA_FAULT": "Kamerafehler",
        "FRAME_LOST": "Kein Bild",
        "MISPAIR_REFUSED": "Bild nicht sicher zugeordnet",
        "MODEL_FAULT": "Modellfehler",
        "PLC_REFUSED": "Von der SPS abgelehnt",
        "LINK_FAULT": "Keine Verbindung zur SPS",
        "NOT_READY": "Station nicht bereit",
    }
)

CONSEQUENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rejected": "Alle Teile werden aussortiert",
        "partly_rejected": "Auch gute Teile werden aussortiert",
        "ng_rejected": "Nur schlechte Teile werden aussortiert",
        "held": "Linie gehalten",
        "bypassed": "Überbrückt: Teile laufen ungeprüft durch",
        "passed": "Schlechte Teile können als gut durchgelaufen sein",
        "over": "Teile sind nicht mehr betroffen",
        "not_affected": "Teile sind nicht betroffen",
    }
)

ALARM_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "normal": "Normal",
        "unacknowledged": "Aktiv, nicht quittiert",
        "acknowledged": "Aktiv, quittiert",
        "returned": "Gegangen, nicht quittiert",
        "shelved": "Zurückgestellt",
        "suppressed": "Von seiner Ursache verdeckt",
        "out_of_service": "Außer Betrieb",
    }
)

SHELVE_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "in_repair": "Wird gerade repariert",
        "waiting_for_parts": "Ersatzteil oder Techniker ist unterwegs",
        "chattering": "Kommt und geht ständig",
        "setting_up": "Die Linie wird eingerichtet oder erprobt",
        "known_to_shift_lead": "Die Schichtleitung weiß davon und nimmt es hin",
    }
)

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "operator": "Bediener",
        "shift_lead": "Schichtleitung",
        "quality": "Qualität",
        "engineer": "Technik",
        "admin": "Administrator",
    }
)
