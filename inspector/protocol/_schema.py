"""The protocol's messages as JSON Schema, for clients in other languages."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType
from typing import Any

from pydantic.json_schema import models_json_schema

from inspector.protocol import _commands, _facts, _golden, _machine, _model, _products, _registers, _rejects
from inspector.protocol._commands import Command, Reply
from inspector.protocol._facts import FACTS, Snapshot
from inspector.protocol._golden import GoldenSet, ImageView
from inspector.protocol._machine import Machine
from inspector.protocol._model import VERSION, Message, Versioned
from inspector.protocol._products import ProductList, ProductPreview
from inspector.protocol._registers import RegisterTable
from inspector.protocol._rejects import HeatView, Neighbours, RejectPage


def schema() -> dict[str, Any]:
    """Return the schema; `docs/service.schema.json` is its copy."""
    whole: list[type[Versioned]] = [Command, Reply, *FACTS.values()]
    parts: list[type[Message]] = [
        Snapshot,
        RegisterTable,
        RejectPage,
        HeatView,
        Neighbours,
        GoldenSet,
        ImageView,
        Machine,
        ProductList,
        ProductPreview,
        *whole,
    ]
    _, definitions = models_json_schema([(part, "validation") for part in parts])
    for name, field, text in (
        found
        for module in (_model, _facts, _commands, _golden, _machine, _products, _registers, _rejects)
        for found in _texts(module)
    ):
        if name in definitions["$defs"] and field in definitions["$defs"][name]["properties"]:
            definitions["$defs"][name]["properties"][field]["description"] = text
    for hidden, field in (("Command", "peer"), ("Reply", "attachments")):  # not in the JSON
        definitions["$defs"][hidden]["properties"].pop(field)
    for kind in whole:
        definitions["$defs"][_name(kind)].setdefault("required", []).insert(0, "v")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Inspector's service, protocol {VERSION}",
        "topics": {topic.value: f"#/$defs/{_name(kind)}" for topic, kind in FACTS.items()},
        **definitions,
    }


def _name(kind: type[Versioned]) -> str:
    return kind.__name__.replace("[", "_").replace("]", "_")


def _texts(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Yield class, field and the text under the field; Pydantic can do so too, but at each import."""
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, below in pairwise(node.body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    yield node.name, name, inspect.cleandoc(text)
