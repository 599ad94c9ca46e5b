"""Who may do what, and what a name may be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.access import (
    NAME_MAX,
    NEEDS_REASON,
    NEVER_WAITS,
    PERMISSIONS,
    REASON_MAX,
    Identity,
    Permission,
    Refusal,
    RefusedError,
    Role,
    authorise,
    clean_name,
    name_key,
    permissions_of,
)


def person(role: Role) -> Identity:
    return Identity(user_id="u1", name="Somebody", role=role, console="panel")


def refusal_of(who: Identity, permission: Permission, reason: str = "because") -> Refusal | None:
    try:
        authorise(who, permission, reason)
    except RefusedError as error:
        return error.refusal
    return None


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_person_passes_exactly_where_the_table_says(role: Role, permission: Permission) -> None:
    expected = None if permission in PERMISSIONS[role] else Refusal.NOT_ALLOWED
    assert refusal_of(person(role), permission) == expected


def test_only_an_admin_manages_users() -> None:
    able = {role for role in Role if Permission.MANAGE_USERS in PERMISSIONS[role]}
    assert able == {Role.ADMIN}


def test_every_role_can_do_at_least_what_an_operator_can() -> None:
    assert all(PERMISSIONS[Role.OPERATOR] <= allowed for allowed in PERMISSIONS.values())


def test_the_anonymous_operator_may_hold_release_and_acknowledge() -> None:
    for permission in (Permission.HOLD_LINE, Permission.RELEASE_LINE, Permission.ACKNOWLEDGE):
        assert refusal_of(Identity(console="panel"), permission) is None


def test_a_label_needs_a_name_because_it_feeds_training() -> None:
    assert refusal_of(Identity(), Permission.LABEL_REJECT) is Refusal.NEEDS_LOGIN
    assert refusal_of(person(Role.OPERATOR), Permission.LABEL_REJECT) is None


def test_nobody_anonymous_gets_a_role_by_stating_it() -> None:
    assert Permission.MANAGE_USERS not in permissions_of(Identity(role=Role.ADMIN))


@pytest.mark.parametrize("permission", sorted(NEEDS_REASON))
@pytest.mark.parametrize("reason", ["", "  \t"])
def test_acts_that_need_a_reason_are_refused_without_one_also_to_an_admin(
    permission: Permission, reason: str
) -> None:
    assert refusal_of(person(Role.ADMIN), permission, reason) is Refusal.NEEDS_REASON


def test_what_never_waits_never_needs_a_reason_and_is_open_to_everybody() -> None:
    assert not NEVER_WAITS & NEEDS_REASON
    for permission in NEVER_WAITS:
        assert refusal_of(Identity(), permission, "x" * 10_000) is None


def test_a_reason_is_bounded() -> None:
    who = person(Role.ADMIN)
    assert refusal_of(who, Permission.RESET_COUNTERS, "x" * REASON_MAX) is None
    assert refusal_of(who, Permission.RESET_COUNTERS, "x" * (REASON_MAX + 1)) is Refusal.BAD_REASON


def test_a_refusal_says_who_could_do_it() -> None:
    with pytest.raises(
        RefusedError, match=r"operator may not do settings\.change here; log in as engineer or admin"
    ):
        authorise(Identity(), Permission.CHANGE_SETTINGS)


FLAG_OF_ENGLAND = "🏴" + "".join(chr(0xE0000 + ord(char)) for char in "gbeng") + chr(0xE007F)


@pytest.mark.parametrize(
    "name",
    [
        *("Jörg Müller", "محمد علي", "שרה לוי", "山田太郎", "Ada 👩‍🔧", "می‌خواهم", "x" * NAME_MAX),
        FLAG_OF_ENGLAND,
    ],
)
def test_names_of_any_script_are_kept_as_they_are(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "a\x00b",
        "a\nb",
        "a\x1b[31m",
        "\u202egnp",
        "a\u200bb",
        "\ud800",
        "\ufeffAda",
        "\u200d",
        "a\u2028b",
    ],
)
def test_names_that_are_empty_or_hide_something_are_refused(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        clean_name(name)
    assert caught.value.refusal is Refusal.BAD_NAME


@pytest.mark.parametrize("length", [NAME_MAX + 1, 200, 1_000_000])
def test_a_long_name_is_refused_with_its_length_and_the_limit(length: int) -> None:
    with pytest.raises(RefusedError, match=f"has {length} characters; shorten it to at most {NAME_MAX}"):
        clean_name("n" * length)


def test_the_limit_counts_what_is_kept_not_what_was_typed() -> None:
    assert clean_name("o\u0308" * NAME_MAX) == "ö" * NAME_MAX


@given(st.text(max_size=80))
def test_a_clean_name_stays_as_it_is_and_has_a_key_of_its_own(raw: str) -> None:
    try:
        name = clean_name(raw)
    except RefusedError:
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= NAME_MAX
    assert name_key(name)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)


@given(st.text(max_size=40))
def test_one_name_has_one_key_however_it_is_composed_spaced_or_cased(raw: str) -> None:
    key = name_key(raw)
    assert name_key(key) == key
    assert name_key(unicodedata.normalize("NFD", raw)) == key
    assert name_key(unicodedata.normalize("NFC", raw)) == key
    assert name_key(f" {raw}  ") == key


@pytest.mark.parametrize("other", ["ADA", "ada", "Ａｄａ", " Ada ", "A\u200dda"])
def test_names_that_people_cannot_tell_apart_are_the_same(other: str) -> None:
    assert name_key(other) == name_key("Ada")
