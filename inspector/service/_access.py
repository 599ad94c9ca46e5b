"""Who asks, what is written down of it, and what people do with accounts and log-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from inspector.clock import monotonic_ns
from inspector.domain.access import Identity, Permission, Refusal, RefusedError, authorise, permissions_of
from inspector.domain.told import tell, text_of
from inspector.domain.told_texts import Told
from inspector.errors import InspectorError
from inspector.protocol import Ask, Code, Command, Message, Reply, body_as, done, mark_of
from inspector.service._audit import Act, AuditLog
from inspector.service._audit_record import AuditEntry
from inspector.service._denials import Denials
from inspector.service._desk import TOO_LATE, Later, Standing, is_expired
from inspector.service._lapsed import LapsedError
from inspector.service._lease import Lease
from inspector.service._secret import HashCost
from inspector.service._sessions import SessionPolicy, Sessions
from inspector.service._users import UserStore
from inspector.service._worker import Worker

_LOG_IN: Final = "session.log_in"
_LOG_OFF: Final = "session.log_off"
_SET_UP: Final = "session.set_up"
_FORBIDDEN: Final = frozenset({Refusal.NOT_ALLOWED, Refusal.NEEDS_LOGIN})


class Reason(Message):
    """What may come with every act: why."""

    reason: str = ""


class _Credentials(Message):
    name: str = ""
    secret: str = ""
    badge: str = ""


class _SetUp(Message):
    code: str
    name: str
    password: str


class Access:
    """Knows who is at which console. Used by the server's thread; what waits is done by the worker."""

    def __init__(
        self, folder: Path, policy: SessionPolicy, worker: Worker, cost: HashCost, lease: Lease
    ) -> None:
        self.worker, self._lease = worker, lease
        self.audit = AuditLog(folder / "audit")
        self.denials = Denials(self.audit.keep)
        self._users: UserStore | None = None
        self._sessions: Sessions | None = None
        self._policy = policy
        self._broken: RefusedError | None = None
        try:
            self._users = UserStore(folder, cost=cost)
            self._sessions = Sessions(self._users, policy)
            if self._users.needs_setup:
                self._users.setup_code()  # whoever sets up the first admin finds it at the machine
        except RefusedError as error:
            self._broken = error

    @property
    def trouble(self) -> str:
        """Why nobody can log in, or "": the file of users is damaged, or the set-up code cannot be kept."""
        return text_of(self._broken) if self._broken else ""

    @property
    def users(self) -> UserStore:
        """The accounts.

        Raises
        ------
        RefusedError
            They cannot be used; the message says what helps.
        """
        if self._users is None:
            raise self._why_not()
        return self._users

    @property
    def sessions(self) -> Sessions:
        """The log-ins; raises as `users` does."""
        if self._sessions is None:
            raise self._why_not()
        return self._sessions

    def _why_not(self) -> RefusedError:
        refusal = self._broken.refusal if self._broken else Refusal.STORE_DAMAGED
        return RefusedError(refusal, self.trouble)

    # -- who, and whether he may

    def who(self, command: Command, *, acts: bool = True) -> Identity:
        """Return who asks.

        Raises
        ------
        RefusedError
            NEEDS_LOGIN.
        """
        console = console_of(command)
        if self._sessions is None and not command.token and self._policy.anonymous_operator:
            return Identity(console=console)  # the operator acknowledges, whatever has become of the users
        return self.sessions.who(command.token, console, acts=acts)

    def permit(
        self, command: Command, permission: Permission, *, acts: bool = True, reason: str | None = None
    ) -> Identity:
        """Return who asks, if he may; write down that he wanted to, if he may not.

        Parameters
        ----------
        acts
            As for `Sessions.who`.
        reason
            None = what came with the command.

        Raises
        ------
        RefusedError
            NEEDS_LOGIN, NOT_ALLOWED, NEEDS_REASON or BAD_REASON.
        """
        who = Identity(console=console_of(command))
        try:
            who = self.who(command, acts=acts)
            authorise(who, permission, _reason_of(command) if reason is None else reason)
        except RefusedError as error:
            if acts and error.refusal in _FORBIDDEN:
                self.denied(who, permission, error, target=command.kind)
            raise
        return who

    def denied(self, who: Identity, act: str, error: object, target: str = "") -> bool:
        """Write down that something was refused, unless there is too much of that; never waits."""
        entry = AuditEntry(who=who, act=act, target=target, result=f"refused: {error}")
        return self.denials.note(entry)

    def kept_out(self, command: Command, act: str, reason: str) -> None:
        """Write down who was refused because another console has the right to write; never waits."""
        who = Identity(console=console_of(command))
        with suppress(RefusedError):
            who = self.who(command, acts=False)
        self.denied(who, act, reason, target=command.kind)

    def standing(self, command: Command) -> Standing:
        """Say whether somebody may take, or seize, the right to write; a seizure is written down."""
        is_seized = command.kind == Ask.CONTROL_SEIZE
        permission = Permission.SEIZE_CONTROL if is_seized else Permission.TAKE_CONTROL
        try:
            who = self.permit(command, permission)
        except RefusedError:
            raise  # the desk tells the console in which way
        except InspectorError as error:
            return Standing(refusal=str(error))
        if is_seized:
            self.note(who, permission, reason=body_as(command.args, Reason).reason)
        return Standing(user=who.name)

    # -- what is written down

    def note(self, who: Identity | None, act: str, **fields: Any) -> None:
        """Write an act down without waiting for the disk; the next flush is never far."""
        self.audit.keep(AuditEntry(who=who, act=act, **fields))

    def first_write(self, command: Command, entry: AuditEntry, act: Callable[[], Reply]) -> Later:
        """Do an act in the server's thread once it stands in the audit log; without that, not at all."""
        job = self.worker.do(lambda: self.audit.write(replace(entry, result="begun")))
        return Later(job, lambda seq: self.conclude(command, entry, seq, act))

    def conclude(
        self, command: Command, entry: AuditEntry, seq: int, act: Callable[[], Reply], good: str = "done"
    ) -> Reply:
        """Do what record `seq` says was begun, if it still may be done, and write down what came of it."""
        try:
            self._still(command, entry)
            reply = act()
        except InspectorError as error:
            self.audit.keep(replace(entry, result=f"refused: {error}", of=seq))
            raise
        result = good if reply.ok else f"refused: {reply.reason}"
        self.audit.keep(replace(entry, result=result, of=seq))
        return reply

    @contextmanager
    def act(self, command: Command, entry: AuditEntry, *, needs_control: bool = False) -> Iterator[Act]:
        """Surround an act in the worker with its records; it is not done if it may not be done any more."""
        with self.audit.act(entry) as act:
            self._still(command, entry, needs_control=needs_control)
            yield act

    def in_worker(
        self,
        command: Command,
        entry: Callable[[], AuditEntry],
        act: Callable[[], dict[str, Any]],
        *,
        needs_control: bool = True,
    ) -> Later:
        """Do an act that waits in the worker, as `act` does; the reply's body is what it returns.

        `entry` is asked there, too: it names what is changed as it is then.
        """

        def job() -> dict[str, Any]:
            with self.act(command, entry(), needs_control=needs_control):
                return act()

        return Later(self.worker.do(job), _as_body)

    def _still(self, command: Command, entry: AuditEntry, *, needs_control: bool = True) -> None:
        """Raise unless what was permitted when it was asked for may be done now. Any thread; never waits."""
        in_time(command)
        if needs_control and not self._lease.is_held_by((command.peer, command.client)):
            raise LapsedError(Code.LEASE, self._lease.why_not)
        # An account that was changed meanwhile has lost its log-ins: the same person may do the same.
        if self.who(command, acts=False) != entry.who:
            raise RefusedError(Refusal.NEEDS_LOGIN, tell(Told.NOBODY_LOGGED_IN))

    # -- log-ins

    def log_in(self, command: Command) -> Later:
        """Check a name and a secret, or a badge; the reply has the token."""
        given = body_as(command.args, _Credentials)
        sessions, console = self.sessions, console_of(command)
        is_badge = bool(given.badge)

        def job() -> dict[str, Any]:
            in_time(command)
            try:
                if is_badge:
                    token, who = sessions.log_in_badge(given.badge, given.secret, console)
                else:
                    token, who = sessions.log_in(given.name, given.secret, console)
            except InspectorError as error:
                if isinstance(error, RefusedError) and error.refusal is Refusal.NEEDS_SECRET:
                    raise  # half of it is done
                # Not the name that was typed: it may be a PIN in the wrong field.
                if self.denied(Identity(console=console), _LOG_IN, error):
                    self.audit.flush()
                raise
            self.audit.keep(AuditEntry(who=who, act=_LOG_IN, new="badge" if is_badge else None))
            self.audit.flush()
            return self._about(who) | {"token": token, "remaining_s": sessions.remaining_s(token, console)}

        return Later(self.worker.do(job), _as_body)

    def set_up(self, command: Command) -> Later:
        """Make the first admin, for whoever knows the code that lies at the machine."""
        given, users = body_as(command.args, _SetUp), self.users
        entry = AuditEntry(who=Identity(console=console_of(command)), act=_SET_UP, target=given.name)

        def job() -> dict[str, Any]:
            in_time(command)
            try:
                users.admit_set_up(given.code)
            except RefusedError as error:
                self.denied(Identity(console=console_of(command)), _SET_UP, error)
                raise
            with self.audit.act(entry):
                return {"id": users.set_up(given.code, given.name, given.password).id}

        return Later(self.worker.do(job), _as_body)

    def log_off(self, command: Command) -> Reply:
        """End a log-in; `take_ended` tells of it."""
        self.sessions.log_off(command.token, console_of(command))
        return done()

    def about(self, command: Command) -> Reply:
        """Say who asks, and what he may."""
        who = self.who(command, acts=False)
        remaining_s = self._sessions.remaining_s(command.token, who.console) if self._sessions else 0.0
        needs_setup = self._users is not None and self._users.needs_setup
        return Reply(body=self._about(who) | {"remaining_s": remaining_s, "needs_setup": needs_setup})

    def take_ended(self) -> list[Identity]:
        """Return whose log-ins have ended since the last call, and write it down; tell what was only counted."""
        self.denials.tell()
        ended = self._sessions.take_ended() if self._sessions else []
        for one in ended:
            self.note(one.identity, _LOG_OFF, reason=one.why.value)
        return [one.identity for one in ended]

    @staticmethod
    def _about(who: Identity) -> dict[str, Any]:
        may = sorted(permission.value for permission in permissions_of(who))
        return {"user_id": who.user_id, "user": who.name, "role": who.role.value, "permissions": may}


def in_time(command: Command) -> None:
    """Raise LapsedError if nobody waits for a command any more."""
    if is_expired(command, monotonic_ns()):
        raise LapsedError(Code.EXPIRED, TOO_LATE)


def _reason_of(command: Command) -> str:
    """Return why, whatever else came: who may not do something is refused for that, not for how it was said."""
    reason = command.args.get("reason")
    return reason if isinstance(reason, str) else ""


def _as_body(body: dict[str, Any]) -> Reply:
    return Reply(body=body)


def console_of(command: Command) -> str:
    """Return how a console is named in log-ins and in the audit log: a token is good for this one alone."""
    name = command.name.replace("@", " ") or "console"  # what stands behind it nobody says of himself
    place = f"{name}@{command.peer}" if command.peer != "local" else name
    return f"{place} {console_mark(mark_of(command.client))}"


def console_mark(mark: str) -> str:
    """Return what tells two consoles of the same name apart."""
    return f"({mark[:8]})"
