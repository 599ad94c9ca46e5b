"""What people say of rejected parts afterwards, and how a part is named for that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inspector.errors import TelemetryError

NOTE_MAX: Final = 500
"""Characters in a note."""
_ID: Final = re.compile(r"([0-9a-f]{13})-([0-9]{10})")
# It becomes the name of a folder of pictures.
_CLASS: Final = re.compile(r"\w[\w .-]{0,39}")


class Judgement(StrEnum):
    """What a person says of a reject. The verdict itself stays as it was, and so does the part."""

    REAL_DEFECT = "real_defect"
    FALSE_REJECT = "false_reject"
    DONT_KNOW = "dont_know"


@dataclass(frozen=True, slots=True)
class RowId:
    """A part by its row: the recorder's epoch, and the number in it. Images are named alike."""

    epoch: int
    seq: int

    def __str__(self) -> str:
        """Return it as it travels."""
        return f"{self.epoch:013x}-{self.seq:010d}"

    @classmethod
    def parse(cls, text: str) -> RowId:
        """Return the part that a text names.

        Raises
        ------
        ValueError
            It names none.
        """
        match = _ID.fullmatch(text)
        if match is None:
            raise ValueError(f"{text[:40]!r} names no part; a part is named like its image, EPOCH-SEQ")
        return cls(int(match[1], 16), int(match[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One judgement of one part. The newest one of a part counts; the older ones are kept.

    Parameters
    ----------
    class_name
        What the picture shows, in the words of the bundle's classes or in new ones; empty = nobody knows.
    user_id, user, console
        Who said so, and where.
    utc_ns
        When.
    version
        1 = the first one of this part.
    """

    judgement: Judgement
    class_name: str = ""
    note: str = ""
    user_id: str = ""
    user: str = ""
    console: str = ""
    utc_ns: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectFilter:
    """Which rejects are wanted; what is None or empty wants all.

    Parameters
    ----------
    since_utc_ns, until_utc_ns
        From … up to, nanoseconds since 1970.
    class_name, cause
        Of the original verdict.
    is_judged
        Whether somebody has said something of it.
    score_min_permille, score_max_permille
        Bounds of the score, both included; parts without one are left out then.
    """

    since_utc_ns: int | None = None
    until_utc_ns: int | None = None
    class_name: str = ""
    cause: str = ""
    is_judged: bool | None = None
    score_min_permille: int | None = None
    score_max_permille: int | None = None


class StaleLabelError(TelemetryError):
    """Somebody else has labelled the part meanwhile; `version` is that of his label."""

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.version = version


def is_class_name(text: str) -> bool:
    """Return whether a class could be called so: up to 40 letters, digits, spaces, dots, dashes."""
    return _CLASS.fullmatch(text) is not None and not text.endswith((" ", "."))
