"""System › Audit: who did what, when, and why; pages come from the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QResizeEvent

from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.presenter import (
    ACTS,
    SPANS_H,
    AuditFilter,
    AuditState,
    AuditView,
    Lens,
    present_audit,
    present_keys,
    span_text,
)
from inspector_console.screens._page import note_height, paint_rows_shown
from inspector_console.screens._save_desk import EXPORT_TIMEOUT_MS, SaveDesk
from inspector_console.theme import Role
from inspector_console.widgets import (
    MEDIUM,
    Canvas,
    ChoiceSheet,
    FilterButton,
    KeyboardSheet,
    PagedRows,
    Style,
    Tile,
    TouchButton,
    warning_sign,
)
from inspector_console.words import Say, SaySystem

QUERY: Final = "audit.query"
VERIFY: Final = "audit.verify"
_QUERY_MS: Final = 10_000
_NAME_MAX: Final = 64
_TYPE: Final = "\n"
"""No name of a person has a line break: this is the answer "another one"."""


class AuditPage(Tile):
    """Asks for one page after the other; what was read is forgotten when somebody else comes."""

    view: AuditView | None

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge, self._lens = bridge, None
        self._state = AuditState()
        self._args: dict[str, Any] = {}
        self._before: list[int | None] = [None]
        self._next: int | None = None
        self._round, self._asked_for = 0, ("", "")
        self._people: dict[str, None] = {}
        self._question = SaySystem.WHOSE_ACTS
        self.list = PagedRows(look, self)
        self.filters = tuple(FilterButton(look, self) for _ in range(3))
        self.check, self.export = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.sheet, self.keyboard = ChoiceSheet(look, self), KeyboardSheet(look, self)
        self.desk = SaveDesk(look, bridge, self)
        self._connect()

    _lens: Lens | None

    def _connect(self) -> None:
        whose, which, since = self.filters
        whose.clicked.connect(self._ask_whose)
        which.clicked.connect(self._ask_which)
        since.clicked.connect(self._ask_since)
        self.check.clicked.connect(self._on_check)
        self.export.clicked.connect(self._on_export)
        self.list.up_wanted.connect(self._on_up)
        self.list.down_wanted.connect(self._on_down)
        self.sheet.chosen.connect(self._on_chosen)
        self.keyboard.entered.connect(self._on_whose)
        self._bridge.answered.connect(self._on_answered)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now; ask for the newest records when somebody comes who may see them."""
        self._lens = lens
        self.desk.show_facts(lens)
        if self._asked_for != (lens.user, lens.role):
            self._asked_for = (lens.user, lens.role)
            self._forget()
        self._show()

    def open(self) -> None:
        """Ask for the newest records, if whoever is here may see them."""
        if self._lens is not None and not present_audit(self._lens, self._state).may_not:
            self._want(self._state.wanted)

    def _forget(self) -> None:
        self._people, self._state = {}, AuditState()
        self.sheet.hide()
        self.keyboard.hide()
        self.desk.sheet.hide()
        self.open()

    # -- asking

    def _want(self, wanted: AuditFilter) -> None:
        """Begin anew, at the newest record; the span counts from now, also on later pages."""
        facts = self._lens.facts if self._lens else None
        now_utc_ns = facts.heard_ns + (facts.utc_offset_ns or 0) if facts else 0
        self._args, self._before = wanted.args(now_utc_ns), [None]
        self._state = replace(self._state, wanted=wanted)
        self._ask()

    def _ask(self) -> None:
        self._round += 1
        before = self._before[-1]
        args = (
            self._args
            | {"limit": self.list.page_size, "folded": True}
            | ({"before_seq": before} if before else {})
        )
        self._state = replace(self._state, records=None, trouble="")
        self._bridge.ask(Step(QUERY, args, timeout_ms=_QUERY_MS), about=self._about())
        self._show()

    def _about(self) -> str:
        return f"audit {self._round}"

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind == VERIFY and answer.about == "audit":
            self._on_verified(answer)
        elif answer.kind == QUERY and answer.about == self._about():
            body = answer.reply.body if answer.reply is not None and answer.is_ok else None
            if body is None:
                self._state = replace(self._state, records=(), trouble=self._why(answer))
            else:
                self._take(body)
            self._show()

    def _take(self, body: Mapping[str, Any]) -> None:
        records = tuple(record for record in body.get("records", ()) if isinstance(record, Mapping))
        following, unreadable = body.get("next_before_seq"), body.get("unreadable")
        self._next = following if isinstance(following, int) else None
        self._people |= {str(name): None for record in records if (name := record.get("user"))}
        self._state = replace(
            self._state, records=records, unreadable=unreadable if isinstance(unreadable, int) else 0
        )

    def _on_verified(self, answer: Answer) -> None:
        self._state = replace(self._state, is_checking=False)
        if answer.reply is not None and answer.is_ok:
            self._state = replace(self._state, chain=answer.reply.body)
        else:
            self._state = replace(self._state, check_trouble=self._why(answer))
        self._show()

    def _why(self, answer: Answer) -> str:
        if self._lens is None:
            return ""
        words = self._lens.words
        return words(SaySystem.NO_ANSWER) if answer.reply is None else words.refusal(answer.reply)

    # -- touching

    @Slot()
    def _ask_whose(self) -> None:
        if (lens := self._lens) is None:
            return
        people = [(name, name) for name in sorted(self._people)[:9]]
        options = [("", lens.words(SaySystem.EVERYBODY)), *people, (_TYPE, lens.words(SaySystem.TYPE_A_NAME))]
        self._ask_one_of(SaySystem.WHOSE_ACTS, options)

    @Slot()
    def _ask_which(self) -> None:
        if (lens := self._lens) is not None:
            named = [(act, lens.words.act(act)) for act in ACTS if act]
            self._ask_one_of(SaySystem.WHICH_ACTS, [("", lens.words(SaySystem.ALL_ACTS)), *named])

    @Slot()
    def _ask_since(self) -> None:
        if (lens := self._lens) is not None:
            options = [(str(hours), span_text(lens, hours)) for hours in SPANS_H]
            self._ask_one_of(SaySystem.HOW_FAR_BACK, options)

    def _ask_one_of(self, title: SaySystem, options: list[tuple[str, str]]) -> None:
        assert self._lens is not None
        self._question = title
        self.sheet.ask(self._lens.words(title), options, self._lens.words(SaySystem.CANCEL))

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        match self._question:
            case SaySystem.WHICH_ACTS:
                self._want(replace(self._state.wanted, act=name))
            case SaySystem.HOW_FAR_BACK:
                self._want(replace(self._state.wanted, hours=int(name)))
            case _:
                self._on_whose(name)

    @Slot(str)
    def _on_whose(self, name: str) -> None:
        if name == _TYPE and self._lens is not None:
            words = self._lens.words
            self.keyboard.ask(
                words(SaySystem.ENTER_USER),
                self._state.wanted.user,
                present_keys(words),
                max_length=_NAME_MAX,
            )
        else:
            self._want(replace(self._state.wanted, user=" ".join(name.split())))

    @Slot()
    def _on_up(self) -> None:
        self._before = self._before[:-1] or [None]
        self._ask()

    @Slot()
    def _on_down(self) -> None:
        if self._next is not None:
            self._before.append(self._next)
            self._ask()

    @Slot()
    def _on_check(self) -> None:
        self._state = replace(self._state, is_checking=True, chain=None, check_trouble="")
        self._bridge.ask(Step(VERIFY, timeout_ms=EXPORT_TIMEOUT_MS), about="audit")
        self._show()

    @Slot()
    def _on_export(self) -> None:
        if self._lens is not None:
            self.desk.begin(self._lens, "audit.export", self._args, SaySystem.SAVE_AUDIT)

    # -- showing

    def _show(self) -> None:
        if (lens := self._lens) is None:
            return
        view = present_audit(lens, self._state)
        if view == self.view:
            return
        self.show_view(view)
        for button, (title, value, is_set) in zip(self.filters, view.filters, strict=False):
            button.describe(title, value, is_set=is_set, may_cut=button is self.filters[0])
        for button in self.filters:
            button.setVisible(not view.may_not)
        self.check.rename(view.check)
        self.check.setVisible(bool(view.check))
        self.export.rename(view.export)
        self.export.setVisible(bool(view.export))
        self.list.setVisible(not view.may_not)
        self.list.rename(lens.words(Say.EARLIER), lens.words(Say.LATER))
        can_up, can_down = len(self._before) > 1, self._next is not None
        self.list.show_page(view.rows, can_up=can_up, can_down=can_down, quiet=view.quiet)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything; another size has room for more or fewer records (Qt calls this)."""
        sizes = self.look.sizes
        buttons = (*self.filters, self.check, self.export)
        width = (self.width() - sizes.gap * (len(buttons) - 1)) // len(buttons)
        for at, button in enumerate(buttons):
            button.setGeometry(at * (width + sizes.gap), 0, width, self._head())
        top = self._head() + note_height(sizes)
        self.list.setGeometry(0, top, self.width(), self.height() - top)
        for sheet in (self.sheet, self.desk.sheet):
            sheet.setGeometry(self.rect())

    def _head(self) -> int:
        return self.filters[0].least_height()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint what is to be said of the log itself, and which page this is."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        if view.may_not:
            canvas.box(area, Role.PANEL)
            row = area.adjusted(sizes.body, sizes.body, -sizes.body, 0)
            row.setHeight(sizes.body * 1.6)
            canvas.text(row, view.may_not, sizes.body)
            return
        row = QRectF(area.left(), self._head(), area.width(), note_height(sizes))
        if self._lens is not None and view.rows:
            page = self._lens.words(SaySystem.PAGE_NUMBER, number=len(self._before))
            row = paint_rows_shown(canvas, row, page)
        if view.is_wrong:
            side = sizes.body
            warning_sign(canvas, QRectF(row.left(), row.center().y() - side / 2, side, side))
            row.setLeft(row.left() + side * 1.4)
        canvas.text(row, view.note, sizes.body, weight=MEDIUM, may_cut=True)
