"""Who sits at this console, and the screen where people come and go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from inspector.domain.access import Permission, Refusal
from inspector.protocol import Reply
from inspector_console.presenter._facts import Link
from inspector_console.presenter._keys import KeysView, present_keys
from inspector_console.presenter._lens import Lens
from inspector_console.words import SayLogin, SaySystem, Words

SOON_S: Final = 60
"""From so many seconds before the automatic log-off on, the head says that it comes."""
_ROLES: Final = {
    "operator": SayLogin.MAY_OPERATOR,
    "shift_lead": SayLogin.MAY_SHIFT_LEAD,
    "quality": SayLogin.MAY_QUALITY,
    "engineer": SayLogin.MAY_ENGINEER,
    "admin": SayLogin.MAY_ADMIN,
}
_REFUSALS: Final = {
    Refusal.WRONG_LOGIN: SayLogin.WRONG_LOGIN,
    Refusal.WRONG_CODE: SayLogin.WRONG_CODE,
    Refusal.BAD_NAME: SayLogin.BAD_NAME,
    Refusal.BAD_SECRET: SayLogin.BAD_PASSWORD,
    Refusal.ALREADY_SET_UP: SayLogin.ALREADY_SET_UP,
}


class LoginMode(StrEnum):
    """Which of its faces the screen shows."""

    UNKNOWN = auto()
    """The service has not been asked, or does not answer."""
    SET_UP = auto()
    LOG_IN = auto()
    LOGGED_IN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that the console has to say of a log-in: a key, and what is filled in; or the service's words."""

    say: SayLogin | None = None
    name: str = ""
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits here, and what came of the last attempt.

    Attributes
    ----------
    is_known
        The service has said so since the console attached.
    remaining_s
        Until the service logs off by itself, if nothing is done; 0 = nobody is logged in.
    wait_s
        Until another attempt makes sense.
    names
        Who has logged in here before, newest first; in this console's memory alone.
    has_badge
        A badge was read whose owner needs the password as well.
    """

    user: str = ""
    role: str = ""
    permissions: frozenset[str] = frozenset()
    remaining_s: int = 0
    is_known: bool = False
    needs_setup: bool = False
    is_asking: bool = False
    wait_s: int = 0
    said: Said | None = None
    names: tuple[str, ...] = ()
    has_badge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field's name, and what stands in it while nothing does."""

    name: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """The screen. Buttons whose words are empty are not there.

    Attributes
    ----------
    said
        What came of the last attempt.
    can_try
        Nothing is under way, and nobody has to wait.
    control
        Who has the right to write.
    """

    mode: LoginMode
    title: str
    note: str
    said: str
    keys: KeysView
    name: FieldView
    secret: FieldView
    code: FieldView
    act: str
    can_try: bool = True
    names: tuple[str, ...] = ()
    user: str = ""
    role: str = ""
    control: str = ""
    seize: str = ""
    seize_why: str = ""
    give_back: str = ""
    own_secret: str = ""


def present_login(lens: Lens, seat: Seat) -> LoginView:
    """Return the screen."""
    words, mode = lens.words, _mode(lens, seat)
    is_setup = mode is LoginMode.SET_UP
    hints = (SayLogin.SET_UP_NAME_HINT, SayLogin.SET_UP_PASSWORD_HINT)
    name_hint, secret_hint = hints if is_setup else (SayLogin.NAME_HINT, SayLogin.SECRET_HINT)
    if seat.has_badge:
        name_hint = SayLogin.BADGE_NAME_HINT
    is_in = mode is LoginMode.LOGGED_IN
    return LoginView(
        mode=mode,
        title=words(_TITLES[mode]),
        note=_note(mode, seat, words),
        said=_said(seat, words),
        keys=present_keys(words),
        name=FieldView(name=words(SayLogin.NAME), hint=words(name_hint)),
        secret=FieldView(
            name=words(SayLogin.SET_UP_PASSWORD if is_setup else SayLogin.SECRET), hint=words(secret_hint)
        ),
        code=FieldView(name=words(SayLogin.SET_UP_CODE), hint=words(SayLogin.SET_UP_CODE_HINT)),
        act=words(_ACTS[mode]) if mode in _ACTS else "",
        can_try=not seat.is_asking and seat.wait_s == 0,
        names=seat.names if mode is LoginMode.LOG_IN else (),
        user=seat.user if is_in else "",
        role=_role(seat.role, words) if is_in else "",
        own_secret=words(SaySystem.OWN_SECRET) if is_in else "",
        **(_control(lens, seat) if is_in else {}),
    )


_TITLES: Final = {
    LoginMode.UNKNOWN: SayLogin.UNKNOWN_TITLE,
    LoginMode.SET_UP: SayLogin.SET_UP_TITLE,
    LoginMode.LOG_IN: SayLogin.LOG_IN_TITLE,
    LoginMode.LOGGED_IN: SayLogin.LOGGED_IN_TITLE,
}
_ACTS: Final = {
    LoginMode.SET_UP: SayLogin.SET_UP,
    LoginMode.LOG_IN: SayLogin.LOG_IN,
    LoginMode.LOGGED_IN: SayLogin.LOG_OFF,
}


def _mode(lens: Lens, seat: Seat) -> LoginMode:
    if lens.facts.link is not Link.ATTACHED or not seat.is_known:
        return LoginMode.UNKNOWN
    if seat.user and not seat.has_badge:
        return LoginMode.LOGGED_IN
    return LoginMode.SET_UP if seat.needs_setup else LoginMode.LOG_IN


def _note(mode: LoginMode, seat: Seat, words: Words) -> str:
    match mode:
        case LoginMode.UNKNOWN:
            return words(SayLogin.UNKNOWN)
        case LoginMode.SET_UP:
            return words(SayLogin.SET_UP_WHERE)
        case LoginMode.LOG_IN:
            return words(SayLogin.OPERATOR_NEEDS_NONE)
    if seat.remaining_s <= SOON_S:
        return words(SayLogin.LOG_OFF_SOON, seconds=seat.remaining_s)
    return words(SayLogin.LOG_OFF_IN, minutes=-(-seat.remaining_s // 60))


def _said(seat: Seat, words: Words) -> str:
    if seat.is_asking:
        return words(SayLogin.CHECKING)
    if seat.wait_s:
        return words(SayLogin.WAIT, time=f"{seat.wait_s // 60}:{seat.wait_s % 60:02d}")
    return said_in(words, seat.said) if seat.said else ""


def said_in(words: Words, said: Said) -> str:
    """Return in a language what there is to say of a log-in."""
    if said.say is not None:
        return words(said.say, name=said.name)
    return words.refusal(said.reply) if said.reply is not None else ""


def _role(role: str, words: Words) -> str:
    may = _ROLES.get(role)
    return f"{words.role(role)}: {words(may)}" if may else words.role(role)


def _control(lens: Lens, seat: Seat) -> dict[str, str]:
    """Return who may write, and what can be done about it."""
    words, lease = lens.words, lens.facts.lease
    if not lease.client:
        return {"control": words(SayLogin.CONTROL_FREE)}
    if lease.client == lens.identity:
        return {"control": words(SayLogin.CONTROL_OWN), "give_back": words(SayLogin.GIVE_BACK)}
    name = lease.user or lease.name or "?"
    other = {"control": words(SayLogin.CONTROL_OTHER, name=name)}
    if Permission.SEIZE_CONTROL not in seat.permissions:
        return other
    return {**other, "seize": words(SayLogin.SEIZE), "seize_why": words(SayLogin.SEIZE_WHY, name=name)}


def present_refusal(refusal: str, lens: Lens) -> str:
    """Return what to say where an act was refused for a person's sake; empty if it was for something else."""
    if refusal == Refusal.NEEDS_LOGIN:
        return lens.words(SayLogin.NEEDS_LOGIN)
    if refusal == Refusal.NOT_ALLOWED:
        return lens.words(SayLogin.NOT_ALLOWED, role=lens.words.role(lens.role))
    return ""


def say_of(reply: Reply) -> Said:
    """Return what to say of a log-in that was refused; what this screen has no words for, all screens have."""
    refusal = reply.body.get("refusal")
    say = _REFUSALS.get(Refusal(refusal)) if refusal in set(Refusal) else None
    return Said(say=say, reply=reply)
