"""What becomes of the people who may log in when their file is damaged, or the disk full, or gone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from access_rig import (
    PASSWORD,
    PIN,
    WRONG,
    Clock,
    files_of_at_most,
    refusal_of,
    store_at,
    users_file,
)

from inspector.domain.access import Refusal, Role
from inspector.service._users import UserStore


def test_no_damage_to_the_file_is_ever_taken_for_no_users(
    store: UserStore, tmp_path: Path, clock: Clock
) -> None:
    store.add("Bob", Role.OPERATOR, PIN)
    whole = users_file(tmp_path).read_bytes()
    damages = [b"", b"{}", b"null", b"[]", b"\x00" * len(whole), b"[" * 100_000, b"\xff" + whole]
    damages += [whole[:end] for end in range(1, len(whole) - 1, 37)]
    damages += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 29)]
    for damaged in damages:
        if _says_the_same(damaged, whole):
            continue
        users_file(tmp_path).write_bytes(damaged)
        refused = refusal_of(lambda: store_at(tmp_path / "access", clock))
        assert refused.refusal is Refusal.STORE_DAMAGED, damaged
        assert str(users_file(tmp_path)) in str(refused)
        assert "restore it from a backup" in str(refused)
        assert users_file(tmp_path).read_bytes() == damaged


def _says_the_same(damaged: bytes, whole: bytes) -> bool:
    """Whether the damage hit only space between tokens."""
    try:
        return bool(json.loads(damaged) == json.loads(whole))
    except (ValueError, RecursionError):
        return False


def test_a_file_of_another_version_is_named_as_such(store: UserStore, tmp_path: Path, clock: Clock) -> None:
    assert not store.needs_setup
    document = json.loads(users_file(tmp_path).read_bytes()) | {"version": 2}
    users_file(tmp_path).write_text(json.dumps(document))
    refused = refusal_of(lambda: store_at(tmp_path / "access", clock))
    assert "inspector-users version 2, this Inspector reads inspector-users 1" in str(refused)


def test_a_file_that_others_can_change_is_not_trusted(store: UserStore, tmp_path: Path, clock: Clock) -> None:
    assert not store.needs_setup
    users_file(tmp_path).chmod(0o666)
    refused = refusal_of(lambda: store_at(tmp_path / "access", clock))
    assert refused.refusal is Refusal.STORE_DAMAGED
    assert "chmod 600" in str(refused)


def test_a_link_in_the_place_of_the_file_is_not_followed(
    store: UserStore, tmp_path: Path, clock: Clock
) -> None:
    assert not store.needs_setup
    users_file(tmp_path).rename(tmp_path / "elsewhere.json")
    users_file(tmp_path).symlink_to(tmp_path / "elsewhere.json")
    assert refusal_of(lambda: store_at(tmp_path / "access", clock)).refusal is Refusal.STORE_DAMAGED


def test_a_change_that_cannot_be_kept_is_not_made(store: UserStore, tmp_path: Path) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    before = users_file(tmp_path).read_bytes()
    with files_of_at_most(100):
        assert refusal_of(lambda: store.delete(bob.id)).refusal is Refusal.CANNOT_SAVE
        assert refusal_of(lambda: store.add("Eve", Role.OPERATOR, PIN)).refusal is Refusal.CANNOT_SAVE
        assert refusal_of(lambda: store.change(bob.id, secret="930284")).refusal is Refusal.CANNOT_SAVE
    assert users_file(tmp_path).read_bytes() == before
    assert [user.name for user in store.users()] == ["Ada", "Bob"]
    assert store.log_in("Bob", PIN) == bob


def test_with_a_full_disk_people_still_log_in_and_guesses_still_count(store: UserStore) -> None:
    with files_of_at_most(100):
        for _ in range(5):
            refusal_of(lambda: store.log_in("Nobody", WRONG))
        assert refusal_of(lambda: store.log_in("Nobody", WRONG)).refusal is Refusal.WAIT
        assert store.log_in("Ada", PASSWORD).name == "Ada"
        assert "cannot write" in store.unsaved
    store.log_in("Ada", PASSWORD)
    assert store.unsaved == ""


def test_the_content_is_on_disk_before_the_name_and_the_name_before_it_counts(
    store: UserStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def noted_sync(file: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file")
        sync(file)

    def noted_rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_rename)
    store.add("Bob", Role.OPERATOR, PIN)
    assert steps == ["file", "rename", "folder"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_power_cut_while_saving_leaves_the_old_file_or_the_new_one(
    store: UserStore, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class PowerCutError(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerCutError

    # What is left of a process without power cleans nothing up either.
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    monkeypatch.setattr(os if step == "fsync" else Path, step, cut)
    with pytest.raises(PowerCutError):
        store.add("Bob", Role.OPERATOR, PIN)
    monkeypatch.undo()
    again = store_at(tmp_path / "access", clock)
    assert [user.name for user in again.users()] == ["Ada"]
    assert again.add("Bob", Role.OPERATOR, PIN).name == "Bob"
    assert os.listdir(tmp_path / "access") == ["users.json"]


def test_every_attempt_is_on_disk_before_the_secret_is_checked(
    store: UserStore, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulling the plug after each guess gains no guesses."""

    class PlugError(BaseException):
        pass

    def pull(*_: object) -> bool:
        raise PlugError

    for _ in range(5):
        each = store_at(tmp_path / "access", clock)
        with monkeypatch.context() as patched:
            patched.setattr(each._hashing, "matches", pull)
            with pytest.raises(PlugError):
                each.log_in("Ada", WRONG)
    assert (
        refusal_of(lambda: store_at(tmp_path / "access", clock).log_in("Ada", PASSWORD)).refusal
        is Refusal.WAIT
    )
    assert not store.needs_setup
