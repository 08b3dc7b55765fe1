"""Where cameras may be."""

import pytest

from shared.ffmpeg.address_policy import refusal, same_address


@pytest.mark.parametrize(
    ("addresses", "networks", "words"),
    [
        (["10.0.0.5"], [], ""),
        (["127.0.0.1"], [], ""),
        (["169.254.10.20"], [], ""),
        (["10.0.0.5"], ["10.0.0.0/8", "fd00::/8"], ""),
        (["fd00::5", "10.0.0.5"], ["10.0.0.0/8", "fd00::/8"], ""),
        (["::ffff:10.0.0.5"], ["10.0.0.0/8"], ""),
        (["10.0.0.5", "192.168.1.5"], ["10.0.0.0/8"], "192.168.1.5 lies outside"),
        (["fe80::1%eth0"], ["10.0.0.0/8"], "fe80::1 lies outside"),
        (["169.254.169.254"], [], "No camera can be at"),
        (["169.254.169.254"], ["0.0.0.0/0"], "No camera can be at"),
        (["::ffff:169.254.169.254"], [], "No camera can be at"),
        (["fd00:ec2::254"], [], "No camera can be at"),
        (["0.0.0.0"], [], "No camera can be at"),
        (["224.0.0.1"], [], "No camera can be at"),
    ],
)
def test_all_addresses_of_a_name_must_be_where_cameras_may_be(
    addresses: list[str], networks: list[str], words: str
) -> None:
    found = refusal(addresses, networks)
    assert words in found if words else found == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.5", "10.0.0.5", True),
        ("::ffff:10.0.0.5", "10.0.0.5", True),
        ("fd00:0::5", "fd00::5", True),
        ("10.0.0.5", "10.0.0.6", False),
        ("cam.example", "cam.example", False),
    ],
)
def test_addresses_are_compared_by_what_they_reach(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same
