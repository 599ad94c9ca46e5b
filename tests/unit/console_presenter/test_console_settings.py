from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspector_console.settings import Settings, load_settings, save_settings, settings_file


def test_what_was_chosen_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "inspector" / "console.toml"
    chosen = Settings(language="de", palette="dark", diagonal_inch=15.6)
    save_settings(path, chosen)
    assert load_settings(path) == (chosen, "")


def test_a_first_start_has_the_usual_settings_and_no_complaint(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "console.toml") == (Settings(), "")


@pytest.mark.parametrize("content", [b"language = ", b"\xff\xfe\x00", b"[[["])
def test_a_damaged_file_gives_the_usual_settings_and_says_why(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "console.toml"
    path.write_bytes(content)
    settings, why = load_settings(path)
    assert settings == Settings()
    assert why


def test_a_setting_that_makes_no_sense_is_named_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "console.toml"
    path.write_text('language = "de"\npalette = ["dark"]\ndiagonal_inch = 1.5\nsomething_newer = 3\n')
    settings, why = load_settings(path)
    assert settings == Settings(language="de")
    assert "palette" in why
    assert "diagonal_inch = '1.5'" in why
    assert "something_newer" not in why


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "console.toml"
    path.mkdir()
    assert load_settings(path) == (Settings(), os.strerror(21))


def test_keeping_fails_loudly_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "console.toml"
    save_settings(path, Settings(language="de"))
    (tmp_path / "console.toml.part").mkdir()  # in the way of the new file
    with pytest.raises(OSError, match=r"console\.toml"):
        save_settings(path, Settings(language="en"))
    assert load_settings(path)[0].language == "de"


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, "/x/inspector/console.toml"),
        ({"XDG_CONFIG_HOME": "", "HOME": "/h"}, "/h/.config/inspector/console.toml"),
        ({"XDG_CONFIG_HOME": "relative", "HOME": "/h"}, "/h/.config/inspector/console.toml"),
        ({}, "/.config/inspector/console.toml"),
    ],
)
def test_the_file_is_the_user_s_own(environment: dict[str, str], path: str) -> None:
    assert settings_file(environment) == Path(path)
