"""Passwords as Argon2id hashes (RFC 9106), computed a few at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from shared.errors import UnavailableError

# Each takes 64 MiB and some 50 ms of all cores: a flood of logins must not take the memory.
AT_ONCE = 4
WAIT_S = 5.0


class Passwords:
    """Makes and verifies hashes. Wrong, unknown and unusable ones take the same time."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None, at_once: int = AT_ONCE) -> None:
        # argon2-cffi's own parameters: RFC 9106's second choice, for machines that do other work too.
        self._hasher = hasher or argon2.PasswordHasher()
        self._slots = BoundedSemaphore(at_once)
        # Nobody's: what is verified where there is no hash, and what it costs is the same.
        self._nobodys = self._hasher.hash("nobody has this password")

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a turn to compute. Raises UnavailableError after a while."""
        if not self._slots.acquire(timeout=WAIT_S):
            raise UnavailableError("Too many people sign in right now.", remedy="Try again in a moment.")
        try:
            yield
        finally:
            self._slots.release()

    def hash(self, password: str) -> str:
        """A new hash of `password`."""
        with self.slot():
            return self._hasher.hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether `hashed` is of `password`; None, and what is no Argon2 hash, is of none.

        To be called within `slot`.
        """
        if hashed is not None:
            try:
                return self._hasher.verify(hashed, password)
            except VerifyMismatchError:
                return False
            except (InvalidHashError, VerificationError):
                pass  # of another program; goes on as if there were none
        try:
            self._hasher.verify(self._nobodys, password)
        except VerifyMismatchError:
            return False
        return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether `hashed` was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(hashed)
