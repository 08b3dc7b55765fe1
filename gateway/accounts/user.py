"""What is known of a user, and which changes of users are refused. Plain."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.catalogue.device import Scope
from shared.errors import BadRequestError, ConflictError

ADMIN = "admin"
ROLE_NAMES = (ADMIN, "operator", "viewer")
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024
LONGEST_EMAIL = 255
# No @: what has one is an e-mail address, so nobody can be named as another's address.
USERNAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z"

_EMAIL_PATTERN = r"[^@\s]+@[^@\s]+"

SortKey = Literal["email", "username", "role", "created_at", "last_login_at"]


@dataclass(frozen=True, slots=True)
class User:
    """A user. `camera_group_ids` counts only where `limited_to_groups`."""

    id: str
    email: str
    username: str
    role: str
    is_active: bool
    limited_to_groups: bool
    camera_group_ids: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None

    @property
    def scope(self) -> Scope:
        return frozenset(self.camera_group_ids) if self.limited_to_groups else None

    @property
    def is_active_admin(self) -> bool:
        return self.is_active and self.role == ADMIN


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be made. `password` is checked by whoever fills this in (`checked_password`)."""

    email: str
    username: str
    password: str
    role: str
    is_active: bool = True
    limited_to_groups: bool = False
    camera_group_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserChanges:
    """What of a user is to be another; None: as it is."""

    email: str | None = None
    username: str | None = None
    password: str | None = None
    role: str | None = None
    is_active: bool | None = None
    limited_to_groups: bool | None = None
    camera_group_ids: tuple[str, ...] | None = None

    @property
    def end_sessions(self) -> bool:
        """Whether whoever is signed in as the user must sign in again."""
        return self.password is not None or self.is_active is False


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users are listed and in which order; `search` in names and addresses."""

    search: str | None = None
    role: str | None = None
    is_active: bool | None = None
    sort: SortKey = "username"
    descending: bool = False


def checked_password(password: str) -> str:
    """Return `password` where it is good enough. Raises BadRequestError."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadRequestError(
            f"password: must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            remedy="Choose a longer one; a sentence is easy to remember.",
            details={"fields": {"password": "has a wrong length"}},
        )
    return password


def name_to_keep(typed: str) -> str:
    """What a log may keep of the name that somebody typed to sign in: nothing of what cannot be a name, as
    it is a password that was typed into the wrong field often enough."""
    may_be_name = re.match(USERNAME_PATTERN, typed) or re.fullmatch(_EMAIL_PATTERN, typed)
    return typed if may_be_name else "(cannot be a name)"


def told_of(user: User) -> dict[str, object]:
    """What a log may tell of a user."""
    return {
        "email": user.email,
        "username": user.username,
        "role": user.role,
        "is_active": user.is_active,
        "limited_to_groups": user.limited_to_groups,
        "camera_group_ids": list(user.camera_group_ids),
    }


def check_limits_of_role(role: str, limited_to_groups: bool) -> None:
    """Refuse a limited admin, who could lift the limit. Raises BadRequestError."""
    if role == ADMIN and limited_to_groups:
        raise BadRequestError(
            "limited_to_groups: an admin cannot be limited to groups, as admins set the limits.",
            remedy="Make the user an operator or a viewer, or leave them unlimited.",
            details={"fields": {"limited_to_groups": "cannot be true of an admin"}},
        )


def check_change(user: User, changes: UserChanges, changed_by: str | None, other_active_admins: int) -> None:
    """Refuse a change that would leave nobody, or not the one who makes it, to undo it.

    `changed_by`: the id of the admin who asks; None: a command on the gateway's machine.
    `other_active_admins`: how many there are beside `user`. Raises ConflictError, BadRequestError.
    """
    role = changes.role or user.role
    limited = user.limited_to_groups if changes.limited_to_groups is None else changes.limited_to_groups
    check_limits_of_role(role, limited)
    stays_active = user.is_active if changes.is_active is None else changes.is_active
    if user.is_active_admin and not (stays_active and role == ADMIN):
        _check_somebody_is_left(user, changed_by, other_active_admins)


def check_removal(user: User, changed_by: str | None, other_active_admins: int) -> None:
    """The same for a user who is to be removed. Raises ConflictError."""
    if user.is_active_admin:
        _check_somebody_is_left(user, changed_by, other_active_admins)


def _check_somebody_is_left(user: User, changed_by: str | None, other_active_admins: int) -> None:
    if other_active_admins == 0:
        raise ConflictError(
            f"{user.username} is the last active admin.",
            code="last_admin",
            remedy="Make somebody else an admin first.",
        )
    if user.id == changed_by:
        raise ConflictError(
            "Nobody takes their own account's administration away.",
            code="own_account",
            remedy="Ask another admin to do it.",
        )
