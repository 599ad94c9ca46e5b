"""The last line of defence: what a person sees of an error, and which exit code it leaves."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from inspector.errors import InspectorError, printable

INTERRUPTED = 130
"""What shells call "ended by Ctrl-C": 128 + SIGINT."""


def guarded(work: Callable[[], int]) -> int:
    """Do the work; turn whatever it raises into one line on stderr and an exit code.

    A person never sees a traceback. That of an error nobody foresaw goes into a file, which is named.
    """
    try:
        code = work()
        sys.stdout.flush()
    except InspectorError as error:
        return _complain(f"error: {error}", error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has left (`inspector … | head`). Python flushes stdout once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
        if error.filename is None:
            return _unforeseen(error)
        return _complain(f"error: {error.filename}: {error.strerror}", 2)
    except Exception as error:  # noqa: BLE001 - reported, not swallowed
        return _unforeseen(error)
    return code


def version() -> str:
    """Return the version of the installed package."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("inspector-edge")
    except PackageNotFoundError:
        return "of a source tree that is not installed"


def _complain(line: str, code: int) -> int:
    print(f"inspector: {printable(line)}", file=sys.stderr)
    return code


def _unforeseen(error: Exception) -> int:
    what = f"unexpected {type(error).__name__}: {error}"
    try:
        where = f"the details are in {_write_report(error)}; please report it with that file"
    except OSError as refusal:
        where = f"the details could not be written ({refusal.strerror}); please report it"
    return _complain(f"error: {what}; {where}", 1)


def _write_report(error: Exception) -> Path:
    """Write everything a maintainer needs into a new file that only this user can read."""
    import platform
    import tempfile
    import traceback

    descriptor, path = tempfile.mkstemp(prefix="inspector-crash-", suffix=".txt")
    with open(descriptor, "w", encoding="utf-8") as report:
        report.write(f"inspector {version()}, Python {platform.python_version()}, {platform.platform()}\n")
        report.write(f"arguments: {sys.argv[1:]!r}\n\n")
        report.writelines(traceback.format_exception(error))
    return Path(path)
