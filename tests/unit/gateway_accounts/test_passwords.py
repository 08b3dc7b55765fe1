"""Passwords as hashes."""

from typing import Literal

import argon2
import pytest

from gateway.accounts import passwords
from gateway.accounts.passwords import Passwords
from shared.errors import UnavailableError

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DEARER = argon2.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)


class CountingHasher(argon2.PasswordHasher):
    """Argon2 that notes what it verifies."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 (theirs)
        if str(hash).startswith("$argon2id$"):
            self.verified.append(str(hash))
        return super().verify(hash, password)


def test_a_hash_is_argon2id_and_of_one_password_only() -> None:
    made = Passwords(CHEAP)
    hashed = made.hash("a sentence")
    assert hashed.startswith("$argon2id$")
    assert made.hash("a sentence") != hashed
    assert made.matches(hashed, "a sentence")
    assert not made.matches(hashed, "another sentence")


def test_the_default_costs_what_rfc_9106_asks_for() -> None:
    hashed = Passwords().hash("a sentence")
    parameters = argon2.extract_parameters(hashed)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (65536, 3, 4)


@pytest.mark.parametrize("stored", [None, "", "$2b$12$not.of.this.program", "plain text", "$argon2id$broken"])
def test_what_is_no_hash_matches_nothing_and_costs_one_verification(stored: str | None) -> None:
    hasher = CountingHasher()
    made = Passwords(hasher)
    nobodys = hasher.hash("x")
    assert not made.matches(stored, "nobody has this password")
    own = [verified for verified in hasher.verified if verified != stored]
    assert len(own) == 1
    assert len(own[0]) == len(nobodys)


def test_a_hash_of_other_parameters_is_outdated() -> None:
    hashed = CHEAP.hash("a sentence")
    assert Passwords(DEARER).is_outdated(hashed)
    assert Passwords(DEARER).matches(hashed, "a sentence")
    assert not Passwords(CHEAP).is_outdated(hashed)


def test_whoever_waits_too_long_for_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_S", 0.01)
    made = Passwords(CHEAP, at_once=1)
    with made.slot(), pytest.raises(UnavailableError), made.slot():
        pass
    assert made.matches(made.hash("a sentence"), "a sentence")  # the turn was given back
