"""Pictures of rejects, small ones for the list and whole ones for judging: fetched one at a time."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.close_up import Region, close_up
from inspector_console.golden import region_of

READ_IMAGE: Final = "image.read"
_SMALL: Final = QSize(320, 208)
_KEPT_SMALL, _KEPT_WHOLE = 120, 4
"""Pictures in memory: some 30 MB at most."""
_TRIES: Final = 2


class RejectPictures(QObject):
    """Keeps some pictures. Asks for one at a time, so that nobody's command waits behind them."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._small: OrderedDict[str, QImage] = OrderedDict()
        self._whole: OrderedDict[str, tuple[QImage, Region | None]] = OrderedDict()
        self._wanted: list[str] = []
        self._wanted_whole: tuple[str, ...] = ()
        self._failed: Counter[str] = Counter()
        self._asked = ""
        self._bridge = bridge
        bridge.answered.connect(self._on_answered)

    def want(self, small: Iterable[str], whole: Iterable[str] = ()) -> None:
        """Have these, the whole ones first; what is not named any more is not fetched any more."""
        self._wanted, self._wanted_whole = (
            [name for name in small if name],
            tuple(name for name in whole if name),
        )
        self._ask()

    def small(self, name: str) -> QImage | None:
        """Return a small picture, if it is here."""
        return self._small.get(name)

    def whole(self, name: str) -> QImage | None:
        """Return a whole picture, if it is here."""
        return self._whole[name][0] if name in self._whole else None

    def region(self, name: str) -> Region | None:
        """Return where the recipe looks in a whole picture that is here, if that is known."""
        return self._whole[name][1] if name in self._whole else None

    def is_gone(self, name: str) -> bool:
        """Return whether the station has not got it (any more)."""
        return self._failed[name] >= _TRIES

    def forgive(self) -> None:
        """Try again what has failed."""
        self._failed.clear()

    def missing(self) -> str:
        """Return the next one that is wanted and not here yet; empty = there is none."""
        for names, known in ((self._wanted_whole, self._whole), (self._wanted, self._small)):
            for name in names:
                if name not in known and not self.is_gone(name):
                    return name
        return ""

    def _ask(self) -> None:
        if not self._asked and (name := self.missing()):
            self._asked = name
            self._bridge.ask(Step(READ_IMAGE, {"name": name}), about=name)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind != READ_IMAGE or answer.about != self._asked:  # somebody else asked
            return
        name, self._asked = self._asked, ""
        if answer.reply is None:  # the link is down: what comes next asks again
            return
        image = QImage.fromData(answer.reply.attachments[0]) if answer.reply.attachments else QImage()
        if image.isNull():
            self._failed[name] += 1
        else:
            self._keep(name, image, region_of(answer))
        self.changed.emit()
        self._ask()

    def _keep(self, name: str, image: QImage, region: Region | None) -> None:
        self._small[name] = close_up(image, region, _SMALL)
        if len(self._small) > max(_KEPT_SMALL, 2 * len(self._wanted)):
            self._small.popitem(last=False)
        if name in self._wanted_whole:
            self._whole[name] = image, region
            if len(self._whole) > _KEPT_WHOLE:
                self._whole.popitem(last=False)
