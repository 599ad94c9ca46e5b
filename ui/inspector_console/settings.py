"""What a person has chosen for a screen: kept from one start to the next in a small file of the user's own. No Qt."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from inspector.files import replacing
from inspector_console.theme import PALETTES
from inspector_console.words import LANGUAGES

MIN_INCH, MAX_INCH = 5.0, 100.0
_FILE: Final = Path("inspector") / "console.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the console is to look.

    Parameters
    ----------
    diagonal_inch
        Of the screen, as measured: what panels say of themselves is often wrong.
    palette
        `day` or `dark`.
    """

    language: str = "en"
    palette: str = "day"
    diagonal_inch: float = 21.5


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the settings are kept (XDG Base Directory Specification 0.8)."""
    base = environment.get("XDG_CONFIG_HOME", "")
    if base.startswith("/"):  # the specification has others ignored
        return Path(base) / _FILE
    return Path(environment.get("HOME") or "/") / ".config" / _FILE


def load_settings(path: Path) -> tuple[Settings, str]:
    """Return what was kept, and what of it cannot be used (empty: nothing). No file is a first start."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), error.strerror or str(error)
    except ValueError as error:  # neither UTF-8 nor TOML
        return Settings(), str(error)
    settings, wrong = Settings(), []
    for name, is_good in _CHECKS.items():
        if name not in content:
            continue
        if is_good(content[name]):
            settings = replace(settings, **{name: content[name]})
        else:
            wrong.append(f"{name} = {str(content[name])[:40]!r}")
    return settings, ", ".join(wrong)


def save_settings(path: Path, settings: Settings) -> None:
    """Keep settings; the file is the old or the new one, never half of it.

    Raises
    ------
    OSError
        They cannot be kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(
            f"# Written by the console; what its command line says is stronger.\n"
            f'language = "{settings.language}"\n'
            f'palette = "{settings.palette}"\n'
            f"diagonal_inch = {settings.diagonal_inch!r}\n".encode()
        )


def _is_diagonal(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and MIN_INCH <= value <= MAX_INCH


_CHECKS: Final = {
    "language": lambda value: value in LANGUAGES,
    "palette": lambda value: isinstance(value, str) and value in PALETTES,
    "diagonal_inch": _is_diagonal,
}
