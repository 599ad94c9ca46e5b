"""From what the station says to what people see: words, signs, places on an axis. Pure: no Qt, no clock, no I/O."""

from inspector.domain.device_states import Device
from inspector_console.presenter._alarm_row import AlarmLine, AlarmRowView, present_alarm_row, shown_alarms
from inspector_console.presenter._alarms import AlarmsView, SheetView, present_alarms
from inspector_console.presenter._facts import Facts, Keeper, Link
from inspector_console.presenter._figures import (
    CountsView,
    GaugeView,
    present_counts,
    present_latency,
    present_rate,
    present_yield,
)
from inspector_console.presenter._header import HeaderView, RunSign, present_header
from inspector_console.presenter._keys import KeysView, capital, present_keys
from inspector_console.presenter._lamps import LampKind, LampView, present_lamps
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._live import HoldAct, HoldView, LiveView, present_hold, present_live
from inspector_console.presenter._picture import (
    OverlayView,
    RejectView,
    overlay_of,
    part_in,
    present_rejects,
)
from inspector_console.presenter._verdict import VerdictKind, VerdictView, kind_of, present_verdict

__all__ = [
    "AlarmLine",
    "AlarmRowView",
    "AlarmsView",
    "CountsView",
    "Device",
    "Facts",
    "GaugeView",
    "HeaderView",
    "HoldAct",
    "HoldView",
    "Keeper",
    "KeysView",
    "LampKind",
    "LampView",
    "Lens",
    "Link",
    "LiveView",
    "OverlayView",
    "RejectView",
    "RunSign",
    "SheetView",
    "VerdictKind",
    "VerdictView",
    "capital",
    "kind_of",
    "overlay_of",
    "part_in",
    "present_alarm_row",
    "present_alarms",
    "present_counts",
    "present_header",
    "present_hold",
    "present_keys",
    "present_lamps",
    "present_latency",
    "present_live",
    "present_rate",
    "present_rejects",
    "present_verdict",
    "present_yield",
    "shown_alarms",
]
