"""System › Computer: its clock, networks and disk, and the backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from inspector.domain.access import Permission
from inspector.protocol import Machine, NetworkPort
from inspector_console.presenter._facts import Link
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._rights import may, who_may
from inspector_console.presenter._rows import RowView, time_and_date
from inspector_console.presenter._saving import size_text
from inspector_console.presenter._versions import shortened
from inspector_console.words import SayMachine, SaySystem

_FAR_APART_S: Final = 2.0
"""Two clocks that differ by less look the same to people; the way here takes a part of it."""
_NS_PER_S: Final = 10**9
_ADDRESSES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineState:
    """What the station has said.

    Attributes
    ----------
    machine
        None = it has not answered yet.
    here_utc_ns
        This console's own time when the answer came.
    trouble
        Why there is none.
    """

    machine: Machine | None = None
    here_utc_ns: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineView:
    """The page.

    Attributes
    ----------
    quiet
        What stands in the list's place when there is none.
    back_up
        What the button says; empty = whoever is here may not, and `may_not` says who may.
    """

    title: str
    quiet: str
    back_up: str
    may_not: str
    rows: tuple[RowView, ...] = ()


def present_machine(lens: Lens, state: MachineState) -> MachineView:
    """Return the page. What a station that is lost now has said is not shown: addresses may have changed."""
    words = lens.words
    can = may(lens, Permission.BACK_UP)
    is_linked = lens.facts.link is Link.ATTACHED
    machine = state.machine if is_linked else None
    return MachineView(
        title=words(SayMachine.PAGE),
        quiet=_quiet(lens, state, is_linked=is_linked),
        back_up=words(SayMachine.BACK_UP) if can and is_linked else "",
        may_not="" if can else words(SayMachine.BACK_UP_ONLY, roles=who_may(lens, Permission.BACK_UP)),
        rows=_rows(lens, machine, state.here_utc_ns) if machine is not None else (),
    )


def _quiet(lens: Lens, state: MachineState, *, is_linked: bool) -> str:
    if not is_linked:
        return lens.words(SaySystem.NOT_KNOWN)
    if state.trouble:
        return lens.words(SayMachine.NOT_READ, why=state.trouble)
    return lens.words(SaySystem.ASKING)


def _rows(lens: Lens, machine: Machine, here_utc_ns: int) -> tuple[RowView, ...]:
    return (
        _backup(lens, machine),
        _disk(lens, machine),
        _records(lens, machine),
        _time(lens, machine, here_utc_ns),
        *_network(lens, machine),
        _plc(lens, machine),
        _consoles(lens, machine),
        _logs(lens, machine),
        _running(lens, machine),
        _settings(lens, machine),
    )


def _time(lens: Lens, machine: Machine, here_utc_ns: int) -> RowView:
    words, clock = lens.words, machine.clock
    apart_s = (here_utc_ns - clock.utc_ns) / _NS_PER_S if here_utc_ns else 0.0
    is_apart = abs(apart_s) > _FAR_APART_S
    hours = f"{clock.utc_offset_min / 60:+.2f}".rstrip("0").rstrip(".")
    if is_apart:
        more = words(SayMachine.CLOCKS_DIFFER, seconds=words.number(abs(apart_s), 0))
    elif clock.is_synchronised is None:
        more = words(SayMachine.SYNC_UNKNOWN)
    elif clock.is_synchronised:
        more = words(SayMachine.SYNCHRONISED, ms=words.number(clock.error_us / 1000, 0))
    else:
        more = words(SayMachine.NOT_SYNCHRONISED)
    return RowView(
        lead=words(SayMachine.TIME),
        text=f"{_of_station(lens, machine)} · {clock.zone} (UTC{hours})",
        more=more,
        is_wrong=is_apart or clock.is_synchronised is False,
    )


def _of_station(lens: Lens, machine: Machine) -> str:
    """Return the station's own time of day and date, which need not be this console's."""
    zone = timezone(timedelta(minutes=machine.clock.utc_offset_min))
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=machine.clock.utc_ns // 1000)
    local = moment.astimezone(zone)
    return f"{local:%H:%M} · {lens.words.date(local)}"


def _running(lens: Lens, machine: Machine) -> RowView:
    words, clock = lens.words, machine.clock
    time, date = time_and_date(clock.booted_utc_ns, lens)
    days = max(0, clock.utc_ns - clock.booted_utc_ns) / (_NS_PER_S * 86_400)
    return RowView(
        lead=words(SayMachine.RUNNING),
        text=machine.host,
        more=words(SayMachine.SINCE, time=time[:5], date=date)
        + (f" · {words(SayMachine.DAYS, days=words.number(days, 0))}" if days >= 2 else ""),
    )


def _network(lens: Lens, machine: Machine) -> tuple[RowView, ...]:
    words = lens.words
    if not machine.ports:
        return (RowView(lead=words(SayMachine.NETWORK), text=words(SayMachine.NO_PORTS)),)
    # A computer may have many that nobody uses; those with an address, or with a link, are all there.
    used = [port for port in machine.ports if port.is_up or port.addresses] or machine.ports[:1]
    return tuple(_port(lens, port) for port in used)


def _port(lens: Lens, port: NetworkPort) -> RowView:
    words = lens.words
    addresses = ", ".join(port.addresses[:_ADDRESSES]) or words(SayMachine.NO_ADDRESS)
    speed = words(SayMachine.SPEED, speed=words.number(port.speed_mbit_s)) if port.speed_mbit_s else ""
    return RowView(
        lead=words(SayMachine.NETWORK),
        text=f"{port.name} · {addresses}",
        more=speed if port.is_up else words(SayMachine.NO_LINK),
        is_wrong=not port.is_up,
    )


def _plc(lens: Lens, machine: Machine) -> RowView:
    state = lens.facts.state
    is_simulated = state is not None and state.is_simulated and machine.plc.startswith("127.")
    simulated = f" · {lens.words(SayMachine.SIMULATED_PLC)}" if is_simulated else ""
    return RowView(
        lead=lens.words(SayMachine.PLC),
        text=(machine.plc or lens.words(SayMachine.NO_PLC_ADDRESS)) + simulated,
        more=lens.words(SayMachine.IN_FILE),
    )


def _consoles(lens: Lens, machine: Machine) -> RowView:
    words, lead = lens.words, lens.words(SayMachine.CONSOLES)
    if not machine.consoles:
        return RowView(lead=lead, text=words(SayMachine.HERE_ALONE))
    return RowView(
        lead=lead,
        text=words(SayMachine.REMOTE, address=machine.consoles),
        more=words(SayMachine.REMOTE_KEYS, count=words.number(machine.consoles_allowed)),
    )


def _disk(lens: Lens, machine: Machine) -> RowView:
    store = machine.store
    free, total = size_text(lens, store.disk_free_bytes), size_text(lens, store.disk_bytes)
    return RowView(
        lead=lens.words(SayMachine.DISK),
        text=lens.words(SayMachine.FREE_OF, free=free, total=total),
        more=shortened(store.data_dir),
    )


def _records(lens: Lens, machine: Machine) -> RowView:
    words, store, lead = lens.words, machine.store, lens.words(SayMachine.RECORDS)
    if not store.quota_bytes:
        return RowView(lead=lead, text=words(SayMachine.NOT_RECORDED))
    time, date = time_and_date(store.oldest_utc_ns, lens)
    return RowView(
        lead=lead,
        text=words(
            SayMachine.USED_OF,
            used=size_text(lens, store.rows_bytes + store.images_bytes),
            quota=size_text(lens, store.quota_bytes),
            waiting=words.number(store.rows_waiting),
        ),
        more=words(SayMachine.RETENTION, time=time[:5], date=date) if store.oldest_utc_ns else "",
    )


def _logs(lens: Lens, machine: Machine) -> RowView:
    words, store = lens.words, machine.store
    return RowView(
        lead=words(SayMachine.LOGS),
        text=words(SayMachine.KEPT_FOR_GOOD, audit=size_text(lens, store.audit_bytes)),
        more=words(SayMachine.LOG_ROOM, log=size_text(lens, store.log_bytes)),
    )


def _backup(lens: Lens, machine: Machine) -> RowView:
    words, last = lens.words, machine.backup
    lead, holds = words(SayMachine.BACKUP), words(SayMachine.BACKUP_HOLDS)
    if not last.utc_ns:
        return RowView(lead=lead, text=words(SayMachine.NO_BACKUP_YET), more=holds)
    time, date = time_and_date(last.utc_ns, lens)
    size = words(
        SayMachine.BACKUP_FILES, count=words.number(last.files), size=size_text(lens, last.size_bytes)
    )
    return RowView(
        lead=lead,
        text=words(SayMachine.LAST_BACKUP, time=time[:5], date=date, user=last.user),
        more=holds,
        tail=size,
    )


def _settings(lens: Lens, machine: Machine) -> RowView:
    words = lens.words
    return RowView(
        lead=words(SayMachine.SETTINGS),
        text=shortened(machine.config_file) or words(SayMachine.DEFAULTS),
        more=words(SayMachine.SETTINGS_HINT) if machine.config_file else "",
    )
