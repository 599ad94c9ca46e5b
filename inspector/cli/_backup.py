"""`inspector backup`: what a station needs to be set up again, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from inspector.cli._output import print_json, say
from inspector.cli._parsers import Commands, add_command_group, add_config, add_json, describe, path

_EPILOG: Final = """\
examples:
  inspector backup make /media/stick/station.zip --config /etc/inspector/station.toml
  inspector backup check /media/stick/station.zip
  inspector backup restore /media/stick/station.zip --config /etc/inspector/station.toml

In it: users, audit log, log, alarms, what people have said of rejects, the configuration's file, products, bundles
that the plant has brought, and keys. Not in it: rows and images (inspector telemetry export).
It holds secrets (keys, hashed PINs): lock it away.

exit codes: 0 done, 2 no backup, a damaged one, no room, or the line runs (restore)
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "backup",
        help="one file with all that a station needs to be set up again",
        **describe("Make, check and restore backups of a station.", _EPILOG),
    )
    actions = add_command_group(parser)
    make = actions.add_parser(
        "make", help="make a backup", **describe("Write a backup. Works while the line runs.")
    )
    make.add_argument("out", type=path, metavar="FILE", help="the file to write; there must be none yet")
    add_config(make)
    _add_data_dir(make)
    add_json(make)
    make.set_defaults(execute=_make)
    check = actions.add_parser(
        "check", help="read a whole backup", **describe("Read every byte of a backup, and say what it holds.")
    )
    check.add_argument("file", type=path, metavar="FILE", help="the backup")
    add_json(check)
    check.set_defaults(execute=_check)
    restore = actions.add_parser(
        "restore",
        help="put a backup back",
        **describe(
            "Put a backup's data into the data folder. The line must not run. What was there is set aside;\n"
            "configuration, products, bundles and keys are laid beside, for you to put where they belong."
        ),
    )
    restore.add_argument("file", type=path, metavar="FILE", help="the backup")
    where = restore.add_mutually_exclusive_group()
    add_config(where)
    _add_data_dir(where)
    add_json(restore)
    restore.set_defaults(execute=_restore)


def _add_data_dir(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--data-dir",
        type=path,
        metavar="DIR",
        help="the station's data folder (default: from the configuration)",
    )


def _make(arguments: argparse.Namespace) -> int:
    from inspector.app import save_backup

    config = _config(arguments.config, arguments.data_dir)
    manifest = save_backup(config, arguments.config, arguments.out)
    _tell(arguments, manifest, f"{arguments.out} holds", file=str(arguments.out))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from inspector.app import check_backup

    manifest = check_backup(arguments.file)
    _tell(arguments, manifest, f"{arguments.file} is whole:", file=str(arguments.file))
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from inspector.app import restore_backup

    data_dir = arguments.data_dir or _config(arguments.config).data_dir
    done = restore_backup(arguments.file, data_dir)
    if arguments.json:
        print_json(
            {
                **_summary(done.manifest),
                "data_dir": str(done.data_dir),
                "set_aside": None if done.set_aside is None else str(done.set_aside),
                "beside": None if done.beside is None else str(done.beside),
            }
        )
        return 0
    say(f"{done.data_dir} is that of {done.manifest.station}, {done.manifest.made_utc}, again")
    if done.set_aside is not None:
        say(f"{done.set_aside} has what was there before")
    if done.beside is not None:
        say(f"{done.beside} has what belongs elsewhere; it was in")
        for origin, name in _origins(done.manifest):
            say(f"  {name:<24} {origin}")
    return 0


def _origins(manifest: Any) -> list[tuple[str, str]]:
    """Return the folders that files came from, with those in which they lie now."""
    found = {
        (str(Path(file.origin).parent), str(Path(file.name).parent))
        for file in manifest.files
        if not file.name.startswith("data/")
    }
    return sorted(found)


def _tell(arguments: argparse.Namespace, manifest: Any, begin: str, file: str) -> None:
    if arguments.json:
        print_json({"file": file, **_summary(manifest)})
    else:
        size = manifest.size_bytes / 1e6
        say(f"{begin} {len(manifest.files)} files ({size:.1f} MB) of {manifest.station}, {manifest.made_utc}")


def _summary(manifest: Any) -> dict[str, Any]:
    return {
        "station": manifest.station,
        "made_utc": manifest.made_utc,
        "inspector_version": manifest.inspector_version,
        "schema_version": manifest.schema_version,
        "files": len(manifest.files),
        "bytes": manifest.size_bytes,
    }


def _config(file: Path | None, data_dir: Path | None = None) -> Any:
    from inspector.config import apply_overrides, default_config, load_config

    config = load_config(file) if file else default_config()
    return apply_overrides(config, {"data_dir": data_dir.absolute() if data_dir else None})
