"""Whole screens: widgets in their places, and what happens when they are touched."""

from inspector_console.screens.alarms import AlarmsScreen
from inspector_console.screens.live import LiveScreen

__all__ = ["AlarmsScreen", "LiveScreen"]
