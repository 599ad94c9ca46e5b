"""System › Users: who may log in, and who is here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, Final

from inspector.domain.access import Identity, Permission, Role, permissions_of
from inspector_console.presenter._lens import Lens
from inspector_console.presenter._rights import may, who_may
from inspector_console.presenter._rows import RowView, time_of_text
from inspector_console.words import SaySystem


class UserAct(StrEnum):
    """What can be done about an account."""

    ADD = auto()
    ROLE = auto()
    NAME = auto()
    SECRET = auto()
    BADGE = auto()
    NO_BADGE = auto()
    UNLOCK = auto()
    DELETE = auto()
    OWN_SECRET = auto()


_NAMES: Final = {
    UserAct.ADD: SaySystem.ADD_USER,
    UserAct.ROLE: SaySystem.CHANGE_ROLE,
    UserAct.NAME: SaySystem.CHANGE_NAME,
    UserAct.SECRET: SaySystem.NEW_SECRET,
    UserAct.BADGE: SaySystem.ASSIGN_BADGE,
    UserAct.NO_BADGE: SaySystem.REMOVE_BADGE,
    UserAct.UNLOCK: SaySystem.UNLOCK,
    UserAct.DELETE: SaySystem.DELETE,
    UserAct.OWN_SECRET: SaySystem.OWN_SECRET,
}
_REASONS: Final = {
    UserAct.ADD: (SaySystem.REASON_NEW, SaySystem.REASON_DUTIES),
    UserAct.ROLE: (SaySystem.REASON_DUTIES,),
    UserAct.NAME: (SaySystem.REASON_NAME,),
    UserAct.SECRET: (SaySystem.REASON_FORGOTTEN, SaySystem.REASON_MISUSE),
    UserAct.BADGE: (SaySystem.REASON_NEW, SaySystem.REASON_LOST),
    UserAct.NO_BADGE: (SaySystem.REASON_LOST, SaySystem.REASON_DUTIES, SaySystem.REASON_MISUSE),
    UserAct.UNLOCK: (SaySystem.REASON_FORGOTTEN, SaySystem.REASON_MISTYPED),
    UserAct.DELETE: (SaySystem.REASON_LEFT, SaySystem.REASON_DUTIES, SaySystem.REASON_MISUSE),
}
_RESULTS: Final = {
    UserAct.ADD: SaySystem.USER_ADDED,
    UserAct.DELETE: SaySystem.USER_DELETED,
    UserAct.UNLOCK: SaySystem.USER_UNLOCKED,
    UserAct.OWN_SECRET: SaySystem.SECRET_CHANGED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """One account.

    Attributes
    ----------
    revision
        As it was seen: an act on another one is refused.
    detail
        Kind of secret, whether there is a badge, and when it was changed last.
    locked
        How long the person is locked out; empty = is not.
    acts
        What can be done about it here, with words. Nobody takes away the own role or account.
    """

    id: str
    name: str
    role: str
    role_text: str
    revision: int
    is_pin: bool
    detail: str
    locked: str
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersState:
    """What the page has been told; `users` as `user.list` has them, None = not answered yet."""

    users: tuple[Mapping[str, Any], ...] | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersView:
    """The page; empty texts of buttons: whoever is here may not, and `may_not` says who may."""

    title: str
    may_not: str
    own_secret: str
    add: str
    quiet: str
    lines: tuple[UserLine, ...] = ()
    rights: tuple[RowView, ...] = ()
    """Who may do what: for those who may not see the accounts."""


def present_users(lens: Lens, state: UsersState) -> UsersView:
    """Return the page."""
    words, can = lens.words, may(lens, Permission.MANAGE_USERS)
    role = words.role(lens.role)
    here = words(SaySystem.YOU_ARE, name=lens.user, role=role) if lens.user else words(SaySystem.NOBODY_HERE)
    refusals = [words(SaySystem.USERS_ONLY, roles=who_may(lens, Permission.MANAGE_USERS))] if not can else []
    if not lens.user:
        refusals.append(words(SaySystem.LOG_IN_FIRST))
    return UsersView(
        title=here,
        may_not=" · ".join(refusals),
        own_secret=words(SaySystem.OWN_SECRET) if lens.user else "",
        add=words(SaySystem.ADD_USER) if can else "",
        quiet=_quiet(lens, state) if can else "",
        lines=tuple(_line(user, lens) for user in state.users or ()) if can else (),
        rights=() if can else tuple(_right(permission, lens) for permission in Permission),
    )


def act_name(lens: Lens, act: UserAct) -> str:
    """Return what an act is called."""
    return lens.words(_NAMES[act])


def act_result(lens: Lens, act: UserAct, name: str) -> str:
    """Return what is said when it was done."""
    return lens.words(_RESULTS.get(act, SaySystem.USER_CHANGED), name=name)


def act_reasons(lens: Lens, act: UserAct) -> tuple[str, ...]:
    """Return the usual reasons for an act."""
    return tuple(lens.words(say) for say in _REASONS[act])


def needs_password(line: UserLine, role: str) -> bool:
    """Return whether a PIN is not enough any more in another role: the service asks for a password then."""
    return line.is_pin and role in {Role.ENGINEER, Role.ADMIN}


def _quiet(lens: Lens, state: UsersState) -> str:
    if state.trouble:
        return lens.words(SaySystem.REFUSED, why=state.trouble)
    return lens.words(SaySystem.ASKING if state.users is None else SaySystem.USERS_EMPTY)


def _right(permission: Permission, lens: Lens) -> RowView:
    words, is_mine = lens.words, may(lens, permission)
    is_free = permission in permissions_of(Identity())
    return RowView(
        lead="✓" if is_mine else "",
        text=words.right(permission.value),
        more=words(SaySystem.EVERYBODY_MAY) if is_free else who_may(lens, permission),
        tail=words(SaySystem.YOU_MAY) if is_mine else "",
        is_quiet=not is_mine,
    )


def _line(user: Mapping[str, Any], lens: Lens) -> UserLine:
    words = lens.words
    name, role = str(user.get("name", "")), str(user.get("role", ""))
    is_me = name == lens.user
    date = time_of_text(str(user.get("changed_utc", "")), lens)[1]
    has_badge = user.get("has_badge") is True
    secret = words(SaySystem.PIN if user.get("is_pin") else SaySystem.PASSWORD)
    ways = f"{secret} · {words(SaySystem.BADGE)}" if has_badge else secret
    wait_s = user.get("wait_s")
    wait_min = math.ceil(wait_s / 60) if isinstance(wait_s, int | float) else 0
    return UserLine(
        id=str(user.get("id", "")),
        name=f"{name} ({words(SaySystem.THIS_IS_YOU)})" if is_me else name,
        role=role,
        role_text=words.role(role),
        revision=revision if isinstance(revision := user.get("revision"), int) else 0,
        is_pin=bool(user.get("is_pin")),
        detail=f"{ways} · {words(SaySystem.CHANGED_AT, date=date)}",
        locked=words(SaySystem.LOCKED_FOR, minutes=wait_min) if wait_min > 0 else "",
        acts=tuple(
            (act.value, words(_NAMES[act]))
            for act in _acts(is_me=is_me, is_locked=wait_min > 0, has_badge=has_badge)
        ),
    )


def _acts(*, is_me: bool, is_locked: bool, has_badge: bool) -> list[UserAct]:
    acts = [UserAct.NAME] if is_me else [UserAct.ROLE, UserAct.NAME, UserAct.SECRET, UserAct.DELETE]
    acts.append(UserAct.NO_BADGE if has_badge else UserAct.BADGE)
    return [*acts, UserAct.UNLOCK] if is_locked else acts
