"""What System › Computer says, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class SayMachine(StrEnum):
    """The page about the computer, and the backup."""

    PAGE = auto()
    BACK_UP = auto()
    BACK_UP_ONLY = auto()
    NOT_READ = auto()
    WHERE_TO = auto()
    KEEP_IT_SAFE = auto()
    SAVED = auto()
    # -- what the rows are about
    TIME = auto()
    RUNNING = auto()
    NETWORK = auto()
    PLC = auto()
    CONSOLES = auto()
    DISK = auto()
    RECORDS = auto()
    LOGS = auto()
    BACKUP = auto()
    SETTINGS = auto()
    # -- what they say
    SYNCHRONISED = auto()
    NOT_SYNCHRONISED = auto()
    SYNC_UNKNOWN = auto()
    CLOCKS_DIFFER = auto()
    SINCE = auto()
    DAYS = auto()
    NO_ADDRESS = auto()
    NO_PORTS = auto()
    SPEED = auto()
    NO_LINK = auto()
    NO_PLC_ADDRESS = auto()
    SIMULATED_PLC = auto()
    IN_FILE = auto()
    HERE_ALONE = auto()
    REMOTE = auto()
    REMOTE_KEYS = auto()
    FREE_OF = auto()
    NOT_RECORDED = auto()
    USED_OF = auto()
    RETENTION = auto()
    KEPT_FOR_GOOD = auto()
    LOG_ROOM = auto()
    LAST_BACKUP = auto()
    BACKUP_FILES = auto()
    NO_BACKUP_YET = auto()
    BACKUP_HOLDS = auto()
    DEFAULTS = auto()
    SETTINGS_HINT = auto()


_M = SayMachine
ENGLISH: Final[Mapping[SayMachine, str]] = MappingProxyType(
    {
        _M.PAGE: "Computer",
        _M.BACK_UP: "Back up",
        _M.BACK_UP_ONLY: "To back up, log in as: {roles}",
        _M.NOT_READ: "It cannot be read: {why}",
        _M.WHERE_TO: "Save the backup: where?",
        _M.KEEP_IT_SAFE: "It holds keys and hashed PINs: lock it away",
        _M.SAVED: "Saved: {path} ({size}, {count} files)",
        _M.TIME: "Time",
        _M.RUNNING: "Running",
        _M.NETWORK: "Network",
        _M.PLC: "PLC",
        _M.CONSOLES: "Consoles",
        _M.DISK: "Disk",
        _M.RECORDS: "Records",
        _M.LOGS: "Logs",
        _M.BACKUP: "Backup",
        _M.SETTINGS: "Settings",
        _M.SYNCHRONISED: "Kept right by a source of time, to within {ms} ms",
        _M.NOT_SYNCHRONISED: "Nothing keeps the clock right: set a source of time (NTP) on the computer",
        _M.SYNC_UNKNOWN: "Whether something keeps the clock right is not known",
        _M.CLOCKS_DIFFER: "The clock of this console differs by {seconds} s: set one of them right",
        _M.SINCE: "Since {time}, {date}",
        _M.DAYS: "{days} days",
        _M.NO_ADDRESS: "no address",
        _M.NO_PORTS: "The computer has no network",
        _M.SPEED: "{speed} Mbit/s",
        _M.NO_LINK: "No link: is the cable in?",
        _M.NO_PLC_ADDRESS: "no address",
        _M.SIMULATED_PLC: "simulated, in this computer",
        _M.IN_FILE: "How it is: Devices › PLC",
        _M.HERE_ALONE: "Of this computer alone",
        _M.REMOTE: "Of other machines too, at {address}",
        _M.REMOTE_KEYS: "{count} have a key",
        _M.FREE_OF: "{free} free of {total}",
        _M.NOT_RECORDED: "Nothing is recorded",
        _M.USED_OF: "{used} of {quota} used · {waiting} rows not taken away",
        _M.RETENTION: "Since {time}, {date}; when the room is used up, the oldest images go first",
        _M.KEPT_FOR_GOOD: "Audit {audit}, kept for good",
        _M.LOG_ROOM: "Log {log}; old lines make room by themselves",
        _M.LAST_BACKUP: "Last one {time}, {date}, by {user}",
        _M.BACKUP_FILES: "{count} files, {size}",
        _M.NO_BACKUP_YET: "None was made from a console yet",
        _M.BACKUP_HOLDS: "Users, audit, log, judgements, settings, products, models, keys",
        _M.DEFAULTS: "Those that come with the program",
        _M.SETTINGS_HINT: "Network, room for images and shifts are set there; inspector config check examines it",
    }
)
GERMAN: Final[Mapping[SayMachine, str]] = MappingProxyType(
    {
        _M.PAGE: "Rechner",
        _M.BACK_UP: "Sichern",
        _M.BACK_UP_ONLY: "Zum Sichern anmelden als: {roles}",
        _M.NOT_READ: "Das lässt sich nicht lesen: {why}",
        _M.WHERE_TO: "Sicherung speichern: wohin?",
        _M.KEEP_IT_SAFE: "Sie enthält Schlüssel und PIN-Prüfwerte: bitte wegschließen",
        _M.SAVED: "Gespeichert: {path} ({size}, {count} Dateien)",
        _M.TIME: "Zeit",
        _M.RUNNING: "In Betrieb",
        _M.NETWORK: "Netzwerk",
        _M.PLC: "SPS",
        _M.CONSOLES: "Konsolen",
        _M.DISK: "Datenträger",
        _M.RECORDS: "Aufzeichnung",
        _M.LOGS: "Meldungen",
        _M.BACKUP: "Sicherung",
        _M.SETTINGS: "Einstellungen",
        _M.SYNCHRONISED: "Von einer Zeitquelle gestellt, auf {ms} ms genau",
        _M.NOT_SYNCHRONISED: "Nichts stellt die Uhr: am Rechner eine Zeitquelle (NTP) einrichten",
        _M.SYNC_UNKNOWN: "Ob etwas die Uhr stellt, ist nicht bekannt",
        _M.CLOCKS_DIFFER: "Die Uhr dieser Konsole weicht um {seconds} s ab: eine von beiden stellen",
        _M.SINCE: "Seit {time}, {date}",
        _M.DAYS: "{days} Tage",
        _M.NO_ADDRESS: "keine Adresse",
        _M.NO_PORTS: "Der Rechner hat kein Netzwerk",
        _M.SPEED: "{speed} Mbit/s",
        _M.NO_LINK: "Keine Verbindung: steckt das Kabel?",
        _M.NO_PLC_ADDRESS: "keine Adresse",
        _M.SIMULATED_PLC: "simuliert, in diesem Rechner",
        _M.IN_FILE: "Wie es ihr geht: Geräte › SPS",
        _M.HERE_ALONE: "Nur an diesem Rechner",
        _M.REMOTE: "Auch an anderen Rechnern, unter {address}",
        _M.REMOTE_KEYS: "{count} haben einen Schlüssel",
        _M.FREE_OF: "{free} von {total} frei",
        _M.NOT_RECORDED: "Es wird nichts aufgezeichnet",
        _M.USED_OF: "{used} von {quota} belegt · {waiting} Zeilen nicht abgeholt",
        _M.RETENTION: "Seit {time}, {date}; ist der Platz voll, gehen die ältesten Bilder zuerst",
        _M.KEPT_FOR_GOOD: "Protokoll {audit}, bleibt für immer",
        _M.LOG_ROOM: "Meldungen {log}; alte Zeilen machen von selbst Platz",
        _M.LAST_BACKUP: "Zuletzt {time}, {date}, durch {user}",
        _M.BACKUP_FILES: "{count} Dateien, {size}",
        _M.NO_BACKUP_YET: "Von einer Konsole aus wurde noch keine gemacht",
        _M.BACKUP_HOLDS: "Benutzer, Protokoll, Meldungen, Urteile, Einstellungen, Produkte, Modelle, Schlüssel",
        _M.DEFAULTS: "Die des Programms",
        _M.SETTINGS_HINT: "Netzwerk, Platz für Bilder und Schichten stehen dort; inspector config check prüft sie",
    }
)
