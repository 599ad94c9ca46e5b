"""The people who may log in at the station: kept in one file, changed by an admin, checked slowly."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.access import Refusal, RefusedError, Role, clean_name, name_key
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.service._lockout import LockoutPolicy, Lockouts
from inspector.service._secret import PASSWORD_ROLES, HashCost, Hashing, check_badge, check_secret
from inspector.service._setup import is_code, setup_code
from inspector.service._users_file import Account, User, UsersFile, load_users, save_users

USERS_FILE: Final = "users.json"
SETUP_FILE: Final = "setup-code.txt"


class UserStore:
    """Accounts, their secrets and their lockouts.

    It checks what is asked, not who asks: `domain.access.authorise` comes first. Thread-safe. One
    secret is hashed at a time (see `HashCost`); call `log_in` and whatever takes a secret from a thread
    that may wait. `user`, `users`, `wait_s` and `needs_setup` never wait.

    Parameters
    ----------
    folder
        Where `users.json` and, before the first admin, `setup-code.txt` lie; made with mode 0700.
    now_ns, now_utc_ns
        Monotonic clock for waits; time of day for `changed_utc` alone.

    Raises
    ------
    RefusedError
        STORE_DAMAGED: the file is there and cannot be used. Nobody can log in then; the line runs on.
    """

    def __init__(
        self,
        folder: Path,
        *,
        policy: LockoutPolicy | None = None,
        cost: HashCost | None = None,
        now_ns: Callable[[], int] = monotonic_ns,
        now_utc_ns: Callable[[], int] = utc_ns,
    ) -> None:
        self._path = folder / USERS_FILE
        self.setup_file: Final = folder / SETUP_FILE
        self._now_utc_ns = now_utc_ns
        self._lock = threading.RLock()
        content = load_users(self._path)
        # Replaced as a whole, never changed in place: readers need no lock.
        self._accounts = content.accounts
        self._salt = bytes.fromhex(content.salt)
        self._lockouts = Lockouts(policy or LockoutPolicy(), content.lockouts, now_ns=now_ns)
        self._hashing = Hashing(cost)
        self._unsaved = ""

    @property
    def needs_setup(self) -> bool:
        """Nobody has an account yet: `set_up` is the only way in."""
        return not self._accounts

    @property
    def unsaved(self) -> str:
        """Why failed attempts are counted in memory alone at the moment (a full disk); empty if they are not."""
        return self._unsaved

    def users(self) -> tuple[User, ...]:
        """Return everybody who has an account, by name."""
        found = (account.user for account in self._accounts.values())
        return tuple(sorted(found, key=lambda user: name_key(user.name)))

    def user(self, user_id: str) -> User | None:
        """Return one account as it is now."""
        account = self._accounts.get(user_id)
        return account.user if account else None

    def setup_code(self) -> str:
        """Return the one-time code for `set_up`, to be shown at the machine only; it is kept in `setup_file`.

        Raises
        ------
        RefusedError
            ALREADY_SET_UP or CANNOT_SAVE.
        """
        with self._lock:
            self._refuse_after_setup()
            return setup_code(self.setup_file)

    def admit_set_up(self, code: str) -> None:
        """Check the one-time code; guessing it is counted.

        Raises
        ------
        RefusedError
            ALREADY_SET_UP, WAIT, WRONG_CODE or CANNOT_SAVE.
        """
        with self._lock:
            self._refuse_after_setup()
            self._lockouts.take()
            if not is_code(code, setup_code(self.setup_file)):
                raise RefusedError(
                    Refusal.WRONG_CODE,
                    tell(Told.WRONG_CODE, path=str(self.setup_file)),
                )

    def set_up(self, code: str, name: str, password: str) -> User:
        """Make the first admin, for whoever knows the one-time code; the code is void afterwards.

        Raises
        ------
        RefusedError
            ALREADY_SET_UP, WAIT, WRONG_CODE, BAD_NAME, BAD_SECRET or CANNOT_SAVE.
        """
        with self._lock:
            self.admit_set_up(code)
            user = self._add(name, Role.ADMIN, password)
            self.setup_file.unlink(missing_ok=True)
            return user

    def log_in(self, name: str, secret: str) -> User:
        """Check a name and its PIN or password. Takes as long for a name that nobody has.

        Raises
        ------
        RefusedError
            SETUP_FIRST; WAIT, with the seconds; WRONG_LOGIN, with the seconds if one has to wait now;
            CANNOT_CHECK.
        """
        with self._lock:
            if self.needs_setup:
                raise RefusedError(Refusal.SETUP_FIRST, tell(Told.SETUP_FIRST))
            key = self._lockout_key(name)
            self._lockouts.admit(key)
            self._keep_lockouts()
            account = self._by_name(name)
            matches = self._hashing.matches(account.secret_hash if account else self._hashing.decoy, secret)
            if account is None or not matches:
                raise self._wrong_login(key)
            self._lockouts.clear(key)
            if self._hashing.is_outdated(account.secret_hash):
                self._accounts = self._with(account._replace(secret_hash=self._hashing.hash(secret)))
            self._keep_lockouts()
            return account.user

    def log_in_badge(self, code: str, secret: str = "") -> User:
        """Check a badge; of an engineer or admin the password as well. Guessing is counted over all badges.

        Raises
        ------
        RefusedError
            SETUP_FIRST; WAIT; WRONG_LOGIN: nobody has this badge; NEEDS_SECRET; else as `log_in`.
        """
        with self._lock:
            if self.needs_setup:
                raise RefusedError(Refusal.SETUP_FIRST, tell(Told.SETUP_FIRST))
            self._lockouts.take()
            self._keep_lockouts()
            account = self._by_badge(code.strip())
            if account is None:
                raise RefusedError(Refusal.WRONG_LOGIN, tell(Told.BADGE_UNKNOWN))
            if account.user.role not in PASSWORD_ROLES:
                return account.user
            if not secret:
                raise RefusedError(Refusal.NEEDS_SECRET, tell(Told.BADGE_NEEDS_SECRET))
            return self.log_in(account.user.name, secret)

    def add(self, name: str, role: Role, secret: str) -> User:
        """Make an account.

        Raises
        ------
        RefusedError
            SETUP_FIRST, BAD_NAME, NAME_TAKEN, BAD_SECRET or CANNOT_SAVE.
        """
        with self._lock:
            if self.needs_setup:
                raise RefusedError(Refusal.SETUP_FIRST, tell(Told.SETUP_FIRST))
            return self._add(name, role, secret)

    def change(
        self,
        user_id: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        secret: str | None = None,
        badge: str | None = None,
    ) -> tuple[User, User]:
        """Change an account and return it as it was and as it is; its log-ins end. A new secret ends a lockout.

        Parameters
        ----------
        badge
            The code that a reader types; empty takes the badge away.

        Raises
        ------
        RefusedError
            NO_SUCH_USER, BAD_NAME, NAME_TAKEN, LAST_ADMIN, NEEDS_PASSWORD (a PIN is not enough for the
            new role), BAD_SECRET, BAD_BADGE, BADGE_TAKEN or CANNOT_SAVE.
        """
        with self._lock:
            old = self._known(user_id)
            user = replace(
                old.user, name=self._free_name(name, user_id) if name is not None else old.user.name
            )
            if role is not None and role is not old.user.role:
                user = self._in_role(user, role, has_new_secret=secret is not None)
            hashed = old.secret_hash
            if secret is not None:
                user = replace(user, is_pin=check_secret(user.role, user.name, secret))
                hashed = self._hashing.hash(secret)
            badged = old.badge_hash if badge is None else self._free_badge(badge, user_id)
            user = replace(user, revision=user.revision + 1, changed_utc=self._utc(), has_badge=bool(badged))
            self._save(self._with(Account(user, hashed, badged)))
            if secret is not None:
                self.unlock(user_id)
            return old.user, user

    def change_own_secret(self, user_id: str, secret: str, new_secret: str) -> User:
        """Let a person change the own PIN or password; guessing the old one is counted as in `log_in`.

        Raises
        ------
        RefusedError
            As `log_in` and `change`.
        """
        with self._lock:
            self.log_in(self._known(user_id).user.name, secret)
            return self.change(user_id, secret=new_secret)[1]

    def delete(self, user_id: str) -> User:
        """Remove an account and return it as it was; its log-ins end.

        Raises
        ------
        RefusedError
            NO_SUCH_USER, LAST_ADMIN or CANNOT_SAVE.
        """
        with self._lock:
            user = self._known(user_id).user
            self._refuse_last_admin(user)
            self._save({key: value for key, value in self._accounts.items() if key != user_id})
            return user

    def unlock(self, user_id: str) -> User:
        """Let somebody who is locked out try again at once.

        Raises
        ------
        RefusedError
            NO_SUCH_USER.
        """
        with self._lock:
            user = self._known(user_id).user
            self._lockouts.clear(self._lockout_key(user.name))
            self._keep_lockouts()
            return user

    def wait_s(self, user_id: str) -> float:
        """Return how long a person is still locked out; for admins to see.

        Raises
        ------
        RefusedError
            NO_SUCH_USER.
        """
        # Without the lock, which a log-in holds over its hash and the disk.
        return self._lockouts.wait_s(self._lockout_key(self._known(user_id).user.name))

    def _add(self, name: str, role: Role, secret: str) -> User:
        clean = self._free_name(name, "")
        is_pin = check_secret(role, clean, secret)
        user = User(
            id=secrets.token_hex(8), name=clean, role=role, is_pin=is_pin, revision=1, changed_utc=self._utc()
        )
        self._save(self._with(Account(user, self._hashing.hash(secret))))
        return user

    def _in_role(self, user: User, role: Role, *, has_new_secret: bool) -> User:
        self._refuse_last_admin(user)
        if role in PASSWORD_ROLES and user.role not in PASSWORD_ROLES and not has_new_secret:
            raise RefusedError(
                Refusal.NEEDS_PASSWORD, tell(Told.PASSWORD_MISSING, role=role.value, name=user.name)
            )
        return replace(user, role=role)

    def _refuse_last_admin(self, user: User) -> None:
        admins = sum(account.user.role is Role.ADMIN for account in self._accounts.values())
        if user.role is Role.ADMIN and admins == 1:
            raise RefusedError(Refusal.LAST_ADMIN, tell(Told.LAST_ADMIN, name=user.name))

    def _refuse_after_setup(self) -> None:
        if not self.needs_setup:
            raise RefusedError(Refusal.ALREADY_SET_UP, tell(Told.ALREADY_SET_UP))

    def _known(self, user_id: str) -> Account:
        try:
            return self._accounts[user_id]
        except KeyError:
            raise RefusedError(
                Refusal.NO_SUCH_USER, tell(Told.NO_SUCH_USER, user=repr(user_id[:32]))
            ) from None

    def _by_name(self, name: str) -> Account | None:
        key = _key_of(name)
        found = (account for account in self._accounts.values() if name_key(account.user.name) == key)
        return next(found, None)

    def _free_name(self, name: str, user_id: str) -> str:
        clean = clean_name(name)
        other = self._by_name(clean)
        if other is not None and other.user.id != user_id:
            raise RefusedError(Refusal.NAME_TAKEN, tell(Told.NAME_TAKEN, name=other.user.name))
        return clean

    def _by_badge(self, code: str) -> Account | None:
        """Return whose badge this is: one hash for every cost at which badges are kept, mostly one."""
        badged = [account for account in self._accounts.values() if account.badge_hash]
        costs = {account.badge_hash.rpartition("$")[0]: account.badge_hash for account in badged}
        hashed = [self._hashing.badge(code, self._badge_salt, like) for like in costs.values()]
        return next(
            (account for account in badged for one in hashed if hmac.compare_digest(account.badge_hash, one)),
            None,
        )

    def _free_badge(self, badge: str, user_id: str) -> str:
        """Return the hash of a badge that nobody else has; empty for none."""
        if not badge:
            return ""
        code = check_badge(badge)
        other = self._by_badge(code)
        if other is not None and other.user.id != user_id:
            raise RefusedError(Refusal.BADGE_TAKEN, tell(Told.BADGE_TAKEN, name=other.user.name))
        return self._hashing.badge(code, self._badge_salt)

    @property
    def _badge_salt(self) -> bytes:
        return hmac.digest(self._salt, b"badges", hashlib.sha256)[:16]

    def _lockout_key(self, name: str) -> str:
        text = _key_of(name).encode("utf-8", "surrogatepass")
        return hmac.digest(self._salt, text, hashlib.sha256).hex()[:32]

    def _wrong_login(self, key: str) -> RefusedError:
        wait_s = self._lockouts.wait_s(key)
        told = tell(Told.WRONG_LOGIN_WAIT, seconds=round(wait_s)) if wait_s else tell(Told.WRONG_LOGIN)
        return RefusedError(Refusal.WRONG_LOGIN, told, wait_s=wait_s)

    def _with(self, account: Account) -> dict[str, Account]:
        return {**self._accounts, account.user.id: account}

    def _utc(self) -> str:
        return datetime.fromtimestamp(self._now_utc_ns() // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _save(self, accounts: dict[str, Account]) -> None:
        """Write the accounts, and only then let them be true."""
        known = {self._lockout_key(account.user.name) for account in accounts.values()}
        self._lockouts.forget_strangers(known)
        save_users(
            self._path,
            UsersFile(accounts=accounts, salt=self._salt.hex(), lockouts=self._lockouts.stored()),
        )
        self._accounts, self._unsaved = accounts, ""

    def _keep_lockouts(self) -> None:
        # A full disk must not keep out the admin who would clear it: count in memory, and say so.
        try:
            self._save(self._accounts)
        except RefusedError as error:
            self._unsaved = str(error)


def _key_of(name: str) -> str:
    """Return the key of any name, also of one that nobody can have."""
    return name_key(name[:512])
