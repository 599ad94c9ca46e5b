"""The shape of the code: rooms are entered by their doors, functions and files stay small.

Who may import whom is import-linter's business (pyproject.toml); this is what it cannot say.
"""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import inspector

ROOT = Path(inspector.__file__).parent
CONSOLE = ROOT.parent / "ui" / "inspector_console"
FILES = sorted((*ROOT.rglob("*.py"), *CONSOLE.rglob("*.py")))

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
MEDIAN_FUNCTION = 8
LONG_FUNCTION = 25
"""Nine of ten are not longer."""

# Stated exceptions, each with its reason. The lists may only shrink.
LONG_FUNCTIONS: dict[str, str] = {}
LONG_FILES: dict[str, str] = {}


class Function(NamedTuple):
    """A function's name, and its lines of code without docstring, blank lines and comments."""

    name: str
    lines: int


def module_name(path: Path) -> str:
    """`inspector/cli/_run.py` → `inspector.cli._run`; a package's `__init__` is the package."""
    root = ROOT if path.is_relative_to(ROOT) else CONSOLE
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))))


def imports_of(path: Path) -> Iterator[str]:
    """Everything that a file imports, functions' own imports included."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def functions() -> list[Function]:
    found: list[Function] = []
    for path in FILES:
        source = path.read_text(encoding="utf-8").splitlines()
        found += [
            Function(f"{module_name(path)}.{node.name}", code_lines(node, source))
            for node in nodes_of(path)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    return found


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef, source: list[str]) -> int:
    start = node.body[0].end_lineno or 0 if ast.get_docstring(node) else node.body[0].lineno - 1
    lines = (line.strip() for line in source[start : node.end_lineno])
    return sum(bool(line) and not line.startswith("#") for line in lines)


def private_rooms(importer: str, path: Path) -> Iterator[str]:
    """The rooms that a file reaches into: names with an underscore belong to the package they lie in."""
    for imported in imports_of(path):
        parts = imported.split(".")
        private = next((i for i, part in enumerate(parts) if part.startswith("_")), None)
        if parts[0] in {"inspector", "inspector_console"} and private is not None:
            room = ".".join(parts[:private])
            if importer != room and not importer.startswith(f"{room}."):
                yield imported


def test_rooms_are_entered_by_their_doors() -> None:
    burglaries = {module_name(path): list(private_rooms(module_name(path), path)) for path in FILES}
    assert not {importer: rooms for importer, rooms in burglaries.items() if rooms}


def test_no_file_imports_relatively() -> None:
    relative = [
        module_name(path)
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


def test_functions_are_short() -> None:
    sizes = [function.lines for function in functions()]
    assert statistics.median(sizes) <= MEDIAN_FUNCTION
    assert statistics.quantiles(sizes, n=10)[-1] <= LONG_FUNCTION


def test_no_function_is_longer_than_a_page() -> None:
    long = {function.name: function.lines for function in functions() if function.lines > LONGEST_FUNCTION}
    assert set(long) == set(LONG_FUNCTIONS), long


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    sizes = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    long = {name: lines for name, lines in sizes.items() if lines > LONGEST_FILE}
    assert set(long) == set(LONG_FILES), long


def test_every_parameter_is_annotated() -> None:
    bare = []
    for path in FILES:
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                bare += [
                    f"{module_name(path)}.{node.name}({arg.arg})"
                    for arg in args
                    if arg.annotation is None and arg.arg not in {"self", "cls"}
                ]
    assert not bare


def test_nothing_but_training_needs_pytorch() -> None:
    """`make test` and the line run without the extra `train`; so must everything that they import."""
    modules = [
        module_name(path)
        for path in FILES
        if path.is_relative_to(ROOT) and "training" not in path.parts and path.name != "__main__.py"
    ]
    script = (
        "import importlib, sys; sys.modules.update(torch=None, onnx=None); "
        f"[importlib.import_module(module) for module in {modules!r}]"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
