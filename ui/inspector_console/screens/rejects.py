"""The Rejects screen: what was rejected and why, looked at closely and judged by people."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from inspector.domain.labels import NOTE_MAX, Judgement
from inspector.protocol import RejectRow
from inspector_console.bridge import Bridge
from inspector_console.presenter import (
    Draft,
    Lens,
    Link,
    RejectWish,
    class_choices,
    class_named,
    present_keys,
    present_reject,
    present_reject_list,
)
from inspector_console.screens._heat_desk import HeatDesk
from inspector_console.screens._reject_book import RejectBook
from inspector_console.screens._reject_detail import RejectDetail
from inspector_console.screens._reject_grid import RejectGrid
from inspector_console.screens._reject_pictures import RejectPictures
from inspector_console.widgets import ChoiceSheet, KeyboardSheet, Style
from inspector_console.words import Say, SayRejects

_CLASS_MAX = 40
_CLASS: Final = "judged class"
"""Asked by the sheet, if it is not a filter."""
_TRIES: Final = 8
_PAUSE_MS: Final = 500
"""A part is told before its row is written: it may take a moment to be found."""


class RejectsScreen(QWidget):
    """A list, and one reject at a time over it."""

    login_wanted = Signal()
    """Somebody wants to judge, and nobody has logged in."""

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__()
        self.look = look
        self.book, self.pictures, self.heats = RejectBook(bridge), RejectPictures(bridge), HeatDesk(bridge)
        self.grid = RejectGrid(look, self.pictures, self)
        self.detail = RejectDetail(look, self)
        self.sheet, self.keyboard = ChoiceSheet(look, self), KeyboardSheet(look, self)
        self.part = ""
        """The reject that is shown large; empty = the list is."""
        self._sought: tuple[int, int] | None = None
        self._tries_left = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._draft = Draft()
        self._asked = ""
        self._asks_class = self._moves_on = self._judges_next = False
        self._lens: Lens | None = None
        self._was_attached = False
        self._connect()

    def _connect(self) -> None:
        self._pause.timeout.connect(self._on_newest_wanted)
        self.book.changed.connect(self._seek)
        for changed in (self.book.changed, self.pictures.changed, self.heats.changed):
            changed.connect(self._refresh)
        self.book.labelled.connect(self._on_labelled)
        self.book.login_wanted.connect(self.login_wanted)
        grid, detail = self.grid, self.detail
        grid.filter_wanted.connect(self._on_filter_wanted)
        grid.newest_wanted.connect(self._on_newest_wanted)
        grid.opened.connect(self.open)
        grid.paged.connect(self.book.want)
        detail.left.connect(self.leave)
        detail.turned.connect(self._on_turned)
        detail.judged.connect(self._on_judged)
        detail.class_wanted.connect(self._on_class_wanted)
        detail.note_wanted.connect(self._on_note_wanted)
        detail.tools_changed.connect(self._refresh)
        self.sheet.chosen.connect(self._on_chosen)
        self.keyboard.entered.connect(self._on_entered)

    # -- showing

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now; ask anew when the station has come back."""
        is_attached = lens.facts.link is Link.ATTACHED
        has_language_changed = self._lens is not None and self._lens.words.language != lens.words.language
        self._lens = lens
        if has_language_changed:
            self.sheet.hide()  # it asks in another language
        # Whoever looks at one reject is not sent back to the list because the link was down for a moment.
        is_looking = bool(self.part and self.book.found.rows)
        if is_attached and not self._was_attached and not is_looking:
            self.pictures.forgive()
            self.heats.forget_failures()
            self.book.look(self.book.wish, lens)
        self._was_attached = is_attached
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Look again when somebody comes to look, unless he was in the middle of something (Qt calls this)."""
        if self._lens is not None and self._was_attached and not self.part and self._sought is None:
            self._on_newest_wanted()

    def hideEvent(self, event: QHideEvent) -> None:
        """Open nothing for somebody who has gone elsewhere (Qt calls this)."""
        self._stop_seeking()

    @Slot()
    def _refresh(self) -> None:
        if (lens := self._lens) is None or not self.isVisible():
            return
        self.grid.show_list(present_reject_list(self.book.wish, self.book.found, lens), lens.words)
        row = self.book.row(self.part, lens) if self.part else None
        if row is None and self.part and not self.book.found.is_asking:
            self.part = ""
        self.grid.setVisible(not self.part)
        self.detail.setVisible(bool(self.part))
        if row is not None:
            self._show_detail(row, lens)
        else:
            self.pictures.want(self.grid.images())
            self.heats.want("")
            self.grid.fill()

    def _show_detail(self, row: RejectRow, lens: Lens) -> None:
        around = self.book.around(row.part)
        view = present_reject(row, self.book.found.known, self._draft, lens, around)
        previous, following = self.book.beside(row.part, -1), self.book.beside(row.part, 1)
        self.detail.show_reject(view, has_previous=bool(previous), has_next=bool(following))
        beside = self.book.row(following, lens) if following else None
        ahead = beside.image if beside is not None and beside.image_state == "STORED" else ""
        self.pictures.want((), (view.image, ahead))
        image = self.pictures.whole(view.image) if view.image else None
        none = view.gone or lens.words(
            SayRejects.PICTURE_EVICTED if self.pictures.is_gone(view.image) else Say.PICTURE_COMES
        )
        wants_heat = self.detail.heat.isChecked()
        self.heats.want(row.part if wants_heat and image is not None else "")
        heat = self.heats.of(row.part) if wants_heat else None
        sentence = self.heats.sentence(row.part, view.bar, lens) if wants_heat else ""
        note = "" if lens.facts.link is Link.ATTACHED else lens.words(SayRejects.NOT_CONNECTED)
        region = self.pictures.region(view.image)
        self.detail.show_picture(image, region, none, note, heat, sentence)

    # -- looking

    def look_at(self, key: tuple[int, int]) -> None:
        """Show the reject of a session and ordinal large as soon as it is found among the newest."""
        self.part, self._draft = "", Draft()
        self.sheet.hide()
        self._sought, self._tries_left = key, _TRIES
        self._look(RejectWish())

    @Slot()
    def _seek(self) -> None:
        """Open what was looked for; where it is not to be found, the newest stay listed."""
        if self._sought is None or self.book.found.is_asking or self._pause.isActive():
            return
        rows = self.book.found.rows
        part = next((row.part for row in rows if (row.session, row.ordinal) == self._sought), "")
        self._tries_left -= 1
        if part:
            self.open(part)
        elif self._tries_left > 0:
            self._pause.start()
        else:
            self._sought = None

    def _stop_seeking(self) -> None:
        self._sought = None
        self._pause.stop()

    @Slot(str)
    def open(self, part: str) -> None:
        """Show a reject large."""
        self._stop_seeking()
        self.book.forget_around()
        self.part, self._draft = part, Draft()
        self._refresh()
        self.detail.setFocus()

    @Slot()
    def leave(self) -> None:
        """Go back to the list, to the page with the reject that was shown."""
        part, self.part = self.part, ""
        self._refresh()
        self.grid.to_page_of(part)

    @Slot(int)
    def _on_turned(self, step: int) -> None:
        part = self.book.beside(self.part, step)
        if part:
            self.open(part)
            self.book.want([row.part for row in self.book.found.rows].index(part) + 10)

    @Slot()
    def _on_newest_wanted(self) -> None:
        self._look(self.book.wish)

    def _look(self, wish: RejectWish) -> None:
        if self._lens is not None:
            self.pictures.forgive()
            self.grid.to_first_page()
            self.book.look(wish, self._lens)

    @Slot(str)
    def _on_filter_wanted(self, name: str) -> None:
        view = self.grid.view
        if view is not None:
            wanted = next(one for one in view.filters if one.name == name)
            self._asked = name
            self.sheet.ask(wanted.title, wanted.choices, view.cancel, chosen=wanted.chosen)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        if self._asked == _CLASS and not key:
            self._ask_text(SayRejects.WHICH_CLASS, "", _CLASS_MAX, is_class=True)
        elif self._asked == _CLASS:
            self._set_draft(Draft(class_name=key, note=self._draft.note))
        else:
            self._stop_seeking()
            self._look(self.book.wish.with_choice(self._asked, key))

    # -- judging

    @Slot()
    def _on_class_wanted(self) -> None:
        self._judges_next = False
        row = self._row()
        if row is not None and self._lens is not None and self.grid.view is not None:
            choices = class_choices(row, self.book.found.known, self._lens)
            title = self._lens.words(SayRejects.WHICH_CLASS)
            chosen = self._draft.class_name or _class_of(row)
            self._asked = _CLASS
            self.sheet.ask(title, choices, self.grid.view.cancel, chosen=chosen)

    @Slot()
    def _on_note_wanted(self) -> None:
        row = self._row()
        if row is not None:
            self._ask_text(SayRejects.NOTE, self._note(row), NOTE_MAX, is_class=False)

    def _ask_text(self, say: SayRejects, text: str, most: int, *, is_class: bool) -> None:
        if self._lens is not None:
            self._asks_class = is_class
            words = self._lens.words
            self.keyboard.ask(words(say), text, present_keys(words), max_length=most)

    @Slot(str)
    def _on_entered(self, text: str) -> None:
        clean = " ".join(text.split())
        if self._asks_class and clean:
            name = class_named(clean, self._lens) if self._lens is not None else clean
            self._set_draft(Draft(class_name=name, note=self._draft.note))
        elif not self._asks_class:
            self._set_draft(Draft(class_name=self._draft.class_name, note=clean))

    def _set_draft(self, draft: Draft) -> None:
        """Keep what was entered until somebody judges; where somebody has, it changes the judgement."""
        self._draft = draft
        row, judges = self._row(), self._judges_next and draft.class_name is not None
        if row is not None and judges:
            self._judges_next = False
            self._judge(row, Judgement.REAL_DEFECT, moves_on=True)
        elif row is not None and row.label is not None:
            is_class = draft.class_name is not None
            self._judge(row, Judgement.REAL_DEFECT if is_class else row.label.judgement, moves_on=False)
        self._refresh()
        self.detail.setFocus()

    @Slot(str)
    def _on_judged(self, judgement: str) -> None:
        row = self._row()
        if row is not None:
            self._judge(row, judgement, moves_on=True)

    def _judge(self, row: RejectRow, judgement: str, *, moves_on: bool) -> None:
        if self._lens is not None and not self._lens.user:
            self.login_wanted.emit()  # what was entered waits here
            return
        self._moves_on = moves_on
        is_real = judgement == Judgement.REAL_DEFECT
        class_name = self._draft.class_name or _class_of(row) if is_real else ""
        if is_real and not class_name:
            self._on_class_wanted()  # vision has seen nothing: only a person can name it
            self._judges_next = True
            return
        self.book.judge(row, judgement, class_name, self._note(row))

    @Slot(str)
    def _on_labelled(self, part: str) -> None:
        """Go to the next one; the last one stays, with what was said of it."""
        if part != self.part:
            return
        self._draft = Draft()
        if self._moves_on:
            self._moves_on = False
            self._on_turned(1)

    def _row(self) -> RejectRow | None:
        return self.book.row(self.part, self._lens) if self.part and self._lens is not None else None

    def _note(self, row: RejectRow) -> str:
        if self._draft.note is not None:
            return self._draft.note
        return row.label.note if row.label else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give everything the whole room (Qt calls this)."""
        for part in (self.grid, self.detail, self.sheet):
            part.setGeometry(0, 0, self.width(), self.height())


def _class_of(row: RejectRow) -> str:
    """Return the class of the last judgement, else of the verdict."""
    if row.label is not None and row.label.judgement == Judgement.REAL_DEFECT:
        return row.label.class_name
    return row.class_name
