"""What a person may do, and who may instead: the service decides, the console only says so beforehand."""

from __future__ import annotations

from inspector.domain.access import PERMISSIONS, Identity, Permission, Role, permissions_of
from inspector_console.presenter._lens import Lens


def may(lens: Lens, permission: Permission) -> bool:
    """Return whether whoever is here may do something: what the service has said, or else what the role may.

    A role that only a newer station knows may nothing by itself.
    """
    if lens.permissions:
        return permission.value in lens.permissions
    if not lens.user:
        return permission in permissions_of(Identity())
    return lens.role in set(Role) and permission in PERMISSIONS[Role(lens.role)]


def who_may(lens: Lens, permission: Permission) -> str:
    """Return the roles that may, as people read them."""
    return ", ".join(lens.words.role(role) for role in Role if permission in PERMISSIONS[role])
