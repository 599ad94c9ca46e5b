"""Nobody pays for a device's library before naming the device."""

from __future__ import annotations

import subprocess
import sys

import pytest

import inspector.devices


def test_importing_the_room_imports_no_library() -> None:
    code = (
        "import sys, inspector.devices\n"
        "heavy = {'pymodbus', 'cv2', 'inspector.devices.sim'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "inspector.devices.ModbusLine\n"
        "assert 'pymodbus' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_a_name_that_is_no_device_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'TeleportLine'"):
        inspector.devices.TeleportLine  # noqa: B018
