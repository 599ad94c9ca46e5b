"""PINs and passwords: what is good enough, and how they are kept (argon2id)."""

from __future__ import annotations

import itertools
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

import argon2
import argon2.low_level
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from inspector.domain.access import Refusal, RefusedError, Role, name_key
from inspector.domain.told import tell
from inspector.domain.told_texts import Told

PIN_MIN: Final = 6
PASSWORD_MIN: Final = 10
SECRET_MAX: Final = 128
"""Characters. Longer ones only make the station work for a stranger."""
BADGE_MIN: Final = 6
BADGE_MAX: Final = 64
"""Characters of a badge's code, as readers type it."""
PASSWORD_ROLES: Final = frozenset({Role.ENGINEER, Role.ADMIN})
_SAME_ENOUGH: Final = 3
"""A secret of fewer different characters than this is guessed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCost:
    """What one argon2id costs, to us and to who has stolen the file.

    Of the settings that OWASP's Password Storage Cheat Sheet calls equally strong, the one with two
    passes over 19 MiB in one lane: a log-in takes one core for some 50 ms, and little of the memory
    bandwidth that the line's own processes need. (RFC 9106 section 4 would take 64 MiB and four lanes,
    five times the work.) A dearer one is a change of these numbers: hashes are renewed as people log in.
    Neither saves a PIN of six digits from who has the file; its mode 0600 does.
    """

    passes: int = 2
    memory_kib: int = 19 * 1024
    lanes: int = 1


class Hashing:
    """Hash and check secrets. Thread-safe; takes `HashCost`'s time and memory outside of the GIL."""

    def __init__(self, cost: HashCost | None = None) -> None:
        cost = cost or HashCost()
        self._argon2 = argon2.PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=32,  # RFC 9106 section 4: 256-bit tag, …
            salt_len=16,  # … 128-bit salt
            type=argon2.Type.ID,
        )
        # Checked for names that nobody has, so that they take as long as names that somebody has.
        self.decoy: Final = self.hash(secrets.token_hex())

    def hash(self, secret: str) -> str:
        """Return the secret's hash with a new salt, in PHC string format."""
        return self._argon2.hash(_bytes(secret))

    def matches(self, stored: str, secret: str) -> bool:
        """Whether this is the secret.

        Raises
        ------
        RefusedError
            CANNOT_CHECK: the machine has not the memory for it now, or the hash is not one.
        """
        try:
            return self._argon2.verify(stored, _bytes(secret))
        except VerifyMismatchError:
            return False
        except (Argon2Error, InvalidHashError) as error:
            raise RefusedError(Refusal.CANNOT_CHECK, tell(Told.SECRET_UNCHECKED, error=str(error))) from error

    def badge(self, code: str, salt: bytes, like: str = "") -> str:
        """Return a badge's hash, the same for the same code and salt: it is looked for by it.

        A badge names its owner, so that a salt of its own would mean a hash for each account; the station's salt
        keeps it from being looked up elsewhere, and argon2id makes guessing it dear.

        Parameters
        ----------
        salt
            The station's own, 16 bytes.
        like
            A hash at whose cost it is made; empty = today's.
        """
        cost = argon2.extract_parameters(like or self.decoy)
        hashed: bytes = argon2.low_level.hash_secret(
            code.encode("utf-8", "surrogatepass")[: 4 * BADGE_MAX],
            salt,
            time_cost=cost.time_cost,
            memory_cost=cost.memory_cost,
            parallelism=cost.parallelism,
            hash_len=32,
            type=argon2.Type.ID,
        )
        return hashed.decode("ascii")

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._argon2.check_needs_rehash(stored)


def is_hash(text: str) -> bool:
    """Whether a text is an argon2id hash as `Hashing` makes them."""
    try:
        return argon2.extract_parameters(text).type is argon2.Type.ID
    except InvalidHashError:
        return False


def check_secret(role: Role, name: str, secret: str) -> bool:
    """Refuse a PIN or password that is not good enough for its role; return whether it is a PIN.

    Raises
    ------
    RefusedError
        BAD_SECRET, saying what would be good enough.
    """
    if len(secret) > SECRET_MAX:
        raise _bad(tell(Told.SECRET_TOO_LONG, count=len(secret), limit=SECRET_MAX))
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in secret):
        raise _bad(tell(Told.SECRET_HAS_CONTROL))
    same = _normal(secret)
    is_pin = same.isascii() and same.isdigit()
    if role in PASSWORD_ROLES and (is_pin or len(same) < PASSWORD_MIN):
        raise _bad(tell(Told.PASSWORD_TOO_WEAK, role=role.value, least=PASSWORD_MIN))
    if len(same) < (PIN_MIN if is_pin else PASSWORD_MIN):
        raise _bad(tell(Told.SECRET_TOO_SHORT, digits=PIN_MIN, least=PASSWORD_MIN))
    if len(set(same)) < _SAME_ENOUGH or _is_run(same) or name_key(same) == name_key(name):
        raise _bad(tell(Told.SECRET_GUESSED))
    return is_pin


def check_badge(code: str) -> str:
    """Return a badge's code as it is kept, or refuse what no reader types.

    Raises
    ------
    RefusedError
        BAD_BADGE.
    """
    clean = code.strip()
    if not (BADGE_MIN <= len(clean) <= BADGE_MAX and clean.isascii() and clean.isprintable()):
        told = tell(Told.BADGE_UNREADABLE, count=len(clean), least=BADGE_MIN, most=BADGE_MAX)
        raise RefusedError(Refusal.BAD_BADGE, told)
    return clean


def _is_run(text: str) -> bool:
    """Whether the characters count up or down, as in 123456 or 987654 (and 890123)."""
    steps = {(ord(b) - ord(a)) % 10 for a, b in itertools.pairwise(text)}
    return text.isdigit() and steps in ({1}, {9})


def _bad(message: str) -> RefusedError:
    return RefusedError(Refusal.BAD_SECRET, message)


def _normal(secret: str) -> str:
    # NIST SP 800-63B section 5.1.1.2: NFKC before hashing, so that every keyboard gives the same bytes.
    return unicodedata.normalize("NFKC", secret)


def _bytes(secret: str) -> bytes:
    # A stranger may send megabytes or lone surrogates; neither can match, and neither may cost more.
    return _normal(secret[: SECRET_MAX + 1]).encode("utf-8", "surrogatepass")
