"""The code that proves, on the first run, that one stands at the machine and not on its network."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from inspector.domain.access import Refusal, RefusedError
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.files import is_private, private_folder, replacing

# Crockford's base 32: no letter that is taken for a digit. 12 of them are 60 bits.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS: Final = 3
_GROUP: Final = 4


def setup_code(path: Path) -> str:
    """Return the one-time code, made at the first call and kept in `path` (mode 0600) until it is used.

    Raises
    ------
    RefusedError
        CANNOT_SAVE: it cannot be kept.
    """
    try:
        private_folder(path.parent)
        if os.path.lexists(path) and is_private(path):
            code = path.read_text(encoding="ascii", errors="replace").strip()
            if _is_whole(code):
                return code
        # None there, half of one, or one that others may have read.
        code = _new_code()
        with replacing(path) as file:
            file.write(f"{code}\n".encode("ascii"))
    except OSError as error:
        raise RefusedError(
            Refusal.CANNOT_SAVE,
            tell(Told.SETUP_CODE_NOT_KEPT, path=str(path), error=str(error.strerror or error)),
        ) from error
    return code


def is_code(typed: str, code: str) -> bool:
    """Whether a person typed the code, in constant time; case, dashes, spaces, O and I do not count."""
    return secrets.compare_digest(_plain(typed[:64]), _plain(code))


def _new_code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _is_whole(code: str) -> bool:
    return len(code) == _GROUPS * (_GROUP + 1) - 1 and set(code) <= {*_LETTERS, "-"}


def _plain(text: str) -> bytes:
    letters = text.upper().translate(str.maketrans("OIL", "011"))
    return "".join(char for char in letters if char.isalnum()).encode("utf-8", "surrogatepass")
