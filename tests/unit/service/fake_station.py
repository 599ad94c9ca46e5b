"""The shared memory of a line, written by hand: a station that does what a test says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from inspector.clock import monotonic_ns
from inspector.domain.alarm_table import with_limits
from inspector.domain.alarms import AlarmId, Condition
from inspector.domain.disposition import Applied, Cause, Disposition
from inspector.domain.states import State
from inspector.domain.verdict import Evaluation
from inspector.protocol import Endpoints
from inspector.service import ServiceFiles, ServiceSettings
from inspector.service._conditions import Known, Watch
from inspector.service._facts import Look
from inspector.sharedmem import (
    DecisionRing,
    LedgerRing,
    RecorderBoard,
    RecorderState,
    RecorderStatus,
    RequestBoard,
    StationStatus,
)

S = 1_000_000_000


class FakeStation:
    """Not the station, but what it leaves in memory while all is well."""

    def __init__(self, folder: Path, *, capacity: int = 4096) -> None:
        self.files = ServiceFiles(
            status=folder / "status",
            ledger=folder / "ledger.ring",
            recorder=folder / "recorder.board",
            requests=folder / "requests.board",
            data_dir=folder / "data",
            decisions=folder / "decisions.ring",
        )
        self.status = StationStatus.create(self.files.status)
        self.ring = LedgerRing.create(self.files.ledger, capacity=capacity)
        assert self.files.decisions is not None
        self.decisions = DecisionRing.create(self.files.decisions)
        self.recorder = RecorderBoard.ensure(self.files.recorder)
        self.requests = RequestBoard.ensure(self.files.requests)
        self.ordinal = 0
        self.write(state=int(State.EXECUTE), starts=1, session=7, is_ready=1, is_linked=1, is_camera_ok=1)
        self.write(ready_ns=1)
        self.live()

    def write(self, **fields: Any) -> None:
        for name, value in fields.items():
            self.status.set(name, value)

    def live(self) -> None:
        """Give a sign of life: station and recorder."""
        now_ns = monotonic_ns()
        self.status.set("updated_ns", now_ns)
        self.recorder.publish(RecorderStatus(alive_ns=now_ns, pid=os.getpid(), state=RecorderState.RECORDING))

    def part(self, evaluation: Evaluation = Evaluation.OK, **fields: Any) -> int:
        """Close a part: its row, and the totals. Return its ordinal."""
        self.ordinal += 1
        is_ok = evaluation is Evaluation.OK
        row = {
            "session": 7,
            "tag": self.ordinal,
            "part_count": self.ordinal,
            "evaluation": int(evaluation),
            "class_index": 0 if is_ok else 1,
            "disposition": int(Disposition.ACCEPT if is_ok else Disposition.REJECT),
            "cause": int(Cause.NONE if is_ok else Cause.NG),
            "causes": 0 if is_ok else 1 << Cause.NG,
            "applied": int(Applied.ACCEPTED if is_ok else Applied.REJECTED),
            "trigger_ns": monotonic_ns(),
        }
        assert self.ring.append(**row | fields)  # type: ignore[arg-type]
        self.status.add("triggers")
        self.status.add("accepted" if is_ok else "rejected")
        self.status.add("decided_ok" if is_ok else "decided_ng")
        return self.ordinal

    def reject_for(self, cause: Cause, parts: int = 1) -> None:
        self.status.row["causes"][0][cause] += parts
        self.status.add("rejected", parts)


class Watcher:
    """Looks at a station, as the service does, with a clock that the test moves."""

    def __init__(self, station: FakeStation, **settings: Any) -> None:
        self.station = station
        self.settings = ServiceSettings(local=Endpoints.tcp("127.0.0.1"), plc_address="10.0.0.2", **settings)
        self.now_ns = monotonic_ns()
        self.started_ns = self.now_ns
        self.watch = Watch(with_limits({}), self.settings, self.started_ns)

    def see(self, *, is_alive: bool = True, **known: Any) -> dict[AlarmId, Condition]:
        if is_alive:
            self.station.status.set("updated_ns", self.now_ns)
        look = Look(self.station.status, self.now_ns, self.started_ns)
        board = RecorderStatus(alive_ns=self.now_ns, pid=1, state=RecorderState.RECORDING)
        return self.watch.conditions(Known(look=look, **{"recorder": board} | known))

    def level(self, id_: AlarmId, **known: Any) -> bool | float | None:
        condition = self.see(**known).get(id_)
        return None if condition is None else condition.level

    def wait(self, seconds: float) -> None:
        self.now_ns += int(seconds * S)
