"""What an address on the network may look like. Nobody is asked whether it exists."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_NAME: Final = re.compile(
    r"(?=.{1,253}\.?$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\.?", re.I | re.A
)
_LAST_PORT: Final = 65533
"""A door takes three ports in a row."""


def is_host(text: str) -> bool:
    """Whether a text is an IP address or can be a host's name."""
    if _address(text) is not None:
        return True
    # What ends in a number is an address or a mistake: 10.0.0.300 is no name.
    return bool(_NAME.fullmatch(text)) and not text.rstrip(".").rpartition(".")[2].isdigit()


def is_loopback(text: str) -> bool:
    """Whether a host can be reached from this machine alone."""
    address = _address(text)
    return text == "localhost" if address is None else address.is_loopback


def is_door(text: str) -> bool:
    """Whether a text is HOST, HOST:PORT or [IPV6]:PORT to listen on; `*` are all addresses."""
    if _address(text) is not None:
        return True
    host, colon, port = text.rpartition(":")
    if not colon:
        host = text
    elif not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= _LAST_PORT):
        return False
    if host.startswith("[") and host.endswith("]"):
        return isinstance(_address(host[1:-1]), ipaddress.IPv6Address)
    return host == "*" or (":" not in host and is_host(host))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
