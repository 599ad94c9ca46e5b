"""Who may do what at the station: roles, permissions, names of people, and why something is refused."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import AccessError

NAME_MAX: Final = 64
"""Characters (code points after NFC) in a person's name."""
REASON_MAX: Final = 500
"""Characters in a reason."""


class Role(StrEnum):
    """What a person is at the station."""

    OPERATOR = "operator"
    SHIFT_LEAD = "shift_lead"
    QUALITY = "quality"
    ENGINEER = "engineer"
    ADMIN = "admin"


class Permission(StrEnum):
    """What can be done at the station. The value is also the act's name in the audit log."""

    VIEW = "view"
    ACKNOWLEDGE = "alarm.acknowledge"
    SHELVE = "alarm.shelve"
    """For a while; it comes back by itself."""
    HOLD_LINE = "line.hold"
    RELEASE_LINE = "line.release"
    """Whoever may hold may release: people hesitate to press what they cannot undo."""
    TAKE_CONTROL = "control.take"
    """Take the right to write, when no other console has it."""
    CHANGE_PRODUCT = "product.change"
    CHANGE_LOT = "lot.change"
    LABEL_REJECT = "reject.label"
    SEIZE_CONTROL = "control.seize"
    """Take the right to write away from another console."""
    RESET_COUNTERS = "counters.reset"
    VIEW_AUDIT = "audit.view"
    EXPORT = "export"
    """Rejects, images, log and audit leave the station."""
    TEST_DEVICE = "device.test"
    OUT_OF_SERVICE = "alarm.out_of_service"
    """Until somebody puts the alarm back."""
    EDIT_RECIPE = "recipe.edit"
    CHANGE_SETTINGS = "settings.change"
    MANAGE_USERS = "users.manage"
    BACK_UP = "backup.make"
    """All that a station needs to be set up again leaves it, keys and hashed secrets too."""


_P = Permission
_ANONYMOUS: Final = frozenset(
    {
        _P.VIEW, _P.ACKNOWLEDGE, _P.SHELVE, _P.HOLD_LINE, _P.RELEASE_LINE,
        _P.TAKE_CONTROL, _P.CHANGE_PRODUCT, _P.CHANGE_LOT,
    }
)  # fmt: skip
# A label is somebody's judgement and feeds training: it needs a name, though every operator may give it.
_OPERATOR: Final = _ANONYMOUS | {_P.LABEL_REJECT}
_SHIFT_LEAD: Final = _OPERATOR | {_P.SEIZE_CONTROL, _P.RESET_COUNTERS, _P.VIEW_AUDIT, _P.EXPORT}
_QUALITY: Final = _OPERATOR | {_P.VIEW_AUDIT, _P.EXPORT}
_ENGINEER: Final = (
    _SHIFT_LEAD | _QUALITY | {_P.TEST_DEVICE, _P.OUT_OF_SERVICE, _P.EDIT_RECIPE, _P.CHANGE_SETTINGS}
)

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.OPERATOR: _OPERATOR,
    Role.SHIFT_LEAD: _SHIFT_LEAD,
    Role.QUALITY: _QUALITY,
    Role.ENGINEER: _ENGINEER,
    Role.ADMIN: frozenset(Permission),
}

# Asked of everybody: a log without the why is worth no more when an admin wrote it.
NEEDS_REASON: Final = frozenset(
    {
        _P.SHELVE, _P.OUT_OF_SERVICE, _P.SEIZE_CONTROL, _P.RESET_COUNTERS,
        _P.EDIT_RECIPE, _P.CHANGE_SETTINGS, _P.MANAGE_USERS,
    }
)  # fmt: skip

NEVER_WAITS: Final = frozenset({_P.ACKNOWLEDGE, _P.HOLD_LINE})
"""Acts that wait neither for the right to write, nor for a disk, nor for a reason."""


class Refusal(StrEnum):
    """Why something was refused; a console chooses its own words by it."""

    NOT_ALLOWED = "not_allowed"
    NEEDS_LOGIN = "needs_login"
    NEEDS_REASON = "needs_reason"
    BAD_NAME = "bad_name"
    BAD_SECRET = "bad_secret"
    BAD_REASON = "bad_reason"
    WRONG_LOGIN = "wrong_login"
    WRONG_CODE = "wrong_code"
    WAIT = "wait"
    SETUP_FIRST = "setup_first"
    ALREADY_SET_UP = "already_set_up"
    NAME_TAKEN = "name_taken"
    NO_SUCH_USER = "no_such_user"
    LAST_ADMIN = "last_admin"
    NEEDS_PASSWORD = "needs_password"
    NEEDS_SECRET = "needs_secret"
    """The badge is known, and alone not enough."""
    BAD_BADGE = "bad_badge"
    BADGE_TAKEN = "badge_taken"
    STORE_DAMAGED = "store_damaged"
    CANNOT_SAVE = "cannot_save"
    CANNOT_CHECK = "cannot_check"


class RefusedError(AccessError):
    """Something was refused; `refusal` says in which way, `wait_s` for how long (0: waiting does not help)."""

    def __init__(self, refusal: Refusal, message: str, *, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.refusal = refusal
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who acts, and where.

    Parameters
    ----------
    user_id
        The account; empty for the anonymous operator.
    name
        As people read it; empty for the anonymous operator.
    console
        The client's name, as it attached.
    """

    user_id: str = ""
    name: str = ""
    role: Role = Role.OPERATOR
    console: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Nobody has logged in."""
        return not self.user_id


def permissions_of(who: Identity) -> frozenset[Permission]:
    """Return what somebody may do: for a console to show, and for the service to enforce."""
    return _ANONYMOUS if who.is_anonymous else PERMISSIONS[who.role]


def authorise(who: Identity, permission: Permission, reason: str = "") -> None:
    """Let an act pass, or say why not. The only place where this is decided.

    Raises
    ------
    RefusedError
        NEEDS_LOGIN, NOT_ALLOWED, NEEDS_REASON or BAD_REASON.
    """
    if permission not in permissions_of(who):
        able = " or ".join(role.value for role in Role if permission in PERMISSIONS[role])
        refusal = Refusal.NEEDS_LOGIN if who.is_anonymous else Refusal.NOT_ALLOWED
        raise RefusedError(refusal, tell(Told.MAY_NOT, role=who.role.value, act=permission.value, able=able))
    if permission in NEEDS_REASON and not reason.strip():
        raise RefusedError(Refusal.NEEDS_REASON, tell(Told.REASON_MISSING, act=permission.value))
    # What must never wait is not turned away for its words either; the audit log clips them.
    if len(reason) > REASON_MAX and permission not in NEVER_WAITS:
        raise RefusedError(
            Refusal.BAD_REASON, tell(Told.REASON_TOO_LONG, count=len(reason), limit=REASON_MAX)
        )


# Invisible characters are refused, because two names that look alike would be two people, except
# joiners and tags: Persian, Indic scripts and emoji are written with them.
_JOINERS: Final = frozenset("\u200c\u200d")
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def _is_refused(char: str) -> bool:
    if char in _JOINERS or 0xE0020 <= ord(char) <= 0xE007F:
        return False
    return unicodedata.category(char) in _REFUSED_CATEGORIES


def clean_name(raw: str) -> str:
    """Return a person's name in NFC, single spaces inside, none around; any script, emoji too.

    Raises
    ------
    RefusedError
        BAD_NAME: empty, longer than `NAME_MAX`, or with control, direction or invisible characters.
    """
    # No composition shortens a text more than this; it bounds the work on hostile input.
    if len(raw) > 4 * NAME_MAX:
        raise _too_long(len(raw))
    bad = next((char for char in raw if _is_refused(char)), None)
    if bad is not None:
        raise RefusedError(
            Refusal.BAD_NAME,
            tell(Told.NAME_UNREADABLE, character=f"U+{ord(bad):04X}"),
        )
    name = unicodedata.normalize("NFC", " ".join(raw.split()))
    if len(name) > NAME_MAX:
        raise _too_long(len(name))
    if not name_key(name):
        raise RefusedError(Refusal.BAD_NAME, tell(Told.NAME_EMPTY))
    return name


def name_key(name: str) -> str:
    """Return what makes two names the same: neither case, width, joiners nor spaces around count.

    Unicode's NFKC_Casefold, as far as Python offers it (Unicode Standard, section 3.13, D147).
    """
    visible = "".join(char for char in name if char not in _JOINERS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", visible).casefold())
    return " ".join(unicodedata.normalize("NFKC", folded.casefold()).split())


def _too_long(length: int) -> RefusedError:
    return RefusedError(Refusal.BAD_NAME, tell(Told.NAME_TOO_LONG, count=length, limit=NAME_MAX))
