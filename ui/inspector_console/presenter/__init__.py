"""From what the station says to what people see: words, signs, places on an axis. Pure: no Qt, no clock, no I/O."""

from inspector.domain.device_states import Device
from inspector_console.presenter._alarm_history import AlarmHistoryView, present_alarm_history
from inspector_console.presenter._alarm_row import AlarmLine, AlarmRowView, present_alarm_row, shown_alarms
from inspector_console.presenter._alarms import AlarmsView, SheetView, present_alarms
from inspector_console.presenter._audit import (
    ACTS,
    SPANS_H,
    AuditFilter,
    AuditState,
    AuditView,
    present_audit,
    span_text,
)
from inspector_console.presenter._device_registers import REGISTER_GROUPS, RegistersView, present_registers
from inspector_console.presenter._device_times import TimesView, present_times
from inspector_console.presenter._devices import DeviceCardView, DevicePageView, present_cards, present_device
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
from inspector_console.presenter._lens import Lens, class_named
from inspector_console.presenter._live import HoldAct, HoldView, LiveView, present_hold, present_live
from inspector_console.presenter._log import LogView, present_log
from inspector_console.presenter._login import (
    SOON_S,
    FieldView,
    LoginMode,
    LoginView,
    Said,
    Seat,
    present_login,
    present_refusal,
    said_in,
    say_of,
)
from inspector_console.presenter._machine import MachineState, MachineView, present_machine
from inspector_console.presenter._panel import RULER_MM, PanelState, PanelView, present_panel
from inspector_console.presenter._picture import (
    OverlayView,
    RejectView,
    overlay_of,
    part_in,
    present_rejects,
)
from inspector_console.presenter._product import (
    FactRow,
    ProductCardView,
    ProductScreenView,
    ProgressView,
    Shelf,
    StepMark,
    present_product,
)
from inspector_console.presenter._reject_detail import (
    Draft,
    RejectDetailView,
    ScoreBarView,
    class_choices,
    heat_missing,
    heat_says,
    present_reject,
)
from inspector_console.presenter._reject_list import (
    Found,
    RejectCardView,
    RejectListView,
    present_reject_list,
    with_labels,
)
from inspector_console.presenter._reject_wish import FilterView, RejectWish
from inspector_console.presenter._rights import may, who_may
from inspector_console.presenter._rows import RowView
from inspector_console.presenter._saving import SaveState, SaveView, present_save
from inspector_console.presenter._scan import Scanned, Swiped, products_of
from inspector_console.presenter._users import (
    UserAct,
    UserLine,
    UsersState,
    UsersView,
    act_name,
    act_reasons,
    act_result,
    needs_password,
    present_users,
)
from inspector_console.presenter._verdict import VerdictKind, VerdictView, kind_of, present_verdict
from inspector_console.presenter._versions import Software, VersionsView, present_versions

__all__ = [
    "ACTS",
    "REGISTER_GROUPS",
    "RULER_MM",
    "SOON_S",
    "SPANS_H",
    "AlarmHistoryView",
    "AlarmLine",
    "AlarmRowView",
    "AlarmsView",
    "AuditFilter",
    "AuditState",
    "AuditView",
    "CountsView",
    "Device",
    "DeviceCardView",
    "DevicePageView",
    "Draft",
    "FactRow",
    "Facts",
    "FieldView",
    "FilterView",
    "Found",
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
    "LogView",
    "LoginMode",
    "LoginView",
    "MachineState",
    "MachineView",
    "OverlayView",
    "PanelState",
    "PanelView",
    "ProductCardView",
    "ProductScreenView",
    "ProgressView",
    "RegistersView",
    "RejectCardView",
    "RejectDetailView",
    "RejectListView",
    "RejectView",
    "RejectWish",
    "RowView",
    "RunSign",
    "Said",
    "SaveState",
    "SaveView",
    "Scanned",
    "ScoreBarView",
    "Seat",
    "SheetView",
    "Shelf",
    "Software",
    "StepMark",
    "Swiped",
    "TimesView",
    "UserAct",
    "UserLine",
    "UsersState",
    "UsersView",
    "VerdictKind",
    "VerdictView",
    "VersionsView",
    "act_name",
    "act_reasons",
    "act_result",
    "capital",
    "class_choices",
    "class_named",
    "heat_missing",
    "heat_says",
    "kind_of",
    "may",
    "needs_password",
    "overlay_of",
    "part_in",
    "present_alarm_history",
    "present_alarm_row",
    "present_alarms",
    "present_audit",
    "present_cards",
    "present_counts",
    "present_device",
    "present_header",
    "present_hold",
    "present_keys",
    "present_lamps",
    "present_latency",
    "present_live",
    "present_log",
    "present_login",
    "present_machine",
    "present_panel",
    "present_product",
    "present_rate",
    "present_refusal",
    "present_registers",
    "present_reject",
    "present_reject_list",
    "present_rejects",
    "present_save",
    "present_times",
    "present_users",
    "present_verdict",
    "present_versions",
    "present_yield",
    "products_of",
    "said_in",
    "say_of",
    "shown_alarms",
    "span_text",
    "who_may",
    "with_labels",
]
