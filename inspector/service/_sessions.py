"""Who is logged in where, until they log off, walk away, or are no longer who they were."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inspector.clock import monotonic_ns
from inspector.domain.access import Identity, Refusal, RefusedError
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.service._users import UserStore
from inspector.service._users_file import User

_TOKEN_BYTES: Final = 32
_TOKEN_MAX: Final = 128
"""Characters of a token that are looked at; ours are shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPolicy:
    """When people are logged off.

    Parameters
    ----------
    idle_s
        Without an act of theirs; the panel then belongs to the operator again.
    longest_s
        In any case, after a shift at the most.
    anonymous_operator
        Operator acts need no log-in.
    most
        Log-ins at once; beyond, the one that was idle longest ends.
    """

    idle_s: float = 600.0
    longest_s: float = 12 * 3600.0
    anonymous_operator: bool = True
    most: int = 64


class EndReason(StrEnum):
    """Why a log-in ended."""

    LOGGED_OFF = "logged_off"
    IDLE = "idle"
    EXPIRED = "expired"
    USER_CHANGED = "user_changed"
    CROWDED_OUT = "crowded_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A log-in that is over; for the audit log, and for its console."""

    identity: Identity
    why: EndReason


@dataclass(slots=True)
class _Session:
    secret_digest: bytes
    identity: Identity
    user_revision: int
    since_ns: int
    active_ns: int


class Sessions:
    """Log-ins, in memory only: after a restart everybody is the operator. Thread-safe; never waits.

    A token is a secret: it is given out once, and only its SHA-256 is kept (it has 256 random bits,
    so a slow hash would protect nothing more). It is good for the console that it was given to.
    """

    def __init__(
        self,
        users: UserStore,
        policy: SessionPolicy | None = None,
        *,
        now_ns: Callable[[], int] = monotonic_ns,
    ) -> None:
        self._users = users
        self._policy = policy or SessionPolicy()
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session] = {}
        self._ended: list[Ended] = []

    def log_in(self, name: str, secret: str, console: str) -> tuple[str, Identity]:
        """Check a secret (see `UserStore.log_in`, which waits and raises) and return a new token and who it is."""
        return self._begin(self._users.log_in(name, secret), console)

    def log_in_badge(self, code: str, secret: str, console: str) -> tuple[str, Identity]:
        """Check a badge (see `UserStore.log_in_badge`) and return a new token and who it is."""
        return self._begin(self._users.log_in_badge(code, secret), console)

    def _begin(self, user: User, console: str) -> tuple[str, Identity]:
        identity = Identity(user_id=user.id, name=user.name, role=user.role, console=console)
        key, token_secret = secrets.token_hex(8), secrets.token_urlsafe(_TOKEN_BYTES)
        now_ns = self._now_ns()
        session = _Session(_digest(token_secret), identity, user.revision, now_ns, now_ns)
        with self._lock:
            self._sweep()
            while len(self._sessions) >= self._policy.most:
                idlest = min(self._sessions, key=lambda key: self._sessions[key].active_ns)
                self._end(idlest, EndReason.CROWDED_OUT)
            self._sessions[key] = session
        return f"{key}.{token_secret}", identity

    def who(self, token: str, console: str, *, acts: bool = True) -> Identity:
        """Return who stands at a console.

        Parameters
        ----------
        token
            Empty if nobody has logged in there.
        acts
            A person did something. False for what a console does by itself, which keeps nobody logged in.

        Raises
        ------
        RefusedError
            NEEDS_LOGIN: nobody is logged in with this token (any more), and operators must log in here.
        """
        with self._lock:
            self._sweep()
            session = self._find(token, console)
            if session is not None:
                if acts:
                    session.active_ns = self._now_ns()
                return session.identity
        if not self._policy.anonymous_operator:
            raise RefusedError(Refusal.NEEDS_LOGIN, tell(Told.NOBODY_LOGGED_IN))
        return Identity(console=console)

    def remaining_s(self, token: str, console: str) -> float:
        """Return when the log-in ends if nothing is done; 0 if there is none. For a console to warn in time."""
        with self._lock:
            self._sweep()
            session = self._find(token, console)
            return self._remaining_ns(session) / 1e9 if session else 0.0

    def log_off(self, token: str, console: str) -> None:
        """End a log-in. To do so twice, or with a token of nobody, changes nothing."""
        with self._lock:
            self._sweep()
            if self._find(token, console) is not None:
                self._end(token.partition(".")[0], EndReason.LOGGED_OFF)

    def current(self) -> tuple[Identity, ...]:
        """Return who is logged in, for all consoles to show."""
        with self._lock:
            self._sweep()
            return tuple(session.identity for session in self._sessions.values())

    def take_ended(self) -> list[Ended]:
        """Return, once, the log-ins that ended since the last call. Call it every second or so."""
        with self._lock:
            self._sweep()
            ended, self._ended = self._ended, []
            return ended

    def _find(self, token: str, console: str) -> _Session | None:
        key, _, token_secret = token[:_TOKEN_MAX].partition(".")
        session = self._sessions.get(key)
        if session is None or not secrets.compare_digest(session.secret_digest, _digest(token_secret)):
            return None
        return session if session.identity.console == console else None

    def _sweep(self) -> None:
        for key, session in list(self._sessions.items()):
            user = self._users.user(session.identity.user_id)
            if user is None or user.revision != session.user_revision:
                self._end(key, EndReason.USER_CHANGED)
            elif self._remaining_ns(session) <= 0:
                idle = self._now_ns() - session.active_ns >= self._policy.idle_s * 1e9
                self._end(key, EndReason.IDLE if idle else EndReason.EXPIRED)

    def _remaining_ns(self, session: _Session) -> float:
        idle_end_ns = session.active_ns + self._policy.idle_s * 1e9
        return min(idle_end_ns, session.since_ns + self._policy.longest_s * 1e9) - self._now_ns()

    def _end(self, key: str, why: EndReason) -> None:
        self._ended.append(Ended(identity=self._sessions.pop(key).identity, why=why))


def _digest(token_secret: str) -> bytes:
    return hashlib.sha256(token_secret.encode("utf-8", "surrogatepass")).digest()
