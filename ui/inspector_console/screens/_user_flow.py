"""The questions of an act on an account, one after the other; when all are answered, the command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from inspector.domain.access import Role
from inspector_console.bridge import Step
from inspector_console.presenter import (
    Lens,
    UserAct,
    UserLine,
    act_name,
    act_reasons,
    needs_password,
    present_keys,
)
from inspector_console.widgets import ChoiceSheet, KeyboardSheet
from inspector_console.words import SaySystem

_TIMEOUT_MS: Final = 15_000
"""Hashing a secret takes a while on a busy machine."""
_NAME_MAX, _SECRET_MAX, _REASON_MAX = 64, 128, 200
_KINDS: Final = {
    UserAct.ADD: "user.add",
    UserAct.DELETE: "user.delete",
    UserAct.UNLOCK: "user.unlock",
    UserAct.OWN_SECRET: "user.own_secret",
}
_QUESTIONS: Final = {
    UserAct.ADD: ("name", "role", "secret", "again", "reason"),
    UserAct.ROLE: ("role", "reason"),
    UserAct.NAME: ("name", "reason"),
    UserAct.SECRET: ("secret", "again", "reason"),
    UserAct.BADGE: ("badge", "reason"),
    UserAct.NO_BADGE: ("reason",),
    UserAct.UNLOCK: ("reason",),
    UserAct.DELETE: ("reason",),
    UserAct.OWN_SECRET: ("old", "secret", "again"),
}
_OTHER: Final = "\n"
_TITLES: Final = {
    "secret": SaySystem.ENTER_SECRET,
    "again": SaySystem.ENTER_AGAIN,
    "old": SaySystem.ENTER_OLD,
    "reason": SaySystem.ENTER_REASON,
    "badge": SaySystem.ENTER_BADGE,
}


class UserFlow(QObject):
    """Asks by a sheet of choices and a keyboard; one act at a time. Secrets are forgotten with the act."""

    ready = Signal(object, str, object)
    """The `UserAct`, the person's name, and the command (`Step`)."""
    refused = Signal(str)
    """What was entered cannot be meant."""

    def __init__(self, sheet: ChoiceSheet, keyboard: KeyboardSheet, parent: QObject) -> None:
        super().__init__(parent)
        self._sheet, self._keyboard = sheet, keyboard
        self._lens: Lens | None = None
        self._act = UserAct.ADD
        self._line: UserLine | None = None
        self._questions: list[str] = []
        self._answers: dict[str, str] = {}
        sheet.chosen.connect(self._on_chosen)
        sheet.cancelled.connect(self.forget)
        keyboard.entered.connect(self._on_answer)
        keyboard.cancelled.connect(self.forget)

    def about(self, lens: Lens, line: UserLine) -> None:
        """Ask what is to be done about an account."""
        self._lens, self._line, self._questions, self._answers = lens, line, ["act"], {}
        title = lens.words(SaySystem.WHAT_ABOUT, name=line.name)
        self._sheet.ask(title, line.acts, lens.words(SaySystem.CANCEL))

    def start(self, lens: Lens, act: UserAct, line: UserLine | None = None) -> None:
        """Ask what an act needs to know."""
        self._lens, self._act, self._line = lens, act, line
        self._questions, self._answers = list(_QUESTIONS[act]), {}
        self._ask()

    @Slot()
    def forget(self) -> None:
        """Give the act up."""
        self._questions, self._answers = [], {}

    # -- asking

    def _ask(self) -> None:
        if self._lens is None:
            return
        if not self._questions:
            self._finish(self._lens)
        elif self._questions[0] == "role":
            self._ask_role(self._lens)
        elif self._questions[0] == "reason":
            self._ask_reason(self._lens)
        else:
            self._type(self._lens, self._questions[0])

    @property
    def _name(self) -> str:
        return self._answers.get("name", "") if self._line is None else self._line.name

    def _ask_role(self, lens: Lens) -> None:
        present = self._line.role if self._line else ""
        options = [(role.value, lens.words.role(role)) for role in Role if role != present]
        self._choose(lens.words(SaySystem.WHICH_ROLE, name=self._name), options)

    def _ask_reason(self, lens: Lens) -> None:
        usual = [(reason, reason) for reason in act_reasons(lens, self._act)]
        what = f"{act_name(lens, self._act)} · {self._name}"
        other = (_OTHER, lens.words(SaySystem.OTHER_REASON))
        self._choose(lens.words(SaySystem.WHY, what=what), [*usual, other])

    def _choose(self, title: str, options: Sequence[tuple[str, str]]) -> None:
        assert self._lens is not None
        self._sheet.ask(title, options, self._lens.words(SaySystem.CANCEL))

    def _type(self, lens: Lens, question: str) -> None:
        words = lens.words
        if question == "name":
            say = SaySystem.ENTER_NEW_NAME if self._line else SaySystem.ENTER_NAME
        elif question == "secret" and self._act is UserAct.OWN_SECRET:
            say = SaySystem.ENTER_OWN
        else:
            say = _TITLES[question]
        is_secret = question in {"secret", "again", "old", "badge"}
        most = _SECRET_MAX if is_secret else _NAME_MAX if question == "name" else _REASON_MAX
        title = words(say, name=self._name)
        self._keyboard.ask(title, "", present_keys(words), is_secret=is_secret, max_length=most)

    # -- answers

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        if not self._questions or self._lens is None:
            return
        if self._questions[0] == "act":
            self.start(self._lens, UserAct(name), self._line)
        elif name == _OTHER:
            self._type(self._lens, "reason")
        else:
            self._on_answer(name)

    @Slot(str)
    def _on_answer(self, text: str) -> None:
        if not self._questions or self._lens is None:
            return
        question = self._questions.pop(0)
        self._answers[question] = text
        if question == "again" and text != self._answers["secret"]:
            self.refused.emit(self._lens.words(SaySystem.NOT_THE_SAME))
            self.forget()
            return
        if question == "role" and self._line is not None and needs_password(self._line, text):
            self._questions = ["secret", "again", *self._questions]
        self._ask()

    def _finish(self, lens: Lens) -> None:
        given = self._answers
        self._answers = {}
        given.pop("again", None)
        args: dict[str, Any] = dict(given)
        if self._act is UserAct.OWN_SECRET:
            args = {"secret": given["old"], "new_secret": given["secret"]}
        if self._act is UserAct.NO_BADGE:
            args["badge"] = ""
        name, version = given.get("name", ""), None
        if self._line is not None:
            args["id"], name = self._line.id, self._line.name
            version = self._line.revision if self._act is not UserAct.UNLOCK else None
        kind = _KINDS.get(self._act, "user.change")
        self.ready.emit(self._act, name, Step(kind, args, version, timeout_ms=_TIMEOUT_MS))
