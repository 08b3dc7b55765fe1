"""Who may ask: tokens, names of this machine, pages of other sites."""

import pytest

from shared.http.access import is_loopback_host, is_other_site, token_is_known

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        (f"Bearer  {TOKEN} ", True),
        (None, False),
        ("", False),
        ("Bearer", False),
        ("Bearer ", False),
        (TOKEN, False),
        (f"Basic {TOKEN}", False),
        (f"Bearer {TOKEN}x", False),
        (f"Bearer {TOKEN[:-1]}", False),
        (f"Bearer {TOKEN.upper()}", False),
        ("Bearer \xff\xfe", False),
        ("Bearer 𝟘𝟙𝟚", False),
        ("Bearer " + "a" * 8000, False),
    ],
)
def test_only_the_token_itself_opens(header: str | None, known: bool) -> None:
    assert token_is_known(header, [TOKEN]) is known


def test_any_of_several_tokens_opens_and_none_opens_nothing() -> None:
    assert token_is_known("Bearer other-token-16-letters", [TOKEN, "other-token-16-letters"])
    assert not token_is_known("Bearer ", [])


@pytest.mark.parametrize(
    ("host", "is_this_machine"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8101", True),
        ("127.8.9.1:1", True),
        ("localhost", True),
        ("LocalHost:8101", True),
        ("[::1]", True),
        ("[::1]:8101", True),
        ("", False),
        ("attacker.example", False),
        ("attacker.example:8101", False),
        ("localhost.attacker.example", False),
        ("127.0.0.1.attacker.example", False),
        ("10.0.0.5:8101", False),
        ("0.0.0.0", False),
        ("[::]:8101", False),
        ("[::1", True),
        ("2130706433", False),
    ],
)
def test_a_host_header_names_this_machine(host: str, is_this_machine: bool) -> None:
    assert is_loopback_host(host) is is_this_machine


@pytest.mark.parametrize(
    ("origin", "other"),
    [
        (None, False),
        ("http://127.0.0.1:8101", False),
        ("http://127.0.0.1:9999", True),
        ("https://attacker.example", True),
        ("null", True),
        ("", True),
        ("http://[", True),
    ],
)
def test_an_origin_of_another_site_is_seen(origin: str | None, other: bool) -> None:
    assert is_other_site(origin, "127.0.0.1:8101") is other
