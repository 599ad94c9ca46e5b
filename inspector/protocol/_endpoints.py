"""Where a service can be reached."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.errors import ConfigError

DEFAULT_PORT: Final = 47110
# sockaddr_un has room for 108 bytes with the zero at the end.
_MAX_IPC_PATH_BYTES: Final = 107


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three addresses of one door, as ZeroMQ writes them."""

    commands: str
    """ROUTER of the service, DEALER of the client."""
    facts: str
    """PUB and SUB: everything but frames."""
    frames: str
    """XPUB and SUB; apart from the facts, so that pictures never push results out of a queue."""

    @classmethod
    def ipc(cls, folder: Path) -> Endpoints:
        """Return sockets in a folder of the same machine.

        Raises
        ------
        ConfigError
            If the folder's path is too long for a socket.
        """
        paths = [folder.absolute() / f"{name}.sock" for name in ("commands", "facts", "frames")]
        if any(len(bytes(path)) > _MAX_IPC_PATH_BYTES for path in paths):
            raise ConfigError(
                f"{folder} is too long a path for sockets (at most {_MAX_IPC_PATH_BYTES} bytes with the "
                "file's name); choose a shorter one, such as /run/inspector"
            )
        return cls(*(f"ipc://{path}" for path in paths))

    @classmethod
    def tcp(cls, host: str, port: int = DEFAULT_PORT) -> Endpoints:
        """Return three TCP ports in a row, commands first.

        Raises
        ------
        ConfigError
            If the port is out of range.
        """
        if not 1 <= port <= 65533:
            raise ConfigError(f"port {port} must be 1…65533: it and the next two are used")
        name = f"[{host}]" if ":" in host else host
        return cls(*(f"tcp://{name}:{port + step}" for step in range(3)))

    @classmethod
    def parse(cls, text: str) -> Endpoints:
        """Return what a person means: `HOST`, `HOST:PORT`, `[IPv6]:PORT`, or a folder (has a slash).

        Raises
        ------
        ConfigError
            If it is none of these.
        """
        if "/" in text:
            return cls.ipc(Path(text.removeprefix("ipc://")))
        host, colon, port = text.rpartition(":")
        if not colon or (":" in host and not host.startswith("[")):
            host, port = text, str(DEFAULT_PORT)
        if not host or not (port.isascii() and port.isdigit()):
            raise ConfigError(f"{text!r} is no address of a service; write HOST, HOST:PORT or a folder")
        return cls.tcp(host.strip("[]"), int(port))

    @property
    def all(self) -> tuple[str, str, str]:
        """Commands, facts, frames."""
        return self.commands, self.facts, self.frames

    @property
    def is_private(self) -> bool:
        """Whether no other machine can reach them."""
        return all(_is_private(address) for address in self.all)


def _is_private(address: str) -> bool:
    transport, _, rest = address.partition("://")
    if transport in {"ipc", "inproc"}:
        return True
    host = rest.rpartition(":")[0].strip("[]")
    try:
        return transport == "tcp" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:  # a name, an interface or `*`: who knows where it leads
        return False
