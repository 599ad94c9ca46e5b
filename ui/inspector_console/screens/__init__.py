"""Whole screens: widgets in their places, and what happens when they are touched.

Each has `show_facts(lens)`, called at most ten times a second and while people can see it, and asks the bridge by
itself for what people want.
"""

from inspector_console.screens._badge_reader import BadgeReader
from inspector_console.screens.alarms import AlarmPages
from inspector_console.screens.devices import DevicesScreen
from inspector_console.screens.live import LiveScreen
from inspector_console.screens.login import LoginScreen
from inspector_console.screens.product import ProductScreen
from inspector_console.screens.rejects import RejectsScreen
from inspector_console.screens.system import SystemScreen

__all__ = [
    "AlarmPages",
    "BadgeReader",
    "DevicesScreen",
    "LiveScreen",
    "LoginScreen",
    "ProductScreen",
    "RejectsScreen",
    "SystemScreen",
]
