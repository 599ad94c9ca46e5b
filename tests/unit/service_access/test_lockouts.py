"""How often one may guess."""

from __future__ import annotations

import pytest
from access_rig import Clock
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.access import Refusal, RefusedError
from inspector.service._lockout import LockoutPolicy, Lockouts

POLICY = LockoutPolicy()
UNHURRIED = LockoutPolicy(burst=10_000)


def wait_of(lockouts: Lockouts, key: str) -> float:
    """Try once; return how long one is told to wait, 0 if the attempt was let through."""
    try:
        lockouts.admit(key)
    except RefusedError as error:
        refused = error
    else:
        return 0.0
    assert refused.refusal is Refusal.WAIT
    assert refused.wait_s > 0
    return refused.wait_s


def test_a_few_mistakes_cost_no_wait_then_waits_double_up_to_the_longest(clock: Clock) -> None:
    lockouts = Lockouts(UNHURRIED, now_ns=clock.mono)
    waits = []
    for _ in range(12):
        assert wait_of(lockouts, "ada") == 0.0
        waits.append(lockouts.wait_s("ada"))
        clock.pass_s(waits[-1])
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_a_wait_says_in_words_how_long_it_is(clock: Clock) -> None:
    lockouts = Lockouts(UNHURRIED, now_ns=clock.mono)
    for _ in range(5):
        lockouts.admit("ada")
    clock.pass_s(2.5)
    with pytest.raises(RefusedError, match="wait 28 s, then try again"):
        lockouts.admit("ada")


def test_attempts_during_a_wait_do_not_prolong_it(clock: Clock) -> None:
    lockouts = Lockouts(UNHURRIED, now_ns=clock.mono)
    for _ in range(5):
        lockouts.admit("ada")
    clock.pass_s(20)
    assert [wait_of(lockouts, "ada") for _ in range(50)] == [10.0] * 50


def test_one_locked_name_does_not_lock_another(clock: Clock) -> None:
    lockouts = Lockouts(POLICY, now_ns=clock.mono)
    for _ in range(5):
        lockouts.admit("ada")
    assert wait_of(lockouts, "ada") > 0
    assert wait_of(lockouts, "bob") == 0


def test_many_names_together_are_slowed_down(clock: Clock) -> None:
    lockouts = Lockouts(POLICY, now_ns=clock.mono)
    assert [wait_of(lockouts, f"n{i}") for i in range(POLICY.burst)] == [0.0] * POLICY.burst
    assert wait_of(lockouts, "one more") == pytest.approx(POLICY.refill_s)
    clock.pass_s(POLICY.refill_s)
    assert wait_of(lockouts, "one more") == 0


def test_names_without_an_account_are_forgotten_first_and_the_least_guessed_of_them(clock: Clock) -> None:
    lockouts = Lockouts(LockoutPolicy(burst=10_000, most_strangers=3), now_ns=clock.mono)
    for _ in range(5):
        lockouts.admit("probed")
    lockouts.admit("ada")
    for i in range(50):
        lockouts.admit(f"n{i}")
        lockouts.forget_strangers({"ada"})
    kept = lockouts.stored()["failures"]
    assert {"ada", "probed"} <= set(kept)
    assert len(kept) == 4


def test_a_restart_does_not_refill_what_strangers_have_used_up(clock: Clock) -> None:
    lockouts = Lockouts(POLICY, now_ns=clock.mono)
    for i in range(POLICY.burst):
        lockouts.admit(f"n{i}")
    again = Lockouts(POLICY, lockouts.stored(), now_ns=clock.mono)
    assert wait_of(again, "one more") > 0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(min_value=0, max_value=2_000)),
        st.tuples(st.just("set the time of day"), st.floats(min_value=-1e8, max_value=1e8)),
        st.tuples(st.just("restart"), st.floats(min_value=0, max_value=1e6)),
        st.tuples(st.just("attempt"), st.just(0.0)),
    ),
    max_size=60,
)


@given(STEPS)
def test_no_clock_and_no_restart_ever_shortens_a_wait(steps: list[tuple[str, float]]) -> None:
    """Attempts that pass are at least as far apart, in time the service ran, as the policy says."""
    clock = Clock()
    lockouts = Lockouts(UNHURRIED, now_ns=clock.mono)
    passed = 0
    owed_s = 0.0
    for what, value in steps:
        if what == "wait":
            clock.pass_s(value)
            owed_s -= value
        elif what == "set the time of day":
            clock.day_ns += round(value * 1e9)
        elif what == "restart":
            # The machine may have been off for long, and its monotonic clock starts anywhere.
            stored = lockouts.stored()
            clock.mono_ns = round(value * 1e9)
            lockouts = Lockouts(UNHURRIED, stored, now_ns=clock.mono)
        elif wait_of(lockouts, "ada") == 0:
            assert owed_s <= 1e-3
            passed += 1
            over = passed - UNHURRIED.free_failures
            owed_s = min(30.0 * 2**over, 900.0) if over >= 0 else 0.0
        else:
            assert owed_s > -1e-3


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(min_value=0, max_value=20)), max_size=200))
def test_all_names_together_never_get_more_attempts_than_the_limit(tries: list[tuple[int, float]]) -> None:
    clock = Clock()
    lockouts = Lockouts(POLICY, now_ns=clock.mono)
    passed, elapsed_s = 0, 0.0
    for name, pause_s in tries:
        clock.pass_s(pause_s)
        elapsed_s += pause_s
        passed += wait_of(lockouts, str(name)) == 0
        assert passed <= POLICY.burst + elapsed_s / POLICY.refill_s + 1e-6
