"""Users, as admins see and change them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from gateway.accounts.passwords import Passwords
from gateway.accounts.repository import UserStore
from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.user import (
    NewUser,
    User,
    UserChanges,
    UserFilter,
    check_change,
    check_limits_of_role,
    check_removal,
)
from shared.clock import Clock
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class ChangedUser:
    """A user before a change and after it."""

    before: User
    after: User


@dataclass(frozen=True, slots=True)
class RemovedUser:
    """Who was removed, and the views that they shared, which stay: as they are called now."""

    user: User
    shared_views: Sequence[str]


class Users:
    """Lists, makes, changes and removes users. A change takes effect with the user's next request.

    `media`: of the process that serves; None for a command.
    """

    def __init__(
        self,
        store: UserStore,
        passwords: Passwords,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        media: MediaSessions | None = None,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._new_id = new_id
        self._media = media

    def page(self, wanted: UserFilter, asked: PageQuery) -> Page[User]:
        """A page of the users that `wanted` names."""
        return self._store.page(wanted, asked)

    def user(self, user_id: str) -> User:
        """Raises NotFoundError."""
        return self._store.user(user_id)

    def with_email(self, email: str) -> User | None:
        """The user with this e-mail address, in any case."""
        return self._store.named(email)

    def active_admin(self) -> User | None:
        """One of the active admins; None where there is none."""
        return self._store.active_admin()

    def create(self, new: NewUser) -> User:
        """Make a user. Raises ConflictError for a name that is taken, BadRequestError."""
        check_limits_of_role(new.role, new.limited_to_groups)
        user = self._store.create(self._new_id(), new, self._passwords.hash(new.password))
        structlog.get_logger().info("user_made", user_id=user.id, role=user.role)
        return user

    def change(self, user_id: str, changes: UserChanges, changed_by: str | None) -> ChangedUser:
        """Carry out `changes`; a new password and disabling end the user's logins.

        `changed_by`: the id of the admin who asks. Raises NotFoundError, ConflictError for a name that is
        taken, for the last active admin and for taking one's own administration away, BadRequestError.
        """
        self._store.user(user_id)  # no hash is computed for somebody who is not there
        hashed = None if changes.password is None else self._passwords.hash(changes.password)
        before, user = self._store.change(
            user_id,
            changes,
            hashed,
            lambda present, others: check_change(present, changes, changed_by, others),
            self._clock.now(),
        )
        self._forget_media()
        structlog.get_logger().info(
            "user_changed",
            user_id=user.id,
            by=changed_by,
            role=user.role,
            is_active=user.is_active,
            new_password=hashed is not None,
        )
        return ChangedUser(before, user)

    def remove(self, user_id: str, changed_by: str | None) -> RemovedUser:
        """Remove a user, their logins and saved views; what of these they shared is `changed_by`'s then.

        Raises NotFoundError, ConflictError.
        """
        user, shared_views = self._store.remove(
            user_id, lambda present, others: check_removal(present, changed_by, others), changed_by
        )
        self._forget_media()
        structlog.get_logger().info("user_removed", user_id=user.id, by=changed_by)
        return RemovedUser(user, shared_views)

    def _forget_media(self) -> None:
        if self._media is not None:
            self._media.forget()
