"""Who is logged in where, and until when."""

from __future__ import annotations

from pathlib import Path

import pytest
from access_rig import PASSWORD, PIN, Clock, store_at
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.access import Refusal, RefusedError, Role
from inspector.service._sessions import EndReason, SessionPolicy, Sessions
from inspector.service._users import UserStore

PANEL = "panel-1"


@pytest.fixture
def sessions(store: UserStore, clock: Clock) -> Sessions:
    store.add("Bob", Role.ENGINEER, PASSWORD)
    return Sessions(store, now_ns=clock.mono)


def ends(sessions: Sessions) -> list[tuple[str, EndReason]]:
    return [(ended.identity.name, ended.why) for ended in sessions.take_ended()]


def test_nobody_logged_in_is_the_anonymous_operator_of_that_console(sessions: Sessions) -> None:
    who = sessions.who("", PANEL)
    assert (who.is_anonymous, who.role, who.console) == (True, Role.OPERATOR, PANEL)


def test_where_operators_must_log_in_nobody_is_refused(store: UserStore, clock: Clock) -> None:
    sessions = Sessions(store, SessionPolicy(anonymous_operator=False), now_ns=clock.mono)
    for token in ("", "forged.token"):
        with pytest.raises(RefusedError) as caught:
            sessions.who(token, PANEL)
        assert caught.value.refusal is Refusal.NEEDS_LOGIN


def test_a_token_stands_for_the_person_who_logged_in(sessions: Sessions) -> None:
    token, who = sessions.log_in("bob", PASSWORD, PANEL)
    assert (who.name, who.role, who.console) == ("Bob", Role.ENGINEER, PANEL)
    assert sessions.who(token, PANEL) == who
    assert sessions.current() == (who,)


def test_a_wrong_password_gives_no_token(sessions: Sessions) -> None:
    with pytest.raises(RefusedError):
        sessions.log_in("bob", "a wrong password", PANEL)
    assert sessions.current() == ()


def test_a_token_of_another_console_is_nobodys(sessions: Sessions) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    assert sessions.who(token, "panel-2").is_anonymous
    sessions.log_off(token, "panel-2")
    assert not sessions.who(token, PANEL).is_anonymous


def test_every_token_is_another_and_long_enough_not_to_be_guessed(sessions: Sessions) -> None:
    tokens = {sessions.log_in("Bob", PASSWORD, PANEL)[0] for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token.partition(".")[2]) >= 43 for token in tokens)


def test_a_token_is_kept_only_as_its_hash(sessions: Sessions) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    assert token.partition(".")[2] not in repr(sessions._sessions)


@given(data=st.data())
@settings(max_examples=40)
def test_a_token_that_differs_in_any_place_is_nobodys(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    clock = Clock()
    store = store_at(tmp_path_factory.mktemp("access"), clock)
    store.set_up(store.setup_code(), "Ada", PASSWORD)
    sessions = Sessions(store, now_ns=clock.mono)
    token, _ = sessions.log_in("Ada", PASSWORD, PANEL)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda char: char != token[at]))
    assert sessions.who(token[:at] + other + token[at + 1 :], PANEL).is_anonymous
    assert sessions.who(data.draw(st.text()), PANEL).is_anonymous
    assert not sessions.who(token, PANEL).is_anonymous


def test_whoever_walks_away_is_logged_off_to_operator_once_and_it_is_told(
    sessions: Sessions, clock: Clock
) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    clock.pass_s(599)
    assert not sessions.who(token, PANEL).is_anonymous
    clock.pass_s(600)
    assert ends(sessions) == [("Bob", EndReason.IDLE)]
    assert ends(sessions) == []
    assert sessions.who(token, PANEL).is_anonymous


def test_what_a_console_does_by_itself_keeps_nobody_logged_in(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    for _ in range(6):
        clock.pass_s(100)
        sessions.who(token, PANEL, acts=False)
    assert sessions.who(token, PANEL).is_anonymous


def test_the_console_can_say_when_the_log_in_ends(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    clock.pass_s(540)
    assert sessions.remaining_s(token, PANEL) == pytest.approx(60)
    sessions.who(token, PANEL)
    assert sessions.remaining_s(token, PANEL) == pytest.approx(600)
    assert sessions.remaining_s("", PANEL) == 0


def test_even_the_busiest_log_in_ends_after_a_shift(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    for _ in range(12 * 6):
        assert not sessions.who(token, PANEL).is_anonymous
        clock.pass_s(600 - 1e-3)
    assert not sessions.who(token, PANEL).is_anonymous
    clock.pass_s(1)
    assert sessions.who(token, PANEL).is_anonymous
    assert ends(sessions) == [("Bob", EndReason.EXPIRED)]


def test_the_time_of_day_does_not_matter(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    clock.day_ns = 0
    assert sessions.remaining_s(token, PANEL) == pytest.approx(600)


def test_logging_off_twice_is_as_good_as_once(sessions: Sessions) -> None:
    token, _ = sessions.log_in("Bob", PASSWORD, PANEL)
    sessions.log_off(token, PANEL)
    sessions.log_off(token, PANEL)
    assert sessions.who(token, PANEL).is_anonymous
    assert ends(sessions) == [("Bob", EndReason.LOGGED_OFF)]


@pytest.mark.parametrize("change", ["delete", "role", "secret", "name"])
def test_a_log_in_ends_when_its_user_is_no_longer_what_he_was(
    sessions: Sessions, store: UserStore, change: str
) -> None:
    token, who = sessions.log_in("Bob", PASSWORD, PANEL)
    ada, _ = sessions.log_in("Ada", PASSWORD, PANEL)
    if change == "delete":
        store.delete(who.user_id)
    else:
        store.change(
            who.user_id,
            role=Role.QUALITY if change == "role" else None,
            secret="another password" if change == "secret" else None,
            name="Robert" if change == "name" else None,
        )
    assert sessions.who(token, PANEL).is_anonymous
    assert sessions.who(ada, PANEL).name == "Ada"
    assert ends(sessions) == [("Bob", EndReason.USER_CHANGED)]


def test_beyond_the_bound_the_log_in_that_was_idle_longest_ends(store: UserStore, clock: Clock) -> None:
    sessions = Sessions(store, SessionPolicy(most=2), now_ns=clock.mono)
    store.add("Bob", Role.OPERATOR, PIN)
    first, _ = sessions.log_in("Ada", PASSWORD, PANEL)
    clock.pass_s(1)
    second, _ = sessions.log_in("Bob", PIN, PANEL)
    clock.pass_s(1)
    sessions.who(first, PANEL)
    sessions.log_in("Ada", PASSWORD, "panel-2")
    assert sessions.who(second, PANEL).is_anonymous
    assert ends(sessions) == [("Bob", EndReason.CROWDED_OUT)]


def test_after_a_restart_everybody_is_the_operator(store: UserStore, tmp_path: Path, clock: Clock) -> None:
    token, _ = Sessions(store, now_ns=clock.mono).log_in("Ada", PASSWORD, PANEL)
    again = Sessions(store_at(tmp_path / "access", clock), now_ns=clock.mono)
    assert again.who(token, PANEL).is_anonymous
