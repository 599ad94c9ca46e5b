"""The documents of `inspector run` say what the code says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import inspector
from inspector.app import scenario_faults
from inspector.app._docs import generated, split
from inspector.app._scenario import load_scenario

ROOT = Path(inspector.__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", list(generated()))
def test_the_committed_document_is_what_the_code_says(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    found = split(text)[1] if name.endswith(".md") else text
    assert found == generated()[name], "write it anew: python -m inspector.app._docs"


def test_every_fault_is_documented() -> None:
    text = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    assert [name for name in scenario_faults() if f"| `{name}` |" not in text] == []


def test_the_example_of_a_scenario_is_one(tmp_path: Path) -> None:
    text = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    example = tmp_path / "example.toml"
    example.write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    assert {fault.kind for fault in load_scenario(example).faults} == {"frame_lost", "station_frozen"}


def test_the_large_scenario_is_valid_and_has_every_fault_that_can_be_had() -> None:
    path = ROOT / "deploy/scenarios/faults.toml"
    kinds = {entry["kind"] for entry in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]}
    assert {fault.kind for fault in load_scenario(path).faults} == kinds
    # The first is the end of the line rather than a fault; the second passes known-bad parts on purpose.
    assert set(scenario_faults()) - kinds == {"feed_ended", "challenge_key"}
