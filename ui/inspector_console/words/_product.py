"""What the Product screen says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final


class SayProduct(StrEnum):
    """The Product screen."""

    PRODUCT_SCREEN = auto()
    PRODUCTS = auto()
    NOT_KNOWN = auto()
    IN_USE = auto()
    UNUSABLE = auto()
    JOB_AND_RECIPE = auto()
    NO_JOB = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    PAGE = auto()
    LOOKED_AT = auto()
    NOW = auto()
    THEN = auto()
    CHANGES = auto()
    CHANGES_NOTHING = auto()
    IS_MADE = auto()
    PLC_AGREES = auto()
    PLC_DIFFERS = auto()
    PLC_SILENT = auto()
    PLC_NOT_COMPARED = auto()
    WHAT_HAPPENS = auto()
    CONFIRM = auto()
    KEEP_PRESSED = auto()
    CHOOSE_ANOTHER = auto()
    OTHER_IN_CONTROL = auto()
    UNDER_WAY = auto()
    SCAN_UNKNOWN = auto()
    SCAN_AMBIGUOUS = auto()
    NOT_ALLOWED = auto()
    STEP_CHECKED = auto()
    STEP_TOLD = auto()
    STEP_STARTED = auto()
    STEP_READY = auto()
    IS_CHECKING = auto()
    IS_TELLING = auto()
    IS_STARTING = auto()
    IS_RETURNING = auto()
    HAS_CHANGED = auto()
    WAS_REFUSED = auto()
    HAS_RETURNED = auto()
    HAS_FAILED = auto()
    FACT_PRODUCT = auto()
    FACT_JOB = auto()
    FACT_RECIPE = auto()
    FACT_ACCEPT_MIN = auto()
    FACT_REJECT_MIN = auto()
    FACT_VIEWS = auto()
    FACT_REGION = auto()
    FACT_BUNDLE = auto()
    FACT_DEFECTS = auto()
    FACT_EXPOSURE_US = auto()
    REGION_WHOLE = auto()
    REGION_FIXED = auto()
    REGION_LOCATE = auto()


_P = SayProduct
ENGLISH: Final[Mapping[SayProduct, str]] = MappingProxyType(
    {
        _P.PRODUCT_SCREEN: "Product",
        _P.PRODUCTS: "Products",
        _P.NOT_KNOWN: "Not known at the moment",
        _P.IN_USE: "In use",
        _P.UNUSABLE: "Cannot be used",
        _P.JOB_AND_RECIPE: "Job {job} · {recipe} · {revision}",
        _P.NO_JOB: "No job · {recipe} · {revision}",
        _P.PAGE_UP: "Up",
        _P.PAGE_DOWN: "Down",
        _P.PAGE: "{first}–{last} of {count}",
        _P.LOOKED_AT: "Being looked at …",
        _P.NOW: "Now",
        _P.THEN: "Then",
        _P.CHANGES: "What changes",
        _P.CHANGES_NOTHING: "Nothing would change",
        _P.IS_MADE: "What is made",
        _P.PLC_AGREES: "The PLC runs job {plc}, as the station does",
        _P.PLC_DIFFERS: "The PLC runs job {plc}, the station job {job}",
        _P.PLC_SILENT: "The PLC does not say which job it runs",
        _P.PLC_NOT_COMPARED: "This product has no job at the PLC",
        _P.WHAT_HAPPENS: "The line is told first. Parts are rejected until the station is ready again.",
        _P.CONFIRM: "Change to {title}",
        _P.KEEP_PRESSED: "Keep pressed",
        _P.CHOOSE_ANOTHER: "To change, choose another product",
        _P.OTHER_IN_CONTROL: "{name} is in control; nothing can be changed from here",
        _P.UNDER_WAY: "Wait until this change has ended",
        _P.SCAN_UNKNOWN: "No product has the code {code}",
        _P.SCAN_AMBIGUOUS: "Several products have the code {code}; choose by touch",
        _P.NOT_ALLOWED: "Your role may not change the product",
        _P.STEP_CHECKED: "Checked",
        _P.STEP_TOLD: "Line told",
        _P.STEP_STARTED: "Station changed",
        _P.STEP_READY: "Ready",
        _P.IS_CHECKING: "{title} is loaded and judges its golden samples; the line goes on.",
        _P.IS_TELLING: "The line has been told, and the station stops.",
        _P.IS_STARTING: "The station starts with {title}.",
        _P.IS_RETURNING: "{title} did not get ready; the old product comes back.",
        _P.HAS_CHANGED: "{title} since {time}; parts were rejected for {seconds} s. {reason}",
        _P.WAS_REFUSED: "Not changed to {title}; the line was not touched. {reason}",
        _P.HAS_RETURNED: "Not changed to {title}; the old product is made again. {reason}",
        _P.HAS_FAILED: "Neither {title} nor the old product gets ready. {reason}",
        _P.FACT_PRODUCT: "Product",
        _P.FACT_JOB: "Job at the PLC",
        _P.FACT_RECIPE: "Recipe · revision",
        _P.FACT_ACCEPT_MIN: "OK from",
        _P.FACT_REJECT_MIN: "NG from",
        _P.FACT_VIEWS: "Views of a part",
        _P.FACT_REGION: "Region looked at",
        _P.FACT_BUNDLE: "Model",
        _P.FACT_DEFECTS: "Defects",
        _P.FACT_EXPOSURE_US: "Exposure, µs",
        _P.REGION_WHOLE: "the whole picture",
        _P.REGION_FIXED: "a fixed place",
        _P.REGION_LOCATE: "where the part is",
    }
)
GERMAN: Final[Mapping[SayProduct, str]] = MappingProxyType(
    {
        _P.PRODUCT_SCREEN: "Produkt",
        _P.PRODUCTS: "Produkte",
        _P.NOT_KNOWN: "Zurzeit nicht bekannt",
        _P.IN_USE: "Läuft",
        _P.UNUSABLE: "Nicht verwendbar",
        _P.JOB_AND_RECIPE: "Job {job} · {recipe} · {revision}",
        _P.NO_JOB: "Kein Job · {recipe} · {revision}",
        _P.PAGE_UP: "Auf",
        _P.PAGE_DOWN: "Ab",
        _P.PAGE: "{first}–{last} von {count}",
        _P.LOOKED_AT: "Wird angesehen …",
        _P.NOW: "Jetzt",
        _P.THEN: "Danach",
        _P.CHANGES: "Was sich ändert",
        _P.CHANGES_NOTHING: "Nichts würde sich ändern",
        _P.IS_MADE: "Was gefertigt wird",
        _P.PLC_AGREES: "Die SPS fährt Job {plc}, wie die Station",
        _P.PLC_DIFFERS: "Die SPS fährt Job {plc}, die Station {job}",
        _P.PLC_SILENT: "Die SPS sagt nicht, welchen Job sie fährt",
        _P.PLC_NOT_COMPARED: "Dieses Produkt hat keinen Job an der SPS",
        _P.WHAT_HAPPENS: "Die Linie wird zuerst informiert. Bis die Station bereit ist, wird aussortiert.",
        _P.CONFIRM: "Wechseln zu {title}",
        _P.KEEP_PRESSED: "Gedrückt halten",
        _P.CHOOSE_ANOTHER: "Zum Wechseln ein anderes Produkt wählen",
        _P.OTHER_IN_CONTROL: "{name} hat die Bedienhoheit; von hier aus geht es nicht",
        _P.UNDER_WAY: "Warten, bis dieser Wechsel beendet ist",
        _P.SCAN_UNKNOWN: "Kein Produkt hat den Code {code}",
        _P.SCAN_AMBIGUOUS: "Mehrere Produkte haben den Code {code}; bitte eines berühren",
        _P.NOT_ALLOWED: "Ihre Rolle darf das Produkt nicht wechseln",
        _P.STEP_CHECKED: "Geprüft",
        _P.STEP_TOLD: "Linie informiert",
        _P.STEP_STARTED: "Umgestellt",
        _P.STEP_READY: "Bereit",
        _P.IS_CHECKING: "{title} wird geladen und beurteilt seine Musterteile; die Linie läuft weiter.",
        _P.IS_TELLING: "Die Linie ist informiert, die Station hält an.",
        _P.IS_STARTING: "Die Station startet mit {title}.",
        _P.IS_RETURNING: "{title} wurde nicht bereit; das alte kommt zurück.",
        _P.HAS_CHANGED: "{title} seit {time}; {seconds} s lang wurde aussortiert. {reason}",
        _P.WAS_REFUSED: "Nicht zu {title} gewechselt; die Linie blieb unberührt. {reason}",
        _P.HAS_RETURNED: "Nicht zu {title} gewechselt; das alte Produkt läuft wieder. {reason}",
        _P.HAS_FAILED: "Weder {title} noch das alte Produkt wird bereit. {reason}",
        _P.FACT_PRODUCT: "Produkt",
        _P.FACT_JOB: "Job an der SPS",
        _P.FACT_RECIPE: "Rezept · Revision",
        _P.FACT_ACCEPT_MIN: "OK ab",
        _P.FACT_REJECT_MIN: "NG ab",
        _P.FACT_VIEWS: "Ansichten je Teil",
        _P.FACT_REGION: "Bildbereich",
        _P.FACT_BUNDLE: "Modell",
        _P.FACT_DEFECTS: "Fehlerarten",
        _P.FACT_EXPOSURE_US: "Belichtung, µs",
        _P.REGION_WHOLE: "ganzes Bild",
        _P.REGION_FIXED: "feste Stelle",
        _P.REGION_LOCATE: "wo das Teil liegt",
    }
)
