"""The Product screen: what can be made, what a change would change, and the change itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent

from inspector.clock import monotonic_ns
from inspector_console.bridge import Bridge
from inspector_console.presenter import Lens, ProductScreenView, Scanned, present_product, products_of
from inspector_console.screens._product_desk import ProductDesk
from inspector_console.theme import Role
from inspector_console.widgets import (
    RIGHT,
    SEMIBOLD,
    Canvas,
    PressButton,
    ProductCard,
    ProductPanel,
    Style,
    Tile,
    TouchButton,
    lines_of,
)
from inspector_console.words import SayProduct, Words


class ProductScreen(Tile):
    """Left the list in pages, right what the chosen one is, below it the button that must be kept pressed."""

    view: ProductScreenView | None
    said = Signal(str)
    """What people are to read of something that they did."""

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._lens: Lens | None = None
        self._words = Words()
        self._first = 0
        self._scanned = Scanned()
        self.cards: list[ProductCard] = []
        self.up, self.down = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.panel = ProductPanel(look)
        self.panel.setParent(self)
        self.confirm = PressButton(look, self)
        self.desk = ProductDesk(bridge, self)
        self.desk.changed.connect(self._refresh)
        self.confirm.confirmed.connect(self.desk.change)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        self._lens, self._words = lens, lens.words
        self.desk.follow(lens)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._lens is None:
            return
        view = present_product(self._lens, self.desk.shelf)
        self.show_view(view)
        self.panel.show_view(view)
        self.panel.show_picture(self.desk.pictures.get(view.chosen))
        self.confirm.rename(view.confirm)
        self.confirm.hint = view.keep_pressed
        self.confirm.setVisible(bool(view.confirm))
        self._fill()

    def take_key(self, event: QKeyEvent) -> bool:
        """Take a key that nobody else wants: a scanner types a product's code, and Enter. Return whether taken."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if code := self._scanned.end(monotonic_ns()):
                self._look_up(code)
            return bool(code)
        text = event.text()
        if not text.isprintable() or not text:
            return False
        self._scanned.take(text, monotonic_ns())
        return True

    def _look_up(self, code: str) -> None:
        products = self.desk.shelf.products
        if products is None:
            self.said.emit(self._words(SayProduct.NOT_KNOWN))
            return
        match products_of(code, products):
            case (name,):
                at = next(at for at, product in enumerate(products) if product.name == name)
                page = max(1, len(self.cards))
                self._first = at // page * page
                self.desk.choose(name)
            case ():
                self.said.emit(self._words(SayProduct.SCAN_UNKNOWN, code=code))
            case _:
                self.said.emit(self._words(SayProduct.SCAN_AMBIGUOUS, code=code))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make as many cards as there is room for (Qt calls this)."""
        sizes, head = self.look.sizes, self._head()
        gap, height = sizes.gap, ProductCard.card_height(self.look)
        left = int(self.width() * 0.36)
        room = self.height() - head - sizes.touch - gap
        count = max(1, (room + gap) // (height + gap))
        while len(self.cards) < count:
            card = ProductCard(self.look, self)
            card.clicked.connect(self._on_chosen)
            self.cards.append(card)
        while len(self.cards) > count:
            self.cards.pop().deleteLater()
        for at, card in enumerate(self.cards):
            card.setGeometry(0, head + at * (height + gap), left, height)
        half = (left - gap) // 2
        self.up.setGeometry(0, self.height() - sizes.touch, half, sizes.touch)
        self.down.setGeometry(half + gap, self.height() - sizes.touch, left - half - gap, sizes.touch)
        right = left + 2 * gap
        foot = self._foot()
        self.panel.setGeometry(right, 0, self.width() - right, self.height() - foot - gap)
        width = min(self.width() - right, int(sizes.large * 19))
        self.confirm.setGeometry(self.width() - width, self.height() - foot, width, foot)
        self._fill()

    def _head(self) -> int:
        return int(self.look.sizes.large * 1.7)

    def _foot(self) -> int:
        return self.look.sizes.frequent_touch

    def _fill(self) -> None:
        """Show one page of the list."""
        products = self.view.cards if self.view else ()
        page = max(1, len(self.cards))
        while self._first and self._first >= len(products):
            self._first = max(0, self._first - page)
        shown = products[self._first : self._first + page]
        for at, card in enumerate(self.cards):
            card.setVisible(at < len(shown))
            if self.view is not None and at < len(shown):
                product = shown[at]
                picture = self.desk.pictures.get(product.name)
                card.show_product(product, picture, is_chosen=product.name == self.view.chosen)
        for button, can, name in (
            (self.up, self._first > 0, self.view.up if self.view else ""),
            (self.down, self._first + page < len(products), self.view.down if self.view else ""),
        ):
            button.rename(name)
            button.setVisible(len(products) > page)
            button.setEnabled(can)
        self.update()

    @Slot()
    def _on_chosen(self) -> None:
        card = self.sender()
        if isinstance(card, ProductCard) and card.view is not None:
            self.desk.choose(card.view.name)

    @Slot()
    def _on_up(self) -> None:
        self._first = max(0, self._first - len(self.cards))
        self._fill()

    @Slot()
    def _on_down(self) -> None:
        self._first += len(self.cards)
        self._fill()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, which page this is, and what confirming does or why it cannot be."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        row = QRectF(0, 0, self.panel.x() - 2 * sizes.gap, self._head())
        title = canvas.text(row, view.title, sizes.large, weight=SEMIBOLD)
        if len(view.cards) > len(self.cards):
            last = min(len(view.cards), self._first + len(self.cards))
            page = self._words(SayProduct.PAGE, first=self._first + 1, last=last, count=len(view.cards))
            rest = row.adjusted(title.width() + sizes.body, 0, 0, 0)
            canvas.text(rest, page, sizes.body, role=Role.QUIET, align=RIGHT)
        foot = QRectF(self.panel.x(), self.height() - self._foot(), self.panel.width(), self._foot())
        if view.confirm:
            foot.setRight(self.confirm.x() - sizes.body)
        self._paint_note(canvas, foot, view.note)

    @staticmethod
    def _paint_note(canvas: Canvas, area: QRectF, text: str) -> None:
        px = canvas.sizes.body
        lines = lines_of(text, canvas, area.width(), px)
        top = area.center().y() - len(lines) * px * 0.65
        for at, line in enumerate(lines):
            row = QRectF(area.left(), top + at * px * 1.3, area.width(), px * 1.3)
            canvas.text(row, line, px, may_cut=True)
