"""A store of users on the first day, and one with an admin."""

from __future__ import annotations

from pathlib import Path

import pytest
from access_rig import PASSWORD, Clock, store_at

from inspector.service._users import UserStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_store(tmp_path: Path, clock: Clock) -> UserStore:
    return store_at(tmp_path / "access", clock)


@pytest.fixture
def store(new_store: UserStore) -> UserStore:
    new_store.set_up(new_store.setup_code(), "Ada", PASSWORD)
    return new_store
