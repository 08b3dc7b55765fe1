"""One's own password, changed by who knows it."""

import structlog

from gateway.accounts.login_limit import LoginLimits, network_of
from gateway.accounts.passwords import Passwords
from gateway.accounts.permissions import Caller
from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.sessions.repository import SessionStore
from shared.clock import Clock
from shared.errors import BadRequestError


class WrongPasswordError(BadRequestError):
    """What was said to be the present password is not."""

    def __init__(self) -> None:
        super().__init__(
            "current_password: is not your present password.",
            code="wrong_password",
            remedy="Type the password that you sign in with; an admin can set a new one.",
            details={"fields": {"current_password": "is not your present password"}},
        )


class PasswordChange:
    """Changes passwords, and ends what was signed in to with the old ones."""

    def __init__(
        self,
        store: SessionStore,
        passwords: Passwords,
        limits: LoginLimits,
        media: MediaSessions,
        clock: Clock,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._limits = limits
        self._media = media
        self._clock = clock

    def change(self, user: Caller, address: str, current: str, new: str) -> int:
        """Give `user` the password `new`; return how many of their other logins ended by that.

        Raises WrongPasswordError, BadRequestError where it is the one that there is, TooManyRequestsError:
        whoever has taken over a login guesses here no more often than at the login itself.
        """
        self._check_limits(user, address)
        with self._passwords.slot():
            self._check_limits(user, address)
            found = self._store.credentials_of(user.user_id)
            matches = self._passwords.matches(None if found is None else found.hashed_password, current)
            if found is None or not matches:
                self._limits.count_failure(user.username, address)
                raise WrongPasswordError
        if new == current:
            raise BadRequestError(
                "new_password: is the one that you have.",
                remedy="Choose another.",
                details={"fields": {"new_password": "is the one that you have"}},
            )
        hashed = self._passwords.hash(new)
        ended = self._store.change_password(found, hashed, user.session_id, self._clock.now())
        self._media.forget()
        if ended is None:
            raise WrongPasswordError  # an admin has just set another
        structlog.get_logger().info("password_changed", user_id=user.user_id, other_logins_ended=ended)
        return ended

    def _check_limits(self, user: Caller, address: str) -> None:
        def is_known() -> bool:
            known = self._store.known_addresses(user.user_id)
            return network_of(address) in {network_of(found) for found in known}

        self._limits.check(user.username, address, is_known)
