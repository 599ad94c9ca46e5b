"""What is told of files of products and of bundles, in German."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inspector.domain.told_texts import Told

_T = Told
FILES: Final[Mapping[Told, str]] = MappingProxyType(
    {
        _T.PRODUCTS_UNREADABLE: (
            "Der Ordner {path} mit den Produkten ist nicht lesbar: {error}; [products] folder "
            "berichtigen oder einen Ordner anlegen, den dieser Benutzer lesen darf"
        ),
        _T.PRODUCT_FILE_LARGE: "{path}: größer als {most} kB; das ist kein Produkt",
        _T.PRODUCT_KEY_MISSING: "{path}: {key} fehlt; jedes Produkt nennt sein eigenes",
        _T.PRODUCT_FOREIGN_SECTION: (
            "{path}: [{section}] gehört nicht in ein Produkt; hier gibt es: {known}"
        ),
        _T.PRODUCT_NO_TABLE: (
            "{path}: {section} = {value} muss eine Tabelle sein: [{section_again}] schreiben"
        ),
        _T.PRODUCT_LINE_KEY: (
            "{path}: camera.{key} gehört zur Linie, nicht zu einem Produkt; hier gibt es: {known}"
        ),
        _T.PRODUCT_NAME_TAKEN: ('{path}: product.name = "{name}" hat schon {other}; einen anderen geben'),
        _T.PRODUCT_JOB_TAKEN: "{path}: product.job_id = {job} hat schon {other}; eine andere geben",
        _T.OWN_CONFIGURATION: "die Konfiguration der Station",
        _T.FILE_GONE: (
            "{path}: Die Datei fehlt; den Pfad berichtigen oder eine schreiben: inspector config "
            "example > {name}"
        ),
        _T.FILE_NOT_TEXT: "{path}: kein Text in UTF-8 (Byte {byte}); als UTF-8 speichern",
        _T.FILE_UNREADABLE: (
            "{path}: nicht lesbar: {error}; es muss eine Datei sein, die dieser Benutzer lesen darf"
        ),
        _T.FILE_NOT_TOML: (
            "{path}: Zeile {line}, Spalte {column}: kein gültiges TOML: {error}; diese Zeile berichtigen"
        ),
        _T.SETTING_UNKNOWN: "{path}: Den Schlüssel {key} gibt es nicht; {hint}",
        _T.SETTING_MEANT: "war {key} gemeint?",
        _T.SETTING_ELSEWHERE: "er gehört in [{section}]",
        _T.SETTING_OF_NONE: "diese Art von {section} hat keinen",
        _T.SETTINGS_KNOWN: "hier gibt es: {known}",
        _T.SETTING_MISSING: "{path}: {key} fehlt; {hint}",
        _T.SETTING_WRONG: "{path}: {key} = {value} ist unzulässig; erlaubt: {allowed}",
        _T.BUNDLE_NO_FOLDER: (
            "{path} ist kein Ordner eines Bündels; den Ordner angeben, in dem {name} liegt"
        ),
        _T.BUNDLE_NOT_JSON: "{path} ist kein JSON ({error}); {remedy}",
        _T.BUNDLE_OTHER_SCHEMA: (
            "{path}: schema_version ist {found}, dieser Inspector liest {known}; den Inspector "
            "nehmen, der das Bündel gemacht hat, oder es neu trainieren"
        ),
        _T.BUNDLE_CHANGED: (
            "{path} wurde geändert oder abgeschnitten, nachdem das Bündel gemacht war: SHA-256 "
            "ist {found}…, nach {by} müsste es {expected}… sein ({size} Bytes gefunden); {remedy}"
        ),
        _T.BUNDLE_FILE_MISSING: "{path} fehlt; {remedy}",
        _T.BUNDLE_UNREADABLE: "{path} ist nicht lesbar ({error}); die Zugriffsrechte prüfen",
        _T.BUNDLE_EMPTY: "{path} ist leer; {remedy}",
        _T.BUNDLE_OTHER_GRAPH: (
            "{path}: {what} ist {found}, nach dem Manifest (input, classes, opset) muss es "
            "{expected} sein; {remedy}"
        ),
        _T.BUNDLE_AGAIN: (
            "das Bündel noch einmal von dort kopieren, wo es gemacht wurde, oder neu trainieren"
        ),
        _T.BUNDLE_NO_MODEL: (
            "{path} ist kein ONNX-Modell, das onnxruntime {version} ausführen kann ({error}); das "
            "Bündel neu trainieren oder noch einmal kopieren"
        ),
        _T.BUNDLE_MANIFEST: "dem Manifest",
        _T.BUNDLE_WANTS_COLOUR: (
            "Das Bündel {path} ist für Farbbilder (3 Kanäle), diese Kamera liefert graue; ein "
            "Bündel nehmen, das mit grauen Bildern trainiert wurde (--mono)"
        ),
        _T.BUNDLE_WANTS_MORE: (
            "Der Bereich von {path} endet bei {region} px, die Bilder dieser Kamera bei {frame} "
            "px; ein Bündel für diese Kamera nehmen oder [recipe] roi setzen"
        ),
        _T.BUNDLE_NOT_SET: (
            "Für den Ordner mit Fotos ist kein Bündel gesetzt; das mitgelieferte kennt nur das "
            "simulierte Produkt: eines trainieren (inspector train PFAD --out ORDNER) und mit "
            "--bundle ORDNER angeben"
        ),
        _T.RECIPE_WRONG: "Rezept: {error}; [recipe] in der Konfiguration berichtigen",
    }
)
_ALLOWED: Final = (
    ("a whole number", "eine ganze Zahl"),
    ("a finite number", "eine endliche Zahl"),
    ("a number", "eine Zahl"),
    ("true or false", "true oder false"),
    ("a text that is not empty", "ein Text, der nicht leer ist"),
    ("a path as a text", "ein Pfad als Text"),
    ("a text", "ein Text"),
    ("a table", "eine Tabelle"),
    ("one of ", "eines von "),
    ("at least ", "mindestens "),
    ("above ", "über "),
    (" and at most ", " und höchstens "),
    (" to ", " bis "),
    (" characters of a-z, 0-9 and -", " Zeichen aus a-z, 0-9 und -"),
)


def allowed(text: str) -> str:
    """Return what a setting may be, in German."""
    for english, german in _ALLOWED:
        text = text.replace(english, german)
    return text
