"""Failed logins counted in this process, while Redis is away."""

from datetime import UTC, datetime

import pytest

from gateway.accounts.login_limit import MemoryWindow, network_of
from tests.support.set_clock import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 21, tzinfo=UTC))


def test_a_window_moves_on_with_time(clock: SetClock) -> None:
    window = MemoryWindow(clock.monotonic)
    for _ in range(3):
        assert window.wait_s("key", 3, 60) == 0
        window.add("key", 60)
        clock.pass_time(10)
    assert window.wait_s("key", 3, 60) == 30
    clock.pass_time(29)
    assert window.wait_s("key", 3, 60) == 1
    clock.pass_time(1)
    assert window.wait_s("key", 3, 60) == 0
    window.add("key", 60)
    assert window.wait_s("key", 3, 60) == 10


def test_more_entries_than_allowed_wait_for_as_many_to_go(clock: SetClock) -> None:
    window = MemoryWindow(clock.monotonic)
    for _ in range(4):
        window.add("key", 60)
        clock.pass_time(1)
    assert window.wait_s("key", 2, 60) == 58


def test_keys_are_counted_apart_and_only_so_many_of_them(clock: SetClock) -> None:
    window = MemoryWindow(clock.monotonic, largest=2)
    for key in ("a", "b", "a"):
        window.add(key, 60)
    assert (window.wait_s("a", 2, 60), window.wait_s("b", 2, 60)) == (60, 0)
    window.add("c", 60)
    window.add("d", 60)
    assert window.wait_s("a", 2, 60) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network
