"""What is wrong with a configuration, as whoever wrote it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inspector.config import (
    apply_overrides,
    default_config,
    load_config,
)
from inspector.errors import ConfigError

SIMULATED = '[camera]\nkind = "sim"\n[plc]\nkind = "sim"\n'


def complaints(file: Path, text: str) -> list[str]:
    """Return the lines of the error that this text causes, without the file's name in front."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def override_complaints(**overrides: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        apply_overrides(default_config(), overrides)
    return str(caught.value).splitlines()
