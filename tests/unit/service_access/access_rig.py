"""Clocks that are moved by hand, cheap hashes, and a disk that is full when told so."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from inspector.domain.access import Identity, RefusedError, Role
from inspector.service._lockout import LockoutPolicy
from inspector.service._secret import HashCost
from inspector.service._users import UserStore

CHEAP = HashCost(passes=1, memory_kib=8, lanes=1)
PASSWORD = "correct horse battery"
PIN = "480175"
WRONG = "a wrong password"
ENGINEER = Identity(user_id="e1", name="Jörg", role=Role.ENGINEER, console="panel-1")


@dataclass
class Clock:
    """Monotonic time and time of day, in nanoseconds."""

    mono_ns: int = 5_000_000_000
    day_ns: int = 1_790_000_000_000_000_000

    def mono(self) -> int:
        return self.mono_ns

    def utc(self) -> int:
        return self.day_ns

    def pass_s(self, seconds: float) -> None:
        self.mono_ns += round(seconds * 1e9)
        self.day_ns += round(seconds * 1e9)


def store_at(
    folder: Path, clock: Clock, *, policy: LockoutPolicy | None = None, cost: HashCost = CHEAP
) -> UserStore:
    return UserStore(folder, policy=policy, cost=cost, now_ns=clock.mono, now_utc_ns=clock.utc)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file can grow beyond `size` bytes: for a writer the same as a disk that is full at this point."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refusal_of(ask: Callable[[], object]) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        ask()
    return caught.value


def id_of(store: UserStore, name: str) -> str:
    return next(user.id for user in store.users() if user.name == name)


def users_file(tmp_path: Path) -> Path:
    return tmp_path / "access" / "users.json"
