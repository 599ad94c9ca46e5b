"""What admins do with users, and people with their own secret; reading and exporting the audit log."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from inspector.domain.access import Identity, Permission, Refusal, RefusedError, Role
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import AuditError, ProtocolError
from inspector.protocol import Code, Command, Message, Reply, body_as
from inspector.service._access import Access
from inspector.service._audit_files import verify_audit
from inspector.service._audit_query import AuditFilter, export_audit_csv, query_audit
from inspector.service._audit_record import AuditEntry
from inspector.service._desk import Later
from inspector.service._lapsed import LapsedError
from inspector.service._users_file import User

_OWN_SECRET: Final = "users.own_secret"
Act = Callable[[Command], Reply | Later]


class _NewUser(Message):
    name: str
    role: str
    secret: str
    reason: str


class _Change(Message):
    id: str
    name: str | None = None
    role: str | None = None
    secret: str | None = None
    badge: str | None = None
    reason: str


class _Known(Message):
    id: str
    reason: str


class _OwnSecret(Message):
    secret: str
    new_secret: str


class _Question(Message):
    since_utc_ns: int | None = None
    until_utc_ns: int | None = None
    user: str = ""
    act: str = ""
    before_seq: int | None = None
    limit: int = 100
    folded: bool = False
    reason: str = ""

    @property
    def filter(self) -> AuditFilter:
        """Which records are wanted."""
        return AuditFilter(
            since_utc_ns=self.since_utc_ns, until_utc_ns=self.until_utc_ns, user=self.user, act=self.act
        )


class Accounts:
    """Commands `user.*` and `audit.*`. Called in the server's thread; everything here is for the worker."""

    def __init__(self, access: Access, folder: Path) -> None:
        self._access, self._folder = access, folder
        self.acts: dict[str, Act] = {
            "user.list": self._list,
            "user.add": self._add,
            "user.change": self._change,
            "user.delete": self._delete,
            "user.unlock": self._unlock,
            "user.own_secret": self._own_secret,
            "audit.query": self._query,
            "audit.export": self._export,
            "audit.verify": self._verify,
        }

    def _manager(self, command: Command) -> Identity:
        """Return who asks, if he manages users; before anything else of the command is looked at."""
        return self._access.permit(command, Permission.MANAGE_USERS)

    def _entry(self, who: Identity, target: str, new: Any, reason: str) -> AuditEntry:
        user = self._access.users.user(target)
        old = {"name": user.name, "role": user.role.value} if user else None
        return AuditEntry(
            who=who, act=Permission.MANAGE_USERS, target=target, old=old, new=new, reason=reason
        )

    def _list(self, command: Command) -> Reply:
        # Reading changes nothing, and so needs no reason.
        self._access.permit(command, Permission.MANAGE_USERS, reason="read")
        users = self._access.users
        listed: list[Any] = [_plain(user) | {"wait_s": users.wait_s(user.id)} for user in users.users()]
        return Reply(body={"users": listed})

    def _add(self, command: Command) -> Later:
        who = self._manager(command)
        given, users = body_as(command.args, _NewUser), self._access.users
        role = _role(given.role)
        return self._access.in_worker(
            command,
            lambda: self._entry(who, given.name, {"role": role.value}, given.reason),
            lambda: _plain(users.add(given.name, role, given.secret)),
        )

    def _change(self, command: Command) -> Later:
        who = self._manager(command)
        given, users = body_as(command.args, _Change), self._access.users
        role = None if given.role is None else _role(given.role)
        new = {"name": given.name, "role": role and role.value, "secret": given.secret is not None}
        if given.badge is not None:
            new["badge"] = "assigned" if given.badge else "removed"
        changes = {"name": given.name, "secret": given.secret, "badge": given.badge}

        def act() -> dict[str, Any]:
            _expect_as_seen(command, users.user(given.id))
            return _plain(users.change(given.id, role=role, **changes)[1])

        return self._access.in_worker(command, lambda: self._entry(who, given.id, new, given.reason), act)

    def _delete(self, command: Command) -> Later:
        who = self._manager(command)
        given, users = body_as(command.args, _Known), self._access.users

        def act() -> dict[str, Any]:
            _expect_as_seen(command, users.user(given.id))
            return _plain(users.delete(given.id))

        return self._access.in_worker(
            command, lambda: self._entry(who, given.id, "deleted", given.reason), act
        )

    def _unlock(self, command: Command) -> Later:
        who = self._manager(command)
        given, users = body_as(command.args, _Known), self._access.users
        return self._access.in_worker(
            command,
            lambda: self._entry(who, given.id, "unlocked", given.reason),
            lambda: _plain(users.unlock(given.id)),
        )

    def _own_secret(self, command: Command) -> Later:
        who = self._access.who(command)
        if who.is_anonymous:
            error = RefusedError(Refusal.NEEDS_LOGIN, tell(Told.NOBODY_LOGGED_IN))
            self._access.denied(who, _OWN_SECRET, error, target=command.kind)
            raise error
        given, users = body_as(command.args, _OwnSecret), self._access.users
        entry = AuditEntry(who=who, act=_OWN_SECRET, target=who.user_id)
        return self._access.in_worker(
            command,
            lambda: entry,
            lambda: _plain(users.change_own_secret(who.user_id, given.secret, given.new_secret)),
            needs_control=False,
        )

    def _query(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW_AUDIT)
        asked = body_as(command.args, _Question)

        def job() -> dict[str, Any]:
            page = query_audit(
                self._folder,
                asked.filter,
                before_seq=asked.before_seq,
                limit=asked.limit,
                folded=asked.folded,
            )
            return {
                "records": [record.fields for record in page.records],
                "next_before_seq": page.next_before_seq,
                "unreadable": page.unreadable,
            }

        return Later(self._access.worker.do(job), lambda body: Reply(body=body))

    def _verify(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW_AUDIT)

        def job() -> dict[str, Any]:
            self._access.audit.flush()
            found = verify_audit(self._folder)
            return asdict(found) | {"head": found.head._asdict()}

        return Later(self._access.worker.do(job), lambda body: Reply(body=body))

    def _export(self, command: Command) -> Later:
        who = self._access.permit(command, Permission.EXPORT)
        asked = body_as(command.args, _Question)
        entry = AuditEntry(who=who, act=Permission.EXPORT, target="audit", reason=asked.reason)

        def job() -> tuple[int, bytes]:
            with self._access.act(command, entry) as act:
                table = self._table(asked.filter)
                act.new = {"records": table[0]}
                return table

        def finish(table: tuple[int, bytes]) -> Reply:
            return Reply(body={"records": table[0]}, attachments=(table[1],))

        return Later(self._access.worker.do(job), finish)

    def _table(self, wanted: AuditFilter) -> tuple[int, bytes]:
        path = self._folder / f"export-{secrets.token_hex(4)}.csv"
        try:
            count = export_audit_csv(self._folder, path, wanted)
            return count, path.read_bytes()
        except OSError as error:
            why = str(error.strerror or error)
            raise AuditError(tell(Told.AUDIT_NOT_EXPORTED, error=why)) from error
        finally:
            path.unlink(missing_ok=True)


def _plain(user: User) -> dict[str, Any]:
    return asdict(user) | {"role": user.role.value}


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise ProtocolError(f"{name[:40]!r} is no role; choose one of {known}") from None


def _expect_as_seen(command: Command, user: User | None) -> None:
    expected = command.expected_version
    if user is not None and expected is not None and user.revision != expected:
        raise LapsedError(Code.CONFLICT, tell(Told.USER_CHANGED, name=user.name))
