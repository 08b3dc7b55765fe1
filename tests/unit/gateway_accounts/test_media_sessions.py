"""The database is asked once in a while whose media cookie it is."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.sessions.repository import SignedIn
from gateway.accounts.user import User
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


def signed_in(name: str) -> SignedIn:
    user = User(name, f"{name}@example.com", name, "viewer", True, False, (), NOW, NOW, None)
    return SignedIn(user, f"session of {name}")


@dataclass
class Logins:
    """Stands for the database: who is signed in by which cookie, and what was asked."""

    known: dict[str, SignedIn] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def find(self, token: str) -> SignedIn | None:
        self.asked.append(token)
        return self.known.get(token)


@pytest.fixture
def logins() -> Logins:
    return Logins({"a": signed_in("anna"), "b": signed_in("berta"), "c": signed_in("carl")})


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


def test_many_streams_ask_the_database_once_in_ten_seconds(logins: Logins, clock: SetClock) -> None:
    media = MediaSessions(logins.find, clock.monotonic)
    for _ in range(50):
        assert media.signed_in("a") == signed_in("anna")
    clock.pass_time(9.9)
    media.signed_in("a")
    assert logins.asked == ["a"]
    clock.pass_time(0.1)
    media.signed_in("a")
    assert logins.asked == ["a", "a"]


def test_a_login_that_ended_opens_nothing_ten_seconds_later(logins: Logins, clock: SetClock) -> None:
    media = MediaSessions(logins.find, clock.monotonic)
    media.signed_in("a")
    del logins.known["a"]
    clock.pass_time(10)
    assert media.signed_in("a") is None


def test_what_ended_in_this_process_opens_nothing_at_once(logins: Logins, clock: SetClock) -> None:
    media = MediaSessions(logins.find, clock.monotonic)
    media.signed_in("a")
    del logins.known["a"]
    media.forget()
    assert media.signed_in("a") is None


def test_invented_cookies_take_no_place_from_true_ones(logins: Logins, clock: SetClock) -> None:
    media = MediaSessions(logins.find, clock.monotonic, largest=2)
    media.signed_in("a")
    for number in range(100):
        assert media.signed_in(f"invented {number}") is None
    logins.asked.clear()
    assert media.signed_in("a") == signed_in("anna")
    assert logins.asked == []


def test_of_more_logins_than_are_kept_the_least_used_is_asked_for_anew(
    logins: Logins, clock: SetClock
) -> None:
    media = MediaSessions(logins.find, clock.monotonic, largest=2)
    for token in ("a", "b", "a", "c"):
        media.signed_in(token)
    logins.asked.clear()
    media.signed_in("a")
    media.signed_in("b")
    assert logins.asked == ["b"]


def test_streams_that_ask_at_the_same_moment_wait_for_one_answer(clock: SetClock) -> None:
    streams = 8
    all_are_there = threading.Barrier(streams)
    asked: list[str] = []

    def find(token: str) -> SignedIn:
        asked.append(token)
        return signed_in("anna")

    media = MediaSessions(find, clock.monotonic)

    def stream(_number: int) -> SignedIn | None:
        all_are_there.wait(10)
        return media.signed_in("a")

    with ThreadPoolExecutor(streams) as pool:
        assert list(pool.map(stream, range(streams))) == [signed_in("anna")] * streams
    assert asked == ["a"]
