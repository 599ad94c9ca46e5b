"""Turns what pydantic found into lines for people: the file, the key, the value, the range, the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from inspector.config._sections import Section
from inspector.config._station import CONTRADICTION, StationConfig
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError

_WANTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "a text",
    "model_type": "a table",
    "dict_type": "a table",
    "model_attributes_type": "a table",
    "path_type": "a path as a text",
    "finite_number": "a finite number",
    "string_too_short": "a text that is not empty",
    "int_from_float": "a whole number",
}


def config_error(error: ValidationError, source: str, names: Mapping[str, str]) -> ConfigError:
    """Return one error with one line per mistake.

    Parameters
    ----------
    source
        What is being read, e.g. the file's path.
    names
        What a key is called there, where that is not its dotted path (`line.rate_per_min` → `--rate`).
    """
    lines: list[str] = []
    for details in error.errors(include_url=False):
        lines.extend(_lines(details, names, source))
    return ConfigError("\n".join(dict.fromkeys(lines)))


def _lines(details: ErrorDetails, names: Mapping[str, str], source: str) -> Iterator[str]:
    if details["type"] == CONTRADICTION:
        yield from (f"{source}: {line}" for line in details["ctx"]["lines"])
        return
    path = _key_path(details["loc"])
    name = names.get(".".join(path), ".".join(path))
    yield _line(details, path, name, source)


def _line(details: ErrorDetails, path: list[str], name: str, source: str) -> str:
    kind, value = details["type"], _shown(details["input"])
    if kind == "extra_forbidden":
        return tell(Told.SETTING_UNKNOWN, path=source, key=name, hint=_suggestion(path))
    if kind == "missing":
        return tell(Told.SETTING_MISSING, path=source, key=name, hint=_how_to_add(path))
    if kind == "union_tag_not_found":
        return f"{source}: {name}.kind is missing; set it to {_kinds(path[0])}"
    if kind == "union_tag_invalid":
        kind = _shown(details["input"]["kind"])
        return f"{source}: {name}.kind = {kind} is not known; use {_kinds(path[0])}"
    allowed = _allowed(details["loc"])
    if kind in _WANTED:
        allowed = _WANTED[kind] + (f", {allowed}" if allowed else "")
    about = {"path": source, "key": name, "value": value, "allowed": allowed or details["msg"]}
    return tell(Told.SETTING_WRONG, **about)


def _key_path(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys as they stand in the file: pydantic puts the kind of a union in between."""
    path = [str(part) for part in loc]
    if len(path) > 1 and path[0] in {"camera", "plc"}:
        del path[1]
    return path


def _kinds(section: str) -> str:
    kinds = [get_args(model.model_fields["kind"].annotation)[0] for model in models_at([section])]
    return " or ".join(map(_shown, kinds))


def models_at(path: list[str]) -> list[type[BaseModel]]:
    """Return the models that may stand at a key path: several where there are kinds, none for a setting."""
    found: list[type[BaseModel]] = [StationConfig]
    for key in path:
        annotations = [model.model_fields[key].annotation for model in found if key in model.model_fields]
        found = list(dict.fromkeys(model for note in annotations for model in _models_in(note)))
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _keys_at(path: list[str]) -> list[str]:
    return list(dict.fromkeys(key for model in models_at(path) for key in model.model_fields))


def _suggestion(path: list[str]) -> str:
    """Return what may have been meant: a key of another section, a misspelling, or all there are."""
    *parent, key = path
    here = _keys_at(parent)
    if parent and key not in here:
        for section in StationConfig.model_fields:
            if key in _keys_at([section]):
                return tell(Told.SETTING_ELSEWHERE, section=section)
    if parent and key in here:
        return tell(Told.SETTING_OF_NONE, section=parent[0])
    close = get_close_matches(key, here, n=1)
    if close:
        return tell(Told.SETTING_MEANT, key=close[0])
    return tell(Told.SETTINGS_KNOWN, known=", ".join(here))


def _how_to_add(path: list[str]) -> str:
    if len(path) == 1:
        return f"add [{path[0]}] with kind = {_kinds(path[0])} (simulation is never a file's default)"
    return f'set it in [{path[0]}], e.g. {path[-1]} = "/data/parts"'


def _allowed(loc: tuple[int | str, ...]) -> str:
    """Return the range of a setting in words, with its unit."""
    *parent, key = _key_path(loc)
    for model in models_at(parent):
        kind = model.model_fields.get("kind")
        is_that_kind = kind is None or kind.default in loc
        if is_that_kind and key in model.model_fields:
            schema = model.model_json_schema()["properties"][key]
            return describe_range(schema)
    return ""


def describe_range(schema: Mapping[str, Any]) -> str:
    """Return what a field's JSON schema permits, in words: '1 to 65535', 'above 0 and at most 1 mm'."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    plain = options[0] if options else schema
    unit = f" {schema['unit']}" if "unit" in schema else ""
    if "enum" in plain:
        return "one of " + ", ".join(_shown(value) for value in plain["enum"])
    if "pattern" in plain:
        return "1 to 32 characters of a-z, 0-9 and -"
    low, above, high = (plain.get(key) for key in ("minimum", "exclusiveMinimum", "maximum"))
    if low is not None and high is not None:
        return f"{low:g} to {high:.15g}{unit}"
    if above is not None and high is not None:
        return f"above {above:g} and at most {high:.15g}{unit}"
    if low is not None:
        return f"at least {low:g}{unit}"
    return ""


def _shown(value: Any) -> str:
    """Return a value as TOML would have it, cut to a readable length."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
