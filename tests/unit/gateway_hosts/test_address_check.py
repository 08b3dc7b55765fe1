"""Addresses that a host may be called at, and those that it may not."""

import threading
import time
from collections.abc import Sequence

import pytest

from gateway.hosts.address_check import AddressCheck, BoundedResolve, plain_network

NAMES = {
    "lab.example": ["10.1.2.3"],
    "both.example": ["10.1.2.3", "192.168.0.1"],
    "six.example": ["fd00::7"],
    "nothing.example": [],
}


def lookup(name: str) -> Sequence[str]:
    if name not in NAMES:
        raise OSError("no such name")
    return NAMES[name]


def never(name: str) -> Sequence[str]:
    raise AssertionError(f"{name} is no name")


@pytest.mark.parametrize(
    "url",
    ["http://10.1.2.3:8700", "https://10.255.255.255", "http://[fd00::1]:80", "http://[::ffff:10.0.0.1]/"],
)
def test_addresses_in_a_network_are_allowed_without_a_lookup(url: str) -> None:
    assert AddressCheck(never).problem(url, ["192.168.7.0/24", "10.0.0.0/8", "fd00::/8"]) == ""


@pytest.mark.parametrize("url", ["http://lab.example:8700", "http://LAB.example", "http://six.example"])
def test_a_name_is_allowed_where_all_that_it_stands_for_is(url: str) -> None:
    assert AddressCheck(lookup).problem(url, ["10.0.0.0/8", "fd00::/8"]) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://11.0.0.1", "outside"),
        ("http://[::1]", "outside"),
        ("http://both.example", "192.168.0.1"),
        ("http://six.example", "fd00::7"),
        ("http://nothing.example", "no address"),
        ("http://other.example", "cannot be resolved"),
        ("http://10.0.0.1:0", "no address of a host"),
        ("http://10.0.0.1:70000", "no address of a host"),
        ("http://[10.0.0.1", "no address of a host"),
        ("http://u@10.0.0.1", "no address of a host"),
        ("gopher://10.0.0.1", "no address of a host"),
        ("http://", "no address of a host"),
        ("http://10.0.0.1/path", "no address of a host"),
    ],
)
def test_everything_else_is_refused_with_the_reason(url: str, why: str) -> None:
    assert why in AddressCheck(lookup).problem(url, ["10.0.0.0/8"])


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"),
        (" 10.1.2.3 ", "10.1.2.3/32"),
        ("fd00::1/8", "fd00::/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_networks_are_kept_in_one_form(text: str, network: str) -> None:
    assert plain_network(text) == network


@pytest.mark.parametrize("text", ["", "lab", "10.0.0.0/33", "10.0.0", "fe80::1%eth0/64/2"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no network"):
        plain_network(text)


def test_names_whose_servers_are_slow_hold_nobody_for_long() -> None:
    go_on, asked = threading.Event(), []

    def slow(name: str) -> Sequence[str]:
        asked.append(name)
        go_on.wait(30)
        return ["10.1.2.3"]

    check = AddressCheck(BoundedResolve(slow, within_s=0.2, at_once=2))
    try:
        begun_s = time.monotonic()
        for number in range(10):
            assert "cannot be resolved" in check.problem(f"http://slow-{number}.example", ["10.0.0.0/8"])
        # Two were waited for; the others found no place and were told at once.
        assert time.monotonic() - begun_s < 2.0
        assert asked == ["slow-0.example", "slow-1.example"]
    finally:
        go_on.set()
    until_s = time.monotonic() + 10
    while check.problem("http://quick.example", ["10.0.0.0/8"]):
        assert time.monotonic() < until_s, "the places come back"
        time.sleep(0.01)
