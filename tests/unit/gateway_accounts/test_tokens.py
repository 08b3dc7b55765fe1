"""Tokens: what is taken, and every way to forge one."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from flask import Flask

from gateway.accounts.tokens import Claims, Tokens, check_csrf
from gateway.secret_box import derived_key
from shared.errors import ForbiddenError, UnauthorisedError
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
SECRET = "a-secret-of-these-tests-0123456789abcdef"
OLD_SECRET = "the-secret-of-last-year-0123456789abcdef"
USER = "0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11"
SESSION = "8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10"
JTI = "11111111-7f5c-4d53-9f7c-3f0f2f1f9b10"
KEY = derived_key(SECRET, "login tokens").hex()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def tokens(clock: SetClock) -> Iterator[Tokens]:
    made = Tokens([SECRET], 900, clock)
    app = Flask("tokens")
    made.install(app)
    with app.app_context():
        yield made


def forged(key: str = KEY, algorithm: str = "HS256", **claims: Any) -> str:
    """A token as ours are, but for what is said here; a claim that is None is left out."""
    ours = {
        "sub": USER,
        "sid": SESSION,
        "jti": JTI,
        "csrf": "proof",
        "iss": "coldframe",
        "type": "access",
        "iat": NOW.timestamp(),
        "exp": NOW.timestamp() + 60,
    }
    kept = {name: value for name, value in {**ours, **claims}.items() if value is not None}
    return jwt.encode(kept, key, algorithm)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_what_we_sign_is_read_back(tokens: Tokens) -> None:
    assert tokens.read(forged(), "access").user_id == USER  # the forger's tools are as good as ours
    access = tokens.read(tokens.access(USER, SESSION, "proof"), "access")
    assert (access.user_id, access.session_id, access.csrf) == (USER, SESSION, "proof")
    assert access.expires_at == NOW + timedelta(minutes=15)
    until = NOW + timedelta(days=30)
    refresh = tokens.read(tokens.refresh(USER, SESSION, "proof", JTI, until), "refresh")
    assert refresh == Claims(USER, SESSION, JTI, "proof", until)


def test_a_refresh_token_is_no_access_token_and_the_other_way(tokens: Tokens) -> None:
    access = tokens.access(USER, SESSION, "proof")
    refresh = tokens.refresh(USER, SESSION, "proof", JTI, NOW + timedelta(days=30))
    with pytest.raises(UnauthorisedError):
        tokens.read(refresh, "access")
    with pytest.raises(UnauthorisedError):
        tokens.read(access, "refresh")


def test_a_token_ends_by_our_clock_and_says_so(tokens: Tokens, clock: SetClock) -> None:
    access = tokens.access(USER, SESSION, "proof")
    clock.pass_time(899)
    tokens.read(access, "access")
    clock.pass_time(1)
    with pytest.raises(UnauthorisedError) as refusal:
        tokens.read(access, "access")
    assert refusal.value.code == "token_expired"


def test_a_clock_that_is_set_back_signs_nobody_out(tokens: Tokens, clock: SetClock) -> None:
    access = tokens.access(USER, SESSION, "proof")
    clock.set_to(NOW - timedelta(days=2))
    assert tokens.read(access, "access").user_id == USER


def test_every_changed_letter_is_noticed(tokens: Tokens) -> None:
    access = tokens.access(USER, SESSION, "proof")
    for place in range(0, len(access) - 1, 7):
        other = "A" if access[place] != "A" else "B"
        with pytest.raises(UnauthorisedError):
            tokens.read(access[:place] + other + access[place + 1 :], "access")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(part({"alg": "none", "typ": "JWT"}) + "." + forged().split(".")[1] + ".", id="alg none"),
        pytest.param(part({"alg": "NONE"}) + "." + forged().split(".")[1] + ".", id="alg NONE"),
        pytest.param(forged(key="another key of 32 characters, no less"), id="another key"),
        pytest.param(forged(key=SECRET), id="the secret itself, not the key made of it"),
        pytest.param(forged(key=KEY * 2, algorithm="HS512"), id="another algorithm"),
        pytest.param(forged(algorithm="HS384", key=KEY), id="the right key by another algorithm"),
        pytest.param(forged(iss="somebody"), id="another issuer"),
        pytest.param(forged(iss=None), id="no issuer"),
        pytest.param(forged(sub=None), id="no user"),
        pytest.param(forged(sid=None), id="no login"),
        pytest.param(forged(csrf=None), id="no proof"),
        pytest.param(forged(exp=None), id="no end"),
        pytest.param(forged(type="refresh"), id="another kind"),
        pytest.param(forged(type=None, exp=NOW.timestamp() - 1), id="no kind and no time"),
        pytest.param(".".join(forged().split(".")[:2]) + ".", id="no signature"),
        pytest.param("", id="nothing"),
        pytest.param("..", id="dots"),
        pytest.param("é.é.é", id="no ASCII"),
        pytest.param(f"{part([])}.{part([])}.x", id="lists"),
        pytest.param(
            part({"alg": "HS256"})
            + "."
            + base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
            + ".x",
            id="nested without end",
        ),
        pytest.param(part({"alg": "HS256", "kid": {"a": 1}}) + ".e30.x", id="a name of a key that is none"),
    ],
)
def test_a_forged_token_is_refused(tokens: Tokens, token: str) -> None:
    with pytest.raises(UnauthorisedError):
        tokens.read(token, "access")


def test_after_a_change_of_secrets_the_old_one_is_read_and_the_new_one_signs(clock: SetClock) -> None:
    def app_with(secrets: list[str]) -> tuple[Flask, Tokens]:
        app, made = Flask("tokens"), Tokens(secrets, 900, clock)
        made.install(app)
        return app, made

    before, changed, after = app_with([OLD_SECRET]), app_with([SECRET, OLD_SECRET]), app_with([SECRET])
    with before[0].app_context():
        old = before[1].access(USER, SESSION, "proof")
    with changed[0].app_context():
        assert changed[1].read(old, "access").user_id == USER
        new = changed[1].access(USER, SESSION, "proof")
    with after[0].app_context():
        assert after[1].read(new, "access").user_id == USER
        with pytest.raises(UnauthorisedError):
            after[1].read(old, "access")


@pytest.mark.parametrize("offered", [None, "", "Proof", "proof ", "pröof", "proofproof"])
def test_only_the_proof_itself_is_taken(offered: str | None) -> None:
    claims = Claims(USER, SESSION, JTI, "proof", NOW)
    check_csrf(claims, "proof")
    with pytest.raises(ForbiddenError) as refusal:
        check_csrf(claims, offered)
    assert refusal.value.code == "csrf"
