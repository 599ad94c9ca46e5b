"""The people who may log in: made, checked and changed."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import replace
from pathlib import Path

import pytest
from access_rig import (
    CHEAP,
    PASSWORD,
    PIN,
    WRONG,
    Clock,
    id_of,
    refusal_of,
    store_at,
    users_file,
)

from inspector.domain.access import Refusal, Role
from inspector.service._secret import HashCost
from inspector.service._users import UserStore


def test_on_the_first_day_there_is_nobody_and_no_password_that_works(new_store: UserStore) -> None:
    assert new_store.needs_setup
    assert new_store.users() == ()
    for secret in ("", "admin", "password", "000000"):
        assert refusal_of(lambda s=secret: new_store.log_in("admin", s)).refusal is Refusal.SETUP_FIRST
    assert refusal_of(lambda: new_store.add("Bob", Role.ADMIN, PASSWORD)).refusal is Refusal.SETUP_FIRST


def test_the_set_up_code_lies_in_a_file_that_only_its_owner_reads(new_store: UserStore) -> None:
    code = new_store.setup_code()
    assert new_store.setup_file.read_text().strip() == code
    assert new_store.setup_file.stat().st_mode & 0o777 == 0o600
    assert new_store.setup_file.parent.stat().st_mode & 0o777 == 0o700


def test_the_set_up_code_survives_a_restart_and_is_another_on_every_station(
    new_store: UserStore, tmp_path: Path, clock: Clock
) -> None:
    code = new_store.setup_code()
    assert store_at(tmp_path / "access", clock).setup_code() == code
    assert store_at(tmp_path / "other", clock).setup_code() != code


def test_a_set_up_code_that_others_could_read_is_replaced(new_store: UserStore) -> None:
    code = new_store.setup_code()
    new_store.setup_file.chmod(0o644)
    assert new_store.setup_code() != code
    assert new_store.setup_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe\x00"])
def test_half_a_set_up_code_is_replaced(new_store: UserStore, content: bytes) -> None:
    new_store.setup_code()
    new_store.setup_file.write_bytes(content)
    assert len(new_store.setup_code()) == 14


def test_a_stranger_without_the_code_cannot_be_the_first_admin(new_store: UserStore) -> None:
    new_store.setup_code()
    for code in ("", "0000-0000-0000", "\ud800", "x" * 10_000):
        refused = refusal_of(lambda c=code: new_store.set_up(c, "Eve", PASSWORD))
        assert refused.refusal is Refusal.WRONG_CODE
    assert new_store.needs_setup


def test_guessing_the_set_up_code_is_slowed_down(new_store: UserStore) -> None:
    kinds = [refusal_of(lambda: new_store.set_up("0", "Eve", PASSWORD)).refusal for _ in range(21)]
    assert kinds == [Refusal.WRONG_CODE] * 20 + [Refusal.WAIT]


def test_the_code_may_be_typed_without_dashes_and_in_small_letters(new_store: UserStore) -> None:
    user = new_store.set_up(new_store.setup_code().replace("-", " ").lower(), "Ada", PASSWORD)
    assert user.role is Role.ADMIN
    assert not new_store.needs_setup


def test_the_code_is_void_once_it_was_used(new_store: UserStore) -> None:
    code = new_store.setup_code()
    new_store.set_up(code, "Ada", PASSWORD)
    assert not new_store.setup_file.exists()
    assert refusal_of(lambda: new_store.set_up(code, "Eve", PASSWORD)).refusal is Refusal.ALREADY_SET_UP
    assert refusal_of(new_store.setup_code).refusal is Refusal.ALREADY_SET_UP


def test_a_password_that_is_not_good_enough_leaves_the_code_valid(new_store: UserStore) -> None:
    code = new_store.setup_code()
    assert refusal_of(lambda: new_store.set_up(code, "Ada", PIN)).refusal is Refusal.BAD_SECRET
    assert new_store.set_up(code, "Ada", PASSWORD).name == "Ada"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SHIFT_LEAD, Role.QUALITY])
def test_a_pin_of_six_digits_will_do_on_the_line(store: UserStore, role: Role) -> None:
    assert store.add("Bob", role, PIN).is_pin
    assert store.log_in("Bob", PIN).role is role


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.ADMIN])
@pytest.mark.parametrize("secret", ["48017", PIN, "48017539264", "short one"])
def test_engineers_and_admins_need_a_password(store: UserStore, role: Role, secret: str) -> None:
    refused = refusal_of(lambda: store.add("Bob", role, secret))
    assert refused.refusal is Refusal.BAD_SECRET
    assert "at least 10 characters" in str(refused)


@pytest.mark.parametrize(
    "secret",
    [
        *("", "48017", "111111", "121212", "123456", "987654", "890123"),
        *("abcdefghi", "aaaaaaaaaaaa", "a\x00b" * 6, "x1" * 65),
    ],
)
def test_secrets_that_are_guessed_first_or_cannot_be_typed_are_refused(store: UserStore, secret: str) -> None:
    assert refusal_of(lambda: store.add("Bob", Role.OPERATOR, secret)).refusal is Refusal.BAD_SECRET


def test_a_password_is_not_the_name(store: UserStore) -> None:
    refused = refusal_of(lambda: store.add("Grace Hopper", Role.ENGINEER, "grace HOPPER"))
    assert refused.refusal is Refusal.BAD_SECRET


def test_a_password_is_the_same_on_every_keyboard(store: UserStore) -> None:
    store.add("Bob", Role.ENGINEER, "Schlüsselbrett")
    assert store.log_in("Bob", "Schlu\u0308sselbrett").name == "Bob"


def test_people_log_in_by_their_name_however_they_write_it(store: UserStore) -> None:
    store.add("Jörg  Müller", Role.QUALITY, PIN)
    assert store.log_in(" jo\u0308rg MÜLLER ", PIN).name == "Jörg Müller"


def test_two_people_cannot_have_names_that_look_alike(store: UserStore) -> None:
    assert refusal_of(lambda: store.add("ＡＤＡ", Role.OPERATOR, PIN)).refusal is Refusal.NAME_TAKEN


def test_neither_the_secret_nor_a_fast_hash_of_it_is_in_the_file(store: UserStore, tmp_path: Path) -> None:
    store.add("Bob", Role.OPERATOR, PIN)
    content = users_file(tmp_path).read_text()
    assert PASSWORD not in content
    assert PIN not in content
    assert content.count("$argon2id$v=19$") == 2


def test_the_file_is_private_and_nothing_else_lies_beside_it(store: UserStore, tmp_path: Path) -> None:
    assert users_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in users_file(tmp_path).parent.iterdir()] == ["users.json"]


def test_the_product_hashes_as_owasp_advises(tmp_path: Path, clock: Clock) -> None:
    store = UserStore(tmp_path / "access", now_ns=clock.mono)
    store.set_up(store.setup_code(), "Ada", PASSWORD)
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in users_file(tmp_path).read_text()
    assert store.log_in("Ada", PASSWORD).name == "Ada"


def test_a_log_in_renews_a_hash_that_was_made_at_another_cost(
    store: UserStore, tmp_path: Path, clock: Clock
) -> None:
    dearer = HashCost(passes=2, memory_kib=16, lanes=1)
    again = store_at(tmp_path / "access", clock, cost=dearer)
    before = again.users()
    refusal_of(lambda: again.log_in("Ada", WRONG))
    assert "m=8,t=1" in users_file(tmp_path).read_text()
    again.log_in("Ada", PASSWORD)
    assert "m=16,t=2" in users_file(tmp_path).read_text()
    assert again.users() == before
    assert store_at(tmp_path / "access", clock, cost=dearer).log_in("Ada", PASSWORD).name == "Ada"


def test_an_unknown_name_is_answered_as_a_known_one_with_a_wrong_password(
    store: UserStore, clock: Clock
) -> None:
    def answers(name: str) -> list[tuple[Refusal, str, float]]:
        found = []
        for _ in range(8):
            refused = refusal_of(lambda: store.log_in(name, WRONG))
            found.append((refused.refusal, str(refused), refused.wait_s))
            clock.pass_s(7)
        return found

    known = answers("Ada")
    clock.pass_s(100)
    assert answers("Nobody") == known
    assert {kind for kind, _, _ in known} == {Refusal.WRONG_LOGIN, Refusal.WAIT}
    assert not any("Ada" in text for _, text, _ in known)


def test_an_unknown_name_takes_as_long_as_a_known_one(tmp_path: Path, clock: Clock) -> None:
    # Some 10 ms for a hash: far above the noise that a missing one would hide in.
    store = store_at(tmp_path / "access", clock, cost=replace(CHEAP, passes=4, memory_kib=4096))
    store.set_up(store.setup_code(), "Ada", PASSWORD)

    def cpu_s(name: str) -> float:
        clock.pass_s(1000)
        start = time.process_time()
        refusal_of(lambda: store.log_in(name, WRONG))
        return time.process_time() - start

    known = statistics.median(cpu_s("Ada") for _ in range(7))
    unknown = statistics.median(cpu_s("Nobody") for _ in range(7))
    assert 0.5 < unknown / known < 2.0


def test_a_locked_user_waits_even_with_the_right_password_and_is_told_how_long(
    store: UserStore, clock: Clock
) -> None:
    last = [refusal_of(lambda: store.log_in("Ada", WRONG)) for _ in range(5)][-1]
    assert (last.refusal, last.wait_s) == (Refusal.WRONG_LOGIN, 30.0)
    assert "wait 30 s" in str(last)
    refused = refusal_of(lambda: store.log_in("Ada", PASSWORD))
    assert (refused.refusal, refused.wait_s) == (Refusal.WAIT, 30.0)
    clock.pass_s(30)
    assert store.log_in("Ada", PASSWORD).name == "Ada"


def test_a_right_password_forgets_the_mistakes_before_it(store: UserStore) -> None:
    for _ in range(3):
        for _ in range(4):
            refusal_of(lambda: store.log_in("Ada", WRONG))
        store.log_in("Ada", PASSWORD)
    assert store.wait_s(id_of(store, "Ada")) == 0


@pytest.mark.parametrize("name", ["Ada", "Nobody"])
def test_a_lockout_survives_a_restart_whatever_the_clocks_say(
    store: UserStore, tmp_path: Path, clock: Clock, name: str
) -> None:
    for _ in range(5):
        refusal_of(lambda: store.log_in(name, WRONG))
    clock.mono_ns, clock.day_ns = 0, 0
    again = store_at(tmp_path / "access", clock)
    assert refusal_of(lambda: again.log_in(name, PASSWORD)).wait_s == 30.0
    clock.day_ns = 2 * 10**18
    assert refusal_of(lambda: again.log_in(name, PASSWORD)).wait_s == 30.0
    clock.mono_ns = 30 * 10**9
    assert refusal_of(lambda: again.log_in(name, WRONG)).refusal is Refusal.WRONG_LOGIN


def test_what_strangers_type_as_a_name_is_not_in_the_file(store: UserStore, tmp_path: Path) -> None:
    refusal_of(lambda: store.log_in("480175", "Ada"))
    content = users_file(tmp_path).read_text()
    assert "480175" not in content
    assert len(json.loads(content)["lockouts"]["failures"]) == 1


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "n" * 1_000_000, "\u202e"])
@pytest.mark.parametrize("secret", ["", "\ud800\x00", "s" * 1_000_000])
def test_hostile_names_and_secrets_are_only_wrong(store: UserStore, name: str, secret: str) -> None:
    assert refusal_of(lambda: store.log_in(name, secret)).refusal is Refusal.WRONG_LOGIN
    assert refusal_of(lambda: store.log_in("Ada", secret)).refusal is Refusal.WRONG_LOGIN


def test_an_admin_lets_a_locked_user_try_again(store: UserStore) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    for _ in range(5):
        refusal_of(lambda: store.log_in("Bob", "000111"))
    assert store.wait_s(bob.id) == 30.0
    store.unlock(bob.id)
    assert store.log_in("Bob", PIN).name == "Bob"


def test_a_new_secret_replaces_the_old_one_and_ends_a_lockout(store: UserStore) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    for _ in range(5):
        refusal_of(lambda: store.log_in("Bob", "000111"))
    old, new = store.change(bob.id, secret="930284")
    assert (old, new.revision) == (bob, 2)
    assert refusal_of(lambda: store.log_in("Bob", PIN)).refusal is Refusal.WRONG_LOGIN
    assert store.log_in("Bob", "930284") == new


def test_people_change_their_own_pin_only_with_the_old_one(store: UserStore) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    assert (
        refusal_of(lambda: store.change_own_secret(bob.id, "000111", "930284")).refusal is Refusal.WRONG_LOGIN
    )
    store.change_own_secret(bob.id, PIN, "930284")
    assert store.log_in("Bob", "930284").id == bob.id


def test_a_renamed_user_keeps_the_account_and_the_old_name_is_free(store: UserStore) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    _, robert = store.change(bob.id, name=" Robert ")
    assert (robert.id, robert.name) == (bob.id, "Robert")
    assert store.change(bob.id, name="ROBERT")[1].name == "ROBERT"
    assert store.add("Bob", Role.OPERATOR, PIN).id != bob.id
    assert refusal_of(lambda: store.change(bob.id, name="Ada")).refusal is Refusal.NAME_TAKEN


def test_whoever_becomes_an_engineer_needs_a_password_in_the_same_step(store: UserStore) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    assert refusal_of(lambda: store.change(bob.id, role=Role.ENGINEER)).refusal is Refusal.NEEDS_PASSWORD
    refused = refusal_of(lambda: store.change(bob.id, role=Role.ENGINEER, secret="930284"))
    assert refused.refusal is Refusal.BAD_SECRET
    assert store.user(bob.id) == bob
    assert store.change(bob.id, role=Role.ENGINEER, secret=PASSWORD)[1].role is Role.ENGINEER
    assert store.change(bob.id, role=Role.QUALITY)[1].role is Role.QUALITY


def test_the_last_admin_can_be_neither_deleted_nor_demoted(store: UserStore) -> None:
    ada = id_of(store, "Ada")
    assert refusal_of(lambda: store.delete(ada)).refusal is Refusal.LAST_ADMIN
    assert refusal_of(lambda: store.change(ada, role=Role.OPERATOR)).refusal is Refusal.LAST_ADMIN
    store.add("Bob", Role.ADMIN, PASSWORD)
    assert store.delete(ada).name == "Ada"
    assert refusal_of(lambda: store.delete(id_of(store, "Bob"))).refusal is Refusal.LAST_ADMIN


def test_a_deleted_user_is_unknown_also_after_a_restart(
    store: UserStore, tmp_path: Path, clock: Clock
) -> None:
    bob = store.add("Bob", Role.OPERATOR, PIN)
    store.delete(bob.id)
    for each in (store, store_at(tmp_path / "access", clock)):
        assert each.user(bob.id) is None
        assert refusal_of(lambda s=each: s.log_in("Bob", PIN)).refusal is Refusal.WRONG_LOGIN
        assert refusal_of(lambda s=each: s.delete(bob.id)).refusal is Refusal.NO_SUCH_USER


def test_users_are_the_same_after_a_restart(store: UserStore, tmp_path: Path, clock: Clock) -> None:
    store.add("محمد 👩‍🔧", Role.QUALITY, PIN)
    again = store_at(tmp_path / "access", clock)
    assert again.users() == store.users()
    assert again.log_in("محمد 👩‍🔧", PIN).role is Role.QUALITY
