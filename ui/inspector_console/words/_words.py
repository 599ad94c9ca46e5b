"""One language: from a key, or a name of the station's, to what people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from inspector.domain.alarm_texts import (
    CONSEQUENCE_TEXTS,
    REFUSAL_TEXTS,
    SHELVE_REASON_TEXTS,
    STATE_TEXTS,
    TEXTS,
    AlarmText,
    fill,
)
from inspector.domain.told import recognise
from inspector.domain.told_texts import Told
from inspector.errors import UsageError
from inspector.protocol import Reply
from inspector_console.words import (
    _devices,
    _devices_german,
    _english,
    _german,
    _keys,
    _login,
    _machine,
    _product,
    _refusals_german,
    _registers_german,
    _rejects,
    _system_english,
    _system_german,
    _told_german,
    _told_german_files,
)
from inspector_console.words._german_alarms import ALARMS
from inspector_console.words._rejects import SayRejects
from inspector_console.words._say import Say
from inspector_console.words._system import SaySystem

LANGUAGES: Final = ("en", "de")
Table = Mapping[str, Mapping[Any, str]]
"""Templates by language and key."""
TABLES: Final[Mapping[type[StrEnum], Table]] = {
    Say: {"en": _english.MESSAGES, "de": _german.MESSAGES},
    SayRejects: {"en": _rejects.ENGLISH, "de": _rejects.GERMAN},
    _devices.SayDevices: {"en": _devices.ENGLISH, "de": _devices_german.GERMAN},
    _keys.SayKeys: {"en": _keys.ENGLISH, "de": _keys.GERMAN},
    _product.SayProduct: {"en": _product.ENGLISH, "de": _product.GERMAN},
    SaySystem: {"en": _system_english.MESSAGES, "de": _system_german.MESSAGES},
    _login.SayLogin: {"en": _login.ENGLISH, "de": _login.GERMAN},
    _machine.SayMachine: {"en": _machine.ENGLISH, "de": _machine.GERMAN},
}
"""Everything that can be said, by the kind of key: `Say` for all screens, and one kind for each further screen."""
_FIXED: Final[Mapping[str, str]] = {
    **_told_german.SYSTEM,
    **_told_german.MODBUS,
    **{text: _refusals_german.REFUSALS[refusal] for refusal, text in REFUSAL_TEXTS.items()},
}
"""What is told in always the same words, in German, by its English."""
_OR: Final = {"en": " or ", "de": " oder "}
_DECIMAL: Final = {"en": ".", "de": ","}
# A thin space, so that nobody reads a separator as a decimal sign.
_GROUP: Final = "\u2009"
_T = TypeVar("_T")


class Words:
    """What the console says in one language.

    Parameters
    ----------
    language
        One of `LANGUAGES`.

    Raises
    ------
    UsageError
        The console does not speak it.
    """

    def __init__(self, language: str = "en") -> None:
        if language not in LANGUAGES:
            raise UsageError(
                f"language {language!r} is not spoken here; choose one of {', '.join(LANGUAGES)}"
            )
        self.language = language
        is_german = language == "de"
        self._messages = {kind: table[language] for kind, table in TABLES.items()}
        self._causes = _german.CAUSES if is_german else _english.CAUSES
        self._roles = _german.ROLES if is_german else _english.ROLES
        self._alarms = _by_name(ALARMS if is_german else TEXTS)
        self._states = _by_name(_german.ALARM_STATES if is_german else STATE_TEXTS)
        self._consequences = _by_name(_german.CONSEQUENCES if is_german else CONSEQUENCE_TEXTS)
        self._acts = _system_german.ACTS if is_german else _system_english.ACTS
        self._changes = _system_german.CHANGES if is_german else _system_english.CHANGES
        self._rights = _system_german.MAY if is_german else _system_english.MAY
        self._sources = _system_german.SOURCES if is_german else _system_english.SOURCES
        self._audited = _system_german.AUDITED if is_german else _system_english.AUDITED
        self._reasons = _by_name(_german.SHELVE_REASONS if is_german else SHELVE_REASON_TEXTS)

    def __call__(self, say: StrEnum, **names: object) -> str:
        """Return a message, with its names filled in. The key is of one of the kinds in `TABLES`."""
        return self._messages[type(say)][say].format(**names)

    def alarm(self, name: str, details: Mapping[str, str | int | float]) -> AlarmText | None:
        """Return an alarm's words, or None for one that only a newer station knows."""
        texts = self._alarms.get(name)
        if texts is None:
            return None
        return AlarmText(*(self._fill(text, details) for text in (texts.text, texts.cause, texts.response)))

    def consequence(self, name: str) -> str:
        """Return what happens to parts now."""
        return self._consequences.get(name, name)

    def alarm_state(self, name: str) -> str:
        """Return an alarm's state."""
        return self._states.get(name, name)

    def audited(self, name: str) -> str:
        """Return a key, a value or a result of the audit log's own."""
        return self._audited.get(name, name)

    def told(self, text: str) -> str:
        """Return a sentence of the station's in the language spoken here; as it came, where it has no words."""
        if self.language == "en":
            return text
        lines = text.split("\n")
        if len(lines) > 1 and all(recognise(line) for line in lines):  # one for each mistake in a file
            return "\n".join(self.told(line) for line in lines)
        known = recognise(text)
        if known is not None:
            return self._told(known.code, known.details)
        if text in _FIXED:
            return _FIXED[text]
        pieces = text.split("; ")
        return "; ".join(self.told(piece) for piece in pieces) if len(pieces) > 1 else text

    def refusal(self, reply: Reply) -> str:
        """Return why the service has refused something: the most telling words that there are here."""
        if self.language == "en":
            return reply.reason
        code, details = str(reply.body.get("refusal", "")), reply.body.get("details")
        if recognise(reply.reason) is not None:
            return self.told(reply.reason)
        if code in set(Told) and isinstance(details, Mapping):  # of a station with another English
            return self._told(Told(code), details)
        if code in _refusals_german.REFUSALS:
            wait_s = reply.body.get("wait_s")
            wait = self.number(wait_s) if isinstance(wait_s, int | float) else "?"
            return _refusals_german.REFUSALS[code].format(wait_s=wait)
        return _refusals_german.CODES.get(reply.code, reply.reason)

    def _told(self, code: Told, details: Mapping[str, Any]) -> str:
        return self._fill(_told_german.TOLD[code], details)

    def register_meaning(self, group: str, name: str, meaning: str) -> str:
        """Return what a register means; in its own English where it has no words here."""
        if self.language == "en":
            return meaning
        template = _registers_german.MEANINGS.get(f"{group}.{name}")
        said = meaning.partition(". ")[0]
        return template.format(bits=said.partition(": ")[2] or said) if template else meaning

    def register_value(self, value: str) -> str:
        """Return what a register says, as far as it is a word; names of bits and numbers stay as the PLC has them."""
        return value if self.language == "en" else _registers_german.VALUES.get(value, value)

    def shelve_reason(self, name: str) -> str:
        """Return why an alarm was put aside."""
        return self._reasons.get(name, name)

    def cause(self, name: str) -> str:
        """Return why a part was rejected."""
        return self._causes.get(name, name)

    def role(self, name: str) -> str:
        """Return what a person is at the station."""
        return self._roles.get(name, name)

    def act(self, name: str) -> str:
        """Return an act of the audit log, or a family of them."""
        return self._acts.get(name, name)

    def alarm_change(self, name: str) -> str:
        """Return what has happened to an alarm."""
        return self._changes.get(name, name)

    def right(self, name: str) -> str:
        """Return what somebody may do."""
        return self._rights.get(name, name)

    def source(self, name: str) -> str:
        """Return where a line of the log comes from."""
        return self._sources.get(name, name)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as people here write it."""
        return f"{value:,.{int(digits)}f}".translate({ord(","): _GROUP, ord("."): _DECIMAL[self.language]})

    def date(self, moment: datetime) -> str:
        """Return a day as people here write it."""
        return moment.strftime("%d.%m.%Y" if self.language == "de" else "%Y-%m-%d")

    def _fill(self, template: str, details: Mapping[str, Any]) -> str:
        return fill(template, {name: self._local(name, value) for name, value in details.items()})

    def _local(self, name: str, value: Any) -> str | int:
        match name:
            case "role":
                return self.role(str(value))
            case "able":
                return _OR[self.language].join(self.role(role) for role in str(value).split(_OR["en"]))
            case "act":
                return self.right(str(value))
            case "allowed":
                return _told_german_files.allowed(str(value)) if self.language == "de" else str(value)
        match value:
            case float():
                return self.number(value, 0 if value == round(value) else 1)
            case int():
                return value
        if name == "seconds":
            return str(value).replace(".", _DECIMAL[self.language])
        return self.told(str(value))


def _by_name(texts: Mapping[Any, _T]) -> dict[str, _T]:
    """Return texts by the names that travel: a station may send one that no enumeration here has."""
    return {str(name): text for name, text in texts.items()}
