"""The unit for systemd says what the launcher needs."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from inspector.cli._main import build_parser

UNIT = Path(__file__).parents[3] / "deploy" / "inspector.service"


def settings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, is_setting, value = line.partition("=")
            assert is_setting, line
            found[key].append(value)
    return found


def test_the_unit_starts_a_command_that_there_is() -> None:
    (command,) = settings()["ExecStart"]
    program, *arguments = command.split()
    assert Path(program).name == "inspector"
    parsed = build_parser().parse_args(arguments)
    assert parsed.headless


def test_the_unit_ends_the_launcher_alone_and_does_not_begin_anew_with_a_wrong_configuration() -> None:
    unit = settings()
    assert unit["KillMode"] == ["mixed"]
    assert unit["RestartPreventExitStatus"] == ["2"]
    assert unit["LimitRTPRIO"] == ["99"]
    assert unit["LimitMEMLOCK"] == ["infinity"]
