"""The words of the alarms in German; those in English are the domain's own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inspector.domain.alarm_texts import AlarmText
from inspector.domain.alarms import AlarmId

_A = AlarmId
_RESET = "Danach an der SPS zurücksetzen; hier geht das nicht."
ALARMS: Final[Mapping[AlarmId, AlarmText]] = MappingProxyType(
    {
        _A.STATION_LOST: AlarmText(
            "Die Prüfstation antwortet nicht",
            "Seit {seconds} s kein Lebenszeichen: ihr Programm steht, hängt oder startet neu.",
            "Auf die Signalsäule sehen. Eine halbe Minute warten; dann die Instandhaltung rufen.",
        ),
        _A.STATION_UNSTABLE: AlarmText(
            "Die Prüfstation startet immer wieder neu",
            "Sie ist in {minutes} Minuten {value}-mal gestartet.",
            "Instandhaltung rufen: im Systemprotokoll steht, warum sie aufgehört hat.",
        ),
        _A.NOT_READY: AlarmText(
            "Die Prüfstation ist nicht bereit",
            "Sie startet noch, kennt die Zeit von SPS oder Kamera noch nicht, oder die SPS will sie nicht.",
            "Prüfen, ob die SPS auf Automatik steht. Dauert es über eine Minute: Instandhaltung rufen.",
        ),
        _A.BYPASSED: AlarmText(
            "Die Prüfung ist überbrückt (Bypass)",
            "Der Schlüsselschalter an der SPS steht auf Bypass: Teile laufen ungeprüft durch.",
            "Von Hand prüfen oder die Teile beiseitestellen. Schlüsselschalter so bald wie möglich zurückdrehen.",
        ),
        _A.HELD_WORKER: AlarmText(
            "Linie gehalten: ein Teil der Station ist ausgefallen",
            "{reason}",
            "An der SPS zurücksetzen. Kommt es wieder: Instandhaltung rufen.",
        ),
        _A.HELD_LEDGER_FULL: AlarmText(
            "Linie gehalten: Aufzeichnen ist nicht mehr möglich",
            "{reason}",
            "Platte freimachen oder den Rekorder neu starten lassen. Die Linie läuft dann von selbst weiter.",
        ),
        _A.HELD_COUNTS: AlarmText(
            "Linie gehalten: die Teilezahlen passen nicht zusammen",
            "{reason}",
            "Band räumen und die Teile zur Prüfung beiseitestellen. Danach an der SPS zurücksetzen.",
        ),
        _A.HELD_UNRECORDED: AlarmText(
            "Linie gehalten: der Verbleib einiger Teile ist unbekannt",
            "{reason}",
            "Gutteile der letzten Minuten beiseitestellen, neu prüfen. Danach an der SPS zurücksetzen.",
        ),
        _A.HELD_PAIRING: AlarmText(
            "Linie gehalten: Bilder und Teile gehören nicht mehr zusammen",
            "{reason}",
            "Lichtschranke reinigen, auf freie Sicht prüfen, Band leeren. Die Linie darf dann weiterlaufen.",
        ),
        _A.HELD_CONFIGURATION: AlarmText(
            "Linie gehalten: SPS und Station sind verschieden eingestellt",
            "{reason}",
            "Einstellungen von der Technik angleichen lassen. Danach an der SPS zurücksetzen.",
        ),
        _A.HELD_OPERATOR: AlarmText(
            "Linie von Hand gehalten",
            "{reason}",
            "Linie freigeben, wenn niemand mehr daran arbeitet.",
        ),
        _A.FAULT_NOT_CONFIRMED: AlarmText(
            "Ein aussortiertes Teil kam nicht im Behälter an",
            "Der Sensor am Behälter sah es nicht: ein Stau, der Auswerfer oder der Sensor selbst.",
            f"Teil suchen. Auswerfer und Sensor prüfen. {_RESET}",
        ),
        _A.FAULT_UNEXPECTED_REJECT: AlarmText(
            "Ein Teil wurde aussortiert, das gut war",
            "Der Sensor am Behälter sah ein Teil, das niemand aussortiert hatte: Stau oder träger Auswerfer.",
            f"Auswerfer, Sensor und das letzte Teil im Behälter prüfen. {_RESET}",
        ),
        _A.FAULT_BIN_FULL: AlarmText(
            "Der Ausschussbehälter ist voll",
            "Sein Füllstandssensor ist verdeckt.",
            f"Behälter leeren. {_RESET}",
        ),
        _A.FAULT_AIR_LOW: AlarmText(
            "Der Luftdruck reicht nicht zum Aussortieren",
            "Der Druckschalter am Auswerfer meldet es.",
            f"Luftzufuhr öffnen, Leck suchen. {_RESET}",
        ),
        _A.FAULT_TRACKING_LOST: AlarmText(
            "Die SPS weiß nicht mehr, wo die Teile sind",
            "Drehgeber oder Lichtschranke passen nicht zur Zählung der SPS.",
            f"Alle Teile vom Band nehmen; sie sind ungeprüft. {_RESET}",
        ),
        _A.FAULT_LATE_VERDICT: AlarmText(
            "Die SPS hat angehalten: zu viele Ergebnisse zu spät",
            "Ergebnisse erreichten die SPS nach dem letzten Augenblick für den Auswerfer.",
            f"Suchen, was Station oder Netzwerk belastet. {_RESET}",
        ),
        _A.FAULT_CONSECUTIVE: AlarmText(
            "Die SPS hat angehalten: zu viel Ausschuss in Folge",
            "Die Teile kommen schlecht an, oder die Kamera sieht sie schlecht.",
            f"Letzten Ausschuss ansehen, dann die Maschine davor. {_RESET}",
        ),
        _A.FAULT_WATCHDOG: AlarmText(
            "Die SPS hat angehalten: die Station schwieg",
            "Die SPS sah zu lange kein Lebenszeichen der Station.",
            f"Prüfen, ob die Station antwortet. {_RESET}",
        ),
        _A.CAMERA_LOST: AlarmText(
            "Keine Verbindung zur Kamera",
            "Ihr Strom, ihr Kabel oder die Kamera selbst.",
            "Kabel und Strom der Kamera prüfen. Sie kommt von selbst wieder.",
        ),
        _A.NO_PICTURE: AlarmText(
            "Teile haben kein eigenes Bild",
            "{value} der letzten {window} Teile hatten kein Bild oder keines, das sicher ihres war.",
            "Lichtschranke, Triggerkabel und Kamera prüfen. Liegen Teile zu dicht?",
        ),
        _A.CAMERA_FAULT: AlarmText(
            "Die Bilder der Kamera sind unbrauchbar",
            "{value} der letzten {window} Teile hatten ein dunkles, eingefrorenes, unvollständiges oder falsch"
            " großes Bild.",
            "Livebild ansehen. Objektiv, Licht und Kamerakabel prüfen; dann die Kamera aus- und einschalten.",
        ),
        _A.PLC_LOST: AlarmText(
            "Keine Verbindung zur SPS",
            "Die SPS unter {address} antwortet nicht: ihr Strom, das Netzwerk oder ihr Programm.",
            "SPS und Netzwerkkabel prüfen. Die Verbindung kommt von selbst wieder.",
        ),
        _A.PLC_UNSTABLE: AlarmText(
            "Die Verbindung zur SPS bricht immer wieder ab",
            "Sie ist in {minutes} Minuten {value}-mal abgebrochen.",
            "Netzwerkkabel und Switch prüfen; Instandhaltung rufen.",
        ),
        _A.PLC_REFUSES: AlarmText(
            "Die SPS lehnt gute Teile ab",
            "Sie sortierte {value} gute der letzten {window} Teile aus: Ergebnis zu spät oder Teile zu dicht.",
            "Liegen Teile zu dicht? Wenn nicht: Instandhaltung rufen.",
        ),
        _A.RECIPE_MISMATCH: AlarmText(
            "Die SPS fertigt ein anderes Produkt als die Station",
            "Die SPS fährt Job {plc_job}; die Station urteilt nach Job {job}, {product}.",
            "Nachsehen, was auf der Linie liegt. Hier das Produkt wechseln oder an der SPS den Job.",
        ),
        _A.PRODUCT_NOT_CHANGED: AlarmText(
            "Das Produkt wurde nicht gewechselt",
            "Die Linie fertigt weiter {product}. {wanted} kam nicht in Gang: {reason}",
            "Nachsehen, was auf der Linie liegt; für das andere Produkt den Techniker rufen.",
        ),
        _A.WRONGLY_ACCEPTED: AlarmText(
            "Ein Teil lief durch, das aussortiert werden sollte",
            "Die SPS ließ {count} Teile durch, die die Station abgelehnt hatte.",
            "Gutteile der letzten Minuten beiseitestellen, neu prüfen. Qualität und Instandhaltung rufen.",
        ),
        _A.MODEL_ERROR: AlarmText(
            "Das Prüfmodell versagt",
            "Es konnte {value} der letzten {window} Teile nicht beurteilen.",
            "Instandhaltung rufen: das Modell oder sein Rechner hat einen Fehler.",
        ),
        _A.LATE: AlarmText(
            "Urteile kommen zu spät",
            "{value} der letzten {window} Teile wurden nicht rechtzeitig beurteilt.",
            "Suchen, was die Station belastet (Geräte, Zeit je Schritt). Hält es an: Linie langsamer.",
        ),
        _A.LATENCY_HIGH: AlarmText(
            "Das Entscheiden braucht fast die ganze Zeit",
            "Die langsamsten Urteile brauchen {value} % der erlaubten Zeit; die Grenze ist {limit} %.",
            "In dieser Schicht der Instandhaltung sagen. Sonst ist jetzt nichts zu tun.",
        ),
        _A.REALTIME_MISSING: AlarmText(
            "Der Station fehlen Rechte am Rechner",
            "Nicht gewährt: {refusals}",
            "In dieser Schicht der Instandhaltung sagen: unter Last können Urteile zu spät kommen.",
        ),
        _A.NG_RUN: AlarmText(
            "Schlechte Teile in Folge",
            "Die letzten {value} Teile waren alle schlecht.",
            "Ausschuss ansehen und die Maschine davor.",
        ),
        _A.REJECT_RATE_HIGH: AlarmText(
            "Zu viel Ausschuss",
            "{value} % der letzten {window} Teile wurden aussortiert; die Grenze ist {limit} %.",
            "Ausschuss ansehen: ist er echt? Dann die Maschine davor ansehen.",
        ),
        _A.UNDECIDED_HIGH: AlarmText(
            "Zu viele Teile sind nicht beurteilbar",
            "{value} % der letzten {window} Teile waren nicht zu beurteilen; die Grenze ist {limit} %.",
            "Linse reinigen, Licht und Schärfe prüfen, und ob das richtige Produkt gewählt ist.",
        ),
        _A.LIGHT_WRONG: AlarmText(
            "Das Licht stimmt nicht: Bilder sind zu dunkel oder zu hell",
            "Das neueste Bild ist {brightness} % hell; das Modell kennt {lowest} bis {highest} %.",
            "Lampe und ihr Kabel prüfen, und dass nichts die Linse verdeckt. Dann Instandhaltung benachrichtigen.",
        ),
        _A.RECORDER_DOWN: AlarmText(
            "Der Rekorder läuft nicht",
            "Aufzeichnungen warten im Speicher. Ist er voll, wird die Linie gehalten. {error}",
            "Bald die Instandhaltung rufen; die Linie läuft vorerst weiter.",
        ),
        _A.RECORDER_CANNOT_WRITE: AlarmText(
            "Aufzeichnungen können nicht geschrieben werden",
            "Sie warten im Speicher. Ist er voll, wird die Linie gehalten. {error}",
            "Platte prüfen; bald die Instandhaltung rufen.",
        ),
        _A.LEDGER_FILLING: AlarmText(
            "Die Linie wird bald gehalten: Aufzeichnungen stauen sich",
            "Ihr Speicher ist zu {value} % voll; bei 100 % wird die Linie gehalten.",
            "Jetzt die Platte freimachen oder den Rekorder neu starten lassen.",
        ),
        _A.DATABASE_DAMAGED: AlarmText(
            "Die Aufzeichnungen waren beschädigt und sind beiseitegelegt",
            "Eine neue Datenbank wurde begonnen. {error}",
            "Die beschädigte Datei aufheben. Qualität und Instandhaltung Bescheid geben.",
        ),
        _A.OVER_QUOTA: AlarmText(
            "Bilder werden nicht mehr aufgehoben",
            "Noch nicht ausgeleitete Aufzeichnungen füllen den erlaubten Platz.",
            "Aufzeichnungen ausleiten oder den Platz vergrößern lassen.",
        ),
        _A.DISK_HIGH: AlarmText(
            "Die Platte wird voll",
            "Sie ist zu {value} % voll; die Grenze ist {limit} %.",
            "In dieser Schicht alte Daten ausleiten oder löschen lassen.",
        ),
        _A.DISK_FULL: AlarmText(
            "Die Platte ist voll",
            "Sie ist zu {value} % voll. Ist auch der Speicher für Aufzeichnungen voll, wird die Linie gehalten.",
            "Platte jetzt freimachen oder die Instandhaltung rufen.",
        ),
    }
)
