"""Every command that the protocol itself does not answer: by whom, on what, and what is written down of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from inspector.clock import monotonic_ns
from inspector.domain.access import REASON_MAX, Identity, Permission
from inspector.domain.alarm_texts import REFUSAL_TEXTS
from inspector.domain.alarms import AlarmEvent, AlarmId, AlarmRefusal, ShelveReason
from inspector.domain.device_states import Device
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ProtocolError, TelemetryError
from inspector.protocol import (
    Ask,
    Code,
    Command,
    Message,
    RegisterTable,
    Reply,
    body_as,
    done,
    refused,
)
from inspector.service._access import Access, Reason
from inspector.service._accounts import Accounts, Act
from inspector.service._alarms import Alarms, Tell
from inspector.service._audit_record import AuditEntry
from inspector.service._desk import Later
from inspector.service._frame_desk import READ_FRAME
from inspector.service._golden import GOLDEN_KINDS, image_reply
from inspector.service._logbook import Logbook, LogDesk, event
from inspector.service._machine_desk import MACHINE_KINDS
from inspector.service._options import Region
from inspector.service._products import PRODUCT_FREE
from inspector.service._wishes import Wishes

FREE: Final = PRODUCT_FREE | frozenset(
    {
        "session.log_in",
        "session.log_off",
        "session.set_up",
        "session.who",
        "user.list",
        "user.own_secret",
        "audit.query",
        "audit.export",
        "audit.verify",
        "log.export",
        "image.read",
        "image.heatmap",
        READ_FRAME,
        *GOLDEN_KINDS,
        *MACHINE_KINDS,
        "reject.query",
        "reject.neighbours",
        "reject.label",
        "registers.read",
    }
)
"""These need no right to write: they read, or concern nobody but the person who asks, or nothing at the line."""
_ACT_OF: Final[Mapping[str, Permission]] = MappingProxyType(
    {
        "alarm.unshelve": Permission.SHELVE,
        "alarm.put_back": Permission.OUT_OF_SERVICE,
        **dict.fromkeys(("user.add", "user.change", "user.delete", "user.unlock"), Permission.MANAGE_USERS),
    }
)
"""What these commands are in the audit log; the others have their act's name."""
_IMAGE_NAME: Final = re.compile(r"[0-9a-f]{13}-[0-9]{10}\.(png|jpg)")
_NS_PER_MINUTE: Final = 60 * 10**9
Change = Callable[[int], AlarmEvent | AlarmRefusal]


class _OneAlarm(Reason):
    alarm: str

    @property
    def id(self) -> AlarmId:
        """The alarm meant."""
        try:
            return AlarmId(self.alarm)
        except ValueError:
            raise ProtocolError(f"there is no alarm {self.alarm[:40]!r}") from None


class _Shelve(_OneAlarm):
    minutes: int


class _Image(Message):
    name: str


class _Group(Message):
    group: str


class _Test(Reason):
    device: str


class Commands:
    """Carries out what consoles ask. Called in the server's thread; never waits.

    Parameters
    ----------
    images
        The recorder's folder of images.
    tell
        Publishes a fact.
    more
        Commands that others carry out.
    registers
        Returns a group of the PLC's registers; None = nobody reads along.
    region
        Returns where the recipe looks in an image file; called in the worker.
    """

    def __init__(
        self,
        access: Access,
        alarms: Alarms,
        wishes: Wishes,
        images: Path,
        audit: Path,
        logbook: Logbook,
        tell: Tell,
        more: Mapping[str, Act] = MappingProxyType({}),
        registers: Callable[[str], RegisterTable] | None = None,
        region: Callable[[bytes], Region | None] = lambda _: None,
    ) -> None:
        self._access, self._alarms, self._tell = access, alarms, tell
        self._wishes, self._images, self._registers = wishes, images, registers
        self._region = region
        self._acts: dict[str, Act] = {
            Ask.ACKNOWLEDGE: self._acknowledge,
            "alarm.shelve": self._shelve,
            "alarm.unshelve": self._unshelve,
            "alarm.out_of_service": self._take_out,
            "alarm.put_back": self._put_back,
            Ask.HOLD: self._hold,
            "line.release": self._release,
            "session.log_in": access.log_in,
            "session.log_off": access.log_off,
            "session.set_up": access.set_up,
            "session.who": access.about,
            "image.read": self._read_image,
            "registers.read": self._read_registers,
            "device.test": self._test_device,
            "log.export": LogDesk(access, logbook).export,
            **Accounts(access, audit).acts,
            **more,
        }

    def handle(self, command: Command) -> Reply | Later:
        """Carry a command out, or say why not. Errors are turned into refusals by the desk."""
        act = self._acts.get(command.kind)
        if act is None:
            return refused(Code.UNKNOWN, f"there is no command {command.kind}; is the console newer?")
        return act(command)

    def kept_out(self, command: Command, reason: str) -> None:
        """Write down what somebody wanted who was refused because another console has the right to write."""
        if command.kind in self._acts or command.kind == Ask.CONTROL_TAKE:
            self._access.kept_out(command, _ACT_OF.get(command.kind, command.kind), reason)

    # -- alarms

    def _acknowledge(self, command: Command) -> Reply:
        """At once, and written down afterwards: no disk may stand between a person and an alarm."""
        who, given = self._access.permit(command, Permission.ACKNOWLEDGE), body_as(command.args, _OneAlarm)
        reply = self._change_alarm(
            command, given.id, lambda now_ns: self._alarms.board.acknowledge(given.id, _label(who), now_ns)
        )
        if reply.ok:
            self._access.note(who, Permission.ACKNOWLEDGE, target=given.id, reason=given.reason)
        else:
            self._access.denied(who, Permission.ACKNOWLEDGE, reply.reason, target=given.id)
        return reply

    def _shelve(self, command: Command) -> Later:
        who = self._access.permit(command, Permission.SHELVE)
        given = body_as(command.args, _Shelve)
        try:
            reason = ShelveReason(given.reason)
        except ValueError:
            known = ", ".join(reason.value for reason in ShelveReason)
            raise ProtocolError(f"{given.reason[:40]!r} is no reason to shelve; use one of {known}") from None
        return self._audited(
            command,
            AuditEntry(
                who=who, act=Permission.SHELVE, target=given.id, new=given.minutes, reason=given.reason
            ),
            lambda now_ns: self._alarms.board.shelve(
                given.id, now_ns + given.minutes * _NS_PER_MINUTE, reason, _label(who), now_ns
            ),
        )

    def _unshelve(self, command: Command) -> Later:
        given = body_as(command.args, _OneAlarm)
        # Whoever may put an alarm aside may take it back, and needs no reason to.
        who = self._access.permit(command, Permission.SHELVE, reason="unshelved")
        return self._audited(
            command,
            AuditEntry(who=who, act=Permission.SHELVE, target=given.id, new="unshelved", reason=given.reason),
            lambda now_ns: self._alarms.board.unshelve(given.id, _label(who), now_ns),
        )

    def _take_out(self, command: Command) -> Later:
        who = self._access.permit(command, Permission.OUT_OF_SERVICE)
        given = body_as(command.args, _OneAlarm)
        return self._audited(
            command,
            AuditEntry(who=who, act=Permission.OUT_OF_SERVICE, target=given.id, reason=given.reason),
            lambda now_ns: self._alarms.board.take_out_of_service(
                given.id, given.reason, _label(who), now_ns
            ),
        )

    def _put_back(self, command: Command) -> Later:
        who = self._access.permit(command, Permission.OUT_OF_SERVICE, reason="put back")  # as above
        given = body_as(command.args, _OneAlarm)
        return self._audited(
            command,
            AuditEntry(
                who=who, act=Permission.OUT_OF_SERVICE, target=given.id, new="put back", reason=given.reason
            ),
            lambda now_ns: self._alarms.board.put_back(given.id, _label(who), now_ns),
        )

    def _audited(self, command: Command, entry: AuditEntry, change: Change) -> Later:
        id_ = AlarmId(entry.target)
        return self._access.first_write(command, entry, lambda: self._change_alarm(command, id_, change))

    def _change_alarm(self, command: Command, id_: AlarmId, change: Change) -> Reply:
        version, expected = self._alarms.view(id_).version, command.expected_version
        if expected is not None and expected != version:
            return refused(Code.CONFLICT, tell(Told.ALARM_CHANGED)).model_copy(update={"version": version})
        outcome = change(monotonic_ns())
        if isinstance(outcome, AlarmRefusal):
            reply = refused(Code.IMPOSSIBLE, REFUSAL_TEXTS[outcome])
            return reply.model_copy(update={"version": version, "body": {"refusal": outcome.value}})
        self._alarms.note([outcome])
        return done(version=self._alarms.view(id_).version)

    # -- the line

    def _hold(self, command: Command) -> Reply:
        """At once: the station obeys within a few dozen milliseconds."""
        who = self._access.permit(command, Permission.HOLD_LINE)
        reason = body_as(command.args, Reason).reason[:REASON_MAX]
        text = f"{_label(who)}: {reason}" if reason else _label(who)
        self._wishes.hold(text)
        self._access.note(who, Permission.HOLD_LINE, reason=reason)
        self._tell(event("line", tell(Told.LINE_HELD, who=text), who.name))
        return done()

    def _release(self, command: Command) -> Later:
        who = self._access.permit(command, Permission.RELEASE_LINE)
        reason = body_as(command.args, Reason).reason
        newest, seen = self._wishes.hold_version, command.expected_version
        meant = newest if seen is None else seen

        def act() -> Reply:
            if not self._wishes.now.is_held:
                return refused(Code.IMPOSSIBLE, tell(Told.NOT_HELD))
            if self._wishes.hold_version != meant:  # somebody reached into the machine meanwhile
                return refused(Code.CONFLICT, tell(Told.HELD_AGAIN))
            self._wishes.ask(is_held=False, hold_text="")
            self._tell(event("line", tell(Told.LINE_RELEASED, who=_label(who)), who.name))
            return done()

        entry = AuditEntry(who=who, act=Permission.RELEASE_LINE, reason=reason)
        return self._access.first_write(command, entry, act)

    # -- devices

    def _test_device(self, command: Command) -> Later:
        """Show that stack light and horn work: the PLC is asked for them for a moment. Nothing else moves."""
        who = self._access.permit(command, Permission.TEST_DEVICE)
        given = body_as(command.args, _Test)
        if given.device != Device.PLC:
            raise ProtocolError(f"there is no test of {given.device[:40]!r}; use {Device.PLC.value}")

        def act() -> Reply:
            self._alarms.test_signals()
            self._tell(event("line", tell(Told.SIGNALS_TESTED, who=_label(who)), who.name))
            return done()

        entry = AuditEntry(
            who=who, act=Permission.TEST_DEVICE, target="stack light, horn", reason=given.reason
        )
        return self._access.first_write(command, entry, act)

    # -- pictures

    def _read_image(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        name = body_as(command.args, _Image).name
        if not _IMAGE_NAME.fullmatch(name):
            raise ProtocolError(f"{name[:60]!r} is no name of an image; take it from a result")
        job = self._access.worker.do(lambda: image_reply(_content(self._images / name), self._region))
        return Later(job, lambda reply: reply)

    # -- registers

    def _read_registers(self, command: Command) -> Reply:
        self._access.permit(command, Permission.VIEW, acts=False)
        if self._registers is None:
            return refused(Code.IMPOSSIBLE, tell(Told.NO_REGISTERS))
        return done(self._registers(body_as(command.args, _Group).group))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TelemetryError(tell(Told.IMAGE_GONE, name=path.name)) from None
    except OSError as error:
        why = str(error.strerror or error)
        raise TelemetryError(tell(Told.IMAGE_UNREADABLE, name=path.name, error=why)) from error


def _label(who: Identity) -> str:
    """Return whom others read: the person, or the console where nobody has logged in."""
    return who.name or who.console
