"""Tables for spreadsheets: what leaves the station of its logs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Final

BOM: Final = b"\xef\xbb\xbf"
"""Spreadsheets take UTF-8 without it for their own code page."""


def cell(value: Any) -> str:
    """Return a value as a table has it, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # A spreadsheet would run a cell that begins so as a formula (OWASP, CSV injection).
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_line(cells: Sequence[str]) -> bytes:
    """Return one line after RFC 4180."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode("utf-8", "backslashreplace")
