"""Changes the product of a running line: checked beside it, told first, Ready last, and back if that fails.

::

    (asked) -> CHECKING --ok--> TELLING --ended--> STARTING --Ready--> DONE
                  |                                   | ended, or not Ready in time
                  v                                   v
               REFUSED                            RETURNING --Ready--> RETURNED
                                                      +----not------> FAILED

The new station is loaded, warmed up and tested in a process of its own while the old one runs; only then is the
line told. What was in the old station's hands is in the journal, as after a crash, and the new one closes it.
Where the machine has no room for a step (files, processes, memory), the old product comes back, too.
"""

from __future__ import annotations

import contextlib
import json
import signal
from dataclasses import replace
from typing import Any, Final

from inspector.app._bundles import resolve_bundle
from inspector.app._children import Child
from inspector.app._line import STANDBY, Line, Made
from inspector.app._products import keep_choice, line_products, notice_of, seal_of, title_of
from inspector.clock import monotonic_ns
from inspector.config import StationConfig, find_product
from inspector.domain.hold import Hold
from inspector.domain.product import UNDER_WAY, ChangePhase
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError, InspectorError, SharedMemoryError
from inspector.sharedmem import ProductNotice, Requests
from inspector.vision import load_bundle

_S: Final = 1_000_000_000
_DROP_S: Final = 0.2
_CHECK_NS: Final = 60 * _S
"""Loading and testing a bundle, on a machine that is busy with the line itself."""
_END_NS: Final = 5 * _S
_READY_NS: Final = 15 * _S
_PHASE = ChangePhase


class ProductChange:
    """Carries out what the service asks for, step by step. Launcher thread only; never waits.

    Attributes
    ----------
    ended : list of dict
        What came of each change, for the report.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._notice = notice_of(line.config)
        self._made: Made | None = None
        self._old = line.made[-1]
        self._is_old_started = False
        self._since_ns = 0
        self._seal = ""
        self.ended: list[dict[str, Any]] = []

    def step(self) -> None:
        """Do what is to be done now."""
        now_ns = monotonic_ns()
        match self._notice.phase:
            case _PHASE.CHECKING:
                self._check(now_ns)
            case _PHASE.TELLING:
                if self._has_ended(self._station, now_ns):
                    self._start(now_ns)
            case _PHASE.STARTING:
                self._wait_for_ready(now_ns)
            case _PHASE.RETURNING:
                self._come_back(now_ns)
            case _:
                self._look(now_ns)

    @property
    def _station(self) -> Child:
        return self._line.children["station"]

    def _tell(self, **fields: Any) -> None:
        self._notice = replace(self._notice, **fields)
        self._line.products.publish(self._notice)

    # -- asked, and checked beside the line

    def _look(self, now_ns: int) -> None:
        try:
            asked = self._line.requests.read()
        except SharedMemoryError:  # the service was killed while it asked
            return
        if asked.product_request in (0, self._notice.request):
            return
        self._tell(
            phase=_PHASE.CHECKING,
            version=self._notice.version + 1,
            request=asked.product_request,
            target=asked.product,
            target_title=asked.product,
            reason="",
            began_ns=now_ns,
            told_ns=0,
            ended_ns=0,
        )
        try:
            self._prepare(asked)
        except (InspectorError, OSError) as error:
            self._refuse(error)

    def _prepare(self, asked: Requests) -> None:
        """Start the station that is to take over; it loads and tests by itself."""
        line = self._line
        config = find_product(line_products(line.base), asked.product).config
        assert config is not None
        if config.camera != line.config.camera:
            raise ConfigError(tell(Told.PRODUCT_OTHER_CAMERA, name=asked.product, product=asked.product))
        self._made = None
        self._seal = asked.product_seal
        self._tell(target_title=title_of(config))
        line.places.standby.unlink(missing_ok=True)
        line.places.next_config.write_text(config.model_dump_json())
        line.children[STANDBY] = line.spawn("standby", str(line.places.path))
        self._since_ns = monotonic_ns()

    def _check(self, now_ns: int) -> None:
        """Wait for the new station's word; only a good one touches the line."""
        child, path = self._line.children[STANDBY], self._line.places.standby
        try:
            if path.exists():
                self._take_word(json.loads(path.read_text()), now_ns)
            elif child.exit_code is not None:
                raise ConfigError(tell(Told.NEW_STATION_ENDED, code=child.exit_code))
            elif now_ns - self._since_ns > _CHECK_NS:
                raise ConfigError(tell(Told.NEW_STATION_SLOW, seconds=_CHECK_NS // _S))
        except (InspectorError, OSError) as error:
            self._refuse(error)

    def _refuse(self, error: InspectorError | OSError) -> None:
        self._drop_standby()
        self._end(_PHASE.REFUSED, self._why(error, Told.CHANGE_NOT_PREPARED))

    def _why(self, error: InspectorError | OSError, code: Told) -> str:
        """Return why something could not be done; `code` says what, where it is a file that is in the way."""
        if isinstance(error, InspectorError):
            return str(error)
        where = str(error.filename2 or error.filename or self._line.places.path)
        return tell(code, path=where, error=error.strerror or str(error))

    def _take_word(self, word: dict[str, str], now_ns: int) -> None:
        if word["error"]:
            raise ConfigError(word["error"])
        line = self._line
        config = StationConfig.model_validate_json(line.places.next_config.read_text())
        bundle = load_bundle(resolve_bundle(config), open_model=False)
        if bundle.digest != word["digest"] or (self._seal and self._seal != seal_of(config, bundle)):
            raise ConfigError(tell(Told.PRODUCT_EDITED_SINCE))
        # What needs room is written before the line is told.
        line.class_names.add(bundle.digest32, bundle.classes)
        line.keep_last()
        self._made = Made(0, config, bundle)
        self._old = line.made[-1]
        self._is_old_started = False
        line.is_changing = True
        self._ask_to_end(self._station, now_ns)
        self._tell(phase=_PHASE.TELLING, told_ns=now_ns, target_title=title_of(config))

    def _drop_standby(self) -> None:
        child = self._line.children.pop(STANDBY, None)
        if child is not None:
            child.stop(_DROP_S)

    # -- the line is told; one station ends, the other one starts

    def _ask_to_end(self, child: Child, now_ns: int) -> None:
        self._since_ns = now_ns
        child.send(signal.SIGCONT)  # a frozen one cannot hear
        child.send(signal.SIGTERM)

    def _has_ended(self, child: Child, now_ns: int) -> bool:
        if child.exit_code is None and now_ns - self._since_ns > _END_NS:
            child.send(signal.SIGKILL)
        return child.exit_code is not None

    def _start(self, now_ns: int) -> None:
        """Let the new station take over: from here on, one that is started anew makes the new product."""
        assert self._made is not None
        line = self._line
        try:
            line.make_next(self._made.config, self._made.bundle)
        except OSError as error:
            self._drop_standby()
            self._return(self._why(error, Told.CHANGE_NOT_CARRIED_OUT), now_ns)
            return
        child = line.children.pop(STANDBY)
        child.role = "station"
        line.children["station"] = child
        child.send(signal.SIGUSR1)
        self._since_ns = now_ns
        self._tell_made(_PHASE.STARTING)

    def _tell_made(self, phase: ChangePhase) -> None:
        made = self._line.made[-1]
        told = notice_of(made.config)
        names = ("name", "title", "recipe", "revision", "job_id")
        self._tell(
            phase=phase,
            planned_starts=self._notice.planned_starts + 1,
            **{name: getattr(told, name) for name in names},
        )

    def _is_up(self) -> bool:
        """Whether the present station is Ready, or would be if a person did not hold the line."""
        status, process = self._line.status, self._station.process
        if process is None or status.get("pid") != process.pid:
            return False
        is_held = status.get("hold_code") == Hold.OPERATOR and status.get("is_camera_ok")
        return bool(status.get("is_linked") and (status.get("is_ready") or is_held))

    def _wait_for_ready(self, now_ns: int) -> None:
        code = self._station.exit_code
        if code is not None:
            self._return(tell(Told.STATION_ENDED, code=code), now_ns)
        elif self._is_up():
            self._finish()
        elif now_ns - self._since_ns > _READY_NS:
            lack = tell(Told.STATION_NOT_READY, seconds=_READY_NS // _S, why=self._what_lacks())
            self._return(lack, now_ns)

    def _what_lacks(self) -> str:
        status = self._line.status
        if status.get("hold_text"):
            return str(status.get("hold_text"))
        if not status.get("is_linked"):
            return tell(Told.PLC_NOT_LINKED)
        return tell(Told.PLC_DOES_NOT_WANT if status.get("is_camera_ok") else Told.NO_CAMERA)

    def _finish(self) -> None:
        try:
            keep_choice(self._line.base, self._notice.name)
        except InspectorError as error:
            self._line.warnings.append(str(error))
            self._end(_PHASE.DONE, str(error))
            return
        self._end(_PHASE.DONE)

    # -- back

    def _return(self, why: str, now_ns: int) -> None:
        self._ask_to_end(self._station, now_ns)
        self._tell(phase=_PHASE.RETURNING, reason=why)

    def _come_back(self, now_ns: int) -> None:
        """End what has failed, start the old product, and wait for it."""
        if not self._is_old_started:
            if self._has_ended(self._station, now_ns):
                self._start_old(now_ns)
        elif self._is_up():
            self._end(_PHASE.RETURNED, self._notice.reason)
        elif self._station.exit_code is not None or now_ns - self._since_ns > _READY_NS:
            self._fail(self._what_lacks())

    def _start_old(self, now_ns: int) -> None:
        """Start the old product's station, again and again for a while: what is in the way may pass."""
        line = self._line
        try:
            line.make_last(self._old)
            line.children["station"] = line.spawn("station", str(line.places.path))
        except (InspectorError, OSError) as error:
            if now_ns - self._since_ns > _READY_NS:
                self._fail(self._why(error, Told.CHANGE_NOT_CARRIED_OUT))
            return
        self._is_old_started = True
        self._since_ns = now_ns
        self._tell_made(_PHASE.RETURNING)

    def _fail(self, now: str) -> None:
        self._end(_PHASE.FAILED, tell(Told.NOR_THE_OLD_ONE, why=self._notice.reason, now=now))

    def _end(self, phase: ChangePhase, reason: str = "") -> None:
        now_ns = monotonic_ns()
        self._line.is_changing = False
        with contextlib.suppress(OSError):  # nobody reads it any more; the next change writes it anew
            self._line.places.next_config.unlink(missing_ok=True)
        self._tell(phase=phase, version=self._notice.version + 1, reason=reason, ended_ns=now_ns)
        self.ended.append(_summary(self._notice))


def _summary(notice: ProductNotice) -> dict[str, Any]:
    assert notice.phase not in UNDER_WAY
    told_ns = notice.told_ns
    return {
        "product": notice.target,
        "result": notice.phase.name.lower(),
        "reason": notice.reason,
        "told_to_ready_s": round((notice.ended_ns - told_ns) / 1e9, 3) if told_ns else None,
    }
