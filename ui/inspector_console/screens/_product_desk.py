"""What the Product screen asks the service, and what it knows by the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from inspector.errors import ProtocolError
from inspector.protocol import ProductList, ProductPreview, Reply, body_as
from inspector_console.bridge import CHANGE_PRODUCT, Answer, Bridge, Step
from inspector_console.presenter import Lens, Link, Shelf

_LIST: Final = "product.list"
_PREVIEW: Final = "product.preview"
_PICTURE: Final = "product.picture"
_PATIENCE_MS: Final = 20_000
"""A bundle that is looked at for the first time is read whole; that may take seconds."""


class ProductDesk(QObject):
    """Asks again whenever the product has changed, or the service has come back."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self.shelf = Shelf()
        self.pictures: dict[str, QImage] = {}
        self._bridge = bridge
        self._seen: tuple[str, int] | None = None
        self._version: int | None = None
        self._without: set[str] = set()
        self._asked_picture = ""
        bridge.answered.connect(self._on_answered)

    def follow(self, lens: Lens) -> None:
        """Ask if what is known may not be true any more."""
        state = lens.facts.state
        if lens.facts.link is not Link.ATTACHED or state is None:
            self._seen = None
            return
        seen = (state.product_name, state.product_version)
        if seen != self._seen:
            self._seen = seen
            self._bridge.ask(Step(_LIST, timeout_ms=_PATIENCE_MS))

    def choose(self, name: str) -> None:
        """Look at a product."""
        self.shelf = replace(self.shelf, chosen=name, preview=None, trouble="")
        self._look()
        self.changed.emit()

    def change(self) -> None:
        """Have the line changed to the product that is looked at, as it was seen."""
        preview = self.shelf.preview
        if preview is not None:
            args = {"name": preview.product.name, "seal": preview.seal}
            step = Step(CHANGE_PRODUCT, args, self._version, timeout_ms=_PATIENCE_MS)
            self._bridge.ask_in_control(step, about=preview.product.name)

    def _look(self) -> None:
        known = {product.name: product for product in self.shelf.products or ()}
        product = known.get(self.shelf.chosen)
        if product is None:
            return
        if product.trouble:
            self.shelf = replace(self.shelf, trouble=product.trouble)
            return
        step = Step(_PREVIEW, {"name": product.name}, timeout_ms=_PATIENCE_MS)
        self._bridge.ask(step, about=product.name)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.reply is None:
            if answer.kind in (_LIST, _PREVIEW):
                self._seen = None  # nobody answered: the next news asks again
            self._asked_picture = "" if answer.kind == _PICTURE else self._asked_picture
            return
        takers = {_LIST: self._take_list, _PREVIEW: self._take_preview, _PICTURE: self._take_picture}
        taker = takers.get(answer.kind)
        if taker is not None:
            taker(answer.about, answer.reply)
            self.changed.emit()

    def _take_list(self, _: str, reply: Reply) -> None:
        try:
            products = body_as(reply.body, ProductList).products if reply.ok else None
        except ProtocolError:
            products = None
        names = {product.name for product in products or ()}
        in_use = next((product.name for product in products or () if product.is_in_use), "")
        chosen = self.shelf.chosen if self.shelf.chosen in names else in_use
        self.shelf = Shelf(products=products, chosen=chosen)
        self._look()
        self._ask_picture()

    def _take_preview(self, name: str, reply: Reply) -> None:
        if name != self.shelf.chosen:
            return
        try:
            preview = body_as(reply.body, ProductPreview) if reply.ok else None
            trouble = "" if reply.ok else reply.reason
        except ProtocolError as error:
            preview, trouble = None, str(error)
        self._version = reply.version
        self.shelf = replace(self.shelf, preview=preview, trouble=trouble)

    def _ask_picture(self) -> None:
        """Ask for the next picture that is missing; one at a time."""
        if self._asked_picture:
            return
        for product in self.shelf.products or ():
            if not product.trouble and product.name not in self.pictures.keys() | self._without:
                self._asked_picture = product.name
                step = Step(_PICTURE, {"name": product.name}, timeout_ms=_PATIENCE_MS)
                self._bridge.ask(step, about=product.name)
                return

    def _take_picture(self, name: str, reply: Reply) -> None:
        self._asked_picture = ""
        image = QImage.fromData(reply.attachments[0]) if reply.ok and reply.attachments else QImage()
        if image.isNull():
            self._without.add(name)
        else:
            self.pictures[name] = image
        self._ask_picture()
