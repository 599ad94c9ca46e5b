"""The right to write: one console at a time has it, and loses it when it falls silent."""

from __future__ import annotations

from typing import Final

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.protocol import LeaseView

LEASE_NS: Final = 10_000_000_000
"""So long after its holder's last command it ends by itself."""
GONE_NS: Final = 1_000_000_000
"""So soon where its holder's connection has ended; one that lives on is heard over another by then."""
NOWHERE: Final = -1
"""No connection that could end."""
_NOBODY: Final = LeaseView()


class Lease:
    """Who has the right to write. Owned by the server's thread; it is told the time (monotonic ns).

    Any thread may ask `is_held_by` and `why_not`.

    A holder is `(peer, client)`: a remote console cannot borrow the name of another one's key.
    """

    def __init__(self) -> None:
        self.view = _NOBODY
        self._holder: tuple[str, str] | None = None
        self._until_ns = 0
        self._connection = NOWHERE

    def is_held_by(self, holder: tuple[str, str]) -> bool:
        """Return whether this console may write."""
        return self._holder == holder

    @property
    def why_not(self) -> str:
        """What to tell somebody who does not have it."""
        view = self.view
        if not view.client:
            return tell(Told.NOBODY_WRITES)
        name = f"{view.name} ({view.user})" if view.name and view.user else view.name or view.user
        return tell(Told.OTHER_WRITES, name=name) if name else tell(Told.OTHER_CONSOLE_WRITES)

    def take(self, holder: tuple[str, str], view: LeaseView, now_ns: int, *, by_force: bool) -> bool:
        """Give it to a console; False if another one has it. Its holder may take it again, as another user."""
        if self._holder not in {None, holder} and not by_force:
            return False
        self._holder, self.view = holder, view
        self.renew(holder, now_ns)
        return True

    def renew(self, holder: tuple[str, str], now_ns: int, connection: int = NOWHERE) -> None:
        """Its holder has been heard, over a connection."""
        if self._holder == holder:
            self._until_ns, self._connection = now_ns + LEASE_NS, connection

    def disconnect(self, connection: int, now_ns: int) -> None:
        """A connection has ended; if it is the holder's, so does the lease, unless it is heard again at once."""
        if connection == self._connection != NOWHERE:
            self._until_ns = min(self._until_ns, now_ns + GONE_NS)

    def drop(self, holder: tuple[str, str] | None = None) -> bool:
        """End it; with `holder`, only if it is that console's. Return whether it has ended now."""
        if self._holder is None or holder not in {None, self._holder}:
            return False
        self._holder, self.view = None, _NOBODY
        return True

    def expire(self, now_ns: int) -> bool:
        """End it if its holder is silent; return whether it has ended now."""
        return now_ns >= self._until_ns and self.drop()
