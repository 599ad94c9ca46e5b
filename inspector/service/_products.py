"""What people ask about products, and the change to another one: checked, written down, and left to the launcher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from inspector.clock import monotonic_ns
from inspector.domain.access import Permission
from inspector.domain.alarms import Detail
from inspector.domain.product import NOT_CHANGED, UNDER_WAY, ChangePhase
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError, InspectorError, SharedMemoryError
from inspector.protocol import (
    Code,
    Command,
    Message,
    ProductList,
    ProductPreview,
    Reply,
    body_as,
    done,
    refused,
)
from inspector.service._access import Access
from inspector.service._accounts import Act
from inspector.service._alarms import Tell
from inspector.service._audit_record import AuditEntry
from inspector.service._desk import Later
from inspector.service._logbook import event
from inspector.service._wishes import Wishes
from inspector.sharedmem import ProductBoard, ProductNotice

PRODUCT_FREE: Final = frozenset({"product.list", "product.preview", "product.picture"})
"""They only read."""


class Products(Protocol):
    """What the line can make. Used by worker threads; may wait for the disk, and take a second."""

    def all(self) -> ProductList:
        """Return all products, those that cannot be used with the reason."""

    def preview(self, name: str) -> ProductPreview:
        """Return what a product would change; raises InspectorError if there is none, or it cannot be used."""

    def picture(self, name: str) -> bytes:
        """Return a picture of it, as a JPEG file for a screen; raises InspectorError if there is none."""


class _Named(Message):
    name: str


class _Change(Message):
    name: str
    seal: str = ""
    reason: str = ""


class ProductDesk:
    """Commands `product.*`. Called in the server's thread; what waits is for the worker.

    Parameters
    ----------
    products
        None where nobody has brought any along.
    board
        What the launcher says of the product in use, and of the change under way.
    """

    def __init__(
        self,
        access: Access,
        products: Products | None,
        wishes: Wishes,
        board: ProductBoard,
        tell: Tell,
    ) -> None:
        self._access, self._products, self._tell = access, products, tell
        self._wishes, self._board = wishes, board
        self._notice = ProductNotice()
        self._asked: AuditEntry | None = None
        self.acts: dict[str, Act] = {
            "product.list": self._list,
            "product.preview": self._preview,
            "product.picture": self._picture,
            "product.change": self._change,
        }

    # -- what the launcher says

    def look(self) -> ProductNotice:
        """Return what product is in use, and tell what has come of a change."""
        try:
            now = self._board.read()
        except SharedMemoryError:  # the launcher was killed in the middle of a notice
            return self._notice
        before, self._notice = self._notice, now
        if (before.phase, before.request) != (now.phase, now.request) and before.phase in UNDER_WAY:
            self._tell_end(now)
        return now

    def _tell_end(self, now: ProductNotice) -> None:
        if now.phase is ChangePhase.DONE:
            facts: dict[str, Detail] = {
                "title": now.title,
                "name": now.name,
                "recipe": now.recipe,
                "revision": now.revision,
            }
            text = (
                tell(Told.PRODUCT_CHANGED_BUT, **facts, reason=now.reason)
                if now.reason
                else tell(Told.PRODUCT_CHANGED, **facts)
            )
        elif now.phase in NOT_CHANGED:
            text = tell(Told.PRODUCT_NOT_CHANGED, title=now.target_title, reason=now.reason)
        else:
            return
        asked, self._asked = self._asked, None
        self._tell(event("line", text, _label(asked)))
        # A service that was started anew does not know who asked: the record before this one does.
        entry = asked or AuditEntry(
            who=None, act=Permission.CHANGE_PRODUCT, target=now.target, new=now.target
        )
        result = f"{now.phase.name.lower()}: {now.reason}" if now.reason else now.phase.name.lower()
        self._access.audit.keep(replace(entry, result=result))

    # -- what people ask

    @property
    def _known(self) -> Products:
        if self._products is None:
            raise ConfigError(tell(Told.NO_PRODUCTS))
        return self._products

    def _list(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        version = self._notice.version
        return self._later(self._known.all, lambda found: done(found, version=version))

    def _preview(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        name, products, version = body_as(command.args, _Named).name, self._known, self._notice.version
        return self._later(lambda: products.preview(name), lambda found: done(found, version=version))

    def _picture(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        name, products = body_as(command.args, _Named).name, self._known
        return self._later(lambda: products.picture(name), lambda content: Reply(attachments=(content,)))

    def _later(self, job: Callable[[], object], finish: Callable[..., Reply]) -> Later:
        return Later(self._access.worker.do(job), finish)

    def _change(self, command: Command) -> Reply | Later:
        """Look at it once more, write it down, and ask the launcher; what comes of it is told in the state."""
        who = self._access.permit(command, Permission.CHANGE_PRODUCT)
        given, products = body_as(command.args, _Change), self._known
        refusal = self._refusal(command)
        if refusal is not None:
            return refusal
        entry = AuditEntry(
            who=who,
            act=Permission.CHANGE_PRODUCT,
            target=given.name,
            old=self._notice.name,
            new=given.name,
            reason=given.reason,
        )

        def check_and_write() -> int:
            try:
                found = products.preview(given.name)
                if given.seal and given.seal != found.seal:
                    raise ConfigError(tell(Told.PRODUCT_EDITED, name=given.name))
            except InspectorError as error:
                self._access.audit.keep(replace(entry, result=f"refused: {error}"))
                raise
            return self._access.audit.write(replace(entry, result="begun"))

        def ask(seq: int) -> Reply:
            # Others may have been here while the bundle was looked at.
            def act() -> Reply:
                return self._refusal(command) or self._ask(given, entry)

            return self._access.conclude(command, entry, seq, act, good="asked for")

        return Later(self._access.worker.do(check_and_write), ask)

    def _refusal(self, command: Command) -> Reply | None:
        notice = self.look()
        if command.expected_version is not None and command.expected_version != notice.version:
            reply = refused(Code.CONFLICT, tell(Told.PRODUCT_IS_OTHER))
        elif notice.phase in UNDER_WAY or self._is_waiting(notice):
            reply = refused(Code.IMPOSSIBLE, tell(Told.PRODUCT_BUSY))
        else:
            return None
        return reply.model_copy(update={"version": notice.version})

    def _is_waiting(self, notice: ProductNotice) -> bool:
        """Whether the launcher has not taken up the last request yet."""
        return self._wishes.now.product_request not in (0, notice.request)

    def _ask(self, given: _Change, entry: AuditEntry) -> Reply:
        self._asked = entry
        who = _label(entry)
        self._wishes.ask(product=given.name, product_seal=given.seal, product_request=monotonic_ns())
        self._tell(event("line", tell(Told.PRODUCT_ASKED_FOR, name=given.name, who=who), who))
        return done(version=self._notice.version)


def _label(asked: AuditEntry | None) -> str:
    if asked is None or asked.who is None:
        return ""
    return asked.who.name or asked.who.console
