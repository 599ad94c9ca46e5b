"""What the recorder says of itself on its board, and when."""

from __future__ import annotations

import os
from collections.abc import Mapping

from inspector.clock import monotonic_ns
from inspector.recorder._errors import OutboxError
from inspector.sharedmem import RecorderBoard, RecorderError, RecorderState, RecorderStatus

_COUNTS = ("rows_written", "rows_evicted", "unrecorded", "images_written", "images_dropped", "images_evicted")


class Notice:
    """The notice being kept up to date. The gravest thing is shown: a failure, then images, then a remark."""

    def __init__(self, board: RecorderBoard) -> None:
        self._board = board
        self._counts = dict.fromkeys(_COUNTS, 0)
        self._failure: tuple[RecorderError, str] | None = None
        self._complaint: tuple[RecorderError, str] | None = None
        self._remark: tuple[RecorderError, str] | None = None
        self.state = RecorderState.RECORDING
        self.bytes_used = 0

    def count(self, totals: Mapping[str, int]) -> None:
        """Take over the durable counts."""
        self._counts = {name: totals[name] for name in _COUNTS}

    def fail(self, error: OutboxError) -> None:
        """Say that nothing can be written."""
        self._failure = (error.code, str(error))
        self.state = RecorderState.RETRYING

    @property
    def failure(self) -> str:
        """Why nothing can be written, or ""."""
        return self._failure[1] if self._failure else ""

    def recover(self) -> None:
        """Say that rows are written again."""
        self._failure = None
        self.state = RecorderState.RECORDING

    def complain(self, code: RecorderError, text: str) -> None:
        """Say that images cannot be kept, while rows can; NONE takes it back."""
        self._complaint = (code, text) if code else None

    def remark(self, code: RecorderError, text: str) -> None:
        """Say something that stays true until the recorder is started again."""
        self._remark = (code, text)

    def publish(self) -> None:
        """Show it, with a fresh sign of life."""
        code, text = self._failure or self._complaint or self._remark or (RecorderError.NONE, "")
        self._board.publish(
            RecorderStatus(
                alive_ns=monotonic_ns(),
                pid=os.getpid(),
                bytes_used=self.bytes_used,
                state=self.state,
                error_code=code,
                error_text=text,
                **self._counts,
            )
        )

    def close(self) -> None:
        """Let go of the board; what it says stays."""
        self._board.close()
