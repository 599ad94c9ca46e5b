"""The one object at the border: the client's thread on one side, Qt's signals on the other."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance, Slot

from inspector.client import Client, FrameReady, News, Picture
from inspector.clock import monotonic_ns
from inspector.errors import InspectorError
from inspector.protocol import RAW_FRAMES, Ask, ClientKeys, Endpoints, Reply, fitted_frames, jpeg_frames
from inspector_console.presenter import Facts, Keeper, Link

CHANGE_PRODUCT: Final = "product.change"
RELEASE_LINE: Final = "line.release"
SHELVE: Final = "alarm.shelve"
UNSHELVE: Final = "alarm.unshelve"
LABEL: Final = "reject.label"
LOG_OFF: Final = "session.log_off"
TEST_DEVICE: Final = "device.test"
_LEAST_MS: Final = 250
"""The screen is told of news at most four times a second: nobody reads faster. What comes after a pause, at once."""
_WATCH_MS: Final = 500
_LEAVE_MS: Final = 300
"""A service that is too busy to hear that somebody leaves notices it a second later."""
_REMOTE_WIDTH_PX: Final = 960


@dataclass(frozen=True, slots=True)
class Step:
    """One command; `version` is that of the thing as it was seen. Nobody waits longer than `timeout_ms`."""

    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    timeout_ms: int = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of something that was asked. `reply` is None if nobody answered; `about` is the asker's own."""

    kind: str
    reply: Reply | None
    about: str = ""

    @property
    def is_ok(self) -> bool:
        """It was done."""
        return self.reply is not None and self.reply.ok


class Bridge(QObject):
    """Follows a service for the screens. Lives in Qt's thread; close it before it, or the application, ends.

    Closed, it emits nothing more, whatever the client's thread still gets to hear or is asked here.

    Parameters
    ----------
    endpoints, name, keys
        As for `Client`.
    """

    changed = Signal()
    """`facts` has something new."""
    frame_came = Signal()
    """`take_frame` has a picture."""
    answered = Signal(object)
    """An `Answer`."""
    _woken = Signal()
    _frame_woken = Signal()
    _answer_came = Signal(object, object)

    def __init__(self, endpoints: Endpoints, *, name: str = "", keys: ClientKeys | None = None) -> None:
        super().__init__()
        self.token = ""
        self._keeper = Keeper()
        self._lock = threading.Lock()
        self._is_woken = self._is_closed = False
        self.is_local = keys is None
        """The station is on this machine: its frames can be had as they are."""
        self._watched = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_LEAST_MS)
        self._pause.timeout.connect(self._on_pause_over)
        self._is_due = False
        queued = Qt.ConnectionType.QueuedConnection
        self._woken.connect(self._on_woken, queued)
        self._frame_woken.connect(self.frame_came, queued)
        self._answer_came.connect(self._on_answer, queued)
        self.opened_ns = monotonic_ns()
        self._is_one_wanted = False
        self._client = Client(endpoints, self._on_news, name=name, keys=keys, frames="")
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._on_watch)
        self._watch.start()

    @property
    def identity(self) -> str:
        """How this console is named in the lease."""
        return self._client.identity

    def facts(self) -> Facts:
        """Return what is known now."""
        return self._keeper.facts()

    def take_frame(self) -> Picture | None:
        """Return the newest picture, once."""
        picture = self._client.take_frame()
        if picture is not None and self._is_one_wanted:
            self.watch_no_frames()
        return picture

    def watch_frames(self, room_px: float | None = None) -> None:
        """Have pictures come for a place of a width, px of the screen; None = frames as they are."""
        local = RAW_FRAMES if room_px is None else fitted_frames(room_px)
        self._watch_topic(local if self.is_local else jpeg_frames(_REMOTE_WIDTH_PX))

    def watch_one_frame(self) -> None:
        """Have the next picture come, as it is, and no more: for who looks once."""
        self.watch_frames()
        self._is_one_wanted = True

    def watch_no_frames(self) -> None:
        """Have no more pictures come: none are made for nobody."""
        self._watch_topic("")

    def _watch_topic(self, topic: str) -> None:
        self._is_one_wanted = False
        if topic != self._watched:
            self._watched = topic
            self._client.watch_frames(topic)

    def acknowledge(self, alarm: str, version: int) -> None:
        """Acknowledge an alarm, as it was seen."""
        self.ask(Step(Ask.ACKNOWLEDGE, {"alarm": alarm}, version), about=alarm)

    def shelve(self, alarm: str, version: int, minutes: int, reason: str) -> None:
        """Put an alarm aside for a while."""
        args = {"alarm": alarm, "minutes": minutes, "reason": reason}
        self.ask_in_control(Step(SHELVE, args, version), about=alarm)

    def unshelve(self, alarm: str, version: int) -> None:
        """Take an alarm back before its time is up."""
        self.ask_in_control(Step(UNSHELVE, {"alarm": alarm}, version), about=alarm)

    def hold_line(self) -> None:
        """Have the line held; never waits for the right to write."""
        self.ask(Step(Ask.HOLD))

    def release_line(self, version: int | None = None) -> None:
        """Let the line go, as far as the hold that was seen is the newest one."""
        self.ask_in_control(Step(RELEASE_LINE, version=version))

    def ask(self, *steps: Step, about: str = "") -> None:
        """Send commands one after the other, as long as each is done; `answered` says what came of each."""
        first, rest = steps[0], steps[1:]
        try:
            future = self._client.request(
                first.kind,
                first.args,
                token=self.token,
                expected_version=first.version,
                timeout_ms=first.timeout_ms,
            )
        except InspectorError:
            self._tell(self._answer_came, Answer(first.kind, None, about), ())
            return
        future.add_done_callback(partial(self._on_reply, first.kind, about, rest))

    def ask_in_control(self, step: Step, about: str = "") -> None:
        """Ask for something that needs the right to write; have that right for as long as it takes."""
        self.ask(Step(Ask.CONTROL_TAKE), step, Step(Ask.CONTROL_RELEASE), about=about)

    def close(self) -> None:
        """Leave in order, and end the client; the screens show what they last showed."""
        self._watch.stop()
        self._pause.stop()
        try:
            self._leave()
        finally:
            with self._lock:
                self._is_closed = True
            self._client.close()

    def _leave(self) -> None:
        """Give back what others would have to wait for, and end the log-in; a service that is lost misses nothing."""
        if self._keeper.facts().link is not Link.ATTACHED:
            return
        kinds = (Ask.CONTROL_RELEASE, LOG_OFF) if self.token else (Ask.CONTROL_RELEASE,)
        asked = [self._client.request(kind, token=self.token, timeout_ms=_LEAVE_MS) for kind in kinds]
        wait(asked, _LEAVE_MS / 1000)

    # -- in the client's thread

    def _on_news(self, news: News) -> None:
        if isinstance(news, FrameReady):
            self._tell(self._frame_woken)
        elif self._keeper.feed(news):
            self._wake()

    def _on_reply(self, kind: str, about: str, rest: tuple[Step, ...], future: Future[Reply]) -> None:
        reply = None if future.exception() is not None else future.result()
        self._tell(self._answer_came, Answer(kind, reply, about), rest)

    def _tell(self, signal: SignalInstance, *args: object) -> None:
        """Queue a signal, unless this is closed: Qt may have deleted it by then."""
        with self._lock:
            if not self._is_closed:
                signal.emit(*args)

    def _wake(self) -> None:
        """Queue one signal, however much there is to tell."""
        with self._lock:
            was_woken, self._is_woken = self._is_woken, True
        if not was_woken:
            self._tell(self._woken)

    # -- in Qt's thread

    @Slot()
    def _on_woken(self) -> None:
        with self._lock:
            self._is_woken = False
        if self._pause.isActive():
            self._is_due = True
        else:
            self._pause.start()
            self.changed.emit()

    @Slot()
    def _on_pause_over(self) -> None:
        if self._is_due:
            self._is_due = False
            self._pause.start()
            self.changed.emit()

    @Slot(object, object)
    def _on_answer(self, answer: Answer, rest: tuple[Step, ...]) -> None:
        self.answered.emit(answer)
        if answer.is_ok and rest:
            self.ask(*rest, about=answer.about)
        elif rest and (answer.kind != Ask.CONTROL_TAKE or answer.reply is None):
            self.ask(rest[-1], about=answer.about)  # give back what was taken, or may have been

    @Slot()
    def _on_watch(self) -> None:
        if not self._client.is_alive and self._keeper.lose("the console's own client has ended"):
            self.changed.emit()
