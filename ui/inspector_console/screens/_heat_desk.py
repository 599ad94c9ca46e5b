"""Heat maps: asked for only where somebody wants to see one, and only once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inspector.domain.told_texts import Told
from inspector.errors import ProtocolError
from inspector.protocol import HeatView, body_as
from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.presenter import Lens, ScoreBarView, heat_missing, heat_says
from inspector_console.words import SayRejects

HEAT_MAP: Final = "image.heatmap"
_KEPT: Final = 64
_AGAIN_MS: Final = 1500
"""The station takes a second or two, longer where it has other things to do: then it is asked again."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A heat map, or the reason why there is none."""

    view: HeatView | None
    grid: bytes = b""
    refusal: str = ""
    reason: str = ""

    @property
    def is_for_now(self) -> bool:
        """There is none at the moment: nothing is said against there being one in the next."""
        return self.view is None and self.refusal in {"", Told.SERVICE_BUSY}


class HeatDesk(QObject):
    """Fetches heat maps, one at a time."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._maps: OrderedDict[str, Heat] = OrderedDict()
        self._wanted = self._asked = ""
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._try_again)
        bridge.answered.connect(self._on_answered)

    def want(self, part: str) -> None:
        """Have a part's heat map; empty = none."""
        self._wanted = part
        self._ask()

    def of(self, part: str) -> Heat | None:
        """Return a part's heat map, or why there is none, if that is known."""
        return self._maps.get(part)

    def sentence(self, part: str, bar: ScoreBarView | None, lens: Lens) -> str:
        """Return what is said below the picture; `bar` = how the part was judged."""
        heat = self._maps.get(part)
        if heat is None:
            return lens.words(SayRejects.HEAT_COMES)
        if heat.view is None:
            return heat_missing(heat.refusal, heat.reason, lens)
        return heat_says(heat.view, bar, lens)

    @Slot()
    def _ask(self) -> None:
        if self._wanted and not self._asked and self._wanted not in self._maps:
            self._asked = self._wanted
            self._bridge.ask(Step(HEAT_MAP, {"part": self._asked}), about=self._asked)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind != HEAT_MAP or answer.about != self._asked:
            return
        part, self._asked = self._asked, ""
        if answer.reply is None:
            self._again.start()
            return
        self._maps[part] = heat = _heat(answer)
        if heat.is_for_now:
            self._again.start()
        if len(self._maps) > _KEPT:
            self._maps.popitem(last=False)
        self.changed.emit()
        self._ask()

    @Slot()
    def _try_again(self) -> None:
        heat = self._maps.get(self._wanted)
        if heat is not None and heat.is_for_now:
            del self._maps[self._wanted]
        self._ask()

    def forget_failures(self) -> None:
        """Try again what had no map: another model may run by now."""
        for part in [part for part, heat in self._maps.items() if heat.view is None]:
            del self._maps[part]


def _heat(answer: Answer) -> Heat:
    assert answer.reply is not None
    if not answer.is_ok:
        return Heat(None, refusal=str(answer.reply.body.get("refusal", "")), reason=answer.reply.reason)
    try:
        view = body_as(answer.reply.body, HeatView)
    except ProtocolError as error:
        return Heat(None, reason=str(error))
    return Heat(view, answer.reply.attachments[0] if answer.reply.attachments else b"")
