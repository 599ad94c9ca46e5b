"""Who sits at this console: logging in and off, and noticing when the service has ended a log-in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inspector.domain.access import Refusal
from inspector.protocol import Ask, Reply
from inspector_console.bridge import LOG_OFF, Answer, Bridge, Step
from inspector_console.presenter import Link, Said, Seat, say_of
from inspector_console.words import SayLogin

LOG_IN: Final = "session.log_in"
WHO: Final = "session.who"
SET_UP: Final = "session.set_up"
_SECOND_MS: Final = 1000
_LOOK_EVERY_S: Final = 5
"""So often a console asks whether its log-in still holds."""
_CHECK_MS: Final = 15_000
"""A secret takes long to check, and others may be in front."""
_NAMES: Final = 4
_BADGE_S: Final = 60.0
"""So long a badge that was read waits for its owner's password."""


class Login(QObject):
    """Keeps the token, and asks the service whether it still holds. Lives in Qt's thread.

    A log-in belongs to one attachment: it ends when the service is lost, is started anew, or says so.
    """

    changed = Signal()
    """`seat` is another one."""
    began = Signal()
    """Somebody has logged in."""
    ended = Signal(object)
    """Somebody is not logged in any more; a `Said` says why."""
    secret_wanted = Signal()
    """A badge was read whose owner needs the password as well."""
    badge_refused = Signal(object)
    """A badge did not log anybody in; a `Said` says why."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seat = Seat()
        self._bridge = bridge
        self._wait: tuple[str, float] = ("", 0.0)
        self._ends_s = 0.0
        self._looked_s = 0.0
        self._serial, self._tried = 0, ""
        self._left = ""
        self._badge, self._badge_until_s = "", 0.0
        self._finish: dict[str, Callable[[Answer], None]] = {
            LOG_IN: self._on_log_in,
            SET_UP: self._on_set_up,
            WHO: self._on_who,
        }
        bridge.changed.connect(self._on_news)
        bridge.answered.connect(self._on_answered)
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self._on_second)
        self._second.start()

    # -- what people do

    def log_in(self, name: str, secret: str) -> None:
        """Try a name and a PIN or password, or the password behind a badge; `seat` says what comes of it."""
        badge = self._badge if not name.strip() else ""
        missing = (
            SayLogin.NAME_MISSING
            if not name.strip() and not badge
            else SayLogin.SECRET_MISSING
            if not secret
            else None
        )
        if missing is not None:
            self._show(said=Said(say=missing))
            return
        self._tried = name
        who = {"badge": badge} if badge else {"name": name}
        self.forget_badge()
        self._try(Step(LOG_IN, {**who, "secret": secret}, timeout_ms=_CHECK_MS))

    def log_in_badge(self, code: str) -> None:
        """Try a badge that was read; whoever is logged in stays so until somebody else is."""
        if not self.seat.is_known or self.seat.needs_setup or self.seat.is_asking:
            return
        self._tried = ""
        self._badge, self._badge_until_s = code, time.monotonic() + _BADGE_S
        self._try(Step(LOG_IN, {"badge": code}, timeout_ms=_CHECK_MS))

    def forget_badge(self) -> None:
        """Forget a badge that was read: nobody has come with the password."""
        self._badge = ""
        self._show(has_badge=False)

    def set_up(self, code: str, name: str, password: str) -> None:
        """Make the first administrator."""
        given = (
            (code, SayLogin.CODE_MISSING),
            (name, SayLogin.NAME_MISSING),
            (password, SayLogin.SECRET_MISSING),
        )
        missing = next((say for text, say in given if not text.strip()), None)
        if missing is not None:
            self._show(said=Said(say=missing))
            return
        self._tried = name
        args = {"code": code, "name": name, "password": password}
        self._try(Step(SET_UP, args, timeout_ms=_CHECK_MS))

    def log_off(self) -> None:
        """Leave; the console is the operator's at once, whatever the service says."""
        if self.seat.user:
            self._bridge.ask(Step(LOG_OFF))
            self._end(Said(say=SayLogin.ENDED, name=self.seat.user))

    def seize(self, reason: str) -> None:
        """Take the right to write from whoever has it."""
        self._bridge.ask(Step(Ask.CONTROL_SEIZE, {"reason": reason}))

    def give_back(self) -> None:
        """Give the right to write back."""
        self._bridge.ask(Step(Ask.CONTROL_RELEASE))

    def take_over(self, other: Login) -> None:
        """Go on where another one was, which is used no more."""
        self._wait, self._ends_s, self._looked_s = other._wait, other._ends_s, other._looked_s
        self._left = other._left
        self.seat = replace(other.seat, is_asking=False)
        self.changed.emit()

    def forget_said(self) -> None:
        """Say nothing any more of the last attempt: somebody begins anew."""
        self._show(said=None)

    def name_chosen(self, name: str) -> None:
        """Somebody else may try while one has to wait."""
        waiting = self._waiting_s() if _same(name, self._wait[0]) else 0
        self._show(wait_s=waiting, said=None)

    # -- what the service says

    def _try(self, step: Step) -> None:
        self._show(is_asking=True, said=None)
        self._bridge.ask(step, about=self._begin_serial())

    def _begin_serial(self) -> str:
        """Draw a number for what is asked now: an answer to what was asked before somebody came or went is void."""
        self._serial += 1
        return str(self._serial)

    @Slot()
    def _on_news(self) -> None:
        is_attached = self._bridge.facts().link is Link.ATTACHED
        if not is_attached and (self.seat.is_known or self.seat.user):
            self._left = self._bridge.token or self._left
            if self.seat.user:
                self._end(Said(say=SayLogin.ENDED_LOST, name=self.seat.user))
            self._begin_serial()
            self.forget_badge()
            self._show(is_known=False, is_asking=False)
        elif is_attached and not self.seat.is_known and self._is_due():
            self._return_left()
            self._look()

    def _is_due(self) -> bool:
        return time.monotonic() - self._looked_s >= 1.0

    def _return_left(self) -> None:
        """Have a log-in ended that was lost sight of: nobody sits there any more."""
        if self._left:
            self._bridge.token, self._left = self._left, ""
            self._bridge.ask(Step(LOG_OFF))
            self._bridge.token = ""

    def _look(self) -> None:
        self._looked_s = time.monotonic()
        self._bridge.ask(Step(WHO), about=str(self._serial))

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        finish = self._finish.get(answer.kind)
        if finish is not None and answer.about == str(self._serial):
            finish(answer)

    def _on_log_in(self, answer: Answer) -> None:
        if answer.reply is None or not answer.is_ok:
            self._refused(answer.reply)
            return
        body = _body(answer.reply)
        self._begin_serial()
        self._left, self._bridge.token = self._bridge.token, ""
        self._return_left()  # of who was here until now
        self._bridge.token = str(body.get("token", ""))
        self.forget_badge()
        names = (str(body.get("user", "")), *(name for name in self.seat.names if name != body.get("user")))
        self.seat = replace(self.seat, names=names[:_NAMES])
        self._take(body, is_asking=False, said=None, wait_s=0)
        self.began.emit()

    def _on_set_up(self, answer: Answer) -> None:
        if answer.reply is None or not answer.is_ok:
            self._refused(answer.reply)
            return
        self._begin_serial()
        self._show(is_asking=False, needs_setup=False, said=Said(say=SayLogin.SET_UP_DONE, name=self._tried))
        self._look()

    def _on_who(self, answer: Answer) -> None:
        if answer.reply is None:
            return  # asked again soon; a lost service is noticed otherwise
        body = _body(answer.reply)
        if self.seat.user and not body.get("user"):
            self._end(Said(say=SayLogin.ENDED_IDLE, name=self.seat.user))
        self._take(body)

    def _take(self, body: Mapping[str, Any], **others: Any) -> None:
        self._looked_s = now_s = time.monotonic()
        remaining_s = float(body.get("remaining_s") or 0)
        self._ends_s = now_s + remaining_s
        self._show(
            is_known=True,
            user=str(body.get("user", "")),
            role=str(body.get("role", "")) if body.get("user") else "",
            permissions=frozenset(map(str, body.get("permissions") or ())),
            needs_setup=bool(body.get("needs_setup")) and not body.get("user"),
            remaining_s=round(remaining_s),
            **others,
        )

    def _refused(self, reply: Reply | None) -> None:
        if reply is None:
            self.forget_badge()
            self._show(is_asking=False, said=Said(say=SayLogin.NO_ANSWER))
            return
        is_badge, body = bool(self._badge), _body(reply)
        if is_badge and body.get("refusal") == Refusal.NEEDS_SECRET:
            self._show(is_asking=False, has_badge=True, said=Said(say=SayLogin.BADGE_NEEDS_SECRET))
            self.secret_wanted.emit()
            return
        self.forget_badge()
        refusal, wait_s = str(body.get("refusal", "")), float(body.get("wait_s") or 0)
        if refusal == Refusal.SETUP_FIRST:
            self._show(needs_setup=True)
        self._wait = (self._tried, time.monotonic() + wait_s)
        is_unknown = is_badge and refusal == Refusal.WRONG_LOGIN
        said = Said(say=SayLogin.BADGE_UNKNOWN) if is_unknown else say_of(reply)
        self._show(is_asking=False, wait_s=self._waiting_s(), said=said)
        if is_badge:
            self.badge_refused.emit(said)
        if refusal == Refusal.ALREADY_SET_UP:
            self._look()

    # -- time

    @Slot()
    def _on_second(self) -> None:
        if self.seat.wait_s:
            self._show(wait_s=self._waiting_s())
        if self.seat.has_badge and time.monotonic() >= self._badge_until_s:
            self.forget_badge()
            self.forget_said()
        if self.seat.user:
            self._show(remaining_s=max(0, round(self._ends_s - time.monotonic())))
        if self._bridge.facts().link is not Link.ATTACHED:
            self._on_news()
        elif not self.seat.is_known or (self.seat.user and self._needs_look()):
            self._look()

    def _needs_look(self) -> bool:
        since_s = time.monotonic() - self._looked_s
        return since_s >= _LOOK_EVERY_S or (self.seat.remaining_s == 0 and since_s >= 1.0)

    def _waiting_s(self) -> int:
        return max(0, math.ceil(self._wait[1] - time.monotonic()))

    def _end(self, said: Said) -> None:
        self._begin_serial()
        self._bridge.token = ""
        self._show(user="", role="", permissions=frozenset(), remaining_s=0, said=said)
        self.ended.emit(said)

    def _show(self, **changes: Any) -> None:
        seat = replace(self.seat, **changes)
        if seat != self.seat:
            self.seat = seat
            self.changed.emit()


def _body(reply: Reply) -> Mapping[str, Any]:
    return reply.body if isinstance(reply.body, Mapping) else {}


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
