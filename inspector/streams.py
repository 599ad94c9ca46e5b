"""Standard streams that are there, and that fail in words: not every caller has a terminal, or room on a disk."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO

from inspector.errors import OutputError


class _Result(io.FileIO):
    """Standard output: what cannot be written there was asked for, and is missing."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:  # whoever read it has had enough
            raise
        except OSError as error:
            _open_null(
                self.fileno()
            )  # the interpreter tries once more at the exit, and would complain in its own way
            raise OutputError(
                f"cannot write to standard output: {error.strerror}; let it go to a place that has room"
            ) from error


class _Remark(io.FileIO):
    """Standard error: nothing stops for a remark that nobody can read any more, as after a dropped connection."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def open_standard_streams() -> None:
    """Give this process the three standard streams, whatever it was started with. At the very start; may be repeated.

    One that is closed (`>&-`, a service manager, cron) becomes /dev/null: otherwise the next file that is opened
    would take its number, and be written into.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _open_null(number)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _text(_Result(1, "w", closefd=False), sys.stdout, is_remark=False)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _text(_Remark(2, "w", closefd=False), sys.stderr, is_remark=True)


def _open_null(number: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    if null == number:
        os.set_inheritable(null, True)  # for our children, too
    else:
        os.dup2(null, number)
        os.close(null)


def _text(raw: io.FileIO, before: TextIO | None, *, is_remark: bool) -> io.TextIOWrapper:
    if before is not None:
        before.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding if before is not None else "utf-8",
        errors="backslashreplace" if is_remark else "replace",
        line_buffering=is_remark or raw.isatty(),
    )
