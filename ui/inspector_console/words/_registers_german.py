"""What the PLC's registers mean, in German; the register map has it in English. Names stay: the PLC has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_COUNTER: Final = "Zähler, umlaufend"
_CHARS_24: Final = "24 Zeichen, kürzere mit NUL beendet"
_TAG: Final = "das Teil, 1…65535; 0 = leerer Eintrag"
MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mirror.MapVersion": "0x0100; oberes Byte = unverträgliche Änderungen, unteres = Ergänzungen",
        "mirror.StationID": "Nummer der Station; geht in die CRC jedes Ergebnisses ein",
        "mirror.Heartbeat": "zählt alle 100 ms weiter, solange Bildeinzug, Beurteilung, SPS-Verbindung laufen",
        "mirror.Status": (
            "{bits}. MissedAcq, ResultsOverrun und CameraFault: Ein Teil hatte kein Bild, kam zu schnell, oder sein "
            "Bild taugte nichts; bis das bei einem Teil eine Sekunde danach nicht so ist oder ClearError steigt. "
            "CameraFault auch, solange die Kamera weg ist, BypassActive, solange Bypass an ist"
        ),
        "mirror.StateCurrent": "Zustand als PackML-Nummer",
        "mirror.CurrentJobID": "laufender Job",
        "mirror.RecipeRevision": "Revision seines Rezepts",
        "mirror.ErrorCode": "0 = keiner",
        "mirror.SessionEcho": "SPS-Sitzung, in der die Station arbeitet; 0 = nicht abgeglichen",
        "mirror.LastTriggerTag": "neuester Trigger-Eintrag, den die Station übernommen hat",
        "mirror.ConfigChecksum": "erste 32 Bit der Prüfsumme der Einstellungen",
        "mirror.BundleDigest": "erste 32 Bit der Prüfsumme des Modells",
        "mirror.DecidedOK": _COUNTER,
        "mirror.DecidedNG": _COUNTER,
        "mirror.DecidedIndeterminate": _COUNTER,
        "mirror.Late": _COUNTER,
        "mirror.Overrun": _COUNTER,
        "mirror.FramesLost": _COUNTER,
        "mirror.LinkFaults": _COUNTER,
        "mirror.MissedTriggers": _COUNTER,
        "mirror.WordOrderTest": "0x12345678",
        "results.SessionID": "SPS-Sitzung, in der das Teil getriggert wurde",
        "results.Tag": _TAG,
        "results.EncoderAtTrigger": "Drehgeber, von der SPS beim Trigger festgehalten",
        "results.ResultEvaluation": "0 unbestimmt, 1 OK, 2 nicht OK, 3 nicht entscheidbar; nur 1 lässt durch",
        "results.ResultCode": "Nummer der Hauptursache eines Ausschusses, 0 = keine",
        "results.RejectStationMask": "Bit n = an Auswerfer n aussortieren",
        "results.AcquisitionID": "Nummer des Bildes modulo 65536",
        "results.Latency": "Bild verfügbar → Urteil, in 0,1 ms; 65535 = so viel oder mehr",
        "results.Score": "0…1000",
        "results.Check": "CRC-16/MODBUS über Register 0…10 des Eintrags, dann StationID",
        "fast.PlcHeartbeat": "zählt mit jedem Zyklus weiter, mindestens alle 100 ms",
        "fast.SessionID": "neuer Wert ungleich 0 bei jedem Start der SPS und jedem Rücksetzen der Kennung",
        "fast.NewestTag": "Zählung der Lichtschranke, 1…65535 ohne 0; zählt weiter, wenn der Eintrag steht",
        "fast.PartCount": "dieselbe Zählung mit 32 Bit, je Sitzung ab 0 und darin nie zurückgesetzt",
        "fast.Now": "Uhr der SPS in 0,1 ms, frei laufend, umlaufend",
        "fast.EncoderNow": "Impulse des Drehgebers, umlaufend",
        "fast.LastOutcomeTag": "neuestes Teil, dessen Verbleib eingetragen ist",
        "fast.RejectFault": "gespeichert, nur an der SPS zurückzusetzen: {bits}",
        "triggers.Tag": _TAG,
        "triggers.EncoderAtTrigger": "Drehgeber, von der Lichtschranke festgehalten",
        "triggers.TimeAtTrigger": "Uhr der SPS in 0,1 ms, von der Lichtschranke festgehalten",
        "triggers.Check": "CRC-16/MODBUS über Register 0…4 des Eintrags, dann SessionID",
        "details.Command": "0 nichts, 1 die SPS fährt den Job in CommandArgument; andere werden übergangen",
        "details.CommandArgument": "Angabe zum Befehl",
        "details.RejectsCommanded": _COUNTER,
        "details.RejectsConfirmed": _COUNTER,
        "details.LateVerdicts": _COUNTER,
        "details.ConsecutiveRejects": "Ausschuss in Folge",
        "details.ScanTime": "in 0,1 ms",
        "details.CountsPerMm": "Impulse des Drehgebers je Millimeter × 100",
        "details.TriggerToGate": "Impulse von der Lichtschranke bis zum Auswerfer",
        "details.Window": "± Impulse um den Auswerfer, in denen ein Teil durchgelassen oder aussortiert wird",
        "details.Deadline": "Impulse nach dem Trigger, bis zu denen das Ergebnis da sein muss",
        "details.TriggerDelay": "Lichtschranke → Kameratrigger, in 0,1 ms",
        "texts.Lot": _CHARS_24,
        "texts.Order": _CHARS_24,
        "texts.Serial": "32 Zeichen, kürzere mit NUL beendet",
        "outcomes.Tag": _TAG,
        "outcomes.Outcome": (
            "unteres Byte, getan: 1 durchgelassen, 2 aussortiert, 3 überbrückt, 4 ausgeräumt, 5 entnommen; "
            "oberes Byte, bestätigt: 0 unbekannt, 1 nein, 2 ja"
        ),
        "outcomes.Check": "CRC-16/MODBUS über Register 0 und 1 des Eintrags, dann SessionID",
    }
)
"""By group and register; `bits` = names of bits, which are those of the register map. What is nothing but bits
has no words here."""
VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {"empty": "leer", "fits": "passt", "does not fit": "passt nicht"}
)
"""What the check registers say."""
