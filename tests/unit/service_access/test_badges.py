"""Badges: one for one person, found without being kept, and never enough for those who may do most."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from access_rig import CHEAP, PASSWORD, PIN, Clock, id_of, refusal_of, store_at, users_file

from inspector.domain.access import Refusal, Role
from inspector.service._secret import HashCost
from inspector.service._users import UserStore

BADGE = "04A1B2C3D4"
OTHER = "0007654321"


@pytest.fixture
def badged(store: UserStore) -> UserStore:
    """Olga and Nora have a PIN; Olga has a badge."""
    olga = store.add("Olga", Role.OPERATOR, PIN)
    store.add("Nora", Role.SHIFT_LEAD, PIN)
    store.change(olga.id, badge=BADGE)
    return store


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SHIFT_LEAD, Role.QUALITY])
def test_a_badge_alone_is_enough_at_the_line(store: UserStore, role: Role) -> None:
    one = store.add("Olga", role, PIN)
    store.change(one.id, badge=BADGE)
    assert store.log_in_badge(BADGE).id == one.id
    assert store.log_in_badge(f" {BADGE}\t").id == one.id  # as some readers end


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.ADMIN])
def test_who_may_do_most_needs_the_password_as_well(store: UserStore, role: Role) -> None:
    one = store.add("Eve", role, PASSWORD)
    store.change(one.id, badge=BADGE)
    assert refusal_of(lambda: store.log_in_badge(BADGE)).refusal is Refusal.NEEDS_SECRET
    assert refusal_of(lambda: store.log_in_badge(BADGE, "not it at all")).refusal is Refusal.WRONG_LOGIN
    assert store.log_in_badge(BADGE, PASSWORD).id == one.id


def test_guessing_the_password_behind_a_badge_makes_its_owner_wait(store: UserStore) -> None:
    one = store.add("Eve", Role.ENGINEER, PASSWORD)
    store.change(one.id, badge=BADGE)
    for _ in range(5):
        refusal_of(lambda: store.log_in_badge(BADGE, "not it at all"))
    assert store.wait_s(one.id) > 0
    assert refusal_of(lambda: store.log_in_badge(BADGE, PASSWORD)).refusal is Refusal.WAIT


def test_a_badge_of_nobody_is_refused_and_guessing_badges_has_a_limit(
    badged: UserStore, clock: Clock
) -> None:
    assert refusal_of(lambda: badged.log_in_badge(OTHER)).refusal is Refusal.WRONG_LOGIN
    for _ in range(30):
        last = refusal_of(lambda: badged.log_in_badge(OTHER)).refusal
    assert last is Refusal.WAIT


def test_a_badge_belongs_to_one_person(badged: UserStore) -> None:
    nora = id_of(badged, "Nora")
    error = refusal_of(lambda: badged.change(nora, badge=BADGE))
    assert error.refusal is Refusal.BADGE_TAKEN
    assert "Olga" in str(error)
    badged.change(id_of(badged, "Olga"), badge="")
    badged.change(nora, badge=BADGE)
    assert badged.log_in_badge(BADGE).name == "Nora"


def test_the_same_badge_again_for_the_same_person_is_no_mistake(badged: UserStore) -> None:
    olga = id_of(badged, "Olga")
    assert badged.change(olga, badge=BADGE)[1].has_badge


def test_a_badge_that_was_taken_away_or_whose_owner_is_gone_opens_nothing(badged: UserStore) -> None:
    olga = id_of(badged, "Olga")
    assert not badged.change(olga, badge="")[1].has_badge
    assert refusal_of(lambda: badged.log_in_badge(BADGE)).refusal is Refusal.WRONG_LOGIN
    badged.change(olga, badge=BADGE)
    badged.delete(olga)
    assert refusal_of(lambda: badged.log_in_badge(BADGE)).refusal is Refusal.WRONG_LOGIN


@pytest.mark.parametrize("code", ["12345", "x" * 65, "tag\x00007", "Ausweiß7", "   12   "])
def test_what_no_reader_types_is_refused(store: UserStore, code: str) -> None:
    assert refusal_of(lambda: store.change(id_of(store, "Ada"), badge=code)).refusal is Refusal.BAD_BADGE


def test_other_changes_leave_the_badge(badged: UserStore) -> None:
    olga = id_of(badged, "Olga")
    assert badged.change(olga, name="Olga B.", secret="739154")[1].has_badge
    assert badged.log_in_badge(BADGE).name == "Olga B."


def test_the_file_has_no_code_and_finds_the_badge_after_a_restart(
    badged: UserStore, tmp_path: Path, clock: Clock
) -> None:
    text = users_file(tmp_path).read_text()
    assert BADGE not in text
    again = store_at(tmp_path / "access", clock)
    assert [user.has_badge for user in again.users()] == [False, False, True]  # Ada, Nora, Olga
    assert again.log_in_badge(BADGE).name == "Olga"


def test_badges_are_found_after_the_cost_of_a_hash_was_raised(
    badged: UserStore, tmp_path: Path, clock: Clock
) -> None:
    dearer = HashCost(passes=CHEAP.passes + 1, memory_kib=CHEAP.memory_kib * 2)
    again = store_at(tmp_path / "access", clock, cost=dearer)
    again.change(id_of(again, "Nora"), badge=OTHER)
    assert [again.log_in_badge(code).name for code in (BADGE, OTHER)] == ["Olga", "Nora"]


def test_two_stations_keep_the_same_badge_differently(tmp_path: Path, clock: Clock) -> None:
    kept = []
    for name in ("one", "two"):
        store = store_at(tmp_path / name, clock)
        store.set_up(store.setup_code(), "Ada", PASSWORD)
        store.change(id_of(store, "Ada"), badge=BADGE)
        (row,) = json.loads((tmp_path / name / "users.json").read_text())["users"]
        kept.append(row["badge"])
    assert kept[0] != kept[1]
    assert all(hashed.startswith("$argon2id$") for hashed in kept)


def test_a_file_without_badges_is_read_as_it_was(store: UserStore, tmp_path: Path, clock: Clock) -> None:
    assert "badge" not in users_file(tmp_path).read_text()
    assert [user.has_badge for user in store_at(tmp_path / "access", clock).users()] == [False]
