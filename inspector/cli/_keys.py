"""`inspector keys`: keys for consoles on other machines."""

from __future__ import annotations

import argparse
from typing import Final

from inspector.cli._output import say
from inspector.cli._parsers import Commands, add_command_group, describe, path

_EPILOG: Final = """\
examples:
  inspector keys service --dir /etc/inspector/keys                   once, at the station
  inspector keys console --dir keys --server server.pub              once, at each console
  inspector keys allow console.pub --name panel-2 --dir /etc/inspector/keys
  inspector keys list --dir /etc/inspector/keys

A key that is handed out is a `.pub` file; a `.key` file stays where it was made. Nothing is overwritten.
To shut a console out again, remove its file from the folder `clients` and start the service anew.

exit codes: 0 done, 2 there is such a key already, a file holds none, or a folder cannot be written
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "keys",
        help="keys for consoles on other machines",
        **describe("Make and allow the keys with which consoles of other machines attach (CURVE).", _EPILOG),
    )
    actions = add_command_group(parser)
    _add_service(actions)
    _add_console(actions)
    _add_allow(actions)
    _add_list(actions)


def _add_service(actions: Commands) -> None:
    service = actions.add_parser(
        "service",
        help="make a station's keys",
        **describe("Make server.key, server.pub and the folder clients, for `[service] keys`."),
    )
    _add_dir(service, "the folder that `[service] keys` names; made if missing")
    service.set_defaults(execute=_service)


def _add_console(actions: Commands) -> None:
    console = actions.add_parser(
        "console",
        help="make a console's keys",
        **describe("Make console.key and console.pub, for `inspector console --keys`."),
    )
    _add_dir(console, "the console's own folder; made if missing")
    console.add_argument(
        "--server", type=path, metavar="FILE", help="the station's server.pub, to be put beside them"
    )
    console.set_defaults(execute=_console)


def _add_allow(actions: Commands) -> None:
    allow = actions.add_parser(
        "allow",
        help="let a console attach to this station",
        **describe("Let the console with this public key attach. It works at once, without a restart."),
    )
    allow.add_argument("file", type=path, metavar="FILE", help="the console's console.pub")
    allow.add_argument(
        "--name", required=True, metavar="NAME", help="what the console is called in log and audit log"
    )
    _add_dir(allow, "the folder that `[service] keys` names")
    allow.set_defaults(execute=_allow)


def _add_list(actions: Commands) -> None:
    listed = actions.add_parser(
        "list", help="name the consoles that may attach", **describe("Name the consoles that may attach.")
    )
    _add_dir(listed, "the folder that `[service] keys` names")
    listed.set_defaults(execute=_list)


def _add_dir(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--dir", type=path, required=True, metavar="DIR", help=what)


def _service(arguments: argparse.Namespace) -> int:
    from inspector.service import CLIENTS, make_client_folder, make_keys

    public, secret = make_keys(arguments.dir, "server")
    make_client_folder(arguments.dir)
    say(f"{secret} stays here; name {arguments.dir} in [service] keys")
    say(f"{public} goes to every console")
    say(f"{arguments.dir / CLIENTS} names the consoles that may attach: inspector keys allow")
    return 0


def _console(arguments: argparse.Namespace) -> int:
    from inspector.service import make_keys, put_public

    server = arguments.dir / "server.pub"
    if arguments.server is not None:
        put_public(arguments.server, server)
    public, secret = make_keys(arguments.dir, "console")
    say(f"{secret} stays here")
    say(f"{public} goes to the station: inspector keys allow {public.name} --name NAME --dir DIR")
    if arguments.server is None:
        say(f"{server} is to be the station's public key")
    return 0


def _allow(arguments: argparse.Namespace) -> int:
    from inspector.service import allow_client

    path = allow_client(arguments.dir, arguments.name, arguments.file)
    say(f"{arguments.name} may attach ({path})")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from inspector.service import allowed_clients

    for name in allowed_clients(arguments.dir):
        say(name)
    return 0
