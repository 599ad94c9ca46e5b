"""Whatever the station can say has German words."""

from __future__ import annotations

import ast
import ctypes
import os
import re
from pathlib import Path
from typing import Any

import pytest
from console_facts import NOON_NS, bad, lens, state

import inspector
from inspector.config import ProductSection, default_config, read_products
from inspector.devices._modbus_tcp import _EXCEPTIONS
from inspector.devices._regmap import GROUPS
from inspector.domain.access import Refusal
from inspector.domain.alarm_texts import REFUSAL_TEXTS, names_in
from inspector.domain.alarms import AlarmRefusal
from inspector.domain.states import State
from inspector.domain.told import tell
from inspector.domain.told_texts import ENGLISH, Told
from inspector.errors import HeatMapError
from inspector.protocol import Code, DeviceView, Event, ProductChange, Reply, Rights, refused
from inspector_console.presenter import (
    AuditState,
    Device,
    Shelf,
    class_named,
    present_audit,
    present_device,
    present_log,
    present_product,
    present_times,
    present_verdict,
)
from inspector_console.words import Words
from inspector_console.words._refusals_german import CODES, REFUSALS
from inspector_console.words._registers_german import MEANINGS
from inspector_console.words._system_english import AUDITED as ENGLISH_AUDITED
from inspector_console.words._system_german import AUDITED
from inspector_console.words._told_german import MODBUS, SYSTEM, TOLD

GERMAN = Words("de")
HEAT = {"other_model", "other_recipe", "no_picture", "no_part", "no_defect"}
PACKAGE = Path(inspector.__file__).parent


@pytest.mark.parametrize("code", Told)
def test_every_sentence_of_the_station_has_german_words_that_name_the_same(code: Told) -> None:
    assert names_in(TOLD[code]) == names_in(ENGLISH[code])
    said = GERMAN.told(tell(code, **dict.fromkeys(names_in(ENGLISH[code]), "7")))
    assert said == TOLD[code].format_map(_Filled("7"))


PRODUCT = '[product]\nname = "b"\njob_id = 2\n[recipe]\nname = "b"\nrevision = 1\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[product\n", "Zeile 1, Spalte 9: kein gültiges TOML"),
        ("[product]\n", "product.name fehlt; jedes Produkt nennt sein eigenes"),
        (PRODUCT + "[plc]\n", "[plc] gehört nicht in ein Produkt"),
        (PRODUCT + "[camera]\nwidth = 7\n", "camera.width gehört zur Linie"),
        (PRODUCT + "accept_min = 7\n", "recipe.accept_min = 7 ist unzulässig; erlaubt: 0.005 bis 1"),
        (PRODUCT + "revison = 7\n", "Den Schlüssel recipe.revison gibt es nicht; war revision gemeint?"),
        (PRODUCT.replace('"b"', '"default"', 1), "hat schon die Konfiguration der Station"),
        ("\ud800", "kein Text in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_products_file_is_said_in_german(
    tmp_path: Path, content: str, said: str
) -> None:
    base = default_config()
    content = content.replace('"default"', f'"{base.product.name}"')
    (tmp_path / "b.toml").write_bytes(content.encode("utf-8", "surrogatepass"))
    _, broken = read_products(base, tmp_path)
    assert said in GERMAN.told(broken.trouble)


class _Filled(dict[str, str]):
    """What stands where a name was "7": a role, or an act, is asked for by it, and has no other words."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __missing__(self, _: str) -> str:
        return self._text


def test_every_refusal_has_german_words() -> None:
    assert set(REFUSALS) == {*Refusal, *AlarmRefusal, *HEAT}
    assert set(Code) - set(CODES) == {Code.DONE, Code.INVALID, Code.IMPOSSIBLE}
    assert set(AUDITED) == set(ENGLISH_AUDITED)


def test_no_refusal_of_the_service_is_without_a_code() -> None:
    """What only a broken client hears of may be in English: it is for those who write clients."""
    plain = [
        f"{path.name}:{node.lineno}"
        for path in sorted((PACKAGE / "service").glob("*.py"))
        if path.name != "_door.py"  # said where the service is started
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _is_plain(node)
    ]
    assert plain == []


_PEOPLE_HEAR = {
    "RefusedError",
    "AccessError",
    "AuditError",
    "TelemetryError",
    "ServiceUnavailableError",
    "BundleError",
}
_ANSWERED_BY_CODE = {"MALFORMED", "VERSION", "EXPIRED", "REPLAYED", "UNKNOWN", "FAILED", "INVALID"}


def _is_plain(call: ast.Call) -> bool:
    """Whether a call says in plain English what people hear."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    texts = [part for part in call.args if isinstance(part, ast.JoinedStr | ast.Constant)]
    if name == "refused":
        code = call.args[0]
        return bool(texts) and isinstance(code, ast.Attribute) and code.attr not in _ANSWERED_BY_CODE
    return name in _PEOPLE_HEAR and bool(texts)


def test_every_register_has_german_words_or_is_made_of_bits() -> None:
    meanings = {
        f"{group.name.casefold()}.{field.name}": field.meaning for group in GROUPS for field in group.fields
    }
    bits_alone = {key for key, meaning in meanings.items() if re.fullmatch(r"b0 [^.]*", meaning)}
    assert meanings.keys() - bits_alone == set(MEANINGS)
    status = GERMAN.register_meaning("mirror", "Status", meanings["mirror.Status"])
    assert status.startswith(meanings["mirror.Status"].partition(". ")[0])
    told = GERMAN.register_meaning("fast", "RejectFault", meanings["fast.RejectFault"])
    assert told.startswith("gespeichert")
    assert told.endswith(meanings["fast.RejectFault"].partition(": ")[2])
    assert GERMAN.register_meaning("fast", "OfTheFuture", "counter") == "counter"
    assert (GERMAN.register_value("does not fit"), GERMAN.register_value("6 EXECUTE")) == (
        "passt nicht",
        "6 EXECUTE",
    )


def test_what_the_operating_system_says_is_known_by_its_own_words() -> None:
    gai_strerror = ctypes.CDLL(None).gai_strerror
    gai_strerror.restype = ctypes.c_char_p
    resolver = {gai_strerror(number).decode() for number in range(-12, 0)}
    assert set(SYSTEM) <= resolver | {os.strerror(number) for number in range(1, 134)} | {"timed out"}
    refusal = tell(Told.AUDIT_UNUSABLE, path="/x", error=os.strerror(28))
    assert "kein Platz mehr" in GERMAN.told(refusal)


def test_every_refusal_of_a_plc_and_its_remedy_has_german_words() -> None:
    assert {text for texts in _EXCEPTIONS.values() for text in texts} <= set(MODBUS)
    meaning, remedy = _EXCEPTIONS[1]
    refused_it = tell(Told.PLC_REFUSES, plc="x", function=23, code=1, meaning=meaning, remedy=remedy)
    assert GERMAN.told(refused_it).endswith(f"({MODBUS[meaning]}); {MODBUS[remedy]}")


# -- how it is put together


def test_a_sentence_inside_a_sentence_is_translated_too() -> None:
    lack = tell(Told.STATION_NOT_READY, seconds=15, why=tell(Told.PLC_NOT_LINKED))
    assert GERMAN.told(str(lack)) == "Nicht bereit nach 15 s: keine Verbindung zur SPS"
    two = "; ".join(tell(Told.CORE_REFUSED, core=n, error=os.strerror(1)) for n in (3, 4))
    assert GERMAN.told(two) == "Kern 3: nicht erlaubt; Kern 4: nicht erlaubt"
    silent = tell(Told.WORKER_SILENT, worker="capture", seconds="2.5")
    assert GERMAN.told(silent).endswith("antwortet seit 2,5 s nicht")


def test_who_may_is_named_as_roles_are() -> None:
    denied = tell(Told.MAY_NOT, role="operator", act="users.manage", able="engineer or admin")
    assert (
        GERMAN.told(denied)
        == "Bediener darf das nicht (Benutzer verwalten); anmelden als Technik oder Administrator"
    )


@pytest.mark.parametrize("text", ["", "Flux is low", "a; b", "1.5", "x" * 3000, "Ünïcödé 🙂; \u202e"])
def test_what_has_no_words_is_shown_as_it_came(text: str) -> None:
    assert GERMAN.told(text) == text
    assert Words("en").told(text) == text


def test_a_refusal_is_told_by_the_most_telling_words_there_are() -> None:
    known = refused(Code.CONFLICT, tell(Told.USER_CHANGED, name="Olga"))
    assert GERMAN.refusal(known) == "Olga wurde inzwischen geändert; die Liste neu laden"
    other_english = known.model_copy(update={"reason": "somebody has changed Olga"})
    assert GERMAN.refusal(other_english) == GERMAN.refusal(known)
    waits = refused(Code.DENIED, "wait!").model_copy(update={"body": {"refusal": "wait", "wait_s": 30.0}})
    assert GERMAN.refusal(waits) == "Zu viele falsche Versuche; in 30 s wieder möglich"
    assert GERMAN.refusal(refused(Code.EXPIRED, "too late")).startswith("Der Befehl kam zu spät")
    assert GERMAN.refusal(refused(Code.IMPOSSIBLE, "no flux")) == "no flux"
    assert Words("en").refusal(known) == known.reason


@pytest.mark.parametrize(
    "body", [{"refusal": 7}, {"refusal": "user_changed"}, {"refusal": "x", "details": 3}]
)
def test_a_refusal_of_another_shape_is_told_by_its_code(body: dict[str, Any]) -> None:
    reply = Reply(ok=False, code=Code.CONFLICT, reason="other", body=body)
    assert GERMAN.refusal(reply) == CODES[Code.CONFLICT]


def test_details_that_are_missing_do_no_harm() -> None:
    body: dict[str, Any] = {"refusal": "user_changed", "details": {}}
    assert "?" in GERMAN.refusal(Reply(ok=False, code=Code.CONFLICT, reason="other", body=body))


@pytest.mark.parametrize("refusal", AlarmRefusal)
def test_an_alarms_refusal_in_the_audit_log_is_german(refusal: AlarmRefusal) -> None:
    record = {"act": "alarm.shelve", "result": f"refused: {REFUSAL_TEXTS[refusal]}", "utc": ""}
    view = present_audit(
        lens(state(), language="de", user="Ada", role="admin"), AuditState(records=(record,))
    )
    assert view.rows[0].more == f"abgelehnt: {REFUSALS[refusal]}"


# -- on the screens


def test_the_log_is_german_and_has_the_german_date() -> None:
    said = [tell(Told.LINE_HELD, who="Ada"), State.EXECUTE.name, "of the future"]
    events = [Event(source="station", text=text, utc_ns=NOON_NS) for text in said]
    rows = present_log(lens(state(), *events, language="de")).rows
    assert [row.text for row in rows] == ["of the future", "Zustand: Prüft", "Linie gehalten: Ada"]
    assert rows[0].lead_more == "15.01.2027"


def test_a_device_says_its_trouble_in_german() -> None:
    fault = tell(Told.PLC_NO_ANSWER, plc="10.0.0.7:502", ms=80)
    plc = DeviceView(id="plc", state="failure", values={"last_fault": fault, "last_fault_ns": 1})
    text = " ".join(
        value for _, value in present_device(Device.PLC, lens(state(), plc, language="de")).values
    )
    assert "keine Antwort in 80 ms" in text
    refusal = tell(Told.PRIORITY_REFUSED, priority=30, error=os.strerror(1))
    seen = lens(state(rights=(Rights(thread="capture", refusals=(refusal,)),)), language="de")
    assert "nicht erlaubt" in present_times(seen).rights[0][-1]


@pytest.mark.parametrize(
    ("error", "german"),
    [
        (tell(Told.NAME_SERVER_SILENT, host="plc.plant"), "Der Name plc.plant lässt sich nicht auflösen"),
        ("Name or service not known", "Name unbekannt"),
        ("Temporary failure in name resolution", "Namensserver nicht erreichbar"),
    ],
)
def test_a_plc_whose_name_nobody_knows_is_said_in_german(error: str, german: str) -> None:
    assert german in GERMAN.told(tell(Told.PLC_UNREACHABLE, plc="plc.plant:502", ms=80, error=error))


def test_a_class_goes_by_the_products_label_and_else_by_its_own_name() -> None:
    labels = ProductSection().class_labels.of(["scratch", "ok", "burr"])
    assert set(labels["de"]) == {"scratch", "ok"}
    for language, name, text in (
        ("de", "scratch", "Kratzer"),
        ("en", "scratch", "Scratch"),
        ("de", "burr_outer", "Burr outer"),
        ("de", "x" * 200, "X" + "x" * 39),
    ):
        seen = lens(state(class_labels=labels), bad(1, class_name=name), language=language)
        assert present_verdict(seen).detail == text


def test_what_people_type_for_a_class_is_the_class_with_that_label() -> None:
    seen = lens(state(class_labels={"de": {"crack": "Riss"}}), language="de")
    assert [class_named(text, seen) for text in ("riss", "crack", "Grat")] == ["crack", "crack", "Grat"]


def test_a_change_that_failed_says_why_in_german() -> None:
    change = ProductChange(phase="REFUSED", title="B", reason=tell(Told.NEW_STATION_SLOW, seconds=60))
    progress = present_product(lens(state(change=change), language="de"), Shelf()).progress
    assert progress is not None
    assert progress.text.endswith("Die neue Station war nicht in 60 s geladen")


def test_heat_maps_are_refused_by_codes_that_have_words() -> None:
    assert HeatMapError("x", "no_part").why in HEAT
