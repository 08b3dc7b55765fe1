"""How a gateway reaches a host that did not say so."""

import pytest

from host_agent.fleet.public_url import public_url


@pytest.mark.parametrize(
    ("configured", "host", "shown"),
    [
        ("", "127.0.0.1", "http://127.0.0.1:8101"),
        ("", "lab-1.example", "http://lab-1.example:8101"),
        ("", "[::1]", "http://[::1]:8101"),
        ("", "0.0.0.0", "http://10.0.0.5:8101"),
        ("", "[::]", "http://10.0.0.5:8101"),
        ("https://lab-1.example/", "0.0.0.0", "https://lab-1.example"),
    ],
)
def test_the_address_follows_from_what_is_listened_on(configured: str, host: str, shown: str) -> None:
    assert public_url(configured, host, 8101, lambda: "10.0.0.5") == shown


def test_an_own_address_of_version_6_stands_in_brackets() -> None:
    assert public_url("", "[::]", 80, lambda: "2001:db8::5") == "http://[2001:db8::5]:80"
