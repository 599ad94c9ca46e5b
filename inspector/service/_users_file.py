"""The file of users: one JSON document, whole or refused."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from inspector.domain.access import Refusal, RefusedError, Role, clean_name, name_key
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.files import is_private, private_folder, replacing
from inspector.service._lockout import StoredLockouts
from inspector.service._secret import is_hash

SCHEMA: Final = "inspector-users"
VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person's account, without its secret.

    Parameters
    ----------
    id
        Never changes and is never given again, also when the person is renamed.
    is_pin
        The secret is a PIN; a console shows the pad.
    revision
        Counts changes of name, role, secret and badge; log-ins of an earlier one end.
    changed_utc
        When that was, ISO 8601.
    has_badge
        The person may log in with a badge.
    """

    id: str
    name: str
    role: Role
    is_pin: bool
    revision: int
    changed_utc: str
    has_badge: bool = False


class Account(NamedTuple):
    """A user and the argon2id hashes of secret and badge; empty = there is no badge."""

    user: User
    secret_hash: str
    badge_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersFile:
    """What the file holds. `salt` keeps the names of strangers, perhaps mistyped PINs, out of it."""

    accounts: dict[str, Account] = field(default_factory=dict)
    salt: str = field(default_factory=secrets.token_hex)
    lockouts: StoredLockouts | None = None


def load_users(path: Path) -> UsersFile:
    """Read the file of users; a missing one is an empty one, a damaged one never is.

    Raises
    ------
    RefusedError
        STORE_DAMAGED, naming the file and what helps.
    """
    try:
        if not is_private(path):
            raise _damaged(path, "others may read or change it", f"check its users, then chmod 600 {path}")
        document = path.read_bytes()
    except FileNotFoundError:
        return UsersFile()
    except OSError as error:
        raise _damaged(path, error.strerror or str(error), "check the folder and its permissions") from error
    try:
        return _parsed(json.loads(document))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, RefusedError) as error:
        detail = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise _damaged(
            path, detail, "restore it from a backup, or remove it and set up the first admin again"
        ) from error


def save_users(path: Path, content: UsersFile) -> None:
    """Write the file of users, whole and on disk when this returns.

    Raises
    ------
    RefusedError
        CANNOT_SAVE; the file is as it was.
    """
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "version": VERSION,
        "salt": content.salt,
        "users": [_row(account) for account in content.accounts.values()],
        "lockouts": content.lockouts,
    }
    try:
        private_folder(path.parent)
        with replacing(path) as file:
            file.write(json.dumps(body | {"sha256": _digest(body)}, ensure_ascii=False, indent=1).encode())
    except OSError as error:
        raise RefusedError(
            Refusal.CANNOT_SAVE,
            tell(Told.USERS_NOT_WRITTEN, path=str(path), error=str(error.strerror or error)),
        ) from error


def _row(account: Account) -> dict[str, Any]:
    user = account.user
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role.value,
        "is_pin": user.is_pin,
        "revision": user.revision,
        "changed_utc": user.changed_utc,
        "secret": account.secret_hash,
        **({"badge": account.badge_hash} if account.badge_hash else {}),
    }


def _parsed(document: Any) -> UsersFile:
    if document["schema"] != SCHEMA or document["version"] != VERSION:
        raise ValueError(
            f"it is {document['schema']} version {document['version']}, this Inspector reads {SCHEMA} {VERSION}"
        )
    body = {key: value for key, value in document.items() if key != "sha256"}
    if document["sha256"] != _digest(body):
        raise ValueError("its checksum does not fit: it was damaged, or changed by hand")
    accounts = {row["id"]: _account(row) for row in body["users"]}
    if not any(account.user.role is Role.ADMIN for account in accounts.values()):
        raise ValueError("it has no admin")
    if len({name_key(account.user.name) for account in accounts.values()}) != len(body["users"]):
        raise ValueError("two of its users have the same name")
    bytes.fromhex(body["salt"])
    return UsersFile(accounts=accounts, salt=str(body["salt"]), lockouts=_lockouts(body["lockouts"]))


def _account(row: dict[str, Any]) -> Account:
    user = User(
        id=str(row["id"]),
        name=clean_name(row["name"]),
        role=Role(row["role"]),
        is_pin=bool(row["is_pin"]),
        revision=int(row["revision"]),
        changed_utc=str(row["changed_utc"]),
        has_badge=bool(row.get("badge")),
    )
    if not is_hash(row["secret"]):
        raise ValueError(f"the secret of {user.name} is not an argon2id hash")
    badge = str(row.get("badge", ""))
    if badge and not is_hash(badge):
        raise ValueError(f"the badge of {user.name} is not an argon2id hash")
    return Account(user, row["secret"], badge)


def _lockouts(stored: Any) -> StoredLockouts | None:
    if stored is None:
        return None
    return {
        "tokens": float(stored["tokens"]),
        "failures": {
            str(key): {"count": int(entry["count"]), "wait_s": float(entry["wait_s"])}
            for key, entry in stored["failures"].items()
        },
    }


def _digest(body: dict[str, Any]) -> str:
    # Against damage, not against an attacker: whoever may write the file is its owner.
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _damaged(path: Path, why: str, remedy: str) -> RefusedError:
    return RefusedError(
        Refusal.STORE_DAMAGED, tell(Told.USERS_UNUSABLE, path=str(path), why=why, remedy=remedy)
    )
