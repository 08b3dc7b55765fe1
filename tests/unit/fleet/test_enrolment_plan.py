"""When a host enrols, with which secrets, and where it reports to."""

import itertools

import pytest

from host_agent.fleet.credential import Credentials, Enrolled, Pending
from host_agent.fleet.enrolment_plan import (
    Aim,
    Wish,
    calling_secret,
    next_aim,
    pending_for,
    report_url,
    sha256_hex,
)

URL, OTHER_URL = "https://gateway.example", "https://other.example"
WISH = Wish(URL, "token-1")
ENROLLED = Enrolled(URL, sha256_hex("token-1"), "c", "s", "host-1", "https://ingest.example/beat", 10.0)
FRESH, HELD = Credentials(), Credentials(ENROLLED)


@pytest.mark.parametrize(
    ("wish", "held", "is_revoked", "aim"),
    [
        (Wish("", ""), FRESH, False, Aim.NOTHING),
        (Wish("", "token-1"), HELD, False, Aim.NOTHING),
        (Wish(URL, ""), FRESH, False, Aim.NEED_TOKEN),
        (WISH, FRESH, False, Aim.ENROL),
        (WISH, HELD, False, Aim.REPORT),
        (Wish(URL, ""), HELD, False, Aim.REPORT),
        # A token that was put there too early is kept for when it is needed.
        (Wish(URL, "token-2"), HELD, False, Aim.REPORT),
        (Wish(URL, "token-2"), HELD, True, Aim.ENROL),
        # The token that the credential was got with cannot be traded again.
        (WISH, HELD, True, Aim.REPORT),
        (Wish(OTHER_URL, "token-2"), HELD, False, Aim.ENROL),
        # The gateway has moved.
        (Wish(OTHER_URL, "token-1"), HELD, False, Aim.REPORT),
        (Wish(OTHER_URL, ""), HELD, False, Aim.REPORT),
    ],
)
def test_what_a_host_does_next(wish: Wish, held: Credentials, is_revoked: bool, aim: Aim) -> None:
    assert next_aim(wish, held, is_revoked=is_revoked) is aim


def test_an_attempt_is_repeated_with_the_same_secrets() -> None:
    secrets = itertools.count()
    first = pending_for(WISH, FRESH, lambda: f"secret-{next(secrets)}")
    assert first == Pending(URL, sha256_hex("token-1"), "secret-0", "secret-1")
    held = Credentials(None, first)
    assert pending_for(WISH, held, lambda: f"secret-{next(secrets)}") is first
    for changed in (Wish(URL, "token-2"), Wish(OTHER_URL, "token-1")):
        other = pending_for(changed, held, lambda: f"secret-{next(secrets)}")
        assert not {other.credential, other.calling_secret} & {first.credential, first.calling_secret}


def test_reports_go_where_the_gateway_said_until_it_moves() -> None:
    assert report_url(WISH, ENROLLED) == "https://ingest.example/beat"
    assert report_url(Wish(OTHER_URL, ""), ENROLLED) == "https://other.example/api/v1/hosts/heartbeat"


def test_a_host_in_no_fleet_answers_to_no_gateway() -> None:
    assert calling_secret(WISH, HELD) == "s"
    assert calling_secret(Wish("", ""), HELD) == ""
    assert calling_secret(WISH, FRESH) == ""
    assert calling_secret(WISH, Credentials(None, Pending(URL, "", "c", "s"))) == ""


def test_a_token_is_not_shown_by_accident() -> None:
    assert "token-1" not in repr(WISH)
