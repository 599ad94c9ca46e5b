"""What is generated from the models: the commented example and the JSON schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from inspector.config._errors import describe_range, models_at
from inspector.config._station import StationConfig

_HEAD = """\
# A station of Inspector. Every setting, with its default; a setting behind a # is not in force.
# Check a changed file with: inspector config check station.toml
"""

_SAMPLES = {
    "station.run_dir": "/dev/shm/inspector-demo",
    "station.data_dir": "/var/lib/inspector/demo",
    "camera.path": "/data/parts",
    "bundle.path": "/var/lib/inspector/bundles/mine",
    "product.picture": "/var/lib/inspector/products/mine.png",
    "products.folder": "/var/lib/inspector/products",
    "recipe.accept_min": 0.5,
    "recipe.reject_min": 0.5,
    "alarms.yield_target_percent": 98.0,
    "service.folder": "/run/inspector",
    "service.keys": "/etc/inspector/keys",
    "simulation.parts": 3000,
}
"""What is shown for settings that have no default value."""


def config_schema() -> dict[str, Any]:
    """Return the JSON schema of station.toml."""
    return StationConfig.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "station.toml",
    }


def example_toml() -> str:
    """Return a complete station.toml with the defaults, explained; alternatives are commented out."""
    blocks = [_HEAD]
    for section in StationConfig.model_fields:
        first, *others = models_at([section])
        blocks.append("\n".join(_section(section, first)) + "\n")
        blocks.extend("\n".join(_alternative(section, model, first)) + "\n" for model in others)
    return "\n".join(blocks)


def settings_tables() -> str:
    """Return every setting as Markdown, a table per section and kind; part of docs/config.md."""
    blocks = []
    for section in StationConfig.model_fields:
        for model in models_at([section]):
            blocks.append(_table(section, model))
            blocks.extend(
                _table(f"{section}.{key}", child)
                for key in _keys(model)
                for child in models_at([section, key])
            )
    return "\n".join(blocks)


def _table(path: str, model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    title = f"`[{path}]`" + (f' with `kind = "{kind.default}"`' if kind else "")
    rows = [
        _row(key, _schema_of(model, key))
        for key in _keys(model)
        if key != "kind" and not models_at([*path.split("."), key])
    ]
    head = ["| key | default | allowed | meaning |", "|---|---|---|---|"]
    return "\n".join([f"### {title}", "", _summary(model), "", *head, *rows, ""])


def _row(key: str, schema: dict[str, Any]) -> str:
    default = "" if schema.get("default") is None else f"`{_toml(schema['default'])}`"
    about = f". {schema['description']}" if schema.get("description") else ""
    return f"| `{key}` | {default} | {describe_range(schema)} | {schema['title']}{about} |"


def _section(path: str, model: type[BaseModel], mark: str = "") -> Iterator[str]:
    yield f"# {_summary(model)}"
    yield f"{mark}[{path}]"
    for key in _keys(model):
        children = models_at([*path.split("."), key])
        if not children:
            yield from _setting(path, key, _schema_of(model, key), mark)
    for key in _keys(model):
        for child in models_at([*path.split("."), key]):
            yield ""
            yield from _section(f"{path}.{key}", child, "#")


def _alternative(path: str, model: type[BaseModel], first: type[BaseModel]) -> Iterator[str]:
    """Another kind of a section: what differs from the first kind is shown, the rest is named."""
    shared = [key for key in _keys(model) if key in first.model_fields and _same(model, first, key)]
    yield f"# Instead: {_summary(model)}"
    yield f"#[{path}]"
    for key in _keys(model):
        if key not in shared:
            yield from _setting(path, key, _schema_of(model, key), "#")
    yield f"# As above: {', '.join(shared)}."


def _same(model: type[BaseModel], other: type[BaseModel], key: str) -> bool:
    return _schema_of(model, key) == _schema_of(other, key)


def _keys(model: type[BaseModel]) -> list[str]:
    """Return a section's keys, the kind first."""
    return sorted(model.model_fields, key=lambda key: key != "kind")


def _schema_of(model: type[BaseModel], key: str) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema()["properties"][key]
    return schema


def _summary(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _setting(path: str, key: str, schema: dict[str, Any], mark: str) -> Iterator[str]:
    about = f" {schema['description']}" if schema.get("description") else ""
    allowed = describe_range(schema)
    yield f"# {schema['title']}.{about}" + (f" ({allowed})" if allowed else "")
    value = schema.get("default")
    if value is None:
        mark, value = "#", _SAMPLES[f"{path}.{key}"]
    yield f"{mark}{key} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        pairs = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return f'"{value}"' if isinstance(value, str) else f"{value:.15g}"
