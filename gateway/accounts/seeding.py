"""The first admin, and users made by a command on the gateway's machine."""

import getpass
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from gateway.accounts.user import (
    ADMIN,
    LONGEST_EMAIL,
    ROLE_NAMES,
    USERNAME_PATTERN,
    NewUser,
    User,
    checked_password,
)
from gateway.accounts.users import Users
from shared.errors import BadRequestError, ConflictError

DEMO_EMAIL = "admin@example.com"
DEMO_USERNAME = "admin"
# Known to everybody, and shorter than any other may be: a demo answers to its own machine only.
DEMO_PASSWORD = "admin123"
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\Z")


@dataclass(frozen=True, slots=True)
class Seeded:
    """The admin that there is. `is_new`: made just now."""

    user: User
    is_new: bool


def seed(users: Users, *, demo: bool, email: str, username: str, read_password: Callable[[], str]) -> Seeded:
    """See to it that there is an admin; to be repeated at will.

    In a demo that is the well-known one, and nothing is asked. Else the one that is described is made where
    no active admin exists; `read_password` is called only then. Raises BadRequestError, ConflictError.
    """
    if demo:
        known = users.with_email(DEMO_EMAIL)
        if known is not None:
            return Seeded(known, is_new=False)
        new = NewUser(email=DEMO_EMAIL, username=DEMO_USERNAME, password=DEMO_PASSWORD, role=ADMIN)
        try:
            return Seeded(users.create(new), is_new=True)
        except ConflictError:
            known = users.with_email(DEMO_EMAIL)
            if known is None:  # the username is somebody else's
                raise
            return Seeded(known, is_new=False)  # two seeded at the same moment
    present = users.active_admin()
    if present is not None:
        return Seeded(present, is_new=False)
    made = create_user(users, email=email, username=username, role=ADMIN, read_password=read_password)
    return Seeded(made, is_new=True)


def create_user(
    users: Users, *, email: str, username: str, role: str, read_password: Callable[[], str]
) -> User:
    """Make a user who sees everything that `role` lets them. Raises BadRequestError, ConflictError."""
    if not _EMAIL.match(email) or len(email) > LONGEST_EMAIL:
        raise BadRequestError(f"{email!r} is no e-mail address.", remedy="Write it as name@example.com.")
    if not re.match(USERNAME_PATTERN, username):
        raise BadRequestError(
            f"{username!r} cannot be a username.",
            remedy="Use 1 to 100 letters, digits, dots, dashes and underscores, a letter or digit first.",
        )
    if role not in ROLE_NAMES:
        raise BadRequestError(f"There is no role {role!r}.", remedy=f"Use one of {', '.join(ROLE_NAMES)}.")
    password = checked_password(read_password())
    return users.create(NewUser(email=email.lower(), username=username, password=password, role=role))


def password_from_terminal() -> str:
    """Ask twice, unseen. Raises BadRequestError where both differ, or where nobody can be asked."""
    if not sys.stdin.isatty():
        raise BadRequestError(
            "There is no terminal to ask for the password on.", remedy="Add --password-stdin and send it."
        )
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise BadRequestError("The two passwords differ.", remedy="Try again.")
    return first


def password_from(stream: TextIO) -> str:
    """The first line of `stream`. Raises BadRequestError where there is none."""
    line = stream.readline().rstrip("\r\n")
    if not line:
        raise BadRequestError("No password came.", remedy="Send it as one line to standard input.")
    return line
