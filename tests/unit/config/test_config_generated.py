"""What goes to the PLC and to other processes, and what is generated from the models."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from config_rig import SIMULATED
from hypothesis import given
from hypothesis import strategies as st

from inspector.config import (
    StationConfig,
    apply_overrides,
    checksum,
    config_schema,
    default_config,
    example_toml,
    load_config,
    settings_tables,
)

ROOT = Path(__file__).parents[3]


def test_the_checksum_depends_on_every_value_and_not_on_how_it_was_written(file: Path) -> None:
    file.write_text(SIMULATED + "[line]\nrate_per_min = 300\npitch_mm = 40.0\n")
    assert checksum(load_config(file)) == checksum(default_config())
    assert checksum(apply_overrides(default_config(), {"seed": 2})) != checksum(default_config())


@given(st.integers(0, (1 << 32) - 1))
def test_the_checksum_fits_into_two_registers(seed: int) -> None:
    assert 0 <= checksum(apply_overrides(default_config(), {"seed": seed})) < 1 << 32


def test_the_example_is_the_default_configuration(file: Path) -> None:
    file.write_text(example_toml())
    assert load_config(file) == default_config()


TABLES = {"roi", "class_labels"}
"""Of a section's keys those that are sections themselves."""


def test_the_example_shows_every_setting_once() -> None:
    keys = [line.lstrip("#").split(" = ")[0] for line in example_toml().splitlines() if " = " in line[:40]]
    models = StationConfig.model_json_schema()["$defs"].values()
    assert set(keys) >= {key for model in models for key in model["properties"] if key not in TABLES}


def test_a_line_of_the_example_is_in_force_once_its_hash_is_gone(file: Path) -> None:
    folder = [line.removeprefix("#") for line in example_toml().splitlines() if not line.startswith("# ")]
    tables = "\n".join(folder).split("\n[")
    chosen = [
        table for table in tables[1:] if not table.startswith(('camera]\nkind = "sim"', 'plc]\nkind = "sim"'))
    ]
    file.write_text("".join(f"[{table}\n" for table in chosen))
    config = load_config(file)
    assert (config.camera.kind, config.plc.kind, config.recipe.accept_min) == ("folder", "modbus", 0.5)


@pytest.mark.parametrize(
    ("path", "command", "fresh"),
    [
        ("deploy/station.toml", "example", example_toml()),
        (
            "docs/station.schema.json",
            "schema",
            json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n",
        ),
    ],
)
def test_the_committed_file_is_what_the_models_say(path: str, command: str, fresh: str) -> None:
    is_fresh = (ROOT / path).read_text(encoding="utf-8") == fresh
    assert is_fresh, f"write it anew: inspector config {command} > {path}"


def test_the_documentation_lists_every_setting_as_the_models_have_it() -> None:
    document = (ROOT / "docs/config.md").read_text(encoding="utf-8")
    is_fresh = document.partition("do not edit below this line -->\n\n")[2] == settings_tables()
    assert is_fresh, "put the output of inspector.config.settings_tables() below that line of docs/config.md"


def test_a_configuration_survives_its_way_to_another_process(tmp_path: Path) -> None:
    config = apply_overrides(
        default_config(), {"camera": f"folder:{tmp_path}", "parts": 3, "bundle": tmp_path}
    )
    arrived = StationConfig.model_validate_json(config.model_dump_json())
    assert arrived == config
    assert checksum(arrived) == checksum(config)


def test_every_setting_has_a_title_and_every_number_has_bounds() -> None:
    for name, model in StationConfig.model_json_schema()["$defs"].items():
        for key, schema in model["properties"].items():
            assert schema.get("title") or key in TABLES, f"{name}.{key}"
            options = schema.get("anyOf", [schema])
            numbers = [option for option in options if option.get("type") in {"number", "integer"}]
            assert all({"minimum", "exclusiveMinimum"} & option.keys() for option in numbers), f"{name}.{key}"


def test_the_schema_accepts_the_example() -> None:
    raw = tomllib.loads(example_toml())
    schema = config_schema()
    assert set(raw) <= set(schema["properties"])
    assert schema["required"] == ["camera", "plc"]
    assert schema["additionalProperties"] is False


def test_reading_a_configuration_loads_neither_numpy_nor_opencv() -> None:
    code = "import sys, inspector.config; print(sorted({'numpy', 'cv2', 'onnxruntime'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "[]\n"
