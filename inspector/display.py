"""Whether there is a screen that a window can be opened on."""

from __future__ import annotations

import os
from typing import Final

_NAMES: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def has_display() -> bool:
    """Return whether the environment names a display, or what Qt shall use in place of one."""
    return any(os.environ.get(name) for name in _NAMES)
