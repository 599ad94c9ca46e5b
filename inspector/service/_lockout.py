"""How often one may guess: waits that grow for one name, and a limit for all names together.

Nothing here looks at the time of day. A running wait is a point on the monotonic clock; what is
stored is what remained of it, and it starts again from there, so neither a clock that is set nor
a restart makes it shorter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypedDict

from inspector.clock import monotonic_ns
from inspector.domain.access import Refusal, RefusedError
from inspector.domain.told import tell
from inspector.domain.told_texts import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class LockoutPolicy:
    """When to make people wait.

    With the default values a name can be tried about 100 times a day: a PIN of six digits lasts for
    years (NIST SP 800-63B section 5.2.2 asks for a limit of 100 in a row at most). The longest wait
    stays short, because a stranger can also make the rightful owner wait.

    Parameters
    ----------
    free_failures
        In a row, before the first wait.
    first_wait_s, longest_wait_s
        The wait doubles with every further failure.
    burst, refill_s
        Attempts of all names together: `burst` at once, then one every `refill_s`. It bounds guessing
        across names, and what strangers can make the station compute.
    most_strangers
        Names without an account that are remembered.
    """

    free_failures: int = 5
    first_wait_s: float = 30.0
    longest_wait_s: float = 900.0
    burst: int = 20
    refill_s: float = 3.0
    most_strangers: int = 200


class StoredFailure(TypedDict):
    """One name's failures in a row, and what remained of its wait."""

    count: int
    wait_s: float


class StoredLockouts(TypedDict):
    """What survives a restart."""

    tokens: float
    failures: dict[str, StoredFailure]


@dataclass(slots=True)
class _Failure:
    count: int
    until_ns: int


class Lockouts:
    """Failures by key. Not thread-safe: its owner holds a lock, but for `wait_s`, which anybody may ask.

    Every attempt is charged before it is checked, so that pulling the plug meanwhile gains nothing.
    """

    def __init__(
        self,
        policy: LockoutPolicy,
        stored: StoredLockouts | None = None,
        *,
        now_ns: Callable[[], int] = monotonic_ns,
    ) -> None:
        self._policy = policy
        self._now_ns = now_ns
        self._filled_ns = now_ns()
        self._tokens = float(policy.burst)
        self._failures: dict[str, _Failure] = {}
        if stored is not None:
            self._tokens = min(max(stored["tokens"], 0.0), float(policy.burst))
            self._failures = {key: self._restored(entry) for key, entry in stored["failures"].items()}

    def admit(self, key: str) -> None:
        """Let one attempt pass, and charge it.

        Raises
        ------
        RefusedError
            WAIT, with the time in seconds; nothing is charged.
        """
        wait_s = self.wait_s(key)
        if wait_s > 0:
            raise wait_first(wait_s)
        self.take()
        count = self._failures[key].count + 1 if key in self._failures else 1
        self._failures[key] = _Failure(count, self._now_ns() + _ns(self._next_wait_s(count)))

    def take(self) -> None:
        """Let one attempt of nobody in particular pass.

        Raises
        ------
        RefusedError
            WAIT, when there were too many of all kinds lately.
        """
        self._refill()
        if self._tokens < 1.0:
            raise wait_first((1.0 - self._tokens) * self._policy.refill_s)
        self._tokens -= 1.0

    def clear(self, key: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(key, None)

    def wait_s(self, key: str) -> float:
        """Return how long a name has to wait; 0 if not at all."""
        failure = self._failures.get(key)  # replaced as a whole, never changed in place
        return max(failure.until_ns - self._now_ns(), 0) / 1e9 if failure else 0.0

    def forget_strangers(self, known: Collection[str]) -> None:
        """Keep the names in `known`, and of the others those with the most failures."""
        strangers = sorted(
            (key for key in self._failures if key not in known), key=lambda key: self._failures[key].count
        )
        for key in strangers[: max(len(strangers) - self._policy.most_strangers, 0)]:
            del self._failures[key]

    def stored(self) -> StoredLockouts:
        """Return what to keep on disk."""
        self._refill()
        failures: dict[str, StoredFailure] = {
            key: {"count": failure.count, "wait_s": self.wait_s(key)}
            for key, failure in self._failures.items()
        }
        return {"tokens": self._tokens, "failures": failures}

    def _restored(self, entry: StoredFailure) -> _Failure:
        wait_s = min(max(entry["wait_s"], 0.0), self._policy.longest_wait_s)
        return _Failure(entry["count"], self._now_ns() + _ns(wait_s))

    def _next_wait_s(self, count: int) -> float:
        over = count - self._policy.free_failures
        if over < 0:
            return 0.0
        # Beyond 2**30 the longest wait holds in any case; floats would overflow after years of guessing.
        return min(self._policy.first_wait_s * 2.0 ** min(over, 30), self._policy.longest_wait_s)

    def _refill(self) -> None:
        now_ns = self._now_ns()
        gained = max(now_ns - self._filled_ns, 0) / 1e9 / self._policy.refill_s
        self._tokens = min(self._tokens + gained, float(self._policy.burst))
        self._filled_ns = now_ns


def wait_first(wait_s: float) -> RefusedError:
    """Return the error that says how long to wait: the same words for every reason to."""
    return RefusedError(Refusal.WAIT, tell(Told.TOO_MANY_ATTEMPTS, seconds=math.ceil(wait_s)), wait_s=wait_s)


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
