"""Golden samples for people to compare with: read by whoever may look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inspector.domain.access import Permission
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BundleError
from inspector.protocol import Command, GoldenSample, GoldenSet, ImageView, Message, Reply, body_as, done
from inspector.service._access import Access
from inspector.service._accounts import Act
from inspector.service._desk import Later
from inspector.service._options import Golden, Region

GOLDEN_KINDS: Final = frozenset({"golden.list", "golden.read"})


class _Sample(Message):
    name: str


class GoldenDesk:
    """Carries out what consoles ask about golden samples. Called in the server's thread; never waits."""

    def __init__(
        self, access: Access, golden: Golden | None, region: Callable[[bytes], Region | None]
    ) -> None:
        self._access, self._golden, self._region = access, golden, region
        self.acts: dict[str, Act] = {"golden.list": self._list, "golden.read": self._read}

    def _list(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        return Later(self._access.worker.do(self._samples), done)

    def _read(self, command: Command) -> Later:
        self._access.permit(command, Permission.VIEW, acts=False)
        name, golden = body_as(command.args, _Sample).name, self._golden

        def job() -> Reply:
            if golden is None:
                raise BundleError(tell(Told.NO_GOLDEN))
            return image_reply(golden.read(name), self._region)

        return Later(self._access.worker.do(job), lambda reply: reply)

    def _samples(self) -> GoldenSet:
        found = [] if self._golden is None else self._golden.samples()
        samples = (
            GoldenSample(name=name, evaluation=said, class_name=class_) for name, said, class_ in found
        )
        return GoldenSet(samples=tuple(samples))


def image_reply(content: bytes, region: Callable[[bytes], Region | None]) -> Reply:
    """Return a picture with the place where the recipe looks in it."""
    return done(ImageView(region=region(content))).model_copy(update={"attachments": (content,)})
