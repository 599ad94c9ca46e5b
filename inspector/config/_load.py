"""From a file, from nothing, or from the command line to a checked configuration."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from inspector.config._errors import config_error
from inspector.config._station import StationConfig
from inspector.domain.told import Telling, tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError

FLAGS = {
    "name": "station.name",
    "rate": "line.rate_per_min",
    "parts": "simulation.parts",
    "seed": "simulation.seed",
    "defect_rate": "simulation.defect_rate",
    "bundle": "bundle.path",
    "run_dir": "station.run_dir",
    "data_dir": "station.data_dir",
    "deadline_ms": "decision.deadline_ms",
    "camera": "camera",
}
"""Flags of the command line and the settings they stand for."""

_DEEPEST: Final = 20
_INT_BITS: Final = 64
_TOO_DEEP: Final = f"tables or arrays lie in each other deeper than {_DEEPEST} times; correct that"
_PATHS = (
    ("station", "run_dir"),
    ("station", "data_dir"),
    ("camera", "path"),
    ("bundle", "path"),
    ("product", "picture"),
    ("products", "folder"),
    ("service", "folder"),
    ("service", "keys"),
)


def load_config(path: Path | str) -> StationConfig:
    """Read and check a station.toml.

    Relative paths in it count from the file's own folder, those of `apply_overrides` from the working
    directory.

    Raises
    ------
    ConfigError
        One line per mistake: file, key, value, what is allowed, what to do.
    """
    path = Path(path)
    return validate(read_toml(path), str(path))


def default_config() -> StationConfig:
    """Return the simulated line with every default: what a bare `inspector run` uses."""
    return StationConfig.model_validate({"camera": {"kind": "sim"}, "plc": {"kind": "sim"}})


def apply_overrides(config: StationConfig, overrides: Mapping[str, Any]) -> StationConfig:
    """Return the configuration with some settings replaced, checked as a whole again.

    Parameters
    ----------
    overrides
        Flag names (see `FLAGS`) or dotted keys (`line.pitch_mm`) and their values; None means 'not given'.
        `camera` takes "sim" or "folder:PATH".

    Raises
    ------
    ConfigError
        As `load_config`, naming the flags.
    """
    given = {FLAGS.get(key, key): value for key, value in overrides.items() if value is not None}
    if not given:
        return config
    names = {FLAGS.get(key, key): _flag(key) for key in overrides}
    raw = config.model_dump(mode="json", exclude_unset=True)
    if "camera" in given:
        raw["camera"] = _camera_from(str(given.pop("camera")), raw["camera"])
        names["camera.path"] = "--camera"
    for key, value in given.items():
        _put(raw, key.split("."), _path_text(value) if tuple(key.split(".")) in _PATHS else value)
    used = " ".join(f"{names[key]} {value}" for key, value in given.items())
    return validate(raw, f"command line ({used})" if used else "command line", names)


def validate(raw: dict[str, Any], source: str, names: Mapping[str, str] | None = None) -> StationConfig:
    """Return the checked configuration of what `source` says.

    Raises
    ------
    ConfigError
        One line per mistake.
    """
    try:
        return StationConfig.model_validate(raw)
    except ValidationError as error:
        raise config_error(error, source, names or {}) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a file says, its relative paths counted from its own folder.

    Raises
    ------
    ConfigError
        It cannot be read, or is not TOML.
    """
    raw = parse_toml(_read(path), path)
    _anchor_paths(raw, path.absolute().parent)
    return raw


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(tell(Told.FILE_GONE, path=str(path), name=path.name)) from None
    except UnicodeDecodeError as error:
        raise ConfigError(tell(Told.FILE_NOT_TEXT, path=str(path), byte=error.start)) from None
    except OSError as error:
        raise ConfigError(unreadable(path, error)) from None


def unreadable(path: Path, error: OSError) -> Telling:
    """Return what is said of a file that cannot be read."""
    return tell(Told.FILE_UNREADABLE, path=str(path), error=error.strerror or str(error))


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return what a text in TOML says.

    Parameters
    ----------
    path
        Where it was read.

    Raises
    ------
    ConfigError
        It is not TOML, or something no file of ours says: numbers of thousands of digits, tables without end.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r"\(at line (\d+), column (\d+)\)", message)
        line, column = place.groups() if place else (str(text.count("\n") + 1), "1")
        reason = message.split(" (at ")[0]
        place_of = {"path": str(path), "line": line, "column": column}
        raise ConfigError(tell(Told.FILE_NOT_TOML, **place_of, error=reason)) from None
    except RecursionError:
        raise ConfigError(f"{path}: {_TOO_DEEP}") from None
    except ValueError as error:  # Python's limit for the digits of a whole number
        raise ConfigError(f"{path}: a number is too long ({str(error).split(';')[0]}); correct it") from None
    _refuse_unprintable(raw, path)
    return raw


def _refuse_unprintable(raw: dict[str, Any], path: Path) -> None:
    """Refuse what could not even be shown in a message: tables without end, and more digits than TOML allows."""
    level: list[Any] = [raw]
    for _ in range(_DEEPEST):
        level = [item for box in level for item in _items(box)]
        if any(isinstance(item, int) and item.bit_length() > _INT_BITS for item in level):
            raise ConfigError(f"{path}: a whole number has more than {_INT_BITS} bits; correct it")
    if level:
        raise ConfigError(f"{path}: {_TOO_DEEP}")


def _items(box: Any) -> Iterable[Any]:
    if isinstance(box, dict):
        return box.values()
    return box if isinstance(box, list) else ()


def _anchor_paths(raw: dict[str, Any], folder: Path) -> None:
    for section, key in _PATHS:
        table = raw.get(section)
        if isinstance(table, dict) and isinstance(table.get(key), str):
            table[key] = _anchored(table[key], folder)


def _anchored(text: str, folder: Path) -> str:
    if not text:
        return text  # which is refused as such, instead of standing for the folder itself
    return str(folder / _expanded(text))


def _expanded(text: str | Path) -> Path:
    """Return a path with the home folder in the place of ~; that of an unknown user stays as it is, as in a shell."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _camera_from(text: str, current: dict[str, Any]) -> dict[str, Any]:
    """Return the camera section that `--camera` asks for; what was set and still applies is kept."""
    kind, _, path = text.partition(":")
    # What belongs to one kind alone does not survive a change of kind; the timing does.
    own = set() if kind == current["kind"] else {"width", "height", "path", "frozen_check"}
    kept = {key: value for key, value in current.items() if key not in own}
    if kind == "folder":
        if not path:
            raise ConfigError('--camera = "folder" names no folder; use --camera folder:PATH')
        kept["path"] = _path_text(path)
    elif text != "sim":
        raise ConfigError(f'--camera = "{text}" is not known; use sim or folder:PATH')
    return kept | {"kind": kind}


def _path_text(value: Any) -> Any:
    """Return a path of the command line, which counts from the working directory, as an absolute one."""
    return str(_expanded(value).absolute()) if isinstance(value, str | Path) and str(value) else value


def _put(raw: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        raw = raw.setdefault(key, {})
    raw[keys[-1]] = value


def _flag(key: str) -> str:
    return "--" + key.replace("_", "-") if key in FLAGS else key
