"""The one thread beside the server's: for whatever hashes, or waits for a disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ServiceUnavailableError

_MOST: Final = 64
_T = TypeVar("_T")


class Worker:
    """Does one job after the other. Used by the server's thread; the jobs run in another.

    Parameters
    ----------
    most
        How many jobs may wait.
    """

    def __init__(self, name: str = "service-worker", most: int = _MOST) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(1, name)  # its thread begins with its first job
        self._jobs: list[Future[Any]] = []

    def do(self, job: Callable[[], _T]) -> Future[_T]:
        """Have a job done; never waits.

        Raises
        ------
        ServiceUnavailableError
            Too many wait already: the disk hangs, or somebody asks faster than anybody can answer.
        """
        self._jobs = [waiting for waiting in self._jobs if not waiting.done()]
        if len(self._jobs) >= self._most:
            raise ServiceUnavailableError(tell(Told.SERVICE_BUSY, count=self._most))
        future = self.chore(job)
        self._jobs.append(future)
        return future

    def chore(self, job: Callable[[], _T]) -> Future[_T]:
        """Have a job of the service's own done, however many wait; the caller never has two under way."""
        return self._pool.submit(job)

    def close(self) -> None:
        """Finish what has been begun; what waits is not done any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
