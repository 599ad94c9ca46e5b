"""What the station and its service tell people, in German; in English the domain has it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inspector.domain.told_texts import Told
from inspector_console.words._told_german_files import FILES

_T = Told
TOLD: Final[Mapping[Told, str]] = MappingProxyType(
    {
        **FILES,
        _T.HELD_BY_HAND: "gehalten",
        _T.HOLD_LIFTED: "Halt aufgehoben",
        _T.WORKER_DIED: "Der Arbeitsschritt {worker} ist abgestürzt: {failure}",
        _T.WORKER_SILENT: "Der Arbeitsschritt {worker} antwortet seit {seconds} s nicht",
        _T.LEDGER_FULL: (
            "Der Speicher für Aufzeichnungen ist voll ({rows} Zeilen): Der Rekorder schreibt nicht"
        ),
        _T.PARTS_UNACCOUNTED: "Der Verbleib von {count} Teilen ist ungeklärt",
        _T.RESTARTED_PLC_COUNTS: (
            "Die neu gestartete SPS zählt {count} Teile: Ob sie bei null begann, ist nicht zu erkennen"
        ),
        _T.PLC_COUNTS_DISAGREE: (
            "Die Zähler der SPS widersprechen sich: Teilezahl {ours} → {theirs}, Kennung {our_tag} → {tag}"
        ),
        _T.PARTS_UNRECORDED: (
            "Der Verbleib von {count} Gutteilen ist nicht mehr festzustellen: durchgelaufene Teile"
            " prüfen, dann an der SPS zurücksetzen"
        ),
        _T.PARTS_UNRECORDED_SINCE: (
            "Der Verbleib von {count} Gutteilen seit Kennung {tag} ist nicht mehr festzustellen:"
            " seither durchgelaufene Teile prüfen, dann an der SPS zurücksetzen"
        ),
        _T.PAIRING_FAILED: "{count} Teile in Folge bekamen kein eigenes Bild",
        _T.OTHER_LINE: "SPS und Station sind für verschiedene Linien eingestellt: {differences}",
        _T.DIFFERS_SCALE: "Impulse je mm × 100: Station {ours}, SPS {theirs}",
        _T.DIFFERS_GATE: "Impulse von der Lichtschranke zum Auswerfer: Station {ours}, SPS {theirs}",
        _T.DIFFERS_WINDOW: "Impulse des Fensters: Station {ours}, SPS {theirs}",
        _T.DIFFERS_DELAY: "Triggerverzögerung in 0,1 ms: Station {ours}, SPS {theirs}",
        _T.LINE_HELD: "Linie gehalten: {who}",
        _T.LINE_RELEASED: "Linie freigegeben: {who}",
        _T.SIGNALS_TESTED: "Signalsäule und Hupe geprüft: {who}",
        _T.PRODUCT_ASKED_FOR: "Produktwechsel zu {name} verlangt: {who}",
        _T.PRODUCT_CHANGED: "Produkt gewechselt zu {title} ({name}), Rezept {recipe} Revision {revision}",
        _T.PRODUCT_CHANGED_BUT: (
            "Produkt gewechselt zu {title} ({name}), Rezept {recipe} Revision {revision}; aber {reason}"
        ),
        _T.PRODUCT_NOT_CHANGED: "Produkt nicht gewechselt zu {title}: {reason}",
        _T.SERVICE_BEGUN: "Der Dienst hat begonnen, Version {version}",
        _T.PARTS_PASSED_OVER: (
            "{count} Teile wurden übergangen: Sie kamen schneller, als sie gemeldet werden konnten"
        ),
        _T.EARLIER_PARTS_UNKNOWN: "Frühere Teile lassen sich nicht zeigen: {error}",
        _T.FRAME_WITHOUT_PART: "Bild ohne Teil",
        _T.LOG_NOT_KEPT: "Die Meldungen lassen sich in {path} nicht aufheben: {error}; dort Platz schaffen",
        _T.ALARMS_NOT_KEPT: "Die Alarme lassen sich in {path} nicht aufheben: {error}; dort Platz schaffen",
        _T.ALARMS_UNUSABLE: "Die in {path} aufgehobenen Alarme sind unbrauchbar ({error}); alle beginnen neu",
        _T.COUNTS_NOT_KEPT: (
            "Die Zählerstände der Schicht lassen sich in {path} nicht aufheben: {error}; dort Platz schaffen"
        ),
        _T.COUNTS_UNUSABLE: (
            "Die in {path} aufgehobenen Zählerstände sind unbrauchbar ({error}); die Schicht zählt ab jetzt"
        ),
        _T.CHANGES_NOT_KEPT: (
            "Die Änderungen der Geräte lassen sich in {path} nicht aufheben: {error}; dort Platz schaffen"
        ),
        _T.CHANGES_UNUSABLE: (
            "Die in {path} aufgehobenen Änderungen der Geräte sind unbrauchbar ({error}); sie beginnen neu"
        ),
        _T.NOBODY_WRITES: "Niemand hat die Bedienhoheit; sie zuerst übernehmen",
        _T.OTHER_WRITES: "{name} hat die Bedienhoheit",
        _T.OTHER_CONSOLE_WRITES: "Eine andere Konsole hat die Bedienhoheit",
        _T.ALARM_CHANGED: "Der Alarm hat sich inzwischen geändert; noch einmal ansehen",
        _T.USER_CHANGED: "{name} wurde inzwischen geändert; die Liste neu laden",
        _T.PRODUCT_IS_OTHER: "Das Produkt wurde inzwischen gewechselt; noch einmal ansehen",
        _T.PRODUCT_EDITED: "Das Produkt {name} wurde geändert, seit es angesehen wurde; noch einmal ansehen",
        _T.LABEL_CHANGED: "Das Teil {part} wurde inzwischen beurteilt; noch einmal ansehen",
        _T.NOT_HELD: "Niemand hält die Linie; was sie sonst hält, geht nur an der SPS",
        _T.HELD_AGAIN: "Die Linie wurde inzwischen erneut angehalten; sehen, wer sie jetzt hält, und dann freigeben",
        _T.NO_REGISTERS: "Die Register dieser Linie lassen sich nicht mitlesen",
        _T.IMAGE_GONE: (
            "Das Bild {name} gibt es nicht: noch nicht, nicht aufbewahrt, oder für neuere gelöscht"
        ),
        _T.FRAME_GONE: "Nur die neuesten Bilder sind noch in voller Größe da, und nur an der Station selbst",
        _T.IMAGE_UNREADABLE: "Das Bild {name} ist nicht lesbar: {error}",
        _T.NO_GOLDEN: "Diese Station hat keine Musterteile",
        _T.NO_MACHINE: "Diese Station sagt nichts über ihren Rechner",
        _T.NO_BACKUP: "Von hier aus sichert diese Station nicht; an der Station: inspector backup",
        _T.BACKUP_TOO_LARGE: (
            "Die Sicherung würde mit {path} zu groß: mehr als {files} Dateien oder {gib} GiB; bitte dort aufräumen"
        ),
        _T.BACKUP_UNREADABLE: "{path} ist für die Sicherung nicht lesbar: {error}",
        _T.BACKUP_OVER_REPLY: (
            "Die Sicherung braucht {mb} MB, mehr als {most} MB; bitte an der Station machen: inspector backup make"
        ),
        _T.NOT_RECORDED: "Hier wird nichts aufgezeichnet; in station.toml [recorder] enabled = true setzen",
        _T.NO_SUCH_PART: (
            "Das Teil {part} gibt es nicht (mehr): Seine Zeile wurde für neuere gelöscht, oder es gab sie nie"
        ),
        _T.GOOD_CLASS: "{name} heißen gute Teile; die Klasse des Fehlers nennen",
        _T.BAD_CLASS: (
            "{name} kann keine Klasse heißen: den Fehler mit höchstens 40 Buchstaben und Ziffern benennen"
        ),
        _T.NOTE_TOO_LONG: "Die Notiz hat {count} Zeichen; höchstens {limit} sind möglich",
        _T.SERVICE_BUSY: "Der Dienst hat gerade {count} andere Aufträge; gleich noch einmal versuchen",
        _T.AUDIT_UNUSABLE: (
            "Das Protokoll kann {path} nicht benutzen: {error}; auf dieser Platte Platz schaffen oder"
            " ihre Rechte prüfen"
        ),
        _T.AUDIT_TAKEN: (
            "Ein anderes Programm schreibt das Protokoll in {folder}; es beenden oder dieser Station"
            " einen eigenen Ordner geben"
        ),
        _T.AUDIT_CLOSED: "Das Protokoll ist geschlossen: Der Dienst wird beendet",
        _T.AUDIT_NOT_EXPORTED: "Das Protokoll lässt sich nicht exportieren: {error}",
        _T.LABELS_FOREIGN: (
            "{path} gehört zu einem anderen Programm oder einer anderen Version ({version}); dieses"
            " kennt {known}: Datei wegräumen oder das Programm nehmen, das sie schrieb"
        ),
        _T.LABELS_DAMAGED: "{path} ist beschädigt ({error}); wegräumen und eine Kopie zurückholen",
        _T.LABELS_FULL: (
            "{path} lässt sich nicht schreiben: kein Platz mehr; auf dieser Platte Platz schaffen"
        ),
        _T.LABELS_UNUSABLE: "{path} ist nicht benutzbar ({error}); Platte und Rechte des Ordners prüfen",
        _T.USERS_UNUSABLE: (
            "Die Benutzerdatei {path} ist unbrauchbar: {why}; niemand kann sich anmelden. {remedy}"
        ),
        _T.USERS_NOT_WRITTEN: "{path} lässt sich nicht schreiben: {error}; auf dieser Platte Platz schaffen",
        _T.SETUP_CODE_NOT_KEPT: "Der Einrichtungscode lässt sich in {path} nicht aufheben: {error}",
        _T.MAY_NOT: "{role} darf das nicht ({act}); anmelden als {able}",
        _T.REASON_MISSING: "Ein Grund fehlt ({act}); in ein paar Worten sagen, warum",
        _T.REASON_TOO_LONG: "Der Grund hat {count} Zeichen; höchstens {limit} sind möglich",
        _T.NAME_UNREADABLE: (
            "Der Name enthält {character}, ein Steuerzeichen oder unsichtbares Zeichen; weglassen"
        ),
        _T.NAME_EMPTY: "Der Name ist leer; einen lesbaren eingeben",
        _T.NAME_TOO_LONG: "Der Name hat {count} Zeichen; auf höchstens {limit} kürzen",
        _T.NAME_TAKEN: "{name} gibt es schon; einen anderen Namen wählen",
        _T.NOBODY_LOGGED_IN: "An dieser Konsole ist niemand angemeldet; zuerst anmelden",
        _T.BADGE_UNKNOWN: "Diesen Ausweis kennt die Station nicht",
        _T.BADGE_NEEDS_SECRET: "Der Ausweis ist bekannt; jetzt noch das Kennwort",
        _T.BADGE_UNREADABLE: (
            "Der Ausweis hat {count} Zeichen geliefert; nötig sind {least} bis {most} Buchstaben, Ziffern und Zeichen"
        ),
        _T.BADGE_TAKEN: "{name} hat diesen Ausweis; bitte zuerst dort entfernen",
        _T.WRONG_LOGIN: "Der Name oder die PIN oder das Kennwort ist falsch",
        _T.WRONG_LOGIN_WAIT: (
            "Der Name oder die PIN oder das Kennwort ist falsch; {seconds} s warten, dann noch einmal"
            " versuchen"
        ),
        _T.TOO_MANY_ATTEMPTS: "Zu viele Fehlversuche; {seconds} s warten, dann noch einmal versuchen",
        _T.WRONG_CODE: "Das ist nicht der Einrichtungscode; die Station hat ihn in {path}",
        _T.SETUP_FIRST: "Es gibt noch keine Benutzer; zuerst den ersten Administrator einrichten",
        _T.ALREADY_SET_UP: "Der erste Administrator ist schon eingerichtet; anmelden",
        _T.NO_SUCH_USER: "Den Benutzer {user} gibt es nicht mehr; die Liste neu laden",
        _T.LAST_ADMIN: "{name} ist der letzte Administrator; zuerst einen weiteren anlegen",
        _T.PASSWORD_MISSING: "{role} braucht ein Kennwort; {name} im selben Schritt eines geben",
        _T.SECRET_UNCHECKED: "PIN oder Kennwort lassen sich nicht prüfen ({error}); Speicher freimachen",
        _T.SECRET_TOO_LONG: "Das Kennwort hat {count} Zeichen; höchstens {limit} sind möglich",
        _T.SECRET_HAS_CONTROL: "Das Kennwort enthält ein Steuerzeichen; weglassen",
        _T.PASSWORD_TOO_WEAK: "{role} braucht ein Kennwort: mindestens {least} Zeichen, nicht nur Ziffern",
        _T.SECRET_TOO_SHORT: "Eine PIN ab {digits} Ziffern nehmen, oder mindestens {least} Zeichen",
        _T.SECRET_GUESSED: (
            "Das wird als Erstes erraten; keine Folge, nicht immer dasselbe Zeichen, nicht der Name"
        ),
        _T.PRODUCT_BUSY: "Das Produkt wird schon gewechselt; warten, bis das vorbei ist",
        _T.NO_PRODUCTS: "Dieser Dienst kennt keine Produkte; er wurde ohne Linie gestartet",
        _T.NO_SUCH_PRODUCT: "Das Produkt {name} gibt es nicht; es gibt: {known}",
        _T.PRODUCT_UNUSABLE: "Das Produkt {name} ist nicht verwendbar: {trouble}",
        _T.PRODUCT_OTHER_CAMERA: (
            "Das Produkt {name} braucht andere Kameraeinstellungen, und die simulierte Kamera behält"
            " ihre, solange sie läuft; die Linie beenden und neu starten: inspector run --product"
            " {product}"
        ),
        _T.NEW_STATION_ENDED: "Die neue Station endete mit Code {code}; Näheres im Systemprotokoll",
        _T.NEW_STATION_SLOW: "Die neue Station war nicht in {seconds} s geladen",
        _T.CHANGE_NOT_PREPARED: (
            "Der Wechsel lässt sich nicht vorbereiten: {path}: {error}; dort Platz schaffen, dann noch einmal"
        ),
        _T.CHANGE_NOT_CARRIED_OUT: (
            "Der Wechsel lässt sich nicht ausführen: {path}: {error}; dort Platz schaffen, dann noch einmal"
        ),
        _T.PROCESS_NOT_STARTED: (
            "Der Prozess {role} lässt sich nicht starten: {error}; andere Programme auf diesem Rechner beenden oder "
            "dem Benutzer mehr Prozesse und offene Dateien erlauben"
        ),
        _T.CHOICE_NOT_KEPT: (
            "{path} lässt sich nicht schreiben ({error}): nach einem Neustart käme das Produkt von vorher;"
            " Platz schaffen, oder [station] data_dir auf einen beschreibbaren Ordner setzen"
        ),
        _T.PRODUCT_EDITED_SINCE: "Das Produkt wurde geändert, seit es angesehen wurde; noch einmal ansehen",
        _T.STATION_ENDED: "Die Station mit dem neuen Produkt endete mit Code {code}",
        _T.STATION_NOT_READY: "Nicht bereit nach {seconds} s: {why}",
        _T.NOR_THE_OLD_ONE: "{why}; und jetzt: {now}",
        _T.PLC_NOT_LINKED: "keine Verbindung zur SPS",
        _T.PLC_DOES_NOT_WANT: "Die SPS will sie nicht, oder es kam kein Bild",
        _T.NO_CAMERA: "keine Kamera",
        _T.ROWS_NOT_WRITTEN: (
            "{path} lässt sich nicht schreiben: {error}; Zeilen warten im Speicher. [station] data_dir"
            " auf einen beschreibbaren Ordner setzen"
        ),
        _T.OUTBOX_NOT_READ: "{path} ist nicht lesbar: {error}; Platte und Rechte des Ordners prüfen",
        _T.OUTBOX_NOT_WRITTEN: (
            "{path} lässt sich nicht schreiben: {error}; Zeilen warten im Speicher. Platte und Rechte"
            " des Ordners prüfen"
        ),
        _T.DISK_FULL: "Platte voll: {path}; Zeilen warten im Speicher. Auf dieser Platte Platz schaffen",
        _T.DISK_SILENT: (
            "Die Platte von {path} hat nach {seconds} s nicht geantwortet; Platte, Kabel oder Netzverbindung prüfen"
        ),
        _T.OUTBOX_DAMAGED: (
            "{path} ist beschädigt ({error}); beim nächsten Start legt der Rekorder die Datei beiseite"
            " und beginnt neu: vorher kopieren, wenn ihre Zeilen wichtig sind"
        ),
        _T.OUTBOX_CHECK_FAILED: "{path} ist beschädigt (Prüfung beim Start)",
        _T.OUTBOX_SET_ASIDE: "Eine beschädigte Datenbank wurde beiseitegelegt in {path}",
        _T.OTHER_RECORDER: (
            "In {folder} arbeitet ein anderer Rekorder; ihn beenden oder dieser Station einen eigenen"
            " Ordner geben"
        ),
        _T.OUTBOX_FOREIGN: (
            "{path} gehört einem anderen Programm; wegräumen oder [station] data_dir auf einen anderen"
            " Ordner setzen"
        ),
        _T.OUTBOX_NEWER: (
            "{path} hat Version {version}, dieses Programm kennt {known}: Ein neueres schrieb sie;"
            " jenes nehmen oder [station] data_dir auf einen anderen Ordner setzen"
        ),
        _T.IMAGES_DROPPED_EXPORT: (
            "Bilder werden verworfen: Nicht exportierte Zeilen füllen das Kontingent; sie exportieren"
        ),
        _T.IMAGES_DROPPED_ROOM: (
            "Bilder werden verworfen: kein Platz im Kontingent oder auf der Platte; dort Platz schaffen"
        ),
        _T.NAME_SERVER_SILENT: (
            "Der Name {host} lässt sich nicht auflösen: noch keine Antwort vom Namensserver"
        ),
        _T.PLC_UNREACHABLE: (
            "{plc}: keine Verbindung in {ms} ms ({error}); Strom, Kabel, Adresse und Port prüfen, und"
            " ob der Modbus-Server der SPS läuft"
        ),
        _T.PLC_CONNECTION_LOST: "{plc}: Verbindung verloren ({error}); nachsehen, ob die SPS läuft",
        _T.PLC_NO_ANSWER: "{plc}: keine Antwort in {ms} ms; Kabel und Auslastung der SPS prüfen",
        _T.PLC_ONLY_OLD_ANSWERS: (
            "{plc}: keine Antwort in {ms} ms ({count} Antworten auf andere Anfragen verworfen); Kabel"
            " und Auslastung der SPS prüfen"
        ),
        _T.PLC_CLOSED: "von der SPS beendet",
        _T.NOBODY_LISTENS: "dort hört niemand",
        _T.PLC_REFUSES: "{plc}: Funktion {function} abgelehnt, Modbus-Ausnahme {code} ({meaning}); {remedy}",
        _T.PLC_ANSWERS_WRONGLY: "{plc}: {what}; Adresse, Port, unit_id und den Modbus-Server der SPS prüfen",
        _T.PLC_WROTE_OTHERS: (
            "{count} Register ab {address} geschrieben, aber die Antwort bestätigt {others} ab {there}"
        ),
        _T.PLC_READ_OTHERS: "{count} Register ab {address} verlangt, {others} bekommen",
        _T.PLC_SPEAKS_OTHERWISE: "was antwortet, spricht nicht Modbus TCP",
        _T.PLC_OTHER_UNIT: "Unit {other} antwortet statt Unit {unit}",
        _T.PLC_MALFORMED: "Die Antwort auf Funktion {function} ist fehlerhaft: {frame}",
        _T.PLC_OTHER_MAP: (
            "{plc}: Block S ab {base} enthält MapVersion {version} und WordOrderTest {pattern} statt"
            " {known} und {expected} oder Nullen; base_s prüfen oder diese Register in der SPS auf null"
            " setzen"
        ),
        _T.PLC_WORD_ORDER: (
            "{plc}: Die Uhr springt um {step} ms, mit vertauschten Hälften um {swapped} ms; word_order"
            " = {order} ist falsch"
        ),
        _T.CORE_REFUSED: "Kern {core}: {error}",
        _T.PRIORITY_REFUSED: (
            "SCHED_FIFO {priority}: {error} (CAP_SYS_NICE gewähren, oder LimitRTPRIO= in der Unit)"
        ),
        _T.MEMORY_REFUSED: (
            "mlockall: {error} (CAP_IPC_LOCK gewähren, oder LimitMEMLOCK=infinity in der Unit)"
        ),
        _T.WAKING_REFUSED: (
            "{file}: {error} (den Benutzer der Station schreiben lassen: udev-Regel, oder DeviceAllow="
            " in der Unit)"
        ),
        _T.NO_ROOM_IN_MEMORY: "kein Platz im Speicher",
        _T.TOO_MANY_TO_WRITE: "zu viele, um jede einzeln aufzuschreiben",
        _T.LOG_ENDED_EARLY: "Das Protokoll endete mitten in einem Eintrag, wie nach einem Stromausfall",
        _T.RECORD_IS_NONE: "Es ist kein Eintrag",
        _T.RECORD_CHANGED: "Sein Inhalt passt nicht zu seiner Prüfsumme",
        _T.RECORD_UNLINKED: "Ihm fehlt die Nummer oder die Verbindung zum Eintrag davor",
        _T.RECORD_OUT_OF_ORDER: "Er folgt nicht auf den Eintrag davor",
        _T.RECORD_TWICE: "Eintrag {seq} steht hier ein zweites Mal",
    }
)
SYSTEM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "No space left on device": "kein Platz mehr",
        "Disk quota exceeded": "Kontingent erschöpft",
        "File too large": "Datei zu groß",
        "Read-only file system": "Laufwerk ist schreibgeschützt",
        "Input/output error": "Ein-/Ausgabefehler",
        "Permission denied": "keine Berechtigung",
        "Operation not permitted": "nicht erlaubt",
        "Invalid argument": "unzulässige Angabe",
        "No such file or directory": "Datei oder Ordner fehlt",
        "Not a directory": "kein Ordner",
        "Is a directory": "ist ein Ordner",
        "File exists": "gibt es schon",
        "Device or resource busy": "wird gerade benutzt",
        "Cannot allocate memory": "kein Speicher mehr",
        "Too many open files": "zu viele offene Dateien",
        "Connection refused": "Verbindung abgelehnt",
        "Connection reset by peer": "von der Gegenseite abgebrochen",
        "Connection timed out": "Zeit abgelaufen",
        "timed out": "Zeit abgelaufen",
        "No route to host": "kein Weg zum Gerät",
        "Network is unreachable": "Netzwerk nicht erreichbar",
        "Host is down": "Gerät ist aus",
        "Broken pipe": "Verbindung abgebrochen",
        "Name or service not known": "Name unbekannt",
        "Temporary failure in name resolution": "Namensserver nicht erreichbar",
        "Non-recoverable failure in name resolution": "Namensauflösung fehlgeschlagen",
        "No address associated with hostname": "zu diesem Namen gibt es keine Adresse",
    }
)
"""What the operating system says of an error, by its English."""
MODBUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "illegal function": "unzulässige Funktion",
        "illegal data address": "unzulässige Adresse",
        "illegal data value": "unzulässiger Wert",
        "server device failure": "Gerätefehler",
        "acknowledge": "angenommen, dauert",
        "server device busy": "Gerät beschäftigt",
        "memory parity error": "Speicherfehler",
        "gateway path unavailable": "Gateway ohne Weg",
        "gateway target failed to respond": "Gerät hinter dem Gateway antwortet nicht",
        "unknown": "unbekannt",
        "the PLC does not offer it; see which functions its Modbus server supports": (
            "die SPS bietet sie nicht; nachsehen, welche Funktionen ihr Modbus-Server kann"
        ),
        "compare base_s and base_p with the registers that the PLC provides": (
            "base_s und base_p mit den Registern der SPS vergleichen"
        ),
        "compare the PLC's register map with docs/registers.md": (
            "die Register der SPS mit docs/registers.md vergleichen"
        ),
        "see the PLC's own diagnosis": "die Diagnose der SPS ansehen",
        "the PLC takes its time; it must answer at once": (
            "die SPS lässt sich Zeit; sie muss sofort antworten"
        ),
        "the PLC cannot keep up; lower its load or its scan time": (
            "die SPS kommt nicht nach; ihre Last oder Zykluszeit senken"
        ),
        "check unit_id and the gateway's routes": "unit_id und die Wege des Gateways prüfen",
        "check unit_id and the device behind the gateway": "unit_id und das Gerät hinter dem Gateway prüfen",
        "see the PLC's manual": "im Handbuch der SPS nachsehen",
    }
)
"""What the PLC's refusals mean and what helps, by the station's English."""
